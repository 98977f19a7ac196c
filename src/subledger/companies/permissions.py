"""Every action that can be allowed or withheld, the ready roles, and what the scopes of API keys stand for.

Rooms declare their permissions (`platform.rooms.Permission`); services demand one where the deed is done, whatever
door it came through. `permissions` are what roles are made of. A deed may demand a part of one,
``transactions.post:invoice``: who has the whole has every part; an API key may have the part alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.platform.rooms import installed

MANAGES_PEOPLE = "people.edit"  # a company always keeps somebody who has it
CREATES_COMPANIES = "companies.create"
CONFIGURES = "configuration.edit"
ADMINISTRATOR = "administrator"

READY_ROLES = {
    "agent": say("Agent"),
    "billing_manager": say("Billing manager"),
    "accountant": say("Accountant"),
    ADMINISTRATOR: say("Administrator"),
    "auditor": say("Auditor (read only)"),
}


@cache
def permissions() -> dict[str, str]:
    """Every permission and what it allows, in words; rooms in the order of the floors."""
    return {name: one.title for room in installed() for name, one in room.permissions.items()}


@cache
def granted(role: str) -> tuple[str, ...]:
    """The permissions of a ready role."""
    return tuple(
        name
        for room in installed()
        for name, one in room.permissions.items()
        if role == ADMINISTRATOR or role in one.roles
    )


@cache
def parts() -> dict[str, str]:
    """The parts of permissions that deeds demand, and what each allows."""
    found = {
        f"{name}:{part}": title
        for room in installed()
        for name, one in room.permissions.items()
        for part, title in one.parts.items()
    }
    tables = (table for room in installed() for table in room.tables if table.permission.startswith(f"{CONFIGURES}:"))
    return found | {one.permission: say("Change {things}", things=plain(one.name)) for one in tables}


@cache
def configured() -> dict[str, str]:
    """What of the configuration has a name of its own in the API, and the part of `CONFIGURES` that changes it."""
    return {
        table.name: table.permission
        for room in installed()
        for table in room.tables
        if table.permission.startswith(f"{CONFIGURES}:")
    }


# ---- scopes of API keys

READS = frozenset({"view", "export"})


@cache
def writes() -> frozenset[str]:
    """What ``write`` stands for: whatever is no reading, and lets nobody in."""
    return frozenset(permissions()) - READS - {MANAGES_PEOPLE}


@cache
def resource_writes() -> dict[str, frozenset[str]]:
    """What ``<resource>:write`` stands for: the deeds on that resource, wherever in the address they stand."""
    found: dict[str, frozenset[str]] = {}
    for room in installed():
        for resource, deeds in room.scopes.items():
            found[resource] = found.get(resource, frozenset()) | deeds
    return found | {name: frozenset({part}) for name, part in configured().items()}


@cache
def resources() -> frozenset[str]:
    """What ``<resource>:read`` may name."""
    return frozenset(resource_writes()).union(*(room.reads for room in installed()))


def scope_permissions(scope: str) -> frozenset[str]:
    """What one scope of an API key stands for; nothing where there is no such scope.

    A scope is ``read``, ``write``, ``<resource>:read``, ``<resource>:write``, or a permission or part of one.
    """
    resource, _, verb = scope.rpartition(":")
    if scope == "read":
        return READS
    if scope == "write":
        return writes()
    if verb == "read" and resource in resources():
        return frozenset({f"view:{resource}"})
    if verb == "write" and resource in resource_writes():
        return resource_writes()[resource]
    return frozenset({scope}) if scope in permissions() or scope in parts() else frozenset()


def permissions_of(scopes: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(scope_permissions(scope) for scope in scopes))


def scopes_with(permission: str) -> list[str]:
    """The names of scopes, widest last, that let a key do what demands the permission."""
    whole = permission.partition(":")[0]
    named = [*(f"{name}:write" for name in resource_writes()), "read", "write"]
    if whole == "view" and permission != whole:
        named.insert(0, f"{permission.partition(':')[2]}:read")
    return [name for name in named if {permission, whole} & scope_permissions(name)]


def title_of(permission: str) -> str:
    """What a permission allows, in words."""
    whole, _, part = permission.partition(":")
    if whole == "view" and part:
        return say("See {things}", things=plain(part))
    return parts().get(permission) or permissions().get(whole, permission)
