"""The integrator's loop by file: pending requests out. What comes back is read by `results`."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.db.transaction import atomic
from holidays import financial_holidays

from subledger.companies.queries import company_zone, today_of_company
from subledger.gateways.errors import BatchHeld
from subledger.gateways.generic.creditor import read_creditor
from subledger.gateways.generic.errors import (
    ExportDayInvalid,
    ExportFormatUnknown,
)
from subledger.gateways.generic.exports import (
    TYPES,
    Asked,
    Format,
    LeftOut,
    orders_of,
    other_mode,
    to_csv,
    to_pain,
)
from subledger.gateways.held_batches import held_batches
from subledger.gateways.models import Claim, MarkedFile, PaymentRequest, Provider
from subledger.gateways.port import Declined
from subledger.gateways.states import MESSAGE_PREFIX, REQUEST_PREFIX, ClaimKind, RequestState
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.statements import fresh_ids
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

from .execution import begin, generic_provider, lock_requests
from .outcomes import ReportedOutcome, apply_outcomes
from .outstanding import NotToLeave, not_to_leave
from .unbooked import held_back

SATURDAY = 5
KEPT = timedelta(days=90)  # how long a marked file is given again


@dataclass(frozen=True, slots=True)
class Export:
    """A file of pending requests. ``content`` is None when a bank's file would hold nothing.

    ``message`` is the file's own name (MsgId), which a bank's report repeats."""

    format: Format
    content: bytes | None
    message: str
    written: tuple[str, ...]  # public ids
    left_out: tuple[LeftOut, ...]
    is_marked: bool

    @property
    def file_name(self) -> str:
        ending = "csv" if self.format is Format.CSV else "xml"
        return f"{'requests' if self.format is Format.CSV else self.format.value}-{self.message}.{ending}"

    @property
    def content_type(self) -> str:
        return "text/csv; charset=utf-8" if self.format is Format.CSV else "application/xml"


def export_requests(
    *, provider_id: int, file_format: str, actor: str, mark: bool = False, on: date | None = None
) -> Export:
    """Write a generic provider's pending requests as a file: csv (all), pain.008 (payments), pain.001 (the rest).

    Nothing changes by it unless ``mark``: then what was written becomes under processing, so that the next file does
    not hold it again, and what asks for more than is still owed, or for more than is left of the credit, is taken back:
    its payment or refund is a draft again. Both that and what a bank could not execute are left out, and listed with
    their reasons. A marked file is kept, and `export_again` gives it to whoever lost it.

    Args:
        on: the day on which a bank is to collect or pay; by default the next working day, or today.

    Raises:
        NotFound, ProviderExecutes: no such provider, or one whose requests nobody else executes.
        ExportFormatUnknown, ExportDayInvalid; CreditorIncomplete: the provider's own bank details (pain only).
    """
    demand("gateways.charge:export")
    try:
        chosen = Format(file_format)
    except ValueError:
        raise ExportFormatUnknown(file_format, Format) from None
    with atomic():
        provider = generic_provider(provider_id)
        today = today_of_company()
        on = on or (_next_working_day(today) if chosen is Format.PAIN_008 else today)
        if on < today:
            raise ExportDayInvalid(on, today)
        asked = _asked(provider, chosen, is_locked=mark)
        left_out = [LeftOut(one.request, one.number, *other_mode()) for one in asked if one.is_other_mode]
        held = [(one, one.held_back) for one in asked if one.held_back is not None and not one.is_other_mode]
        left_out += [LeftOut(one.request, one.number, *why) for one, why in held]
        asked = [one for one in asked if one.held_back is None]
        here = [one for one in asked if not one.is_other_mode and one.not_due is None]
        overdone = [(one, one.not_due) for one in asked if one.not_due is not None and not one.is_other_mode]
        left_out += [LeftOut(one.request, one.number, *why) for one, why in overdone]
        message = encode(MESSAGE_PREFIX, fresh_ids(1)[0]).upper().replace("_", "-")
        content: bytes | None = None
        if chosen is Format.CSV:
            written, content = here, to_csv(here)
        else:
            creditor = read_creditor(provider.creditor, collects=chosen is Format.PAIN_008)
            orders, refused = orders_of(here, file_format=chosen, today=today)
            written, left_out = [order.asked for order in orders], [*left_out, *refused]
            if orders:
                at = clock.now().astimezone(company_zone())
                content = to_pain(orders, file_format=chosen, creditor=creditor, message=message, at=at, on=on)
        if mark:
            apply_outcomes([ReportedOutcome(one.id, Declined(*why)) for one, why in overdone], actor=actor)
            begin({one.id: "" for one in written}, actor=actor)
        if written:
            data = {"format": chosen, "message": message, "marked": mark, "requests": [one.id for one in written]}
            record_events([NewEvent("provider.requests_exported", "provider", provider.pk, data)], actor=actor)
        if mark and written and content is not None:
            _keep(provider, chosen, message, [one.id for one in written], content, actor=actor)
    return Export(
        format=chosen,
        content=content,
        message=message,
        written=tuple(one.request for one in written),
        left_out=tuple(left_out),
        is_marked=mark,
    )


def _keep(
    provider: Provider, file_format: Format, message: str, requests: list[int], content: bytes, *, actor: str
) -> None:
    """Keep a file with what it marked, instead of those of the provider that were kept long enough."""
    at = clock.now()
    MarkedFile.objects.filter(provider=provider, made_at__lt=at - KEPT).delete()
    MarkedFile.objects.create(
        company_id=provider.company_id,
        provider=provider,
        message=message,
        format=file_format,
        requests=requests,
        content=zlib.compress(content),
        made_at=at,
        made_by=actor,
    )


def marked_files(provider_id: int) -> QuerySet[MarkedFile]:
    """The files of a provider that are given again, the newest first, without what is in them."""
    rows: QuerySet[MarkedFile] = MarkedFile.objects.filter(provider_id=provider_id, made_at__gte=clock.now() - KEPT)
    return rows.defer("content").order_by("-made_at", "-pk")


def files_given_again() -> QuerySet[MarkedFile]:
    """Those of all providers, without what is in them."""
    rows: QuerySet[MarkedFile] = MarkedFile.objects.filter(made_at__gte=clock.now() - KEPT)
    return rows.defer("content")


def sums_of(files: Sequence[MarkedFile]) -> dict[int, list[Money]]:
    """What the requests of each of these files come to, by currency."""
    wanted = {ident for one in files for ident in one.requests}
    asked = PaymentRequest.objects.filter(pk__in=wanted).values_list("pk", "currency", "amount_minor")
    amounts = {ident: (currency, minor) for ident, currency, minor in asked}
    found: dict[int, list[Money]] = {}
    for one in files:
        sums: dict[str, int] = {}
        for ident in one.requests:
            currency, minor = amounts[ident]
            sums[currency] = sums.get(currency, 0) + minor
        found[one.pk] = [Money(minor, currency) for currency, minor in sorted(sums.items())]
    return found


@atomic
def export_again(*, provider_id: int, message: str = "", actor: str) -> Export:
    """The very file that was marked and handed out before, for whoever lost it. No request changes by it.

    Args:
        message: the file's own name (MsgId); "": the latest of the provider.

    Raises:
        NotFound, ProviderExecutes: as of `export_requests`; NotFound: no file of that name was marked, or it is kept no
        more.
    """
    demand("gateways.charge:export")
    provider, found = generic_provider(provider_id), marked_files(provider_id)
    kept = (found.filter(message=message) if message else found).first()
    if kept is None:
        raise NotFound(say("marked file"), message or "latest", param="/message")
    data = {"format": kept.format, "message": kept.message, "requests": len(kept.requests)}
    record_events([NewEvent("provider.requests_exported_again", "provider", provider.pk, data)], actor=actor)
    return Export(
        format=Format(kept.format),
        content=zlib.decompress(bytes(kept.content)),
        message=kept.message,
        written=tuple(encode(REQUEST_PREFIX, ident) for ident in kept.requests),
        left_out=(),
        is_marked=True,
    )


def _asked(provider: Provider, file_format: Format, *, is_locked: bool) -> list[Asked]:
    """The pending requests that a file of this kind takes, oldest first, with what it tells of them."""
    pending = PaymentRequest.objects.filter(
        provider=provider, state=RequestState.PENDING, type__in=TYPES[file_format]
    ).order_by("pk")
    if is_locked:
        # Read again under the lock: what somebody began meanwhile is not pending any more.
        pending = pending.filter(pk__in=list(lock_requests(list(pending.values_list("pk", flat=True)))))
    rows = list(pending.select_related("account", "account__customer", "preference"))
    invoices = _invoices_of([row.pk for row in rows])
    late, held = not_to_leave(rows), dict[int, DomainError](held_back([row.pk for row in rows]))
    batches = held_batches({row.batch_id for row in rows})
    held |= {row.pk: BatchHeld(row.number) for row in rows if row.batch_id in batches and row.pk not in held}
    return [
        Asked(
            id=row.pk,
            request=row.public_id,
            number=row.number,
            type=row.type,
            amount=Money(row.amount_minor, row.currency),
            account=row.account.number,
            name=row.account.customer.name if row.account.customer else row.account.name,
            invoices=tuple(invoices.get(row.pk, ())),
            details=row.preference.details if row.preference else None,
            is_released=row.preference is not None and row.preference.released_at is not None,
            is_other_mode=row.mode != provider.mode,
            held_back=(held[row.pk].code, str(held[row.pk])) if row.pk in held else None,
            not_due=_why(late.get(row.pk), invoices.get(row.pk, ())),
            created_at=row.created_at,
        )
        for row in rows
    ]


def _why(late: NotToLeave | None, invoices: Sequence[str]) -> tuple[str, str] | None:
    return None if late is None else (late.code, late.sentence(", ".join(invoices)))


def _invoices_of(request_ids: Sequence[int]) -> dict[int, list[str]]:
    """Numbers of the invoices that requests are meant to pay."""
    claims = Claim.objects.filter(request_id__in=request_ids, kind=ClaimKind.TRANSACTION)
    pairs = list(claims.values_list("request_id", "object_id"))
    named = Transaction.objects.filter(pk__in={pair[1] for pair in pairs}, classification=Classification.INVOICE)
    numbers = dict(named.values_list("pk", "number"))
    found: dict[int, list[str]] = {}
    for request, transaction in sorted(pairs):
        if transaction in numbers:
            found.setdefault(request, []).append(numbers[transaction])
    return found


def _next_working_day(today: date) -> date:
    """SEPA core collections reach the bank a banking day ahead (EPC016-06): no weekend, and no holiday of TARGET."""
    day, closed = today + timedelta(days=1), financial_holidays("ECB")
    while day.weekday() >= SATURDAY or day in closed:
        day += timedelta(days=1)
    return day
