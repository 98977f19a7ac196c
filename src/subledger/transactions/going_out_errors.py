"""Refusals of paying out credit that is on its way out already, and of taking its payment off the account."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.kernel.errors import ConfirmationNeeded, DomainError
from subledger.kernel.money import Money, grouped
from subledger.kernel.sentences import say

from .errors import NAMED


def _named(leaving: Sequence[str]) -> str:
    """What is on its way out, by the names that people know it by, for the middle of a sentence."""
    more = say(" and {more} more", more=len(leaving) - NAMED) if len(leaving) > NAMED else ""
    return say(" by {named}{more}", named=", ".join(leaving[:NAMED]), more=more) if leaving else ""


class RefundNeedsCreditBalance(DomainError):
    code = "refund_needs_credit_balance"

    def __init__(
        self,
        balance_minor: int,
        currency: str,
        going_out_minor: int = 0,
        leaving: Sequence[str] = (),
        gone_minor: int = 0,
    ) -> None:
        """``balance_minor``: once ``going_out_minor``, which is being paid out, has gone; ``leaving`` names that.
        ``gone_minor`` of it is said to have gone already, and the refund would pay it out once more."""
        self.balance_minor = balance_minor
        credit = Money(max(going_out_minor - balance_minor, 0), currency)
        if gone_minor and balance_minor < 0:
            super().__init__(
                say(
                    "Cannot refund that much: the account's credit is {credit}, {gone} of it is said to have been paid "
                    "out already{named}, and {left} is left to refund. Refund that or less, or look into what was said "
                    "and close it first.",
                    credit=credit,
                    gone=Money(gone_minor, currency),
                    named=_named(leaving),
                    left=Money(-balance_minor, currency),
                )
            )
            return
        if going_out_minor:
            super().__init__(
                say(
                    "Cannot refund: {money} is being paid out of this account already{named}, and its credit "
                    "is {credit}: nothing is left to refund. Wait for that to be paid out, or withdraw it "
                    "first; where it is rejected, look first into what was said of its money.",
                    money=Money(going_out_minor, currency),
                    named=_named(leaving),
                    credit=credit,
                )
            )
            return
        super().__init__(
            say(
                "Cannot refund: the account's balance is {balance}, and a refund needs a credit "
                "(negative) balance. Cancel a payment or post a credit note first, or switch the check "
                "off in the accounting defaults.",
                balance=grouped(balance_minor, currency),
            )
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
            left = say(
                " (beside {money} that is being paid out already{named})",
                money=Money(going_out_minor, currency),
                named=_named(leaving),
            )
        super().__init__(
            say(
                "The refund of {refund} is more than the credit of {credit} on the account{left}: the "
                "customer would owe {owed} afterwards. Correct the amount, or confirm it. Where the "
                "sale is taken back as well, a credit note for its invoice settles what would be owed.",
                refund=Money(amount_minor, currency),
                credit=Money(max(credit_minor, 0), currency),
                left=left,
                owed=Money(amount_minor - credit_minor, currency),
            )
        )


class CreditBeingRefunded(DomainError):
    """Taking a payment off its account while its credit is on its way out: the same money would go back twice."""

    code = "credit_being_refunded"

    def __init__(self, number: str, leaving: Sequence[str], going_out: Money, *, is_move: bool = False) -> None:
        """``leaving``: what is on its way out, by the names that people know it by."""
        named = ", ".join(leaving[:NAMED]) or say("{going_out} in refunds", going_out=going_out)
        more = say(" and {more} more", more=len(leaving) - NAMED) if len(leaving) > NAMED else ""
        super().__init__(
            say(
                "Cannot move payment {number}: its credit is on its way out already ({named}{more}), and the same "
                "money would be missing on its account once that is paid out. Wait for the outcome, or withdraw what "
                "has not left; then move the payment if that still fits.",
                number=number,
                named=named,
                more=more,
            )
            if is_move
            else say(
                "Cannot cancel payment {number}: its credit is on its way out already ({named}{more}), and the same "
                "money would go back twice. Wait for the outcome, or withdraw what has not left; then cancel the "
                "payment if that still fits.",
                number=number,
                named=named,
                more=more,
            )
        )


class CreditPaidOut(ConfirmationNeeded):
    """Taking a payment off its account whose credit a refund has paid out: the same money could go back twice."""

    code = "credit_paid_out"
    confirmation = "confirm_paid_out"

    def __init__(self, number: str, paid_out: Money, after: Money, *, is_move: bool = False) -> None:
        deed, again = (
            (say("Moved"), say("from the other account"))
            if is_move
            else (say("Cancelled"), say("if it is given back as well"))
        )
        super().__init__(
            say(
                "{paid_out} of payment {number} was paid out already, by a refund. {deed}, it is missing "
                "on its account, whose balance would be {balance}, and the same money could go out "
                "twice, {again}. Look at the refund first; if it is meant all the same, confirm it.",
                paid_out=paid_out,
                number=number,
                deed=deed,
                balance=after,
                again=again,
            )
        )
