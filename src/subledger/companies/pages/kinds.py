"""What companies keep under Configuration: roles."""

from __future__ import annotations

from django.db.models import Func, IntegerField

from subledger.companies.models import Role
from subledger.companies.permissions import permissions
from subledger.page_kit.columns import Column
from subledger.page_kit.kinds import NAMED, Kind

ROLES = (
    Kind(
        "roles",
        "Roles",
        "role",
        Role,
        "What each role may do.",
        ("name", "code", "permissions"),
        (*NAMED, Column("permission_count", "Permissions", css="col-number", lead=True)),
        choices={"permissions": list(permissions().items())},
        permission="people.edit",
        rows=lambda rows: rows.annotate(
            permission_count=Func("permissions", function="cardinality", output_field=IntegerField())
        ),
    ),
)
