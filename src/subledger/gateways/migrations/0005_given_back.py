"""Money goes back once: what the books gave back by hand, fees beside a charge's own, payments that a bank returns."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("gateways", "0004_defaults")]
    operations = [
        migrations.AddField("dispute", "in_books_minor", models.BigIntegerField(db_default=0, default=0)),
        migrations.AddField("paymentrequest", "in_books_minor", models.BigIntegerField(db_default=0, default=0)),
        migrations.CreateModel(
            name="Fee",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.TextField()),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("at", models.DateTimeField()),
                (
                    "charge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fees", to="gateways.charge"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(models.F("charge"), models.F("reference"), name="fee_reference")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor", 0), _negated=True), name="fee_amount")
                ],
            },
        ),
        append_only("gateways_fee"),
        installs("gateways", "payment_request_stays_v2", instead_of="payment_request_stays_v1"),
    ]
