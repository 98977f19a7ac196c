"""What gateways keep for themselves, in the journal: the fee account against the account the money came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from subledger.companies.models import Company
from subledger.gateways.models import Charge, Fee
from subledger.journal.models import EntrySource
from subledger.journal.queries import rate_on
from subledger.journal.rules import balanced
from subledger.journal.services import NewEntry, record_entries
from subledger.kernel.currencies import exponent
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.events import Fact, record_events
from subledger.platform.scope import current_company_id
from subledger.transactions.models import Transaction

from .unbooked import GATEWAY, Unbooked, keep


def record_fees(charges: Sequence[Charge], *, on: date, actor: str) -> None:
    """Journalise the fees of charges that have one and whose provider names a fee account, once each.

    A fee in a currency that has no rate on the day is told on the charge's timeline and kept as work for a person.
    """
    with_fee = [charge for charge in charges if charge.fee_minor and charge.provider.fee_account_id]
    if not with_fee:
        return
    kept = [
        _Kept(charge.pk, charge, charge.fee_minor or 0, charge.fee_currency or charge.currency) for charge in with_fee
    ]
    _journalise(kept, on=on, actor=actor)


def learn_more(charge: Charge, *, reference: str, total: Money, on: date, actor: str) -> None:
    """What a gateway keeps by now for a dispute, a refund or a return of a charge, beside the charge's own fee; what is
    new of it is journalised. The caller holds the account's lock.
    """
    known = Fee.objects.filter(charge=charge, reference=reference, currency=total.currency)
    minor = total.minor - sum(known.values_list("amount_minor", flat=True))
    if not minor:
        return
    fee = Fee.objects.create(
        charge=charge, reference=reference, amount_minor=minor, currency=total.currency, at=clock.now()
    )
    if charge.provider.fee_account_id:
        _journalise([_Kept(fee.pk, charge, minor, total.currency)], on=on, actor=actor)


class _Kept(NamedTuple):
    ident: int  # the entry's
    charge: Charge
    minor: int
    currency: str


def _journalise(kept: Sequence[_Kept], *, on: date, actor: str) -> None:
    company_base: str = Company.objects.get(pk=current_company_id()).base_currency
    payments = Transaction.objects.select_related("payment_method").in_bulk([fee.charge.payment_id for fee in kept])
    entries, facts = [], []
    for ident, charge, minor, currency in kept:
        rate = None if currency == company_base else rate_on(currency, on)
        data = {"fee": minor, "currency": currency}
        if rate is None and currency != company_base:
            facts.append(Fact("charge.fee_without_rate", "charge", charge.pk, data))
            keep(provider=charge.provider, facts=[_without_rate(charge, Money(minor, currency), on)], actor=actor)
            continue
        method = payments[charge.payment_id].payment_method
        lines = balanced(
            [(charge.provider.fee_account_id or 0, minor), (method.ledger_account_id, -minor)],
            rate=rate,
            exponents=(exponent(currency), exponent(company_base)),
        )
        entries.append(NewEntry(EntrySource.GATEWAY_FEE, ident, charge.account_id, on, currency, lines))
        facts.append(Fact("charge.fee_recorded", "charge", charge.pk, data))
    record_entries(entries=entries)
    record_events(facts, actor=actor)


def _without_rate(charge: Charge, fee: Money, on: date) -> Unbooked:
    return Unbooked(
        source=GATEWAY,
        said=f"{charge.provider.name} kept a fee of {fee} of its charge {charge.reference}.",
        code="exchange_rate_missing",
        reason=f"There is no exchange rate for {fee.currency.upper()} on {on}, so the fee is not in the journal, and "
        "it is not tried again. Book it in the general ledger, and enter the rate for those that come.",
        reference=charge.reference,
        amount=fee if fee.minor > 0 else None,
        booked_on=on,
    )


def learn_fee(charge: Charge, *, minor: int, currency: str, on: date, actor: str) -> None:
    """A fee that the gateway told only after the charge was kept."""
    if charge.fee_minor is not None:
        return
    charge.fee_minor, charge.fee_currency = minor, currency
    charge.save(update_fields=["fee_minor", "fee_currency"])
    record_fees([charge], on=on, actor=actor)
