"""What journal entries are of is a table that rooms fill, and a line may stand without a receivable account."""

from django.db import migrations, models

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_entries_in_fewer_steps")]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("title", models.TextField()),
                ("shares_id", models.BooleanField()),
            ],
        ),
        # Those that entries have by now; rooms tell them anew, with whatever they added, at the end of the migration.
        migrations.RunSQL(
            "INSERT INTO journal_source (code, title, shares_id) VALUES"
            " ('transaction', 'Transaction posted', true), ('allocation', 'Exchange difference realised', true),"
            " ('release', 'Exchange difference taken back', false), ('gateway_fee', 'Gateway fee', true);",
            migrations.RunSQL.noop,
        ),
        append_only("journal_source", updates=True),
        installs("journal", "journal_entry_guard_v4", instead_of="journal_entry_guard_v3"),
        migrations.RemoveConstraint("journalentry", "journal_entry_is_its_source"),
        migrations.RemoveConstraint("journalentry", "journal_entry_source"),
        migrations.AlterField("journalentry", "source", models.TextField()),
        migrations.AlterField("journalline", "account_id", models.BigIntegerField(null=True)),
    ]
