"""Copies keep who they are from and for; of those that were made before, nobody noted it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_kinds_of_rooms")]

    operations = [
        migrations.AddField("copy", "parties", models.JSONField(default=dict, db_default={})),
    ]
