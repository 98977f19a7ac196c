"""Refusals of taking a payment off its account whose credit is on its way out, or has gone out."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.errors import ConfirmationNeeded, DomainError
from subledger.kernel.money import Money, grouped

from .errors import NAMED


class CreditBeingRefunded(DomainError):
    """Taking a payment off its account while its credit is on its way out: the same money would go back twice."""

    code = "credit_being_refunded"

    def __init__(self, number: str, leaving: Sequence[str], going_out: Money, *, is_move: bool = False) -> None:
        """``leaving``: what is on its way out, by the names that people know it by."""
        named = ", ".join(leaving[:NAMED]) or f"{going_out} in refunds"
        more = f" and {len(leaving) - NAMED} more" if len(leaving) > NAMED else ""
        verb = "move" if is_move else "cancel"
        why = "would be missing on its account once that is paid out" if is_move else "would go back twice"
        super().__init__(
            f"Cannot {verb} payment {number}: its credit is on its way out already ({named}{more}), and the same "
            f"money {why}. Wait for the outcome, or withdraw what has not left; then {verb} the payment if that still "
            "fits."
        )


class CreditPaidOut(ConfirmationNeeded):
    """Taking a payment off its account whose credit a refund has paid out: the same money could go back twice."""

    code = "credit_paid_out"
    confirmation = "confirm_paid_out"

    def __init__(self, number: str, paid_out: Money, after: Money, *, is_move: bool = False) -> None:
        deed, again = ("Moved", "from the other account") if is_move else ("Cancelled", "if it is given back as well")
        super().__init__(
            f"{paid_out} of payment {number} was paid out already, by a refund. {deed}, it is missing on its account, "
            f"whose balance would be {grouped(after.minor, after.currency)}, and the same money could go out twice, "
            f"{again}. Look at the refund first; if it is meant all the same, confirm it."
        )
