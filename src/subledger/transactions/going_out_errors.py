"""Refusals of paying out credit that is on its way out already, and of taking its payment off the account."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.errors import ConfirmationNeeded, DomainError
from subledger.kernel.money import Money, grouped

from .errors import NAMED


def _named(leaving: Sequence[str]) -> str:
    """What is on its way out, by the names that people know it by, for the middle of a sentence."""
    more = f" and {len(leaving) - NAMED} more" if len(leaving) > NAMED else ""
    return f" by {', '.join(leaving[:NAMED])}{more}" if leaving else ""


class RefundNeedsCreditBalance(DomainError):
    code = "refund_needs_credit_balance"

    def __init__(
        self, balance_minor: int, currency: str, going_out_minor: int = 0, leaving: Sequence[str] = ()
    ) -> None:
        """``balance_minor``: once ``going_out_minor``, which is being paid out, has gone; ``leaving`` names that."""
        self.balance_minor = balance_minor
        if going_out_minor:
            credit = Money(max(going_out_minor - balance_minor, 0), currency)
            super().__init__(
                f"Cannot refund: {Money(going_out_minor, currency)} is being paid out of this account already"
                f"{_named(leaving)}, and its credit is {credit}: nothing is left to refund. Wait for that to be paid "
                "out, or withdraw it first; where it is rejected, look first into what was said of its money."
            )
            return
        super().__init__(
            f"Cannot refund: the account's balance is {grouped(balance_minor, currency)}, and a refund needs a credit "
            "(negative) balance. Cancel a payment or post a credit note first, or switch the check off in the "
            "transaction definition."
        )


class RefundAboveCredit(ConfirmationNeeded):
    code = "refund_above_credit"
    confirmation = "confirm_above_credit"

    def __init__(
        self,
        amount_minor: int,
        credit_minor: int,
        currency: str,
        going_out_minor: int = 0,
        leaving: Sequence[str] = (),
    ) -> None:
        """``credit_minor``: once what is on its way out has gone; below zero the account owes then."""
        self.amount_minor, self.credit_minor = amount_minor, credit_minor
        left = ""
        if going_out_minor:
            left = f" (beside {Money(going_out_minor, currency)} that is being paid out already{_named(leaving)})"
        super().__init__(
            f"The refund of {Money(amount_minor, currency)} is more than the credit of "
            f"{Money(max(credit_minor, 0), currency)} on the account{left}: the customer would owe "
            f"{Money(amount_minor - credit_minor, currency)} afterwards. Correct the amount, or confirm it. "
            "Where the sale is taken back as well, a credit note for its invoice settles what would be owed."
        )


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
