"""What the books could not take by themselves is kept as work for a person."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0002_gateway_permissions"),
        ("gateways", "0005_given_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnbookedFact",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=20)),
                ("position", models.TextField(blank=True)),
                ("said", models.TextField()),
                ("code", models.CharField(max_length=80)),
                ("reason", models.TextField()),
                ("reference", models.TextField(blank=True)),
                ("amount_minor", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("booked_on", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by", models.TextField(blank=True)),
                ("resolution", models.TextField(blank=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unbooked_facts",
                        to="gateways.provider",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unbooked_facts",
                        to="gateways.paymentrequest",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at", None)), fields=["company", "-id"], name="unbooked_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("provider"), models.F("key"), name="unbooked_fact_once")
                ],
            },
        ),
        append_only("gateways_unbookedfact", updates=True),
    ]
