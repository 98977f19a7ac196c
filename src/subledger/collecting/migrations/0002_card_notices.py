import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("collecting", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="CardNotice",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("told_at", models.DateTimeField()),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="gateways.instrument",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="runs.run"
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of a card that ends",
                "constraints": [
                    models.UniqueConstraint(models.F("card"), models.F("level"), name="card_notice_once"),
                    models.CheckConstraint(condition=models.Q(("level__gte", 0)), name="card_notice_level"),
                ],
            },
        ),
        append_only("collecting_cardnotice"),
    ]
