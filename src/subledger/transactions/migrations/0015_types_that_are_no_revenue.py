"""Types say whether they are revenue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_products_that_are_no_revenue"), ("transactions", "0014_credit_reasons")]

    operations = [
        migrations.AddField("transactiontype", "is_revenue", models.BooleanField(db_default=True, default=True)),
    ]
