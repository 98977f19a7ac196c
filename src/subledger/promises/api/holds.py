"""What holds an invoice, told with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field

from subledger.api_kit.parts import AddedField
from subledger.api_kit.resources import JsonObject, ident_of
from subledger.promises.holds import holds_of
from subledger.promises.models import Promise
from subledger.transactions.states import Classification


class HoldOut(Schema):
    """Of an open invoice: what keeps it, or some of it, from being collected and dunned."""

    disputed: bool = Field(description="An open dispute holds all of it.")
    promise: str | None = Field(description="Its open promise to pay.")
    held_amount: int = Field(description="What of it is promised for later days.")
    reached_amount: int = Field(description="What of it may be collected as far as promises go.")
    next_on: date | None = Field(description="The next agreed day.")


def holds(rows: Sequence[Any]) -> dict[int, JsonObject]:
    """Of invoices that are open and held; nothing of others."""
    wanted = [row.pk for row in rows if row.classification == Classification.INVOICE and row.open_minor]
    if not wanted:
        return {}
    return {
        ident: {
            "disputed": hold.is_disputed, "promise": ident_of(Promise, hold.promise_id), "held_amount": hold.held_minor,
            "reached_amount": hold.reached_minor, "next_on": hold.next_on,
        }
        for ident, hold in holds_of(wanted).items()
        if hold.is_disputed or hold.promise_id is not None
    }  # fmt: skip


HOLD = AddedField(of="transaction", name="hold", type=HoldOut | None, serialise=holds, comes_later=True)
