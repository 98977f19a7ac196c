"""What days came to is kept for the reports that would else add up every transaction. A worker fills the tables, from
the first transaction on; until it has, reports read the transactions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transactions", "0032_found_by_spoken_purchase_order")]

    operations = [
        migrations.CreateModel(
            name="PostedDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "posted_on",
                        "classification",
                        "late_on",
                        "currency",
                        "of_customers",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("company_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("of_customers", models.BooleanField()),
                ("classification", models.CharField(max_length=20)),
                ("posted_on", models.DateField()),
                ("late_on", models.DateField()),
                ("documents", models.BigIntegerField()),
                ("minor", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SettledDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "settled_on",
                        "settled_by",
                        "late_on",
                        "currency",
                        "of_invoices",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("company_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("of_invoices", models.BooleanField()),
                ("settled_by", models.CharField(max_length=20)),
                ("settled_on", models.DateField()),
                ("late_on", models.DateField()),
                ("minor", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="DaysFollowed",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("through_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="days_followed_once")],
            },
        ),
    ]
