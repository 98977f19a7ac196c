from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say


class PromiseInvalid(Invalid):
    """Instalments that make no promise for this invoice."""

    code = "promise_invalid"


class NothingToPromise(DomainError):
    """What no promise can be made for: no invoice that a customer owes, or nothing of it is open."""

    code = "promise_not_possible"


class PromiseStands(DomainError):
    code = "promise_stands"

    def __init__(self, number: str) -> None:
        super().__init__(
            say(
                "Invoice {number} has an open promise already. Withdraw it, then make the new one.",
                number=number,
            )
        )


class DisputeInvalid(Invalid):
    code = "dispute_invalid"


class NothingToDispute(DomainError):
    """What cannot be disputed: no invoice that a customer owes, or nothing of it is open."""

    code = "dispute_not_possible"


class DisputeStands(DomainError):
    code = "dispute_stands"

    def __init__(self, number: str) -> None:
        super().__init__(
            say(
                "Invoice {number} has an open dispute already. Close it first, or change what it says by a note.",
                number=number,
            )
        )
