"""Disputes of invoices: opened, put off, closed. Chargebacks at gateways are others."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day, IdOf, LongText, Minor, SaidLong
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
from subledger.promises.models import InvoiceDispute
from subledger.promises.queries import disputes as all_disputes
from subledger.promises.services.disputes import close_dispute, follow_up, open_dispute
from subledger.promises.states import DisputeOutcome, DisputeState
from subledger.transactions.models import Transaction

router = Router(tags=["Disputes of invoices"])
DisputeId = Annotated[int, IdOf(InvoiceDispute.PREFIX)]
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]
AccountId = Annotated[int, IdOf(Account.PREFIX)]


class DisputeOut(Thing):
    """A customer's objection to an invoice: while it is open, the invoice is neither collected nor dunned."""

    object: Literal["invoice_dispute"]
    state: DisputeState
    invoice: Annotated[Any, Reference("transactions")]
    account: Annotated[Any, Reference("accounts")]
    reason: str
    amount: int | None = Field(description="What of the invoice is disputed; null: all of it.")
    currency: str
    note: str
    follow_up_on: date | None
    opened_on: date
    created_by: str
    outcome: DisputeOutcome | None
    resolution: str
    closed_on: date | None
    closed_at: datetime | None
    closed_by: str | None


class DisputeIn(Input):
    reason: SaidLong = Field(description="What the customer objects to.")
    amount: Minor | None = Field(default=None, description="What of the invoice is disputed; all of it if left out.")
    note: LongText = ""
    follow_up_on: Day | None = Field(default=None, description="When somebody looks at it again.")


class FollowUpIn(Input):
    follow_up_on: Day | None = Field(description="When somebody looks at it again.")
    note: LongText | None = Field(default=None, description="Takes the place of the note; kept if left out.")


class DisputeCloseIn(Input):
    outcome: DisputeOutcome
    resolution: LongText = ""


def serialise(rows: Sequence[Any], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "invoice_dispute", "created_at": row.opened_at, "state": row.state,
            "invoice": ident_of(Transaction, row.document_id), "account": ident_of(Account, row.account_id),
            "reason": row.reason, "amount": row.amount_minor, "currency": row.currency, "note": row.note,
            "follow_up_on": row.follow_up_on, "opened_on": row.opened_on, "created_by": row.opened_by,
            "outcome": row.outcome, "resolution": row.resolution, "closed_on": row.closed_on,
            "closed_at": row.closed_at, "closed_by": row.closed_by or None,
        }
        for row in rows
    ]  # fmt: skip


disputes = Resource(
    path="disputes",
    model=InvoiceDispute,
    out=DisputeOut,
    serialise=serialise,
    rows=all_disputes,
    filters={
        "invoice": Filter(type=TransactionId, lookup="document_id"),
        "account": Filter(type=AccountId, lookup="account_id"),
        "state": Filter(type=DisputeState, lookup="state"),
    },
    expands={"invoice": "transactions", "account": "accounts"},
)
collection(router, disputes, path="/disputes")


@router.post("/invoices/{id}/disputes", response={201: DisputeOut}, operation_id="create_invoice_dispute")
def create(request: HttpRequest, id: TransactionId, body: DisputeIn) -> Status[JsonObject]:
    """Until it is closed, nobody collects the invoice or reminds of it."""
    resource_at("invoices").find(id)
    row = open_dispute(
        document_id=id,
        reason=body.reason,
        amount_minor=body.amount,
        note=body.note,
        follow_up_on=body.follow_up_on,
        actor=caller_of(request).actor,
    )
    return Status(201, disputes.one(row.pk, request))


@router.post("/disputes/{id}/follow_up", response=DisputeOut, operation_id="follow_up_dispute")
def put_off(request: HttpRequest, id: DisputeId, body: FollowUpIn) -> JsonObject:
    """An open one is looked at again on that day; what is said of it may change with it."""
    disputes.find(id)
    follow_up(dispute_id=id, follow_up_on=body.follow_up_on, note=body.note, actor=caller_of(request).actor)
    return disputes.one(id, request)


@router.post("/disputes/{id}/close", response=DisputeOut, operation_id="close_dispute")
def close(request: HttpRequest, id: DisputeId, body: DisputeCloseIn) -> JsonObject:
    """The invoice is collected and reminded of again, as far as it is open. What is credited is posted by hand."""
    disputes.find(id)
    close_dispute(dispute_id=id, outcome=body.outcome, resolution=body.resolution, actor=caller_of(request).actor)
    return disputes.one(id, request)
