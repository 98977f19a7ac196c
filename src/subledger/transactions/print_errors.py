"""Refusals of printing many."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class PrintsInvalid(Invalid):
    """What cannot be printed together."""

    code = "prints_invalid"


class PrintsNotReady(DomainError):
    code = "prints_not_ready"

    def __init__(self, name: str) -> None:
        super().__init__(
            say("“{name}” is under way. Wait until it has ended, then download what it printed.", name=name)
        )
