"""What gateways and banks keep for themselves, in the journal: the fee account against the one the money came to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.companies.models import Company
from subledger.gateways.charges import account_of
from subledger.gateways.generic.reported import Verb
from subledger.gateways.kept_facts import FEE_ACCOUNT_MISSING, RATE_MISSING
from subledger.gateways.models import Charge, Fee, PaymentRequest, Provider, UnbookedFact
from subledger.gateways.states import RequestType
from subledger.journal.queries import rate_on
from subledger.journal.rules import EntryLine, balanced
from subledger.journal.services import NewEntry, record_entries
from subledger.kernel.currencies import exponent
from subledger.kernel.ids import decode
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.transactions.models import Transaction

from .booking import Days, days_of_books, refund_method_of
from .unbooked import GATEWAY, Unbooked, close, keep

GATEWAY_FEE = "gateway_fee"  # the source of their entries
WHAT = {"post": "booking", "return": "return"}


def record_fees(charges: Sequence[Charge], *, on: date, actor: str) -> None:
    """Journalise the fees of charges that have one and whose provider names a fee account, once each.

    A fee in a currency that has no rate on the day is told on the charge's timeline and kept as work for a person.
    """
    with_fee = [charge for charge in charges if charge.fee_minor and charge.provider.fee_account_id]
    if not with_fee:
        return
    payments = _payments(with_fee)
    kept = [
        _Kept(
            charge.pk,
            charge.provider,
            charge.account_id,
            _money_came_to(charge, payments),
            ("charge", charge.pk),
            f"its charge {charge.reference}",
            charge.reference,
            charge.fee_minor or 0,
            charge.fee_currency or charge.currency,
            on,
        )
        for charge in with_fee
    ]
    _journalise(kept, actor=actor)


def learn_more(charge: Charge, *, account_id: int, reference: str, total: Money, on: date, actor: str) -> None:
    """What a gateway keeps by now for a dispute or a refund of a charge, beside the charge's own fee; what is new of it
    is journalised, for the account that the dispute or refund stands on: the payment may have been moved there. The
    caller holds the account's lock.
    """
    known = Fee.objects.filter(charge=charge, reference=reference, currency=total.currency)
    minor = total.minor - sum(known.values_list("amount_minor", flat=True))
    if not minor:
        return
    fee = Fee.objects.create(
        request_id=charge.request_id,
        charge=charge,
        reference=reference,
        amount_minor=minor,
        currency=total.currency,
        at=clock.now(),
    )
    if charge.provider.fee_account_id:
        came_to = _money_came_to(charge, _payments([charge]))
        said = ("charge", charge.pk)
        of = f"its charge {charge.reference}"
        _journalise(
            [
                _Kept(
                    fee.pk,
                    charge.provider,
                    account_id,
                    came_to,
                    said,
                    of,
                    charge.reference,
                    minor,
                    total.currency,
                    on,
                )
            ],
            actor=actor,
        )


# -- of banks ------------------------------------------------------------------------------------------------------


class Taken(NamedTuple):
    """What a bank took for booking or returning a request's money, all together, on its own day."""

    request_id: int
    verb: Verb
    total: Money
    booked_on: date | None


def learn_of_request(row: PaymentRequest, taken: Taken, *, days: Days, actor: str) -> None:
    """What is new of what a bank took for a request is journalised, or kept as work where its provider names no fee
    account. Told again, it is known. The caller holds the account's lock.
    """
    reference = f"{WHAT[taken.verb]} of {row.public_id}"
    known = Fee.objects.filter(request=row, reference=reference, currency=taken.total.currency)
    minor = taken.total.minor - sum(known.values_list("amount_minor", flat=True))
    if not minor:
        return
    fee = Fee.objects.create(
        request=row,
        charge=Charge.objects.filter(request=row).first() or row.charge,
        reference=reference,
        amount_minor=minor,
        currency=taken.total.currency,
        at=clock.now(),
    )
    came_to = _account_of_money(row)
    if row.provider.fee_account_id and came_to:
        _journalise([_kept(fee, row, came_to, days.of(taken.booked_on))], actor=actor)
    else:
        keep(provider=row.provider, facts=[_without_account(fee, row, taken)], actor=actor)


@atomic
def take_up_fees(*, provider: Provider, actor: str) -> int:
    """Journalise what waits for the provider's fee account, now that it has one; how many there were.

    What somebody closed has been dealt with.
    """
    if not provider.fee_account_id:
        return 0
    waiting = UnbookedFact.objects.filter(provider=provider, code=FEE_ACCOUNT_MISSING, resolved_at=None)
    accounts = waiting.values_list("request__account_id", flat=True)
    if not accounts:
        return 0
    lock_accounts(sorted(set(accounts)))
    facts = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    fees = Fee.objects.select_related("request__provider").in_bulk([decode(Fee.PREFIX, f.reference) for f in facts])
    days, kept, of_fact = days_of_books(), [], {}
    for fact in facts:
        fee = fees[decode(Fee.PREFIX, fact.reference)]
        came_to = _account_of_money(fee.request)
        if came_to:
            kept.append(_kept(fee, fee.request, came_to, days.of(fact.booked_on), provider))
            of_fact[fact.pk] = fee.pk
    booked = _journalise(kept, actor=actor)
    done = {fact for fact, fee in of_fact.items() if fee in booked}
    close(waiting.filter(pk__in=done), say("Booked to {fee_account}.", fee_account=provider.fee_account))
    close(waiting.filter(pk__in=of_fact.keys() - done), say("Kept anew, for its exchange rate is missing."))
    return len(of_fact)


def _kept(fee: Fee, row: PaymentRequest, came_to: int, on: date, provider: Provider | None = None) -> _Kept:
    return _Kept(
        fee.pk,
        provider or row.provider,
        _caused_on(fee, row),
        came_to,
        ("payment_request", row.pk),
        _of(fee, row),
        row.reference,
        fee.amount_minor,
        fee.currency,
        on,
    )


def _caused_on(fee: Fee, row: PaymentRequest) -> int:
    """The account that a bank's charge is for: of a booking the one that was collected on, of a return the one that the
    money went back from, wherever it was moved."""
    is_return = fee.reference.startswith(WHAT["return"])
    return account_of(fee.charge) if is_return and fee.charge is not None else int(row.account_id)


def _of(fee: Fee, row: PaymentRequest) -> str:
    return say("the {what} of payment request {number}", what=fee.reference.partition(" ")[0], number=row.number)


def _account_of_money(row: PaymentRequest) -> int | None:
    """The ledger account that a bank took its charge from: that of the request's own method, else the provider's."""
    found = Transaction.objects.select_related("payment_method", "refund_method").filter(pk=row.transaction_id).first()
    method = (found.payment_method or found.refund_method) if found else None
    if method is None and row.type == RequestType.PAYMENT:
        method = row.provider.payment_method
    elif method is None:
        method = row.provider.refund_methods.model.objects.filter(pk=refund_method_of(row.provider)).first()
    return int(method.ledger_account_id) if method else None


def _without_account(fee: Fee, row: PaymentRequest, taken: Taken) -> Unbooked:
    amount = Money(fee.amount_minor, fee.currency)
    lacking = say("fee account") if not row.provider.fee_account_id else say("method for this kind of request")
    field = say("Ledger account of its fees") if not row.provider.fee_account_id else say("default methods")
    return Unbooked(
        source=GATEWAY,
        said=f"{row.provider.name} took {amount} for {_of(fee, row)}.",
        code=FEE_ACCOUNT_MISSING,
        reason=say(
            "Provider {name} has no {lacking}, so the {amount} are not in the journal. Choose its "
            "{field} on the provider's page: then this is booked and closed by itself. Whoever books "
            "it in the general ledger closes it here.",
            name=row.provider.name,
            lacking=lacking,
            amount=amount,
            field=field,
        ),
        reference=fee.public_id,
        request_id=row.pk,
        amount=amount if amount.minor > 0 else None,
        booked_on=taken.booked_on,
    )


# -- the journal ---------------------------------------------------------------------------------------------------


class _Kept(NamedTuple):
    ident: int  # the entry's
    provider: Provider
    account_id: int
    came_to: int  # the ledger account of the money
    thing: tuple[str, int]  # whose timeline tells of it
    of: str  # in words
    reference: str
    minor: int
    currency: str
    on: date


def _payments(charges: Iterable[Charge]) -> Mapping[int, Transaction]:
    found = Transaction.objects.select_related("payment_method")
    return found.in_bulk([charge.payment_id for charge in charges])


def _money_came_to(charge: Charge, payments: Mapping[int, Transaction]) -> int:
    method = payments[charge.payment_id].payment_method
    assert method is not None, "a payment has one"
    return int(method.ledger_account_id)


def _journalise(kept: Sequence[_Kept], *, actor: str) -> set[int]:
    """Write their entries; which of them have one now."""
    company_base: str = Company.objects.get(pk=current_company_id()).base_currency
    entries, facts = [], []
    for fee in kept:
        rate = None if fee.currency == company_base else rate_on(fee.currency, fee.on)
        (thing, ident), data = fee.thing, {"fee": fee.minor, "currency": fee.currency}
        if rate is None and fee.currency != company_base:
            facts.append(NewEvent(f"{thing}.fee_without_rate", thing, ident, data))
            keep(provider=fee.provider, facts=[_without_rate(fee)], actor=actor)
            continue
        lines = balanced(
            [(fee.provider.fee_account_id or 0, fee.minor), (fee.came_to, -fee.minor)],
            rate=rate,
            exponents=(exponent(fee.currency), exponent(company_base)),
        )
        entries.append(
            NewEntry(GATEWAY_FEE, fee.ident, fee.on, fee.currency, [EntryLine(*line, fee.account_id) for line in lines])
        )
        facts.append(NewEvent(f"{thing}.fee_recorded", thing, ident, data))
    record_entries(entries=entries)
    record_events(facts, actor=actor)
    return {entry.source_id for entry in entries}


def _without_rate(kept: _Kept) -> Unbooked:
    fee = Money(kept.minor, kept.currency)
    return Unbooked(
        source=GATEWAY,
        said=say("{name} kept a fee of {fee} of {whole}.", name=kept.provider.name, fee=fee, whole=kept.of),
        code=RATE_MISSING,
        reason=say(
            "There is no exchange rate for {currency} on {on}, so the fee is not in the journal, and it "
            "is not tried again. Book it in the general ledger, and enter the rate for those that "
            "come.",
            currency=fee.currency.upper(),
            on=kept.on,
        ),
        reference=kept.reference,
        amount=fee if fee.minor > 0 else None,
        booked_on=kept.on,
    )


def learn_fee(charge: Charge, *, minor: int, currency: str, on: date, actor: str) -> None:
    """A fee that the gateway told only after the charge was kept."""
    if charge.fee_minor is not None:
        return
    charge.fee_minor, charge.fee_currency = minor, currency
    charge.save(update_fields=["fee_minor", "fee_currency"])
    record_fees([charge], on=on, actor=actor)
