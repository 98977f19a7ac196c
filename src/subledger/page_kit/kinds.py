"""Everything that is kept under Configuration: which rows, how they are found and reached.

Each table is declared once by its room (`platform.configuration`); all of them are shown alike, and every change goes
through one door. Pages of their own that rooms keep there are in their faces (`faces.Kept`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Kept, Link, gathered, shell_url
from subledger.page_kit.navigation import Crumb
from subledger.platform.configuration import ConfigurationTable
from subledger.platform.rooms import installed


@cache
def groups() -> tuple[tuple[str, tuple[ConfigurationTable, ...], tuple[Link, ...]], ...]:
    """What all rooms keep under Configuration: label of a group, its tables, its pages of their own."""
    found: list[ConfigurationTable | Kept] = [table for room in installed() for table in room.tables]
    by_group: dict[str, list[ConfigurationTable | Kept]] = {}
    for one in sorted([*found, *gathered("configuration")], key=lambda one: one.position):
        by_group.setdefault(one.group, []).append(one)
    return tuple(
        (
            label,
            tuple(one for one in ones if isinstance(one, ConfigurationTable)),
            tuple(link for one in ones if isinstance(one, Kept) for link in one.links),
        )
        for label, ones in by_group.items()
    )


def kinds() -> dict[str, ConfigurationTable]:
    """By the part of their addresses."""
    return {table.slug: table for _, found, _ in groups() for table in found}


def kind_named(slug: str) -> ConfigurationTable:
    found = kinds().get(slug)
    if found is None:
        raise NotFound(say("configuration page"), slug)
    return found


def entry_of(table: ConfigurationTable, public_id: str) -> Any:
    """The row behind a public id; NotFound when it is none of this company's."""
    try:
        ident = ids.decode(table.model.PREFIX, public_id)  # type: ignore[attr-defined]
    except ValueError:
        raise NotFound(table.noun, public_id) from None
    row = table.model.objects.filter(pk=ident).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound(table.noun, public_id)
    return row


def entry_url(table: ConfigurationTable, row: Any) -> str:
    return shell_url("row", table.slug, row.public_id)


CONFIGURATION = say("Configuration")


def crumbs_to(*labels: tuple[str, str]) -> list[Crumb]:
    return [Crumb(CONFIGURATION, shell_url("configuration")), *(Crumb(label, url) for label, url in labels)]


def below(label: str, listed: str, title: str) -> dict[str, Any]:
    """Crumbs of a form of one of Configuration's lists, and where Back leads."""
    return {"crumbs": crumbs_to((label, listed), (title, "")), "cancel_url": listed}
