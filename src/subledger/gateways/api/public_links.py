"""Links for customers, who have no login: to pay an invoice or all they owe, to register a card or mandate."""

# No deferred annotations here: the bodies are annotated with types made below.
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import IdOf
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import Input, JsonObject, found
from subledger.gateways.services.public import LONGEST_HOURS, LinkKind, PublicLink, link_for, revoke_link
from subledger.platform.idempotency import Binding
from subledger.platform.public_address import public_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

router = Router(tags=["Payment gateways"])
AccountId = Annotated[int, IdOf(Account.PREFIX)]
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]
Hours = Annotated[int, Field(strict=True, ge=1, le=LONGEST_HOURS)]


class HoursIn(Input):
    expires_in_hours: Hours | None = Field(
        default=None, description="As long as such a link usually takes, if left out."
    )


class LinkOut(Schema):
    object: Literal["link"]
    id: str = Field(description="Revokes it; opens nothing.")
    url: str
    expires_at: datetime


class RevokedLinkOut(Schema):
    object: Literal["link"]
    id: str
    is_revoked: Literal[True]


def serialise_link(link: PublicLink, request: HttpRequest) -> JsonObject:
    return {"object": "link", "id": link.id, "url": public_url(request, link.path), "expires_at": link.expires_at}


@router.post("/invoices/{id}/pay_link", response={201: LinkOut}, operation_id="create_pay_link")
def pay_link(request: HttpRequest, id: TransactionId, body: HoursIn) -> Status[JsonObject]:
    """A page on which the customer pays what is open of the invoice, for 30 days unless said otherwise."""
    found(Transaction, id, rows=Transaction.objects.filter(classification=Classification.INVOICE))
    link = link_for(LinkKind.PAY, id, body.expires_in_hours, actor=caller_of(request).actor)
    return Status(201, serialise_link(link, request))


@router.post("/accounts/{id}/registration_link", response={201: LinkOut}, operation_id="create_registration_link")
def registration_link(request: HttpRequest, id: AccountId, body: HoursIn) -> Status[JsonObject]:
    """A page from which the customer registers a card or mandate, for 7 days unless said otherwise."""
    found(Account, id)
    link = link_for(LinkKind.REGISTER, id, body.expires_in_hours, actor=caller_of(request).actor)
    return Status(201, serialise_link(link, request))


@router.post("/accounts/{id}/pay_balance_link", response={201: LinkOut}, operation_id="create_pay_balance_link")
def pay_balance_link(request: HttpRequest, id: AccountId, body: HoursIn) -> Status[JsonObject]:
    """The page of the account: the customer pays one open document, several, a part or the whole balance there, sees
    what was paid, and keeps cards and mandates. For 30 days unless said otherwise."""
    found(Account, id)
    link = link_for(LinkKind.ACCOUNT, id, body.expires_in_hours, actor=caller_of(request).actor)
    return Status(201, serialise_link(link, request))


@router.post("/links/{id}/revoke", response=RevokedLinkOut, operation_id="revoke_link")
@bound(Binding.REPEATABLE)
def revoke(request: HttpRequest, id: str) -> JsonObject:
    """The link opens nothing any more, and a page of the gateway's that it opened is closed; others to the same thing
    stay good. Twice is once."""
    revoke_link(link=id, actor=caller_of(request).actor)
    return {"object": "link", "id": id, "is_revoked": True}
