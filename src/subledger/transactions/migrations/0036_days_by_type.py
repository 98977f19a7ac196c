"""What days came to is kept by subtype and method as well. A worker fills the table, from the first transaction on;
until it has, reports read the transactions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transactions", "0035_names_by_language")]

    operations = [
        migrations.CreateModel(
            name="TypeDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "company_id",
                        "posted_on",
                        "classification",
                        "type_id",
                        "of_type_id",
                        "payment_method_id",
                        "refund_method_id",
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
                ("type_id", models.BigIntegerField()),
                ("of_type_id", models.BigIntegerField()),
                ("payment_method_id", models.BigIntegerField()),
                ("refund_method_id", models.BigIntegerField()),
                ("documents", models.BigIntegerField()),
                ("minor", models.BigIntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="TypesFollowed",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("through_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="types_followed_once")],
            },
        ),
    ]
