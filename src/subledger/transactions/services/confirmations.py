"""What an act would come to, and everything that it asks to be confirmed: shown together, before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from subledger.kernel.errors import ConfirmationNeeded

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Foreseen(Generic[T]):
    """What an act would come to, and what it asks to be confirmed first."""

    preview: T
    questions: tuple[ConfirmationNeeded, ...]

    @property
    def confirmations(self) -> frozenset[str]:
        return frozenset(each.confirmation for each in self.questions)


def asking(look: Callable[[frozenset[str]], T]) -> Foreseen[T]:
    """Everything that ``look`` asks to be confirmed, at once: it is given the confirmations that it has asked for."""
    questions: dict[str, ConfirmationNeeded] = {}
    while True:
        try:
            return Foreseen(look(frozenset(questions)), tuple(questions.values()))
        except ConfirmationNeeded as question:
            if question.confirmation in questions:
                raise
            questions[question.confirmation] = question
