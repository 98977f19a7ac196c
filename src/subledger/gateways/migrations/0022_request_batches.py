"""Requests that were made together are held and withdrawn together."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial"), ("gateways", "0021_recurring")]

    operations = [
        migrations.CreateModel(
            name="RequestBatch",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("state", models.CharField(default="open", max_length=10)),
                ("created_at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("id"), condition=models.Q(("state", "withdrawn")), name="request_batch_withdrawn"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "held", "withdrawn"])), name="request_batch_state"
                    )
                ],
            },
        ),
        append_only("gateways_requestbatch", updates=True),
        migrations.AddField(
            "paymentrequest",
            "batch",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="gateways.requestbatch",
            ),
        ),
        installs("gateways", "payment_request_stays_v3", instead_of="payment_request_stays_v2"),
    ]
