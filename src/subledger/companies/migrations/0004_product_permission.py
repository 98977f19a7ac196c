from __future__ import annotations

from typing import Any

from django.db import migrations


def grant(apps: Any, schema_editor: Any) -> None:
    """Products have a permission of their own: who changed them may go on, and so may billing managers, whose imports
    create products."""
    for role in apps.get_model("companies", "Role").objects.all():
        may = "configuration.edit" in role.permissions or role.code == "billing_manager"
        if may and "products.edit" not in role.permissions:
            role.permissions = [*role.permissions, "products.edit"]
            role.save(update_fields=["permissions"])


def withdraw(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("companies", "Role").objects.all():
        role.permissions = [one for one in role.permissions if one != "products.edit"]
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("companies", "0003_formats")]

    operations = [migrations.RunPython(grant, withdraw)]
