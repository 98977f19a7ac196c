"""What rooms declare of the documents that their records are printed as: ``Room.document_kinds`` lists `DocumentKind`.

A kind is one layout for every format, and what becomes of copies that are kept. Copies bear its name; the names that
they may bear are rows, written at the end of every migration (`write_kinds`), so a new kind needs no migration of this
room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from subledger.kernel.languages import ENGLISH, LANGUAGES
from subledger.platform.declarations import DocumentDeclaration
from subledger.platform.rooms import RoomsInvalid, declared, installed

from .formats import Formats
from .labels import labels_of
from .sheets import Section
from .values import Document

__all__ = ["DocumentKind", "FactName", "Labels", "Layout", "is_electronic", "kind_named", "kinds", "title_of"]

Labels = Mapping[str, str]
FactName = Literal[
    "number",
    "issued_on",
    "due_on",
    "service",
    "about",
    "customer_number",
    "customer_vat",
    "purchase_order",
    "buyer_reference",
    "method",
    "received_on",
    "period",
]


@dataclass(frozen=True, slots=True)
class Layout:
    """``facts`` in their order, then ``sections``, of which `layouts` has some. ``total``: the label of the sum.
    ``asks``: it asks for money.
    """

    facts: tuple[FactName, ...]
    sections: tuple[Callable[[Document, Labels, Formats], Sequence[Section]], ...] = ()
    total: str = "total"
    asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind(DocumentDeclaration):
    """A kind of document.

    ``titles`` are what it is called, in each language of `kernel.languages`. ``stands``: what it says is settled, but
    for its sums and whether it was cancelled, so those alone make another edition; of any other, whatever it says does.
    ``en16931`` is its type as an electronic invoice (BT-3, UNCL 1001), "" for one that is none.
    """

    name: str
    titles: Mapping[str, str]
    layout: Layout
    stands: bool = False
    en16931: Literal["", "380", "381"] = ""


@cache
def kinds() -> Mapping[str, DocumentKind]:
    """By name, lowest floor first.

    Raises:
        RoomsInvalid: a kind cannot be printed as it is declared.
    """
    found = {}
    for room in installed():
        for kind in declared(DocumentKind, [room]):
            why = _why_not(kind)
            if why:
                raise RoomsInvalid(f"The document kind '{kind.name}' of the room {room.name!r} {why}")
            found[kind.name] = kind
    return found


def kind_named(name: str) -> DocumentKind:
    return kinds()[name]


def title_of(name: str, language: str = ENGLISH) -> str:
    """What a kind is called; in English where the language is none of ours."""
    titles = kind_named(name).titles
    return titles.get(language, titles[ENGLISH])


def is_electronic(name: str) -> bool:
    """Whether a kind is made as an electronic invoice, too."""
    return bool(kind_named(name).en16931)


def _why_not(kind: DocumentKind) -> str:
    missing = [language for language in LANGUAGES if not kind.titles.get(language)]
    if missing:
        return f"has no title in {', '.join(missing)}. Give it one."
    unknown = [name for name in kind.layout.facts if name not in get_args(FactName)]
    if unknown:
        return f"says {unknown[0]!r}, which is no fact of a document. Choose of: {', '.join(get_args(FactName))}."
    if kind.layout.total not in labels_of(ENGLISH):
        return f"calls its sum {kind.layout.total!r}, for which there is no label. Add it to `documents/words`."
    return ""


def write_kinds(*, apps: Any, **signal: Any) -> None:
    """After a migration: the kinds that rooms declare, as rows. One that is declared no more stays, for copies."""
    try:
        model = apps.get_model("documents", "CopyKind")
    except LookupError:
        return  # migrated back to before there were rows
    model.objects.bulk_create((model(name=name) for name in kinds()), ignore_conflicts=True)
