"""A credit note for invoices as a whole takes its share of each of their items."""

import django.db.models.deletion
from django.db import migrations, models

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("transactions", "0019_amounts")]

    operations = [
        migrations.CreateModel(
            name="CreditShare",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transaction_id",
                        "invoice_id",
                        "position",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("invoice_id", models.BigIntegerField()),
                ("position", models.SmallIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                (
                    "transaction",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="credit_shares",
                        to="transactions.transaction",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="creditshare",
            index=models.Index(fields=["invoice_id", "position"], name="credit_share_index"),
        ),
        append_only("transactions_creditshare"),
        installs("transactions", "credited_within_v4", instead_of="credited_within_v3"),
        installs("transactions", "transaction_arrived_v6", instead_of="transaction_arrived_v5"),
    ]
