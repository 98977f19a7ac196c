"""The tax rate that is chosen beforehand on new lines."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0002_guards"),
        ("transactions", "0007_items_as_entered"),
    ]

    operations = [
        migrations.AddField(
            model_name="transactiondefinition",
            name="default_tax_rate",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.taxrate"
            ),
        ),
    ]
