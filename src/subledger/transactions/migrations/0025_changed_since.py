"""What was allocated and released since a day is found without a look at every allocation there is."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # posting goes on while the indexes are made

    dependencies = [("transactions", "0024_statements_say_their_period")]

    operations = [
        # One that was stopped while it was made is left behind, and in the way.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS allocation_day", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="allocation",
            index=django.contrib.postgres.indexes.BrinIndex(
                fields=["allocated_on"], autosummarize=True, name="allocation_day"
            ),
        ),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS allocation_release_day", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="allocation",
            index=models.Index(
                models.F("released_on"),
                condition=models.Q(("released_on__isnull", False)),
                name="allocation_release_day",
            ),
        ),
    ]
