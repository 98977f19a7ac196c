"""What each source told of a request, so that another booking of it is not taken for the same one told again."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("gateways", "0017_requests_name_no_run")]

    operations = [
        migrations.CreateModel(
            name="RequestReport",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                ("verb", models.CharField(max_length=10)),
                ("reference", models.TextField(blank=True)),
                ("booked_on", models.DateField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="gateways.paymentrequest",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("request"),
                        models.F("source"),
                        models.F("verb"),
                        models.F("reference"),
                        models.F("booked_on"),
                        name="request_report_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        append_only("gateways_requestreport"),
    ]
