"""The kinds of run there are: those that rooms declare (`Room.runs`), which refuses twins at start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from subledger.kernel.sentences import say
from subledger.platform.rooms import RoomsInvalid, declared

from .errors import RunKindUnknown
from .kinds import RunFacts, RunKind, Selection, Step, StepResult

# A program does not know the kinds of a newer one that works beside it while it is being replaced: what is theirs is
# theirs to do. What nobody has done after that is refused.
LEFT_TO_OTHERS = timedelta(minutes=10)

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


def is_known(name: str) -> bool:
    return name in _kinds()


def kind_shown(name: str) -> RunKind:
    """As `kind_named`; of a kind that is there no more one that only says so, for what is left of it."""
    return _kinds().get(name) or RunKind(
        name=name,
        title=name,
        says=say("This kind of run is not installed any more: nothing of it is carried out."),
        criteria=_Nothing,
        select=_select_nothing,
        execute=_do_nothing,
        has_definitions=False,
    )


@dataclass(frozen=True)
class _Nothing:
    """No criteria."""


def _select_nothing(facts: RunFacts) -> Selection:
    raise RunKindUnknown(facts.name, _kinds())


def _do_nothing(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    raise RunKindUnknown(facts.name, _kinds())


def _kinds() -> dict[str, RunKind]:
    return {kind.name: kind for kind in declared(RunKind)} | _more
