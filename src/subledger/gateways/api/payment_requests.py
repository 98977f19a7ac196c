"""Payment requests: what gateways were asked for, with every attempt, and what became of it."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day, Flag, IdOf, Instant, LongText, Text100, Text300
from subledger.api_kit.idempotency import bound
from subledger.api_kit.parts import Extensible
from subledger.api_kit.resources import Filter, Input, JsonObject, Reference, Resource, Thing, collection, ident_of
from subledger.gateways.models import Attempt, Charge, PaymentRequest, Provider
from subledger.gateways.queries import requests
from subledger.gateways.rules.outcomes import NotDueCode
from subledger.gateways.services import reconciliation, withdrawal
from subledger.gateways.services.outstanding import NotToLeave, not_to_leave
from subledger.gateways.services.public import LinkKind, link_for
from subledger.gateways.services.unbooked import held_back
from subledger.gateways.states import Mode, RequestState, RequestType
from subledger.platform.idempotency import Binding
from subledger.transactions.models import Transaction

from .providers import ProviderId, ProviderOut, providers
from .public_links import HoursIn, LinkOut, serialise_link

router = Router(tags=["Payment gateways"])
AccountId = Annotated[int, IdOf(Account.PREFIX)]
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]
RequestId = Annotated[int, IdOf(PaymentRequest.PREFIX)]


class AttemptOut(Schema):
    """One call to the gateway; its id is the idempotency key it was made under."""

    id: str
    started_at: datetime
    sent: int = Field(description="How often, under the same key.")
    sent_at: datetime
    ended_at: datetime | None
    outcome: str | None
    code: str | None
    message: str | None
    reference: str | None


class NotDueOut(Schema):
    """Less is owed by now than it asks for, less credit is left, or its account is terminated: beginning it is refused,
    and takes it back."""

    code: NotDueCode
    message: str
    amount: int = Field(description="What is still due of it, in minor units.")


class RequestOut(Extensible, Thing):
    object: Literal["payment_request"]
    number: str
    type: RequestType
    state: RequestState
    mode: Mode
    provider: str | ProviderOut
    account: Annotated[Any, Reference("accounts")]
    payment_preference: str | None
    amount: int
    currency: str
    transaction: Annotated[Any, Reference("transactions", null=True)] = Field(
        description="The payment or refund that waits for it, the payment it cancels, or the one its success posted."
    )
    charge: str | None = Field(description="Of refunds and cancellations: the charge that is paid back from.")
    reference: str | None = Field(description="The gateway's.")
    action_expires_at: datetime | None = Field(description="Until when the customer can authenticate, or pay.")
    error_code: str | None
    error_message: str | None
    executed_on: date | None
    executed_at: datetime | None
    next_check_at: datetime | None = Field(description="When it is sent, or looked up, next.")
    not_due: NotDueOut | None = Field(description="Of what is pending: why it is not to be carried out any more.")
    held_back: str | None = Field(description="What was said of it and holds it back until that is settled.")
    attempts: list[AttemptOut]
    created_by: str


def serialise(rows: Sequence[PaymentRequest], request: HttpRequest) -> list[JsonObject]:
    attempts = _attempts_of(rows)
    pending = [row for row in rows if row.state == RequestState.PENDING]
    late, held = not_to_leave(pending), held_back([row.pk for row in pending])
    return [
        {
            "id": row.public_id, "object": "payment_request", "created_at": row.created_at, "number": row.number,
            "type": row.type, "state": row.state, "mode": row.mode,
            "provider": ident_of(Provider, row.provider_id), "account": ident_of(Account, row.account_id),
            "payment_preference": ident_of(AccountPaymentPreference, row.preference_id),
            "amount": row.amount_minor, "currency": row.currency,
            "transaction": ident_of(Transaction, row.transaction_id), "charge": ident_of(Charge, row.charge_id),
            "reference": row.reference or None, "action_expires_at": row.action_expires_at,
            "error_code": row.error_code or None, "error_message": row.error_message or None,
            "executed_on": row.executed_on, "executed_at": row.executed_at, "next_check_at": row.check_at,
            "not_due": _not_due(late.get(row.pk)), "held_back": str(held[row.pk]) if row.pk in held else None,
            "attempts": attempts.get(row.pk, []), "created_by": row.created_by,
        }
        for row in rows
    ]  # fmt: skip


def _not_due(late: NotToLeave | None) -> JsonObject | None:
    if late is None:
        return None
    return {"code": late.code, "message": late.sentence(), "amount": late.due.minor}


def _attempts_of(rows: Sequence[PaymentRequest]) -> dict[int, list[JsonObject]]:
    serialised: dict[int, list[JsonObject]] = {}
    for row in Attempt.objects.filter(request__in=[row.pk for row in rows]).order_by("pk"):
        serialised.setdefault(row.request_id, []).append(
            {
                "id": row.public_id, "started_at": row.started_at, "sent": row.sent, "sent_at": row.sent_at,
                "ended_at": row.ended_at, "outcome": row.outcome or None, "code": row.code or None,
                "message": row.message or None, "reference": row.reference or None,
            }
        )  # fmt: skip
    return serialised


payment_requests = Resource(
    path="payment_requests",
    model=PaymentRequest,
    out=RequestOut,
    serialise=serialise,
    rows=requests,
    filters={
        "state": Filter(type=RequestState, lookup="state"),
        "type": Filter(type=RequestType, lookup="type"),
        "provider": Filter(type=ProviderId, lookup="provider_id"),
        "account": Filter(type=AccountId, lookup="account_id"),
        "transaction": Filter(type=TransactionId, lookup="transaction_id"),
        "reference": Filter(type=Text300, lookup="reference"),
        "error_code": Filter(type=Text100, lookup="error_code"),
        "executed_on": Filter(type=Day, lookup="executed_on"),
        "created_at": Filter(type=Instant, lookup="created_at"),
    },
    expands={"provider": providers, "account": "accounts", "transaction": "transactions"},
)
collection(router, payment_requests, path="/payment_requests")


@router.post("/payment_requests/{id}/look_up", response=RequestOut, operation_id="look_up_payment_request")
@bound(Binding.REPEATABLE)
def look_up(request: HttpRequest, id: RequestId) -> JsonObject:
    """Ask the gateway now what became of a request that was sent, instead of at its next hour."""
    row = payment_requests.find(id)
    reconciliation.look_up(row.provider_id, request_ids=[id])  # of what was not sent nothing is asked
    return payment_requests.one(id, request)


class WithdrawIn(Input):
    reason: LongText = Field(default="", description="Why, for the timeline.")
    confirm_not_sent: Flag = Field(default=False, description="The bank file that holds it was never sent.")


@router.post("/payment_requests/{id}/withdraw", response=RequestOut, operation_id="withdraw_payment_request")
@bound(Binding.REPEATABLE)
def withdraw(request: HttpRequest, id: RequestId, body: WithdrawIn) -> JsonObject:
    """Take back what has not left: the request is rejected, and its payment or refund a draft again."""
    payment_requests.find(id)
    withdrawal.withdraw(
        request_id=id, reason=body.reason, is_not_sent=body.confirm_not_sent, actor=caller_of(request).actor
    )
    return payment_requests.one(id, request)


@router.post(
    "/payment_requests/{id}/authentication_link",
    response={201: LinkOut},
    operation_id="create_authentication_link",
)
def authentication_link(request: HttpRequest, id: RequestId, body: HoursIn) -> Status[JsonObject]:
    """A page on which the customer finishes the authentication that their bank asks for, without a login."""
    payment_requests.find(id)
    link = link_for(LinkKind.AUTHENTICATE, id, body.expires_in_hours, actor=caller_of(request).actor)
    return Status(201, serialise_link(link, request))
