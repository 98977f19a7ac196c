"""The ways to pay that an account has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.transaction import atomic
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from subledger.accounts import preferences
from subledger.accounts.models import Account, AccountPaymentPreference, PaymentPreference
from subledger.accounts.preferences import make_preference_default, release_payment_preference, set_payment_preference
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Flag, IdOf, Metadata
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import (
    Input,
    JsonObject,
    Reference,
    Resource,
    Thing,
    found,
    page,
    page_of,
    query_of,
    serialise_fields,
)
from subledger.gateways.made_kinds import PREFERENCE
from subledger.gateways.models import BarredWay, Instrument, Provider
from subledger.gateways.services import instruments
from subledger.gateways.services.bars import allow_again
from subledger.gateways.services.links import registering_provider
from subledger.gateways.services.public import LinkKind, link_for
from subledger.gateways.states import InstrumentKind, Mode
from subledger.gateways.ways_to_collect import bars_of
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.platform.idempotency import Binding, bind, made_before
from subledger.platform.public_address import public_url

from .providers import ProviderId, providers

router = Router(tags=["Accounts"])
Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://[!-~]+$")]
AccountId = Annotated[int, IdOf(Account.PREFIX)]
PreferenceId = Annotated[int, IdOf(PaymentPreference.PREFIX)]
ChosenId = Annotated[int, IdOf(AccountPaymentPreference.PREFIX)]


class InstrumentOut(Schema):
    """A card or mandate, as its gateway tells of it. Never a number: the last four characters at most."""

    provider: str
    mode: Mode
    kind: InstrumentKind
    brand: str
    last4: str
    exp_month: int | None
    exp_year: int | None
    country: str
    mandate: str
    mandate_on: date | None
    is_default: bool = Field(description="Charged by its provider when nobody chose another.")


class DeclinedOut(Schema):
    """What declined a way to pay for good."""

    since: datetime
    code: str = Field(description="Of the decline, as the gateway gave it.")
    payment_request: str


class ChosenPreferenceOut(Thing):
    object: Literal["account_payment_preference"]
    account: str
    preference: Annotated[Any, Reference("payment_preferences")]
    details: dict[str, str]
    is_default: bool
    use_for_recurring: bool = Field(description="Whether automatic payment runs may collect by it.")
    declined: DeclinedOut | None = Field(
        description="Where its bank declined it for good: nothing charges it that does not name it; null: it did not."
    )
    instrument: InstrumentOut | None = Field(description="Of those that a gateway keeps; null: none does.")


class ChosenPreferenceIn(Input):
    preference: PreferenceId
    details: Metadata = {}
    is_default: Flag = False
    use_for_recurring: Flag = Field(default=True, description="Whether automatic payment runs may collect by it.")


class RecurringIn(Input):
    use_for_recurring: Flag


class SetupSessionIn(Input):
    provider: ProviderId | None = Field(
        default=None, description="The effective one that takes the account's currency, if left out."
    )
    success_url: Url | None = Field(default=None, description="Where they go then; a page of ours if left out.")
    cancel_url: Url | None = Field(default=None, description="Where they go who give up; ours if left out.")


class SetupSessionOut(Schema):
    object: Literal["setup_session"]
    url: str = Field(description="The gateway's page on which the customer registers a card or a mandate.")
    expires_at: datetime | None


def serialise_chosen(rows: Sequence[AccountPaymentPreference], request: HttpRequest) -> list[JsonObject]:
    names = ("account", "preference", "details", "is_default")
    instruments = Instrument.objects.in_bulk([row.pk for row in rows])
    barred = bars_of([row.pk for row in rows])
    return [
        {
            **serialise_fields(row, *names), "object": "account_payment_preference",
            "use_for_recurring": row.is_recurring,
            "declined": _serialise_bar(barred[row.pk]) if row.pk in barred else None,
            "instrument": _serialise_instrument(instruments[row.pk]) if row.pk in instruments else None,
        }
        for row in rows
    ]  # fmt: skip


def _serialise_bar(row: BarredWay) -> JsonObject:
    request = row.failed_request
    return {"since": row.since, "code": request.error_code, "payment_request": request.public_id}


def _serialise_instrument(row: Instrument) -> JsonObject:
    facts = {name: getattr(row, name) for name in InstrumentOut.model_fields if name != "provider"}
    return {**facts, "provider": ids.encode(Provider.PREFIX, row.provider_id)}


chosen_preferences = Resource(
    path="accounts/payment_preferences",
    model=AccountPaymentPreference,
    out=ChosenPreferenceOut,
    serialise=serialise_chosen,
    rows=lambda: AccountPaymentPreference.objects.all(),
    expands={"preference": "payment_preferences"},
)
ChosenPreferencePage: Any = page_of(chosen_preferences)
ChosenPreferenceQuery: Any = query_of(chosen_preferences)


@router.get("/{id}/payment_preferences", response=ChosenPreferencePage, operation_id="list_account_payment_preferences")
def list_preferences(request: HttpRequest, id: AccountId, query: Query[ChosenPreferenceQuery]) -> JsonObject:
    found(Account, id)
    return page(chosen_preferences, chosen_preferences.rows().filter(account_id=id), query, request)


@router.post(
    "/{id}/payment_preferences", response={201: ChosenPreferenceOut}, operation_id="create_account_payment_preference"
)
def add_preference(request: HttpRequest, id: AccountId, body: ChosenPreferenceIn) -> Status[JsonObject]:
    """Note a way to pay that this account has chosen, with what it needs (an IBAN, a mandate …)."""
    found(Account, id)
    preference = found(PaymentPreference, body.preference, param="/preference")
    row = set_payment_preference(
        account_id=id, preference=preference, details=body.details, is_default=body.is_default,
        is_recurring=body.use_for_recurring, actor=caller_of(request).actor,
    )  # fmt: skip
    return Status(201, chosen_preferences.one(row.pk, request))


@router.post(
    "/{id}/payment_preferences/setup_session",
    response={201: SetupSessionOut},
    operation_id="create_setup_session",
)
@bound(Binding.REPEATABLE)  # another page of the gateway's, on which nothing has been done yet
def setup_session(request: HttpRequest, id: AccountId, body: SetupSessionIn) -> Status[JsonObject]:
    """A page of the gateway's on which the customer registers a card or a mandate; open it for them at once."""
    chosen = None if body.provider is None else providers.find(body.provider, param="/provider")
    provider = registering_provider(found(Account, id), chosen)
    ours = "" if body.success_url and body.cancel_url else _own_page(id, request)
    page = instruments.begin_registration(
        provider=provider,
        account_id=id,
        success_url=body.success_url or ours,
        cancel_url=body.cancel_url or ours,
    )
    return Status(201, {"object": "setup_session", "url": page.url, "expires_at": page.expires_at})


@router.post(
    "/{id}/payment_preferences/{preference_id}/default",
    response=ChosenPreferenceOut,
    operation_id="default_account_payment_preference",
)
def make_default(request: HttpRequest, id: AccountId, preference_id: ChosenId) -> JsonObject:
    """What the account prefers from now on; a card or mandate is also what its provider charges."""
    _chosen(id, preference_id)
    actor = caller_of(request).actor
    with atomic():
        make_preference_default(account_id=id, chosen_id=preference_id, actor=actor)
        if _is_instrument(preference_id):
            instruments.make_default(chosen_id=preference_id, actor=actor)
    return chosen_preferences.one(preference_id, request)


@router.patch(
    "/{id}/payment_preferences/{preference_id}",
    response=ChosenPreferenceOut,
    operation_id="update_account_payment_preference",
)
def set_recurring(request: HttpRequest, id: AccountId, preference_id: ChosenId, body: RecurringIn) -> JsonObject:
    """Let automatic payment runs collect by it, or not."""
    _chosen(id, preference_id)
    actor, wanted = caller_of(request).actor, body.use_for_recurring
    if _is_instrument(preference_id):
        instruments.set_recurring(chosen_id=preference_id, is_recurring=wanted, actor=actor)
    else:
        preferences.set_recurring(account_id=id, chosen_id=preference_id, is_recurring=wanted, actor=actor)
    return chosen_preferences.one(preference_id, request)


@router.post(
    "/{id}/payment_preferences/{preference_id}/allow",
    response=ChosenPreferenceOut,
    operation_id="allow_account_payment_preference",
)
def allow(request: HttpRequest, id: AccountId, preference_id: ChosenId) -> JsonObject:
    """Let it be charged again by runs and retries, and where nobody names it, after it was declined for good."""
    _chosen(id, preference_id)
    allow_again(account_id=id, chosen_id=preference_id, actor=caller_of(request).actor)
    return chosen_preferences.one(preference_id, request)


@router.delete(
    "/{id}/payment_preferences/{preference_id}",
    response={204: None},
    operation_id="delete_account_payment_preference",
)
@bound(Binding.BY_SERVICE)
def remove_preference(request: HttpRequest, id: AccountId, preference_id: ChosenId) -> Status[None]:
    """Let go of it. A card or mandate is let go of at its gateway too; none that an open request is to charge is."""
    if made_before() is not None:
        return Status(204, None)
    _chosen(id, preference_id)
    actor = caller_of(request).actor
    if _is_instrument(preference_id):
        instruments.remove_instrument(chosen_id=preference_id, actor=actor)
    else:
        with atomic():
            release_payment_preference(account_id=id, chosen_id=preference_id, actor=actor)
            bind(PREFERENCE, preference_id)
    return Status(204, None)


def _own_page(account_id: int, request: HttpRequest) -> str:
    link = link_for(LinkKind.REGISTER, account_id, actor=caller_of(request).actor)
    return public_url(request, link.path)


def _is_instrument(chosen_id: int) -> bool:
    return Instrument.objects.filter(pk=chosen_id, removed_at=None).exists()


def _chosen(account_id: int, chosen_id: int) -> None:
    if chosen_preferences.find(chosen_id).account_id != account_id:
        raise NotFound("payment preference", ids.encode(AccountPaymentPreference.PREFIX, chosen_id))
