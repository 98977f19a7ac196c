from __future__ import annotations

from typing import Any

from django.db import migrations

# What ready roles of companies that are there already get, as those of new ones do.
GRANTED = {"administrator": ["gateways.charge", "gateways.edit"], "billing_manager": ["gateways.charge"]}


def grant(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("companies", "Role").objects.filter(code__in=GRANTED):
        role.permissions = [*role.permissions, *(one for one in GRANTED[role.code] if one not in role.permissions)]
        role.save(update_fields=["permissions"])


def withdraw(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("companies", "Role").objects.all():
        role.permissions = [one for one in role.permissions if not one.startswith("gateways.")]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial")]

    operations = [migrations.RunPython(grant, withdraw)]
