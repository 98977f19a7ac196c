"""Customers have contact persons."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_electronic_invoices")]

    operations = [
        migrations.CreateModel(
            name="ContactPerson",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=300)),
                ("role", models.CharField(default="general", max_length=20)),
                ("email", models.CharField(blank=True, max_length=320)),
                ("phone", models.CharField(blank=True, max_length=60)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "receives",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_persons",
                        to="accounts.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact person",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("customer"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(removed_at__isnull=True),
                        name="contact_person_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            role__in=["general", "billing", "collections", "purchasing", "management"]
                        ),
                        name="contact_person_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(receives__contained_by=["invoices", "statements", "reminders"]),
                        name="contact_person_topics",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(receives=[]) | ~models.Q(email=""), name="contact_person_reached"
                    ),
                ],
            },
        ),
        append_only("accounts_contactperson", updates=True),
    ]
