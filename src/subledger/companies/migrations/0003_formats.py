from __future__ import annotations

from django.db import migrations, models

FORMATS = [(model, name) for model in ("company", "membership") for name in ("number_format", "date_format")]


class Migration(migrations.Migration):
    """How a company, and a person in it, writes numbers and days. A server of the version before leaves them out."""

    dependencies = [("companies", "0002_gateway_permissions")]

    operations = [
        migrations.AddField(model, name, models.CharField(blank=True, db_default="", default="", max_length=20))
        for model, name in FORMATS
    ]
