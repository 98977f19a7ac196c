"""Posting reads and writes in fewer statements; mirrors and moves are found by an index, as cancellations are."""

from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0009_checks_in_guards")]

    operations = [
        installs("transactions", "posting_open_items_v2"),
        installs("transactions", "posting_read_v2"),
        installs("transactions", "posting_write_v2"),
        installs("transactions", "allocation_made_v3", instead_of="allocation_made_v2"),
        migrations.AddIndex(
            "transaction",
            models.Index(
                models.F("mirrors"), condition=models.Q(("mirrors__isnull", False)), name="transaction_mirrors"
            ),
        ),
        migrations.AddIndex(
            "transaction",
            models.Index(
                models.F("moved_from"), condition=models.Q(("moved_from__isnull", False)), name="transaction_moved_from"
            ),
        ),
    ]
