"""The CHECKs of entries and lines are evaluated by their guards, whose plans are kept."""

from django.db import migrations, models

from subledger.platform.guards import GuardedCheck
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_gateway_fees"),
    ]

    operations = [
        installs("journal", "journal_entry_guard_v2", instead_of="journal_entry_guard_v1"),
        installs("journal", "journal_line_guard_v2", instead_of="journal_line_guard_v1"),
        migrations.RemoveConstraint("journalentry", "journal_entry_is_its_source"),
        migrations.RemoveConstraint("journalentry", "journal_entry_source"),
        migrations.RemoveConstraint("journalline", "journal_line_one_side"),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=GuardedCheck(
                condition=models.Q(("source__in", ["transaction", "allocation", "release", "gateway_fee"])),
                name="journal_entry_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=GuardedCheck(
                condition=models.Q(("id", models.F("source_id")), ("source", "release"), _connector="OR"),
                name="journal_entry_is_its_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="journalline",
            constraint=GuardedCheck(
                condition=models.Q(
                    ("base_credit_minor__gte", 0),
                    ("base_debit_minor__gte", 0),
                    ("credit_minor__gte", 0),
                    ("debit_minor__gte", 0),
                    models.Q(("debit_minor", 0), ("credit_minor", 0), _connector="OR"),
                    models.Q(("base_debit_minor", 0), ("base_credit_minor", 0), _connector="OR"),
                ),
                name="journal_line_one_side",
            ),
        ),
    ]
