"""Promises to pay: made for an invoice, listed, withdrawn."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day, Flag, IdOf, LongText, Minor, Small
from subledger.api_kit.problems import InvalidRequest
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Reference,
    Resource,
    Thing,
    collection,
    ident_of,
    resource_at,
)
from subledger.kernel.errors import DomainError
from subledger.promises.models import Promise
from subledger.promises.queries import instalments_of
from subledger.promises.queries import promises as all_promises
from subledger.promises.rules.instalments import MOST_INSTALMENTS, Instalment, broken_on, parts_of
from subledger.promises.services.promises import NewPromise, make_promise, withdraw_promise
from subledger.promises.states import EndReason, PromiseState
from subledger.transactions.models import Transaction

router = Router(tags=["Promises to pay"])
PromiseId = Annotated[int, IdOf(Promise.PREFIX)]
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]
AccountId = Annotated[int, IdOf(Account.PREFIX)]


class InstalmentOut(Schema):
    agreed_on: date
    amount: int
    paid_amount: int = Field(
        description="What of it is covered: payments cover instalments in the order of their days."
    )


class PromiseOut(Thing):
    """A promise to pay what was unsettled of an invoice when it was made."""

    object: Literal["promise"]
    state: PromiseState
    invoice: Annotated[Any, Reference("transactions")]
    account: Annotated[Any, Reference("accounts")]
    amount: int = Field(description="What was promised, in minor units.")
    unpaid_amount: int = Field(description="What of it is open; of a promise that ended, what is open of it now.")
    currency: str
    instalments: list[InstalmentOut]
    grace_days: int = Field(description="Unpaid so many days after an agreed day, it is broken.")
    breaks_on: date | None = Field(description="Of an open one: the day from which it is broken if nothing is paid.")
    waives_interest: bool
    note: str
    made_on: date
    ended_on: date | None = Field(description="The day it was kept, withdrawn, or from which it is broken.")
    end_reason: EndReason | None = Field(description="Why it was withdrawn.")
    end_note: str
    created_by: str
    ended_at: datetime | None
    ended_by: str | None


class InstalmentIn(Input):
    agreed_on: Day
    amount: Minor | None = Field(default=None, description="All that the others leave, if left out.")


class PromiseIn(Input):
    """One agreed day, or several instalments that sum to what is unsettled."""

    agreed_on: Day | None = Field(default=None, description="One day for all that is unsettled.")
    instalments: list[InstalmentIn] | None = Field(
        default=None, min_length=1, max_length=MOST_INSTALMENTS, description="Instead of ``agreed_on``: several days."
    )
    grace_days: Small | None = Field(default=None, description="The company's if left out.")
    waives_interest: Flag = Field(default=False, description="No interest runs while it is open.")
    note: LongText = ""


class PromiseWithdrawIn(Input):
    note: LongText = Field(default="", description="Why it is withdrawn.")


def serialise(rows: Sequence[Any], request: HttpRequest) -> list[JsonObject]:
    instalments = instalments_of(row.pk for row in rows)
    serialised = []
    for row in rows:
        agreed = instalments.get(row.pk, ())
        parts = parts_of(agreed, row.unpaid_minor)
        is_open = row.state == PromiseState.OPEN
        serialised.append({
            "id": row.public_id, "object": "promise", "created_at": row.made_at, "state": row.state,
            "invoice": ident_of(Transaction, row.document_id), "account": ident_of(Account, row.account_id),
            "amount": row.promised_minor, "unpaid_amount": row.unpaid_minor, "currency": row.currency,
            "instalments": [
                {
                    "agreed_on": part.agreed_on, "amount": part.covered_minor + part.unpaid_minor,
                    "paid_amount": part.covered_minor,
                }
                for part in parts
            ],
            "grace_days": row.grace_days,
            "breaks_on": broken_on(agreed, row.unpaid_minor, grace_days=row.grace_days) if is_open else None,
            "waives_interest": row.waives_interest, "note": row.note, "made_on": row.made_on, "ended_on": row.ended_on,
            "end_reason": row.end_reason, "end_note": row.end_note, "created_by": row.made_by,
            "ended_at": row.ended_at, "ended_by": row.ended_by or None,
        })  # fmt: skip
    return serialised


promises = Resource(
    path="promises",
    model=Promise,
    out=PromiseOut,
    serialise=serialise,
    rows=all_promises,
    filters={
        "invoice": Filter(type=TransactionId, lookup="document_id"),
        "account": Filter(type=AccountId, lookup="account_id"),
        "state": Filter(type=PromiseState, lookup="state"),
    },
    expands={"invoice": "transactions", "account": "accounts"},
)
collection(router, promises, path="/promises")


@router.post("/invoices/{id}/promises", response={201: PromiseOut}, operation_id="create_invoice_promise")
def create(request: HttpRequest, id: TransactionId, body: PromiseIn) -> Status[JsonObject]:
    """While it is open, nobody reminds of the invoice, and only what of it is reached is collected."""
    resource_at("invoices").find(id)
    if (body.agreed_on is None) == (body.instalments is None):
        raise InvalidRequest(
            "A promise has one day or instalments. Send agreed_on or instalments, not both.",
            param="/instalments" if body.instalments else "/agreed_on",
        )
    instalments = (
        [Instalment(body.agreed_on, None)]
        if body.agreed_on is not None
        else [Instalment(one.agreed_on, one.amount) for one in body.instalments or ()]
    )
    new = NewPromise(
        document_id=id,
        instalments=instalments,
        grace_days=body.grace_days,
        waives_interest=body.waives_interest,
        note=body.note,
    )
    try:
        row = make_promise(new=new, actor=caller_of(request).actor)
    except DomainError as error:
        if body.agreed_on is not None and (error.param or "").startswith("/instalments"):
            error.param = "/agreed_on"  # as it was sent
        raise
    return Status(201, promises.one(row.pk, request))


@router.post("/promises/{id}/withdraw", response=PromiseOut, operation_id="withdraw_promise")
def withdraw(request: HttpRequest, id: PromiseId, body: PromiseWithdrawIn) -> JsonObject:
    """What it held is due as the invoice says, and is reminded of and collected again."""
    promises.find(id)
    withdraw_promise(promise_id=id, note=body.note, actor=caller_of(request).actor)
    return promises.one(id, request)
