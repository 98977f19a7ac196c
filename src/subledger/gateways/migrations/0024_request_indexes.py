import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# Each is the beginning of another, or of rows that nearly all say nothing there: what writes many requests at once
# wrote them too.
GONE = {
    "gateways_paymentrequest_account_id_0c86de82": "account_id",
    "gateways_paymentrequest_company_id_74e1c8e8": "company_id",
    "gateways_paymentrequest_charge_id_cb347f63": "charge_id",
}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("accounts", "0010_recurring"),
        ("companies", "0010_language"),
        ("gateways", "0023_requests_of_batches"),
    ]

    operations = [
        AddIndexConcurrently(
            "paymentrequest",
            models.Index("transaction_id", condition=models.Q(transaction_id__isnull=False), name="request_of_transaction"),
        ),
        AddIndexConcurrently(
            "paymentrequest",
            models.Index("charge", condition=models.Q(charge__isnull=False), name="request_of_charge"),
        ),
        RemoveIndexConcurrently("paymentrequest", "request_transaction"),
        # An altered field would have its references checked anew, row by row.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON gateways_paymentrequest ({column})",
                )
                for name, column in GONE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    "paymentrequest",
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_requests",
                        to="accounts.account",
                    ),
                ),
                migrations.AlterField(
                    "paymentrequest",
                    "charge",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_requests",
                        to="gateways.charge",
                    ),
                ),
                migrations.AlterField(
                    "paymentrequest",
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
            ],
        ),
    ]
