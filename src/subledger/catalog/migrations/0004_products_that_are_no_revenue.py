"""Products say whether they are revenue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_product_groups")]

    operations = [
        migrations.AddField("product", "is_revenue", models.BooleanField(db_default=True, default=True)),
    ]
