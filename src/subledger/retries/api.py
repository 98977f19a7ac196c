"""Retries in the API: listed, stopped, made at once; told with the request that failed and with what is tried again.
Retry plans and decline codes are configuration, made from their tables."""

# No deferred annotations here: the bodies are annotated with types made below.
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Day, IdOf, LongText
from subledger.api_kit.parts import AddedField
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Reference,
    Resource,
    Thing,
    collection,
    ident_of,
)
from subledger.gateways.declines import DeclineClass
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services.worker import work_off
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

from .models import Retry, RetryPlan
from .queries import as_they_stand, latest_by_request, live_by_document
from .queries import retries as all_retries
from .services.retries import make_retry, stop_retry
from .states import RetryState, StopReason

router = Router(tags=["Retries"])
RetryId = Annotated[int, IdOf(Retry.PREFIX)]
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]
AccountId = Annotated[int, IdOf(Account.PREFIX)]
RequestId = Annotated[int, IdOf(PaymentRequest.PREFIX)]
ProviderId = Annotated[int, IdOf(Provider.PREFIX)]
MEANT = {Classification.INVOICE, Classification.PAYMENT}


class RetryOut(Thing):
    """What follows from one payment that failed: its document is asked for again, or not."""

    object: Literal["retry"]
    state: RetryState
    document: Annotated[Any, Reference("transactions")] = Field(
        description="What is tried again: an invoice, or the draft of the payment that failed."
    )
    account: Annotated[Any, Reference("accounts")]
    provider: Annotated[Any, Reference("payment_gateway_providers")]
    plan: Annotated[Any, Reference("retry_plans")]
    payment_preference: str = Field(description="The way to pay that failed.")
    failed_request: Annotated[Any, Reference("payment_requests")]
    amount: int = Field(description="That failed, in minor units. A retry asks for what is open by then.")
    currency: str
    decline_class: DeclineClass
    code: str = Field(description="Of the decline, as the gateway gave it.")
    failed_on: date
    number: int = Field(description="Which try of the plan it is; 0 where none is planned.")
    of: int
    due_on: date | None = Field(description="The day on which it is made, or was.")
    due_at: datetime | None = Field(description="While it is scheduled.")
    put_off: str | None = Field(description="What it waits for since its day.")
    made_request: Annotated[Any, Reference("payment_requests", null=True)]
    stop_reason: StopReason | None
    stop_note: str
    ended_at: datetime | None
    ended_by: str | None


class RetryStopIn(Input):
    note: LongText = Field(default="", description="Why nothing is to be tried again.")


class RetryTold(Schema):
    """What follows from a payment that failed."""

    id: str
    state: RetryState
    due_on: date | None
    number: int
    of: int
    stop_reason: StopReason | None


def serialise(rows: Sequence[Any], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "retry", "created_at": row.created_at, "state": row.state,
            "document": ident_of(Transaction, row.document_id), "account": ident_of(Account, row.account_id),
            "provider": ident_of(Provider, row.provider_id), "plan": ident_of(RetryPlan, row.plan_id),
            "payment_preference": ident_of(AccountPaymentPreference, row.preference_id),
            "failed_request": ident_of(PaymentRequest, row.failed_request_id), "amount": row.amount_minor,
            "currency": row.currency, "decline_class": row.decline_class, "code": row.code,
            "failed_on": row.failed_on, "number": row.number, "of": row.of, "due_on": row.due_on,
            "due_at": row.due_at, "put_off": row.put_off or None,
            "made_request": ident_of(PaymentRequest, row.made_request_id), "stop_reason": row.stop_reason,
            "stop_note": row.stop_note, "ended_at": row.ended_at, "ended_by": row.ended_by or None,
        }
        for row in as_they_stand(rows)
    ]  # fmt: skip


retries = Resource(
    path="retries",
    model=Retry,
    out=RetryOut,
    serialise=serialise,
    rows=all_retries,
    filters={
        "account": Filter(type=AccountId, lookup="account_id"),
        "document": Filter(type=TransactionId, lookup="document_id"),
        "failed_request": Filter(type=RequestId, lookup="failed_request_id"),
        "made_request": Filter(type=RequestId, lookup="made_request_id"),
        "provider": Filter(type=ProviderId, lookup="provider_id"),
        "state": Filter(type=RetryState, lookup="state"),
        "stop_reason": Filter(type=StopReason, lookup="stop_reason"),
        "decline_class": Filter(type=DeclineClass, lookup="decline_class"),
        "due_on": Filter(type=Day, lookup="due_on"),
    },
    expands={
        "account": "accounts", "document": "transactions", "failed_request": "payment_requests",
        "made_request": "payment_requests", "plan": "retry_plans", "provider": "payment_gateway_providers",
    },
)  # fmt: skip
collection(router, retries, path="/retries")


@router.post("/retries/{id}/stop", response=RetryOut, operation_id="stop_retry")
def stop(request: HttpRequest, id: RetryId, body: RetryStopIn) -> JsonObject:
    """Nothing is tried again after this failure. A payment run may still collect what is open."""
    retries.find(id)
    stop_retry(retry_id=id, note=body.note, actor=caller_of(request).actor)
    return retries.one(id, request)


@router.post("/retries/{id}/make", response=RetryOut, operation_id="make_retry")
def make(request: HttpRequest, id: RetryId) -> JsonObject:
    """Now, whatever its day: made, with the request that stands for it; or put off, or stopped, with a reason."""
    retries.find(id)
    row = make_retry(retry_id=id, actor=caller_of(request).actor)
    if row.made_request_id is not None:
        work_off(row.provider_id, request_ids=[row.made_request_id])
    return retries.one(id, request)


def _told(row: Retry) -> JsonObject:
    return {
        "id": row.public_id, "state": row.state, "due_on": row.due_on, "number": row.number, "of": row.of,
        "stop_reason": row.stop_reason,
    }  # fmt: skip


def _of_requests(rows: Sequence[PaymentRequest]) -> dict[int, JsonObject]:
    return {ident: _told(row) for ident, row in latest_by_request([row.pk for row in rows]).items()}


def _of_transactions(rows: Sequence[Any]) -> dict[int, JsonObject]:
    """What is scheduled, or waits, of invoices and of payments that failed."""
    wanted = [row.pk for row in rows if row.classification in MEANT]
    return {ident: _told(row) for ident, row in live_by_document(wanted).items()} if wanted else {}


API = ApiFace(
    mounts=(Mount(router=router),),
    parts=(
        AddedField(of="payment_request", name="retry", type=RetryTold | None, serialise=_of_requests, comes_later=True),
        AddedField(of="transaction", name="retry", type=RetryTold | None, serialise=_of_transactions, comes_later=True),
    ),
    summaries={
        "stop_retry": "Try nothing again after a payment that failed",
        "make_retry": "Try a payment that failed again now",
    },
    examples={"days": [3, 5, 7, 10], "paydays": [1, 15], "hours": [1, 6, 24], "decline_class": "soft"},
)
