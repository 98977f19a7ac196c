"""What was invoiced for a purchase order is found by its number without marks, too: po4711 is PO-4711."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False  # posting goes on while the index is made

    dependencies = [("transactions", "0031_own_numbers")]

    operations = [
        # One that was stopped while it was made is left behind, and in the way.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS transaction_orders_spoken", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="transaction",
            index=models.Index(
                F("company_id"),
                Upper(
                    Func(
                        F("order_reference"),
                        Value("[^[:alnum:]]+"),
                        Value(""),
                        Value("g"),
                        function="regexp_replace",
                        output_field=TextField(),
                    )
                ),
                condition=Q(order_reference__isnull=False),
                name="transaction_orders_spoken",
            ),
        ),
    ]
