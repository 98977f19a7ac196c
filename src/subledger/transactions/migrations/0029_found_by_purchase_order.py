"""What was invoiced for a purchase order is found by its number, in any case of its letters."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False  # posting goes on while the index is made

    dependencies = [("transactions", "0028_purchase_orders")]

    operations = [
        # One that was stopped while it was made is left behind, and in the way.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS transaction_order_references", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="transaction",
            index=models.Index(
                models.F("company_id"),
                Upper("order_reference"),
                condition=models.Q(("order_reference__isnull", False)),
                name="transaction_order_references",
            ),
        ),
    ]
