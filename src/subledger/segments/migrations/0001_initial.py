import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    initial = True
    dependencies = [("companies", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("about", models.CharField(max_length=20)),
                ("criteria", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField()),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={
                "verbose_name": "segment",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(models.F("company"), models.F("name"), name="segment_name"),
                    models.CheckConstraint(
                        condition=models.Q(("about__in", ["accounts", "transactions"])), name="segment_about"
                    ),
                ],
            },
        ),
        append_only("segments_segment", updates=True, deletes=True),
    ]
