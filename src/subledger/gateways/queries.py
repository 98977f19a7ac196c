"""Reads of providers, requests, instruments and the inbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from subledger.accounts.models import AccountPaymentPreference, PaymentPreference
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import decode
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.platform.models import Event
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fetch
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.rules.facts import Leaving
from subledger.transactions.states import Classification, TransactionState

from .charges import charge_of, paid_back_by, payment_of
from .kept_facts import Doubt, doubts_on
from .models import Charge, Claim, InboxEvent, Instrument, PaymentRequest, Provider
from .registry import kind_named, taken_back_codes
from .rules.outcomes import NOT_LEFT
from .states import OPEN, ClaimKind, RequestState, RequestType

BRANDS = {"sepa_debit": "SEPA debit", "amex": say("American Express"), "unionpay": "UnionPay", "jcb": "JCB"}


@dataclass(frozen=True, slots=True)
class Handlers:
    """Which provider carries out what, by the id of the method or type; all of the company's."""

    payment_methods: Mapping[int, Provider]
    refund_methods: Mapping[int, Provider]
    cancellation_types: Mapping[int, frozenset[int]]  # type -> ids of providers


def bank_file_of(row: PaymentRequest) -> str:
    """The latest file for a bank that holds a request; "" for none."""
    files = Event.objects.filter(object_id=row.provider_id, type="provider.requests_exported")
    held = files.filter(data__requests__contains=row.pk).exclude(data__format="csv").order_by("-pk").first()
    return str(held.data["message"]) if held else ""


IN_BANK_FILES = """
    SELECT DISTINCT r.id
      FROM platform_event e, jsonb_array_elements_text(e.data->'requests') held, LATERAL (SELECT held::bigint AS id) r
     WHERE e.id > %(first)s AND e.object_id IN (SELECT id FROM gateways_provider WHERE company_id = %(company)s)
       AND e.type = 'provider.requests_exported' AND e.data->>'format' <> 'csv' AND r.id = ANY(%(requests)s)
"""


def in_bank_files(request_ids: Collection[int]) -> set[int]:
    """Those of these requests that a file for a bank holds, marked or not; files are younger than what they hold."""
    if not request_ids:
        return set()
    with connection.cursor() as cursor:
        company, first, requests = current_company_id(), min(request_ids), list(request_ids)
        cursor.execute(IN_BANK_FILES, {"company": company, "first": first, "requests": requests})
        return {ident for (ident,) in cursor.fetchall()}


def taken_back(**where: Any) -> list[tuple[Charge, int]]:
    """Charges of which a gateway has answered that their payers took the money back by a dispute, while no dispute is
    in the books; each with the account that it stands on. ``where`` narrows the requests that were answered so."""
    answered = PaymentRequest.objects.filter(
        state=RequestState.REJECTED,
        type__in=[RequestType.REFUND, RequestType.PAYMENT_CANCELLATION],
        error_code__in=sorted(taken_back_codes()),
        charge__disputes=None,
        **where,
    )
    found = {row.charge_id: row for row in answered.select_related("provider", "charge__provider")}
    return [
        (row.charge, row.account_id)
        for row in found.values()
        if row.charge is not None and row.error_code in kind_named(row.provider.kind).taken_back
        if row.charge.refundable_minor and payment_of(row.charge).state == TransactionState.POSTED
    ]


def paying_back(account_ids: Sequence[int]) -> Mapping[int, int]:
    """What gateways are asked to pay back by cancelling payments, by account; what they say that payers took back by a
    dispute, for which no refund stands meanwhile; and what is said to have gone out and is in no books.
    """
    asked = PaymentRequest.objects.filter(
        account_id__in=account_ids, type=RequestType.PAYMENT_CANCELLATION, state__in=sorted(OPEN)
    )
    sums = asked.order_by().values("account_id").annotate(sum=Sum("amount_minor"))
    found: dict[int, int] = dict(sums.values_list("account_id", "sum"))
    for charge, account_id in taken_back(account_id__in=account_ids):
        found[account_id] = found.get(account_id, 0) + charge.refundable_minor
    for doubt in _perhaps_paid_out(account_ids):
        found[doubt.out_of] = found.get(doubt.out_of, 0) + doubt.out
    return found


def said_gone(account_ids: Sequence[int]) -> Mapping[int, int]:
    """What is told as a fact to have gone out of accounts and is in no books: by a bank, an integrator, a gateway."""
    found: dict[int, int] = {}
    for doubt in doubts_on(account_ids):
        if doubt.told_out and doubt.out_of in account_ids:
            found[doubt.out_of] = found.get(doubt.out_of, 0) + doubt.told_out
    for charge, account_id in taken_back(account_id__in=account_ids):
        found[account_id] = found.get(account_id, 0) + charge.refundable_minor
    return found


def _perhaps_paid_out(account_ids: Sequence[int]) -> list[Doubt]:
    return [one for one in doubts_on(account_ids) if one.out and one.out_of in account_ids]


def failed_at_gateway() -> Case:
    """Of transactions, as an annotation: whether it is a draft because its gateway refused it the last time."""
    refused = Q(state=RequestState.REJECTED) & ~Q(error_code__in=sorted(NOT_LEFT))
    latest = PaymentRequest.objects.filter(transaction_id=OuterRef("pk")).order_by("-id")
    is_refused = Case(When(refused, then=True), default=False, output_field=BooleanField())
    last = Subquery(latest.annotate(is_refused=is_refused).values("is_refused")[:1])
    return Case(
        When(state=TransactionState.DRAFT, then=Coalesce(last, False)), default=False, output_field=BooleanField()
    )


def leaving(account_ids: Sequence[int]) -> Mapping[int, Sequence[Leaving]]:
    """Refunds and payments being paid back that wait for their gateway, or may have been, as people know them."""
    found: dict[int, list[Leaving]] = {}
    asked = PaymentRequest.objects.filter(
        account_id__in=account_ids, type__in=[RequestType.REFUND, RequestType.PAYMENT_CANCELLATION]
    )
    here = [one for one in doubts_on(account_ids) if one.out_of in account_ids]
    doubts = {one.request.pk: one for one in here if one.out or one.told_out}
    for row in asked.filter(state__in=sorted(OPEN)).select_related("provider", "charge").order_by("id"):
        what = say("refund") if row.type == RequestType.REFUND else say("cancellation that pays back")
        amount, state = Money(row.amount_minor, row.currency), plain(row.state)
        name = say(
            "{what} {number} over {amount} by {name}, {state}",
            what=what,
            number=row.number,
            amount=amount,
            name=row.provider.name,
            state=state,
        )
        said = doubts.pop(row.pk, None)
        if said is not None:
            name = say("{name}, {words}", name=name, words=said.words)
        found.setdefault(row.account_id, []).append(Leaving(name=name, pays_back_id=paid_back_by(row)))
    for doubt in doubts.values():
        found.setdefault(doubt.out_of, []).append(Leaving(name=doubt.name, pays_back_id=doubt.payment_id))
    for charge, account_id in taken_back(account_id__in=account_ids):
        amount, payment = Money(charge.refundable_minor, charge.currency), payment_of(charge)
        name = say(
            "what a dispute took back of payment {number}, {amount}, as {name} answered",
            number=payment.number,
            amount=amount,
            name=charge.provider.name,
        )
        found.setdefault(account_id, []).append(Leaving(name=name, pays_back_id=payment.pk))
    return found


def keeper_of(preference: PaymentPreference) -> str | None:
    """The provider that keeps ways to pay of this kind at its gateway, by name; None where none does."""
    providers = Provider.objects.filter(preferences=preference).order_by("pk")
    return next((one.name for one in providers if kind_named(one.kind).executes), None)


# Before every posting, and most companies have no gateway: one statement, which mostly finds nothing.
LISTED = """
    SELECT p.id, l.what, l.id FROM gateways_provider p, LATERAL (
        SELECT 'payment' AS what, paymentmethod_id AS id FROM gateways_provider_payment_methods WHERE provider_id = p.id
        UNION ALL
        SELECT 'refund', refundmethod_id FROM gateways_provider_refund_methods WHERE provider_id = p.id
        UNION ALL
        SELECT 'cancelling', transactiontype_id FROM gateways_provider_cancellation_types WHERE provider_id = p.id
    ) l WHERE p.company_id = %s AND p.is_active ORDER BY p.name
"""


def handlers() -> Handlers:
    """Of every provider, effective or not: a method of one that is not must be refused, never posted past it."""
    listed = fetch(LISTED, [current_company_id()])
    providers = Provider.objects.in_bulk({provider_id for provider_id, _, _ in listed}) if listed else {}
    payment: dict[int, Provider] = {}
    refund: dict[int, Provider] = {}
    cancelling: dict[int, set[int]] = {}
    for provider_id, what, ident in listed:
        if what == "cancelling":
            cancelling.setdefault(ident, set()).add(provider_id)
        elif provider_id in providers:
            (payment if what == "payment" else refund)[ident] = providers[provider_id]
    return Handlers(payment, refund, {kind: frozenset(ids) for kind, ids in cancelling.items()})


def provider_by_id(ident: int) -> Provider:
    found: Provider | None = Provider.objects.filter(pk=ident).first()
    if found is None:
        raise NotFound(Provider, ident, noun=say("payment gateway provider"))
    return found


def provider_named(text: str) -> Provider:
    """The provider that somebody names by its code or its id. NotFound."""
    try:
        return provider_by_id(decode(Provider.PREFIX, text))
    except ValueError:
        found: Provider | None = Provider.objects.filter(code=text).first()
    if found is None:
        raise NotFound(say("payment gateway provider"), text)
    return found


def requests() -> QuerySet[Any]:
    """With what a list or a page shows of them, newest first."""
    return PaymentRequest.objects.select_related(
        "provider", "account", "account__customer", "preference", "preference__instrument", "preference__preference"
    ).order_by("-id")


def request_by_id(ident: int) -> PaymentRequest:
    found: PaymentRequest | None = requests().filter(pk=ident).first()
    if found is None:
        raise NotFound(PaymentRequest, ident)
    return found


def request_called(text: str) -> int | None:
    """The id behind a request's number, PRQ-…, or behind its public id, whether or not there is one."""
    try:
        return decode(PaymentRequest.PREFIX, text.strip().lower().replace("-", "_"))
    except ValueError:
        return None


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


NAMED = 5  # invoices that a description names; the rest are counted


def descriptions(rows: Sequence[PaymentRequest]) -> dict[int, str]:
    """What each request is for in its customer's words, e.g. on a statement: the invoices it means, else the account.

    The same whenever it is asked: a call that is repeated under its key has to say what it said the first time.
    ``account`` should be at hand.
    """
    of_transactions = dict(
        Transaction.objects.filter(pk__in=[row.transaction_id for row in rows if row.transaction_id]).values_list(
            "pk", "intended_ids"
        )
    )
    meant = {row.pk: row.order.get("intended_ids") or of_transactions.get(row.transaction_id) or [] for row in rows}
    invoices = Transaction.objects.filter(pk__in={ident for idents in meant.values() for ident in idents})
    numbers = dict(invoices.exclude(number=None).values_list("pk", "number"))
    return {
        row.pk: _description(row, [numbers[ident] for ident in sorted(meant[row.pk]) if ident in numbers])
        for row in rows
    }


def _description(row: PaymentRequest, invoices: Sequence[str]) -> str:
    if not invoices:
        return say("Account {number}", number=row.account.number)
    more = say(" and {more} more", more=len(invoices) - NAMED) if len(invoices) > NAMED else ""
    return (
        say("Invoices {invoices}{more}", invoices=", ".join(invoices[:NAMED]), more=more)
        if len(invoices) > 1
        else say("Invoice {invoices}{more}", invoices=", ".join(invoices[:NAMED]), more=more)
    )


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settled some of an invoice: when, how much, and with what its customer paid, as far as anybody knows.

    ``way`` is a card's brand, a kind of account or the name of a method; ``last4`` what it ends on."""

    credit_id: int
    classification: str
    on: date
    minor: int
    way: str = ""
    last4: str = ""


def settlements_of(invoice_id: int, *, limit: int = 50, language: str = "") -> list[Settlement]:
    """What settles an invoice by now, oldest first; what was paid by the same credit is one. As `ways_of`."""
    minor: dict[int, int] = {}
    credits: dict[int, Transaction] = {}
    live = Allocation.objects.filter(debit_id=invoice_id, released_on=None).select_related("credit__payment_method")
    for link in live.order_by("id")[:limit]:
        minor[link.credit_id] = minor.get(link.credit_id, 0) + link.minor
        credits[link.credit_id] = link.credit
    ways = ways_of(list(credits.values()), language=language)
    found = [
        Settlement(
            ident, one.classification, one.received_on or one.posted_on or one.issued_on, minor[ident], *ways[ident]
        )
        for ident, one in credits.items()
    ]
    return sorted(found, key=lambda one: (one.on, one.credit_id))


def invoices_paid_by(payment_id: int, *, limit: int = 50) -> list[tuple[str, int]]:
    """The numbers of the invoices that a payment settles by now, and how much of each."""
    live = Allocation.objects.filter(
        credit_id=payment_id, released_on=None, debit__classification=Classification.INVOICE
    )
    sums = live.values("debit__number").annotate(sum=Sum("minor")).order_by("debit__number")
    return [(row["debit__number"], row["sum"]) for row in sums[:limit]]


def ways_of(payments: Sequence[Transaction], *, language: str = "") -> dict[int, tuple[str, str]]:
    """With what each was paid: brand or kind of account and its last four, else the method as a reader knows it."""
    charges = {
        one.payment_id: one
        for one in Charge.objects.select_related("request__preference__instrument").filter(
            payment_id__in=[payment.pk for payment in payments]
        )
    }
    chosen = AccountPaymentPreference.ever.select_related("preference", "instrument").in_bulk(
        [one.payment_preference_id for one in payments if one.payment_preference_id]
    )
    return {
        payment.pk: _way(payment, charges.get(payment.pk), chosen.get(payment.payment_preference_id), language)
        for payment in payments
    }


def _way(payment: Transaction, charge: Charge | None, chosen: Any, language: str) -> tuple[str, str]:
    if payment.moved_from_id and charge is None:
        charge = charge_of(payment.pk)
    if charge is not None and charge.last4:
        return brand_named(charge.paid_with), charge.last4
    way = (charge.request.preference if charge is not None else None) or chosen
    instrument = getattr(way, "instrument", None)
    if instrument is not None:
        return brand_named(instrument.brand or instrument.kind), instrument.last4
    iban = str(way.details.get("iban", "")) if way is not None else ""
    if iban:
        return "IBAN", iban[-4:]
    return (payment.payment_method.name_in(language) if payment.payment_method else ""), ""


def way_of(row: PaymentRequest) -> tuple[str, str]:
    """What a request is paid with, as `ways_of` says it; ("", "") where its customer chooses on the gateway's page."""
    instrument = getattr(row.preference, "instrument", None)
    return (brand_named(instrument.brand or instrument.kind), instrument.last4) if instrument else ("", "")


def brand_named(brand: str) -> str:
    """A brand or kind of account as its customer writes it: ``visa`` is Visa, ``sepa_debit`` SEPA debit."""
    return BRANDS.get(brand, brand.replace("_", " ").capitalize())


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
