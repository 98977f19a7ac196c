"""What rooms declare of the documents that their records are printed as: ``Room.document_kinds`` lists `DocumentKind`.

A kind is one layout for every format, the words that stand on it and on no other, and what becomes of copies that are
kept. What all documents say is in ``words/``; what one kind calls its sum, or a fact of its own, the kind brings with
it, so no room above has to be known here. Copies bear its name; the names that
they may bear are rows, written at the end of every migration (`write_kinds`), so a new kind needs no migration of this
room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from subledger.kernel.languages import ENGLISH, LANGUAGES
from subledger.platform.declarations import DocumentDeclaration
from subledger.platform.rooms import RoomsInvalid, declared, installed

from .formats import Formats
from .labels import labels_of
from .sheets import Section
from .values import Document

__all__ = [
    "DocumentKind",
    "FactName",
    "Labels",
    "Layout",
    "is_electronic",
    "kind_named",
    "kinds",
    "labels_for",
    "title_of",
]

Labels = Mapping[str, str]  # texts in one language, by name
InLanguages = Mapping[str, str]  # one text, by language
FactName = Literal[
    "number",
    "issued_on",
    "due_on",
    "service",
    "about",
    "customer_number",
    "customer_vat",
    "order_reference",
    "buyer_reference",
    "period",
]


@dataclass(frozen=True, slots=True)
class Layout:
    """``facts`` in their order, those of every document and those that the kind has words for; then ``sections``, of
    which `layouts` has some. ``total``: the label of the sum. ``asks``: it asks for money.
    """

    facts: tuple[str, ...]
    sections: tuple[Callable[[Document, Labels, Formats], Sequence[Section]], ...] = ()
    total: str = "total"
    asks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind(DocumentDeclaration):
    """A kind of document.

    ``titles`` are what it is called, in each language of `kernel.languages`; ``words`` are labels of its own by name,
    each in those languages: its sections are told them beside those of all documents, and a fact so named is what
    `Document.facts` has of it. ``stands``: what it says is settled, but
    for its sums and whether it was cancelled, so those alone make another edition; of any other, whatever it says does.
    ``en16931`` is its type as an electronic invoice (BT-3, UNCL 1001), "" for one that is none; ``terms`` the label of
    its terms there (BT-20), where it has no day by which it is to be paid.
    """

    name: str
    titles: Mapping[str, str]
    layout: Layout
    words: Mapping[str, InLanguages] = field(default_factory=dict)
    stands: bool = False
    en16931: Literal["", "380", "381"] = ""
    terms: str = ""


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


@cache
def labels_for(name: str, language: str) -> Labels:
    """What stands on documents of a kind: the labels of all documents, and its own; English where the language is none
    of ours."""
    code = language if language in LANGUAGES else ENGLISH
    return {**labels_of(code), **{own: texts[code] for own, texts in kind_named(name).words.items()}}


def is_electronic(name: str) -> bool:
    """Whether a kind is made as an electronic invoice, too."""
    return bool(kind_named(name).en16931)


def _why_not(kind: DocumentKind) -> str:
    ours: tuple[str, ...] = get_args(FactName)
    labels = labels_of(ENGLISH)
    missing = [language for language in LANGUAGES if not kind.titles.get(language)]
    if missing:
        return f"has no title in {', '.join(missing)}. Give it one."
    for own, texts in kind.words.items():
        missing = [language for language in LANGUAGES if not texts.get(language)]
        if missing:
            return f"has no word for {own!r} in {', '.join(missing)}. Give it one."
        if own in labels or own in ours:
            return f"has a word for {own!r}, which all documents have. Call it something else."
    unknown = [name for name in kind.layout.facts if name not in ours and name not in kind.words]
    if unknown:
        return (
            f"says {unknown[0]!r}, which is no fact of every document. Give it a word in `words`, or choose of: "
            f"{', '.join(ours)}."
        )
    for use, label in (("its sum", kind.layout.total), ("its terms", kind.terms)):
        if label and label not in labels and label not in kind.words:
            return f"calls {use} {label!r}, for which there is no label. Give it a word in `words`."
    return ""


def write_kinds(*, apps: Any, **signal: Any) -> None:
    """After a migration: the kinds that rooms declare, as rows. One that is declared no more stays, for copies."""
    try:
        model = apps.get_model("documents", "CopyKind")
    except LookupError:
        return  # migrated back to before there were rows
    model.objects.bulk_create((model(name=name) for name in kinds()), ignore_conflicts=True)
