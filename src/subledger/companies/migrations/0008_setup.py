"""How far a company is set up."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("companies", "0007_configuration_changed")]

    operations = [
        migrations.AddField(
            model_name="company",
            name="setup",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list, size=None
            ),
        ),
    ]
