"""Who may do what in the company: read only, for people are managed on the pages and keys on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from subledger.api_kit.fields import Text60
from subledger.api_kit.resources import Filter, JsonObject, Resource, Thing, collection, serialise_fields
from subledger.companies.models import ApiKey, Membership, Role

router = Router(tags=["People"])


class RoleOut(Thing):
    object: Literal["role"]
    code: str
    name: str
    permissions: list[str]


class MemberOut(Thing):
    object: Literal["member"]
    username: str
    name: str
    role: str | RoleOut
    is_active: bool


class ApiKeyOut(Thing):
    object: Literal["api_key"]
    name: str
    hint: str = Field(description="The key itself is told once, when it is made, and kept only as a hash.")
    scopes: list[str]
    revoked_at: datetime | None


def serialise_roles(rows: Sequence[Role], request: HttpRequest) -> list[JsonObject]:
    return [{**serialise_fields(row, "code", "name", "permissions"), "object": "role"} for row in rows]


def serialise_members(rows: Sequence[Membership], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            **serialise_fields(row, "role"), "object": "member", "username": row.user.get_username(),
            "name": row.user.get_full_name(), "is_active": row.user.is_active,
        }
        for row in rows
    ]  # fmt: skip


def serialise_keys(rows: Sequence[ApiKey], request: HttpRequest) -> list[JsonObject]:
    names = ("name", "hint", "scopes", "revoked_at")
    return [{**serialise_fields(row, *names), "object": "api_key", "created_at": row.created_at} for row in rows]


roles = Resource(
    path="roles", model=Role, out=RoleOut, serialise=serialise_roles, rows=lambda: Role.objects.all(),
    filters={"code": Filter(type=Text60, lookup="code")},
)  # fmt: skip
members = Resource(
    path="members", model=Membership, out=MemberOut, serialise=serialise_members,
    rows=lambda: Membership.objects.select_related("user"), expands={"role": roles},
)  # fmt: skip
api_keys = Resource(
    path="api_keys", model=ApiKey, out=ApiKeyOut, serialise=serialise_keys, rows=lambda: ApiKey.objects.all()
)
for resource in (roles, members, api_keys):
    collection(router, resource, path=f"/{resource.path}")
