"""The kinds of files that can be imported: those that rooms declare (`Room.imports`), which refuses twins at start."""

from __future__ import annotations

from typing import Any

from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.options import titles_of
from subledger.platform.rooms import declared

from .errors import ImportKindUnknown


def kinds() -> dict[str, ImportKind[Any]]:
    """By name, lowest room first."""
    return {kind.name: kind for kind in declared(ImportKind)}


def kind_named(name: str) -> ImportKind[Any]:
    """ImportKindUnknown lists what there is."""
    known = kinds()
    if name not in known:
        raise ImportKindUnknown(name, known)
    return known[name]


def choices() -> dict[str, str]:
    """All that may be chosen of some kind of file, with what a page calls it."""
    return {name: title for kind in kinds().values() for name, title in titles_of(kind.choices).items()}
