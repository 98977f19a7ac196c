"""Files that people attach to records."""

import django.db.models.deletion
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    initial = True
    dependencies = [("companies", "0008_setup")]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=100)),
                ("size", models.IntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("note", models.TextField(blank=True, max_length=1000)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.TextField()),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_by", models.TextField(blank=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={
                "verbose_name": "attached file",
                "indexes": [models.Index(fields=["object_id"], name="attachment_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            removed_at__isnull=True, sha256=subledger.platform.fields.Digest(models.F("content"))
                        )
                        | models.Q(removed_at__isnull=False, content=b""),
                        name="attachment_sha256",
                    )
                ],
            },
        ),
        installs("attachments", "attachment_stays_v1"),
        append_only("attachments_attachment", updates=True),
    ]
