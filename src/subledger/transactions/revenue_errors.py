"""Refusals where revenue and what is none would be mixed up."""

from __future__ import annotations

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.words import a


class RevenueRefused(DomainError):
    """Something that is no revenue would count as some."""

    code = "revenue_refused"

    def __init__(self, classification: str, what: str, ledger_account: str) -> None:
        super().__init__(
            f"Cannot post: {what} is no revenue, and the posting rules would enter it on {ledger_account}, an account "
            f"of income. Under Configuration, Posting rules, add one for {a(classification)} of this "
            f"{what.partition(' ')[0]} that names another account, for its net and, where it has one, for its discount."
        )


class RevenueMixed(Invalid):
    """A credit note takes back revenue that was none, or none where there was some."""

    code = "revenue_mixed"

    def __init__(self, at: int, item: str, *, was_revenue: bool) -> None:
        was = "was posted as revenue, and the type of the credit note is" if was_revenue else "is"
        super().__init__(
            f"Item {at + 1} credits {item}, which {was} no revenue. Choose a type of credit note that "
            f"{'counts' if was_revenue else 'does not count'} as revenue.",
            param="/type",
        )
