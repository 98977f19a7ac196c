"""What follows of an action on a transaction, in words, before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification


@dataclass(frozen=True, slots=True)
class Consequence:
    """An action on a transaction, of which other rooms say what follows; one that refuses it raises its refusal."""

    row: Transaction
    action: str


def consequences_of(row: Transaction, action: str) -> list[str]:
    open_minor: int = row.open_minor  # type: ignore[attr-defined]
    left = f"{show.amount_text(open_minor, row.currency)} {row.currency.upper()}"
    amount = f"{show.amount_text(row.amount_minor, row.currency)} {row.currency.upper()}"
    way = "rises" if row.is_debit else "falls"
    freed = "what it was applied to" if row.classification == Classification.PAYMENT else "the credits on it"
    return {
        "post": [
            f"The balance of the account {way} by {amount}.",
            "It gets its number and cannot be changed or deleted any more.",
            "Everything open on the account is applied anew, by the company's payment terms.",
        ],
        "reject": ["The draft is kept, marked as rejected, and never counts."],
        "cancel": [
            f"A cancellation of {amount} is posted at once.",
            f"What was applied is taken back: {freed} can be applied to others, oldest first.",
            "This cannot be undone.",
        ],
        "write_off": [
            f"The open {left} is written off as bad debt, and the invoice is closed.",
            "The same amount is kept on the company's write-off account, so that it can be recovered.",
            "This cannot be undone.",
        ],
        "move": [
            "It is cancelled on this account and posted on the other; no money moves.",
            "Both accounts must be kept in the same currency.",
        ],
    }[action]
