"""An invoice may come to nothing: it is settled at once, so it has no open item. Taxes may be rounded per rate."""

from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0005_pending")]

    operations = [
        installs("transactions", "transaction_arrived_v2", instead_of="transaction_arrived_v1"),
        migrations.RemoveConstraint("transaction", "transaction_amount"),
        migrations.AddConstraint(
            "transaction",
            models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__lt", 2**53),
                    models.Q(
                        ("amount_minor__gt", 0),
                        models.Q(("amount_minor", 0), ("classification__in", ["invoice", "invoice_cancellation"])),
                        _connector="OR",
                    ),
                ),
                name="transaction_amount",
            ),
        ),
        migrations.AddField(
            "transactiondefinition",
            "tax_rounding",
            models.CharField(db_default="item", default="item", max_length=4),
        ),
        migrations.AddConstraint(
            "transactiondefinition",
            models.CheckConstraint(
                condition=models.Q(("tax_rounding__in", ["item", "rate"])), name="transaction_definition_tax_rounding"
            ),
        ),
    ]
