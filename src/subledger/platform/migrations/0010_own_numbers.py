"""Series are written by a format of the company's own, and may begin again each year or month."""

from django.db import migrations, models

import subledger.platform.fields
from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs

FILL_IN = "UPDATE platform_numberseries SET format = prefix || '{number:' || digits || '}' WHERE format = ''"
# What a prefix and digits cannot say goes back to what is nearest: the letters in front, and the longest year's count.
FILL_BACK = """
    UPDATE platform_numberseries s
       SET prefix = coalesce(prefix, split_part(format, '{', 1)), digits = coalesce(digits, 8),
           next_value = greatest(next_value, (SELECT max(c.next_value) FROM platform_numbercounter c
                                               WHERE c.company_id = s.company_id AND c.series = s.code))
     WHERE prefix IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("platform", "0009_written_by_their_room")]

    operations = [
        migrations.AlterField("numberseries", "prefix", models.TextField(null=True)),
        migrations.AlterField("numberseries", "digits", models.SmallIntegerField(default=8, null=True)),
        migrations.AddField("numberseries", "format", models.TextField(db_default="", default="")),
        migrations.AddField("numberseries", "restarts", models.TextField(db_default="never", default="never")),
        migrations.AddField("numberseries", "first_value", models.BigIntegerField(db_default=1, default=1)),
        migrations.CreateModel(
            name="NumberCounter",
            fields=[
                ("id", models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ("company_id", models.BigIntegerField()),
                ("series", models.TextField()),
                ("period", models.TextField()),
                ("first_value", models.BigIntegerField(default=1)),
                ("next_value", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("company_id"), models.F("series"), models.F("period"), name="number_counter_period"),
                    models.CheckConstraint(condition=models.Q(first_value__gte=1, next_value__gte=models.F("first_value")), name="number_counter_values"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberRange",
            fields=[
                ("id", models.BigIntegerField(db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False)),
                ("company_id", models.BigIntegerField()),
                ("series", models.TextField()),
                ("format", models.TextField()),
                ("restarts", models.TextField()),
                ("period", models.TextField()),
                ("first_value", models.BigIntegerField()),
                ("next_value", models.BigIntegerField()),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(models.F("company_id"), models.F("series"), name="number_range_series")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(first_value__gte=1, next_value__gt=models.F("first_value")), name="number_range_values"),
                ],
            },
        ),
        migrations.RunSQL(FILL_IN, FILL_BACK),
        migrations.AlterModelOptions("numberseries", {"verbose_name": "number series"}),
        migrations.AddConstraint(
            "numberseries",
            models.CheckConstraint(condition=models.Q(restarts__in=["never", "year", "month"]), name="number_series_restarts"),
        ),
        append_only("platform_numberrange"),
        installs("platform", "numbers_take_v2"),
    ]
