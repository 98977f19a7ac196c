"""What terminating an account would strand and stop: told by the rooms that know, before it is done for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from subledger.kernel.outcomes import outcome_of

from .errors import AccountNotClear
from .models import Account


class Stranded(NamedTuple):
    """Something that terminating an account leaves on it for ever, or stops, in words: "a credit of 50.00 EUR on 1
    open item". ``facts`` are what it is about, where the words alone do not tell one from another."""

    words: str
    facts: tuple[object, ...] = ()
    is_stopped: bool = False


# Rooms above put in here what they know of an account.
reporters: list[Callable[[Account], Iterable[Stranded]]] = []


@dataclass(frozen=True, slots=True)
class Termination:
    """What terminating an account comes to. ``left`` stays on it for ever, ``stopped`` is taken back or never done."""

    left: Sequence[str]
    stopped: Sequence[str]
    outcome: str

    @property
    def is_clear(self) -> bool:
        return not (self.left or self.stopped)


def stranded_on(account: Account) -> list[Stranded]:
    """Everything that terminating an account would strand or stop; nothing where it is clear."""
    return [one for report in reporters for one in report(account)]


def termination_of(account: Account) -> Termination:
    found = stranded_on(account)
    return Termination(
        left=[one.words for one in found if not one.is_stopped],
        stopped=[one.words for one in found if one.is_stopped],
        outcome=outcome_of("terminate", account.pk, [tuple(one) for one in found]),
    )


def check_shown(account: Account, *, expected_outcome: str) -> None:
    """AccountNotClear where something is left or stopped that was not shown, or what was shown is no more.

    A clear account asks nothing of whoever was shown nothing.
    """
    found = termination_of(account)
    if expected_outcome == found.outcome or (found.is_clear and not expected_outcome):
        return
    raise AccountNotClear(account.number, left=found.left, stopped=found.stopped, outcome=found.outcome)
