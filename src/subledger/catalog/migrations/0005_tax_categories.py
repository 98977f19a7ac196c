"""Tax rates say of which category of EN 16931 they are, and why no tax is charged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_products_that_are_no_revenue")]

    operations = [
        migrations.AddField("taxrate", "category", models.CharField(db_default="S", default="S", max_length=2)),
        migrations.AddField(
            "taxrate", "exemption", models.CharField(blank=True, db_default="", default="", max_length=300)
        ),
        migrations.RunSQL(
            "UPDATE catalog_taxrate SET category = 'Z' WHERE percent = 0; SET CONSTRAINTS ALL IMMEDIATE;",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "taxrate",
            models.CheckConstraint(
                condition=models.Q(("category__in", ["S", "Z", "E", "AE", "K", "G", "O"])), name="tax_rate_category"
            ),
        ),
        migrations.AddConstraint(
            "taxrate",
            models.CheckConstraint(
                condition=models.Q(("percent", 0), ("category", "S"), _connector="OR"),
                name="tax_rate_taxed_is_standard",
            ),
        ),
    ]
