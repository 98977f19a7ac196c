import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    initial = True
    dependencies = [("companies", "0006_provided"), ("platform", "0007_listeners")]
    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True)),
                ("is_active", models.BooleanField(default=True)),
                ("boards", models.PositiveSmallIntegerField(default=1)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("company"), models.F("code"), name="shelf_code"),
                    models.CheckConstraint(condition=models.Q(("boards__lte", 20)), name="shelf_boards"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Box",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True)),
                ("is_active", models.BooleanField(default=True)),
                ("colour", models.CharField(blank=True, max_length=20)),
                ("boards", models.PositiveSmallIntegerField(default=1)),
                ("floor", models.SmallIntegerField(default=0)),
                ("weight", models.DecimalField(decimal_places=4, max_digits=7)),
                ("size", models.CharField(default="small", max_length=10)),
                ("marks", ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ("made_on", models.DateField(blank=True, null=True)),
                (
                    "slots",
                    ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
                ),
                (
                    "shelf",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="toys.shelf"),
                ),
                ("neighbours", models.ManyToManyField(blank=True, to="toys.box")),
                ("price", models.DecimalField(decimal_places=8, max_digits=24, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("is_sealed", models.BooleanField(default=True)),
                ("metadata", models.JSONField(default=dict)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(models.F("company"), models.F("code"), name="box_code"),
                    models.CheckConstraint(condition=models.Q(("size__in", ["small", "large"])), name="box_size"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Toy",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("number", models.TextField()),
                ("name", models.CharField(max_length=60)),
                ("came_on", models.DateField()),
                (
                    "shelf",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="toys.shelf"),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(models.F("company"), models.F("number"), name="toy_number")],
            },
        ),
        append_only("toys_shelf", updates=True),
        append_only("toys_box", updates=True),
        append_only("toys_toy", updates=True),
        installs("toys", "toy_keeps_its_number_v1"),
    ]
