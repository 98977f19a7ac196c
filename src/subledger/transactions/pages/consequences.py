"""What follows of an action on a transaction, in words, before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.kernel.sentences import say
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.states import Classification


@dataclass(frozen=True, slots=True)
class Consequence:
    """An action on a transaction, of which other rooms say what follows; one that refuses it raises its refusal."""

    row: Transaction | NewTransaction  # what is not kept yet is only posted
    action: str


def consequences_of(row: Transaction, action: str) -> list[str]:
    open_minor: int = row.open_minor  # type: ignore[attr-defined]
    left = f"{show.amount_text(open_minor, row.currency)} {row.currency.upper()}"
    amount = f"{show.amount_text(row.amount_minor, row.currency)} {row.currency.upper()}"
    balance = (
        say("The balance of the account rises by {amount}.", amount=amount)
        if row.is_debit
        else say("The balance of the account falls by {amount}.", amount=amount)
    )
    freed = say("what it was applied to") if row.classification == Classification.PAYMENT else say("the credits on it")
    return {
        "post": [
            balance,
            say("It gets its number and cannot be changed or deleted any more."),
            say("Everything open on the account is applied again, by the company's payment terms."),
        ],
        "reject": [say("The draft is kept, marked as rejected, and never counts.")],
        "cancel": [
            say("A cancellation of {amount} is posted at once.", amount=amount),
            say("What was applied is taken back: {freed} can be applied to others, oldest first.", freed=freed),
            say("This cannot be undone."),
        ],
        "write_off": [
            say("The open {left} is written off as bad debt, and the invoice is closed.", left=left),
            say("The same amount is kept on the company's write-off account, so that it can be recovered."),
            say("This cannot be undone."),
        ],
        "move": [
            say("It is cancelled on this account and posted on the other; no money moves."),
            say("Both accounts must be kept in the same currency."),
        ],
    }[action]
