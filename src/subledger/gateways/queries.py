"""Reads of providers, requests, instruments and the inbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from subledger.accounts.models import Account, PaymentPreference
from subledger.accounts.terminating import Stranded
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import decode
from subledger.transactions.models import Transaction

from .models import Charge, Claim, InboxEvent, Instrument, PaymentRequest, Provider
from .registry import kind_named
from .states import OPEN, ClaimKind


@dataclass(frozen=True, slots=True)
class Handlers:
    """Which provider carries out what, by the id of the method or type; all of the company's."""

    payment_methods: Mapping[int, Provider]
    refund_methods: Mapping[int, Provider]
    cancellation_types: Mapping[int, frozenset[int]]  # type -> ids of providers


def under_way_on(account: Account) -> Iterator[Stranded]:
    """What gateways are asked to move on an account: once it is terminated, it ends on the suspense account."""
    number = PaymentRequest.objects.filter(account_id=account.pk, state__in=sorted(OPEN)).count()
    if number:
        yield Stranded(f"{number} open payment request{'' if number == 1 else 's'}")


def keeper_of(preference: PaymentPreference) -> str | None:
    """The provider that keeps ways to pay of this kind at its gateway, by name; None where none does."""
    providers = Provider.objects.filter(preferences=preference).order_by("pk")
    return next((one.name for one in providers if kind_named(one.kind).executes), None)


def handlers() -> Handlers:
    """Of every provider, effective or not: a method of one that is not must be refused, never posted past it."""
    payment: dict[int, Provider] = {}
    refund: dict[int, Provider] = {}
    cancelling: dict[int, set[int]] = {}
    providers = Provider.objects.filter(is_active=True).prefetch_related(
        "payment_methods", "refund_methods", "cancellation_types"
    )
    for provider in providers:
        payment.update({method.pk: provider for method in provider.payment_methods.all()})
        refund.update({method.pk: provider for method in provider.refund_methods.all()})
        for kind in provider.cancellation_types.all():
            cancelling.setdefault(kind.pk, set()).add(provider.pk)
    return Handlers(payment, refund, {kind: frozenset(ids) for kind, ids in cancelling.items()})


def provider_by_id(ident: int) -> Provider:
    found: Provider | None = Provider.objects.filter(pk=ident).first()
    if found is None:
        raise NotFound("payment gateway provider", ident)
    return found


def provider_named(text: str) -> Provider:
    """The provider that somebody names by its code or its id. NotFound."""
    try:
        return provider_by_id(decode(Provider.PREFIX, text))
    except ValueError:
        found: Provider | None = Provider.objects.filter(code=text).first()
    if found is None:
        raise NotFound("payment gateway provider", text)
    return found


def requests() -> QuerySet[Any]:
    """With what a list or a page shows of them, newest first."""
    return PaymentRequest.objects.select_related(
        "provider", "account", "account__customer", "preference", "preference__instrument", "preference__preference"
    ).order_by("-id")


def request_by_id(ident: int) -> PaymentRequest:
    found: PaymentRequest | None = requests().filter(pk=ident).first()
    if found is None:
        raise NotFound("payment request", ident)
    return found


def open_request_of(transaction_id: int) -> PaymentRequest | None:
    """The open request that holds a transaction: that carries it out, or pays the invoice it is."""
    held = Claim.objects.filter(kind=ClaimKind.TRANSACTION, object_id=transaction_id, is_open=True)
    found: PaymentRequest | None = requests().filter(Exists(held.filter(request=OuterRef("pk")))).first()
    return found


def requests_of(transaction_ids: Iterable[int]) -> QuerySet[Any]:
    """Requests that carry out these transactions, or were asked to."""
    return requests().filter(transaction_id__in=list(transaction_ids))


def latest_requests_of(transaction_ids: Iterable[int]) -> QuerySet[Any]:
    """The newest request of each of these transactions that has one."""
    found = PaymentRequest.objects.filter(transaction_id__in=list(transaction_ids))
    return found.order_by("transaction_id", "-id").distinct("transaction_id")


def charge_of(payment_id: int) -> Charge | None:
    """The gateway's money behind a posted payment, which may have been moved here from other accounts."""
    behind = [payment_id]
    while before := Transaction.objects.filter(pk=behind[-1]).values_list("moved_from_id", flat=True).first():
        behind.append(before)
    found: Charge | None = (
        Charge.objects.select_related("provider", "request", "request__preference")
        .filter(payment_id__in=behind)
        .first()
    )
    return found


def account_of(charge: Charge) -> int:
    """The account that a charge's payment stands on by now."""
    payment, account_id = charge.payment_id, charge.account_id
    while moved := Transaction.objects.filter(moved_from=payment).values_list("pk", "account_id").first():
        payment, account_id = moved
    return account_id


def instruments_of(account_id: int) -> QuerySet[Any]:
    """Cards and mandates in use, the default first."""
    return (
        Instrument.objects.select_related("provider", "chosen", "chosen__preference")
        .filter(account_id=account_id, removed_at=None)
        .order_by("-is_default", "pk")
    )


def default_instrument(provider: Provider, account_id: int) -> Instrument | None:
    """What is charged when nobody chose: the provider's default on the account, in its present mode."""
    found: Instrument | None = (
        instruments_of(account_id).filter(provider=provider, mode=provider.mode, is_default=True).first()
    )
    return found


def open_requests() -> QuerySet[Any]:
    return requests().filter(state__in=sorted(OPEN))


def inbox() -> QuerySet[Any]:
    return InboxEvent.objects.select_related("provider").defer("body").order_by("-id")
