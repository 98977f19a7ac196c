"""Everything that is kept under Configuration: which rows, which fields, how they are listed and typed.

A `Kind` is one page of entries and the form of one of them; all of them are shown alike, and every change goes
through one door. Rooms say in their faces which they have (`faces.Kept`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.page_kit.columns import Column, YesColumn
from subledger.page_kit.faces import Kept, Link, gathered
from subledger.page_kit.kind import Choices, Kind
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.templatetags.subledger_tags import word
from subledger.page_kit.url_ids import page_url


@cache
def groups() -> tuple[tuple[str, tuple[Kind, ...], tuple[Link, ...]], ...]:
    """What all rooms keep under Configuration: label of a group, its kinds, its pages of their own."""
    found: dict[str, list[Kept]] = {}
    for kept in sorted(gathered("configuration"), key=lambda kept: kept.position):
        found.setdefault(kept.group, []).append(kept)
    return tuple(
        (label, tuple(kind for one in kepts for kind in one.kinds), tuple(link for one in kepts for link in one.links))
        for label, kepts in found.items()
    )


def kinds() -> dict[str, Kind]:
    """By the part of their addresses."""
    return {kind.slug: kind for _, found, _ in groups() for kind in found}


def kind_named(slug: str) -> Kind:
    found = kinds().get(slug)
    if found is None:
        raise NotFound("configuration page", slug)
    return found


def entry_of(kind: Kind, public_id: str) -> Any:
    """The row behind a public id; NotFound when it is none of this company's."""
    try:
        ident = ids.decode(kind.model.PREFIX, public_id)  # type: ignore[attr-defined]
    except ValueError:
        raise NotFound(kind.noun, public_id) from None
    row = kind.model.objects.filter(pk=ident).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound(kind.noun, public_id)
    return row


def entry_url(kind: Kind, row: Any) -> str:
    return page_url("entry", kind.slug, row.public_id)


CONFIGURATION = "Configuration"


def crumbs_to(*labels: tuple[str, str]) -> list[Crumb]:
    return [Crumb(CONFIGURATION, page_url("configuration")), *(Crumb(label, url) for label, url in labels)]


def below(label: str, listed: str, title: str) -> dict[str, Any]:
    """Crumbs of a form of one of Configuration's lists, and where Back leads."""
    return {"crumbs": crumbs_to((label, listed), (title, "")), "cancel_url": listed}


def words(values: Any) -> Choices:
    return [(value.value, word(value)) for value in values]


def active() -> Column:
    return YesColumn("is_active", "In use", sort="is_active", lead=True)


NAMED = (Column("name", "Name", sort="name", strong=True), Column("code", "Code", sort="code"))
PLAIN = ("name", "code", "description", "is_active")
IN_USE = {"is_active": "In use"}
