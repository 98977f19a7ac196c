"""A payment that restores what was taken of a charge is known as the charge's money."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only

# Won disputes; refunds that came back, for which their payment is meant; what was returned and moved after all.
KNOWN = """
    INSERT INTO gateways_restoration (charge_id, payment_id)
    SELECT charge_id, returned_id FROM gateways_dispute WHERE returned_id IS NOT NULL
    UNION
    SELECT r.charge_id, t.id
      FROM gateways_paymentrequest r
      JOIN transactions_transaction t ON t.account_id = r.account_id AND t.classification = 'payment'
                                     AND t.posted_on IS NOT NULL AND r.transaction_id = ANY(t.intended_ids)
     WHERE r.type = 'refund' AND r.state = 'rejected' AND r.charge_id IS NOT NULL
    UNION
    SELECT c.id, r.transaction_id
      FROM gateways_charge c JOIN gateways_paymentrequest r ON r.id = c.request_id
     WHERE r.state = 'posted' AND r.transaction_id <> c.payment_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gateways", "0015_pages_wake_once"),
        ("transactions", "0008_default_tax_rate"),
    ]

    operations = [
        migrations.CreateModel(
            name="Restoration",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("payment_id", models.BigIntegerField(unique=True)),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restorations",
                        to="gateways.charge",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddField(
            "unbookedfact", "message", models.TextField(blank=True, default="", db_default="")
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        append_only("gateways_restoration"),
    ]
