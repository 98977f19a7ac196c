"""What an act that cannot be undone comes to: shown first, and done as it was shown.

Usage
-----
::

    found = termination_of(account)         # what it leaves and stops, and its outcome: a digest of that
    …                                       # pages, API and commands show it, and send the outcome back
    if found.outcome != expected_outcome:   # under the lock
        raise AccountNotClear(found)

Whoever was shown something else, or nothing, is told what it comes to now, and asks again with that outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from .errors import ConfirmationNeeded, Door, repeated_with
from .sentences import say

__all__ = ["OutcomeUnseen", "outcome_of"]

DIGITS = 32


def outcome_of(*facts: object) -> str:
    """The digest of what an act comes to: of plain values, so that the same facts have the same digest."""
    return sha256(repr(facts).encode()).hexdigest()[:DIGITS]


class OutcomeUnseen(ConfirmationNeeded):
    """An act that cannot be undone was asked for by somebody who was not shown what it comes to now.

    The message says what it comes to; ``outcome`` is sent back by whoever read it.
    """

    code = "outcome_unseen"
    confirmation = "expected_outcome"

    def __init__(self, message: str, *, outcome: str, param: str | None = None) -> None:
        remedies = {
            Door.API: repeated_with(f"{self.confirmation} {outcome!r}"),
            Door.PAGE: say("Read what stands here now, and send it again to go ahead."),
            Door.COMMAND: say("Repeat it with --outcome {outcome} to go ahead.", outcome=outcome),
        }
        super().__init__(message, param=param, remedies=remedies)
        self.outcome = outcome

    def problem_members(self) -> Mapping[str, object]:
        return {"outcome": self.outcome}
