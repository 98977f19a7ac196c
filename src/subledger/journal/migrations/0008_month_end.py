"""Lines of a month's end that somebody marked as done."""

import django.db.models.deletion
import subledger.platform.fields
from django.db import migrations, models

from subledger.platform.guards import append_only


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial"), ("journal", "0007_written_by_its_room")]

    operations = [
        migrations.CreateModel(
            name="MonthEndMark",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        db_default=subledger.platform.fields.NextId(), primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("item", models.CharField(max_length=40)),
                ("words", models.TextField()),
                ("done_at", models.DateTimeField()),
                ("done_by", models.TextField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.TextField(blank=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="companies.company"
                    ),
                ),
            ],
            options={
                "verbose_name": "mark of a month's end",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("company"),
                        models.F("month"),
                        models.F("item"),
                        condition=models.Q(("undone_at", None)),
                        name="month_end_marked_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="month_end_of_a_month"),
                ],
            },
        ),
        append_only("journal_monthendmark", updates=True),
    ]
