"""The calls of a Stripe account, counted for all who send them."""

import django.contrib.postgres.fields
from django.db import migrations, models

from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="CallBudget",
            fields=[
                ("account", models.TextField(primary_key=True, serialize=False)),
                (
                    "taken_at",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None),
                ),
            ],
        ),
        installs("stripe_client", "stripe_call_wait_v1"),
    ]
