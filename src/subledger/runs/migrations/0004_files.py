"""Files that runs make."""

import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial"), ("runs", "0003_progress")]

    operations = [
        migrations.CreateModel(
            name="RunFile",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=120)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("is_part", models.BooleanField(default=False)),
                ("facts", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="runs.run"
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a run",
                "indexes": [models.Index(models.F("made_at"), name="run_file_made")],
                "constraints": [
                    models.UniqueConstraint(models.F("run"), models.F("name"), name="run_file_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="RunFileChunk",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "file_id", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="runs.runfile",
                    ),
                ),
            ],
        ),
    ]
