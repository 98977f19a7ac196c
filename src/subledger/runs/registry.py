"""The kinds of run there are: those that rooms declare (`Room.runs`), which refuses twins at start."""

from __future__ import annotations

from subledger.platform.rooms import RoomsInvalid, declared

from .errors import RunKindUnknown
from .kinds import RunKind

_more: dict[str, RunKind] = {}


def register(kind: RunKind) -> None:
    """Make a kind known that no room declares: a package's own, or a test's. RoomsInvalid when the name is taken."""
    known = _kinds().get(kind.name)
    if known is not None and known is not kind:
        raise RoomsInvalid(f"The kind of run {kind.name!r} is there already: {known.title!r}. Give one another name.")
    _more[kind.name] = kind


def kinds() -> list[RunKind]:
    return sorted(_kinds().values(), key=lambda kind: kind.title)


def kind_named(name: str) -> RunKind:
    known = _kinds()
    if name not in known:
        raise RunKindUnknown(name, known)
    return known[name]


def _kinds() -> dict[str, RunKind]:
    return {kind.name: kind for kind in declared(RunKind)} | _more
