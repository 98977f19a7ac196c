"""A life cycle as one table: (state, action) -> next state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from .errors import TransitionNotAllowed

State = TypeVar("State", bound=StrEnum)


class Lifecycle(Generic[State]):
    """The allowed moves of a thing, read aloud in review.

    >>> Lifecycle({(Door.OPEN, "shut"): Door.SHUT}).advance(Door.OPEN, "shut")
    """

    def __init__(self, table: Mapping[tuple[State, str], State], *, by_itself: Collection[str] = ()) -> None:
        """``by_itself``: actions that nobody does, for they follow from something else: no refusal offers them."""
        self._table = dict(table)
        self._by_itself = frozenset(by_itself)

    def advance(self, state: State, action: str) -> State:
        """The state after ``action``; TransitionNotAllowed names what can be done instead."""
        try:
            return self._table[(state, action)]
        except KeyError:
            possible = self.actions(state)
            allowed = [each for each in possible if each not in self._by_itself]
            raise TransitionNotAllowed(
                state=state, action=action, allowed=allowed, goes_on=len(allowed) < len(possible)
            ) from None

    def allows(self, state: State, action: str) -> bool:
        return (state, action) in self._table

    def actions(self, state: State) -> list[str]:
        """What can be done from ``state``, in the table's order."""
        return [action for (origin, action) in self._table if origin == state]
