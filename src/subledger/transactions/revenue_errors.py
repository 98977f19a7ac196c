"""Refusals where revenue and what is none would be mixed up."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.sentences import say
from subledger.kernel.words import a


class RevenueRefused(DomainError):
    """Something that is no revenue would count as some."""

    code = "revenue_refused"

    def __init__(self, classification: str, what: str, ledger_account: str) -> None:
        super().__init__(
            say(
                "Cannot post: {what} is no revenue, and the posting rules would enter it on "
                "{ledger_account}, an account of income. Under Configuration, Posting rules, add one for "
                "{kind} of this {thing} that names another account, for its net and, where it has one, "
                "for its discount.",
                what=what,
                ledger_account=ledger_account,
                kind=a(classification),
                thing=what.partition(" ")[0],
            )
        )


class RevenueMixed(Invalid):
    """A credit note takes back revenue that was none, or none where there was some."""

    code = "revenue_mixed"

    def __init__(self, at: int, item: str, *, was_revenue: bool) -> None:
        super().__init__(
            say(
                "Item {at} credits {item}, which was posted as revenue, and the type of the credit note is no revenue. "
                "Choose a type of credit note that counts as revenue.",
                at=at + 1,
                item=item,
            )
            if was_revenue
            else say(
                "Item {at} credits {item}, which is no revenue. "
                "Choose a type of credit note that does not count as revenue.",
                at=at + 1,
                item=item,
            ),
            param="/type",
        )
