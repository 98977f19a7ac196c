from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The language of pages, of a company and of a person in it. A server of the version before leaves it out."""

    dependencies = [("companies", "0009_saved_views")]

    operations = [
        migrations.AddField(model, "language", models.CharField(blank=True, db_default="", default="", max_length=8))
        for model in ("company", "membership")
    ]
