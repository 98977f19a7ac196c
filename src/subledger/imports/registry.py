"""The kinds of files that can be imported: those that rooms declare (`Room.imports`), which refuses twins at start."""

from __future__ import annotations

from subledger.import_kit.kinds import ImportKind
from subledger.platform.rooms import declared

from .errors import ImportKindUnknown


def kinds() -> dict[str, ImportKind]:
    """By name, lowest room first."""
    return {kind.name: kind for kind in declared(ImportKind)}


def kind_named(name: str) -> ImportKind:
    """ImportKindUnknown lists what there is."""
    known = kinds()
    if name not in known:
        raise ImportKindUnknown(name, known)
    return known[name]
