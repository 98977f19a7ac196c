"""A transaction is found by its amount, however long ago it was."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # posting goes on while the index is made

    dependencies = [("transactions", "0018_open_items_of_sets")]

    operations = [
        # One that was stopped while it was made is left behind, and in the way.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS transaction_amounts", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="transaction",
            index=models.Index(models.F("company_id"), models.F("amount_minor"), name="transaction_amounts"),
        ),
    ]
