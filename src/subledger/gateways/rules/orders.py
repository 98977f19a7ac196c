"""What a request says about the transaction that its success posts, kept as JSON on the request.

The shapes are those of `transactions.rules.orders`, without what only the success decides (the day).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.states import Classification

BEYOND = "beyond_minor"  # by how much a request exceeded what was due when it was asked for
CANCEL = ("type_id", "category_id", "issue_reason", "back_office_code", "metadata", "note")


def keep_cancellation(order: Cancel) -> dict[str, Any]:
    """The parts of a cancellation that wait with it."""
    return {name: value for name, value in asdict(order).items() if name in CANCEL and value}


def cancellation(payment_id: int, kept: dict[str, Any], on: date) -> Cancel:
    return Cancel(target_id=payment_id, amount=ALL, posted_on=on, money_has_moved=True, **kept)


def keep_payment(
    *,
    type_id: int | None = None,
    payment_method_id: int | None = None,
    intended_ids: tuple[int, ...] = (),
    note: str | None = None,
    is_balance: bool = False,
) -> dict[str, Any]:
    """What a payment made on success is to say; ``is_balance``: it is over all that its account owes."""
    values = {
        "type_id": type_id,
        "payment_method_id": payment_method_id,
        "intended_ids": list(intended_ids),
        "note": note,
        "is_balance": is_balance,
    }
    return {name: value for name, value in values.items() if value}


def payment(account_id: int, amount_minor: int, preference_id: int | None, kept: dict[str, Any]) -> NewTransaction:
    return NewTransaction(
        classification=Classification.PAYMENT,
        account_id=account_id,
        amount_minor=amount_minor,
        payment_preference_id=preference_id,
        type_id=kept.get("type_id"),
        payment_method_id=kept.get("payment_method_id"),
        intended_ids=tuple(kept.get("intended_ids", ())),
        note=kept.get("note"),
    )
