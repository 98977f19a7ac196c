"""Which invoices will be collected without anybody asking: by which run, on which day, and by what of their customers.

It is told by the statement that runs decide by, so that paper, mail and electronic invoice say what a run will do: that
of each definition of payment runs whose schedule is in force, on the first day on which it takes the invoice up. What
was asked for already is being collected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from subledger.accounts.models import AccountPaymentPreference
from subledger.companies.queries import company_zone
from subledger.documents.values import Charge, ChargeMeans
from subledger.gateways.models import Claim, Instrument, Provider
from subledger.gateways.states import OPEN, InstrumentKind, RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.runs.models import RunDefinition
from subledger.runs.rules.schedules import Schedule
from subledger.runs.services.definitions import checked_criteria, schedule_of
from subledger.transactions.models import Transaction

from .candidates import decision
from .criteria import PaymentCriteria, documents_of, excluded_of, freeze, kind_of, provider_of
from .documents import INVOICES
from .runs import PAYMENTS

# What is charged whole: of a part, or where something else is under way, the customer is asked for the rest as ever.
WHOLE = """
    WITH {parts}
    SELECT d.document_id, d.preference_id FROM decided d JOIN measured m USING (document_id)
     WHERE d.reason = '' AND d.amount_minor = m.whole_minor
"""


def expected(invoice_ids: Sequence[int]) -> Mapping[int, Charge]:
    """Those of these posted invoices that will be charged whole, or are being charged, and how."""
    ways: dict[int, tuple[date | None, int, Provider]] = _under_way(invoice_ids)
    left = {ident for ident in invoice_ids if ident not in ways}
    definitions = list(RunDefinition.objects.filter(kind=PAYMENTS.name, is_submitted=True).order_by("pk"))
    if left and definitions:
        due = dict(Transaction.objects.filter(pk__in=left).values_list("pk", "due_on"))
        for definition in definitions:
            for ident, on, preference_id, provider in _by(definition, due):
                known = ways.get(ident)
                if known is None or (known[0] is not None and on < known[0]):
                    ways[ident] = (on, preference_id, provider)
    return _charges(ways)


def _under_way(invoice_ids: Sequence[int]) -> dict[int, tuple[date | None, int, Provider]]:
    """What is asked for whole of a customer's card or account, who need not confirm it."""
    rows = Claim.objects.filter(
        is_open=True,
        kind=INVOICES.claim,
        object_id__in=list(invoice_ids),
        request__type=RequestType.PAYMENT,
        request__preference__isnull=False,
        request__state__in=OPEN - {RequestState.REQUIRES_ACTION},
    ).select_related("request__provider")
    claims = {row.object_id: row.request for row in rows}
    if not claims:
        return {}
    open_minor = dict(Transaction.objects.filter(pk__in=claims).values_list("pk", "open_item__open_minor"))
    return {
        ident: (None, request.preference_id, request.provider)
        for ident, request in claims.items()
        if request.amount_minor >= (open_minor[ident] or 0)
    }


def _by(definition: RunDefinition, due: Mapping[int, date | None]) -> Iterator[tuple[int, date, int, Provider]]:
    """What a definition will charge of the invoices that are due on these days: (invoice, day, way to pay, by whom)."""
    try:
        criteria: PaymentCriteria = freeze(checked_criteria(PAYMENTS, definition.criteria))
        zone = company_zone()
        schedule = schedule_of(definition, zone)
    except DomainError:  # it names what is gone by now, and its run will be refused for it
        return
    provider = provider_of(criteria.provider)
    if schedule is None or kind_of(criteria) is not INVOICES:
        return
    days: dict[date, list[int]] = {}
    for ident, due_on in due.items():
        on = _first_day(definition, schedule, criteria, due_on, zone)
        if on is not None:
            days.setdefault(on, []).append(ident)
    for on, idents in days.items():
        documents, params = documents_of(criteria, on)
        decided = decision(
            f"SELECT f.* FROM ({documents}) AS f WHERE f.document_id = ANY(%(expected_ids)s)",
            {**params, "expected_ids": idents},
            kind=INVOICES,
            provider=provider,
            on=on,
            excluded=excluded_of(criteria),
            minimum_minor=criteria.minimum_minor or 0,
            is_few=True,
        )
        with connection.cursor() as cursor:
            cursor.execute(WHOLE.format(parts=decided.parts), decided.params)
            yield from ((ident, on, preference_id, provider) for ident, preference_id in cursor.fetchall())


def _first_day(
    definition: RunDefinition, schedule: Schedule, criteria: PaymentCriteria, due_on: date | None, zone: ZoneInfo
) -> date | None:
    """The day of the first run to come that may take up what is due on a day."""
    now = clock.now()
    from_on = now.astimezone(zone).date()
    if criteria.days_before_due is not None and due_on is not None:
        from_on = max(from_on, due_on - timedelta(days=criteria.days_before_due))
    if definition.next_at is not None and definition.next_at <= now and from_on <= now.astimezone(zone).date():
        return from_on  # it is due, and a worker is about to begin it
    begin = datetime.combine(from_on, time(), zone) - timedelta(microseconds=1)
    at = next(schedule.after(max(now, begin), zone), None)
    return at.astimezone(zone).date() if at is not None else None


def _charges(ways: Mapping[int, tuple[date | None, int, Provider]]) -> dict[int, Charge]:
    wanted = {preference_id for _, preference_id, _ in ways.values()}
    rows = AccountPaymentPreference.ever.select_related("preference").in_bulk(wanted) if wanted else {}
    cards = Instrument.objects.in_bulk(wanted) if wanted else {}
    return {
        ident: charge_by(rows[preference_id], cards.get(preference_id), provider, on=on)
        for ident, (on, preference_id, provider) in ways.items()
    }


def charge_by(way: AccountPaymentPreference, card: Instrument | None, provider: Provider, *, on: date | None) -> Charge:
    """A way to pay as a document says it: a card by its last digits, a direct debit with its mandate."""
    if card is not None:
        means = {InstrumentKind.CARD: ChargeMeans.CARD, InstrumentKind.SEPA_DEBIT: ChargeMeans.DIRECT_DEBIT}
        return Charge(
            means=means.get(InstrumentKind(card.kind), ChargeMeans.OTHER),
            on=on,
            name=card.brand.capitalize() or way.preference.name,
            last4=card.last4,
            mandate=card.mandate if card.kind == InstrumentKind.SEPA_DEBIT else "",
        )
    details = {name: str(value or "").strip() for name, value in way.details.items()}
    iban, mandate = details.get("iban", "").replace(" ", ""), details.get("mandate_reference", "")
    is_debit = bool(iban and mandate)
    return Charge(
        means=ChargeMeans.DIRECT_DEBIT if is_debit else ChargeMeans.OTHER,
        on=on,
        name=way.preference.name,
        last4=iban[-4:],
        holder=details.get("account_holder", ""),
        iban=iban,
        mandate=mandate,
        creditor_id=str(provider.creditor.get("creditor_id") or "").replace(" ", "").upper() if is_debit else "",
    )
