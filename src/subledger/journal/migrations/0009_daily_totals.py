"""What lines came to is kept by day, so that no report adds up each of them.

Nobody posts while the lines that are there are added up: some seconds for ten million. Lines that an older server writes
afterwards are counted, too.
"""

import django.db.models.deletion
from django.db import migrations, models

from subledger.platform.sql_versions import installs

# No line comes between the sums and the trigger that goes on with them.
NOBODY_POSTS = "LOCK TABLE journal_journalline IN SHARE ROW EXCLUSIVE MODE"
ADDED_UP = """
    INSERT INTO journal_dailytotal (company_id, ledger_account_id, currency, effective_on, lines, debit_minor,
                                    credit_minor, base_debit_minor, base_credit_minor)
    SELECT e.company_id, l.ledger_account_id, l.currency, e.effective_on, count(*), sum(l.debit_minor),
           sum(l.credit_minor), sum(l.base_debit_minor), sum(l.base_credit_minor)
      FROM journal_journalline l
      JOIN journal_journalentry e ON e.id = l.entry_id
     GROUP BY 1, 2, 3, 4
"""


def totals(*, key):
    return [
        ("company_id", models.BigIntegerField()),
        ("currency", models.CharField(max_length=3)),
        ("effective_on", models.DateField()),
        ("lines", models.BigIntegerField()),
        ("debit_minor", models.BigIntegerField()),
        ("credit_minor", models.BigIntegerField()),
        ("base_debit_minor", models.BigIntegerField()),
        ("base_credit_minor", models.BigIntegerField()),
        (
            "ledger_account",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="journal.ledgeraccount",
            ),
        ),
        key,
    ]


class Migration(migrations.Migration):
    dependencies = [("journal", "0008_month_end")]

    operations = [
        migrations.CreateModel(
            name="DailyTotal",
            fields=totals(
                key=(
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "ledger_account_id",
                        "currency",
                        "effective_on",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                )
            ),
        ),
        migrations.CreateModel(
            name="DailyTotalPart",
            fields=totals(key=("id", models.BigAutoField(primary_key=True, serialize=False))),
        ),
        migrations.RunSQL([NOBODY_POSTS, ADDED_UP], migrations.RunSQL.noop),
        installs("journal", "daily_totals_merged_v1"),
        installs("journal", "daily_total_is_derived_v1"),
        installs("journal", "journal_line_guard_v4", instead_of="journal_line_guard_v3"),
    ]
