"""What a company begins with, from what rooms declare; older companies get what newer rooms brought.

A company keeps account of what it was given (`Company.provided`), so that nothing is given twice: what somebody has
changed, renamed or taken out of a role since stays as they left it. Rooms above make what only they know: `makers` has
one for each kind of seed. Names are given in the language of the company (``said(say("Cash"))``), and are its own from
then on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.transaction import atomic

from subledger.kernel.sentences import said
from subledger.page_kit.translation import in_language
from subledger.platform.callers import as_follows
from subledger.platform.events import NewEvent, record_events
from subledger.platform.numbering import create_series
from subledger.platform.rooms import LedgerSeed, Room, RuleSeed, installed
from subledger.platform.scope import current_company_id

from .models import Company, Role
from .permissions import ADMINISTRATOR

makers: dict[type, Callable[[Sequence[Any]], None]] = {}


@atomic
def provide(*, actor: str) -> list[str]:
    """Give the company in scope what rooms declare and it was not given yet, rooms in the order of the floors.

    Returns:
        What it was given, such as ``number series payment``; nothing where it had everything.
    """
    company = Company.objects.select_for_update().get(pk=current_company_id())
    had = frozenset(company.provided)
    given: list[str] = []
    with as_follows(), in_language(company.language):
        for room in installed():
            given += _give(room, had, actor)
    if given:
        Company.objects.filter(pk=company.pk).update(provided=[*company.provided, *given])
        if had - {name for name in had if name.startswith("permission ")}:
            record_events([NewEvent("company.provided", "company", company.pk, {"given": given})], actor=actor)
    return given


def said_by_company(text: str) -> str:
    """A name that the company in scope is given, in its language."""
    with in_language(Company.objects.values_list("language", flat=True).get(pk=current_company_id())):
        return said(text)


def lacking() -> list[str]:
    """What the company in scope was not given yet."""
    had = set(Company.objects.values_list("provided", flat=True).get(pk=current_company_id()))
    return [name for room in installed() for name in offered(room) if name not in had]


def offered(room: Room) -> list[str]:
    """The names under which a company is given what a room declares."""
    seeds: list[LedgerSeed | RuleSeed] = [*room.chart, *room.rules]
    return [
        *(f"number series {series.code}" for series in room.series),
        *(f"permission {permission}" for permission in room.permissions),
        *(_name(seed) for seed in seeds),
        *room.defaults,
    ]


def _give(room: Room, had: frozenset[str], actor: str) -> list[str]:
    for series in room.series:
        if f"number series {series.code}" not in had:
            create_series(code=series.code, prefix=series.prefix, digits=series.digits)
    for permission, declared in room.permissions.items():
        if f"permission {permission}" not in had:
            _grant(permission, {ADMINISTRATOR, *declared.roles})
    for seeds in list[Sequence[LedgerSeed | RuleSeed]]((room.chart, room.rules)):
        lacked = [seed for seed in seeds if _name(seed) not in had]
        if lacked:
            makers[type(lacked[0])](lacked)
    for name, make in room.defaults.items():
        if name not in had:
            make(actor)
    return [name for name in offered(room) if name not in had]


def _name(seed: LedgerSeed | RuleSeed) -> str:
    if isinstance(seed, LedgerSeed):
        return f"ledger account {seed.code}"
    return f"posting rule {seed.classification} {seed.role} {seed.component}"


def _grant(permission: str, roles: set[str]) -> None:
    """Ready roles that the company still has get the permission; roles of its own making get none by themselves."""
    for role in Role.objects.filter(code__in=roles).exclude(permissions__contains=[permission]):
        role.permissions.append(permission)
        role.save(update_fields=["permissions"])
