"""Lists sorted by a day, lists of the rarer kinds, and what was posted since a month's end, each by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

NAMES = ("transaction_days", "transaction_due_days", "transaction_rarer_kinds")
RARER = ["credit_note", "invoice_cancellation", "payment_cancellation", "refund", "write_off"]


class Migration(migrations.Migration):
    atomic = False  # posting goes on while the indexes are made

    dependencies = [("transactions", "0033_days_kept")]

    operations = [
        # One that was stopped while it was made is left behind, and in the way.
        *(
            migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop)
            for name in NAMES
        ),
        AddIndexConcurrently(
            model_name="transaction",
            index=models.Index(
                models.F("company_id"),
                models.F("posted_on"),
                models.F("id"),
                condition=Q(posted_on__isnull=False),
                name="transaction_days",
            ),
        ),
        AddIndexConcurrently(
            model_name="transaction",
            index=models.Index(
                models.F("company_id"),
                models.F("due_on"),
                models.F("id"),
                condition=Q(due_on__isnull=False),
                name="transaction_due_days",
            ),
        ),
        AddIndexConcurrently(
            model_name="transaction",
            index=models.Index(
                models.F("company_id"),
                models.F("classification"),
                models.F("id"),
                condition=Q(classification__in=RARER),
                name="transaction_rarer_kinds",
            ),
        ),
    ]
