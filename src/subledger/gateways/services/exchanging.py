"""The integrator's loop by file: pending requests out, results in. What is said goes through `reporting`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.transaction import atomic, set_rollback

from subledger.companies.models import Company
from subledger.gateways.errors import OutcomeDiffers
from subledger.gateways.generic.creditor import read_creditor
from subledger.gateways.generic.errors import (
    DirectionDiffers,
    ExportDayInvalid,
    ExportedAgain,
    ExportFormatUnknown,
    MessageUnknown,
)
from subledger.gateways.generic.exports import TYPES, Asked, Format, LeftOut, orders_of, other_mode, to_csv, to_pain
from subledger.gateways.generic.reported import Refusal, Reported, Verb, request_id
from subledger.gateways.generic.results import read_results
from subledger.gateways.generic.states import is_said_already
from subledger.gateways.models import Claim, PaymentRequest, Provider
from subledger.gateways.states import OPEN, ClaimKind, RequestState, RequestType
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.events import Fact, record_events
from subledger.platform.models import Event
from subledger.platform.scope import current_company_id
from subledger.platform.sql import fresh_ids
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

from .reporting import MOST, Element, begin, check_provider_of, generic_provider, lock_requests, report

LISTED = 100  # refused rows that the event tells of
SATURDAY = 5

# -- out -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Export:
    """A file of pending requests. ``content`` is None when a bank's file would hold nothing.

    ``message`` is the file's own name (MsgId), which a bank's report repeats."""

    format: Format
    file_name: str
    content_type: str
    content: bytes | None
    message: str
    written: tuple[str, ...]  # public ids
    left_out: tuple[LeftOut, ...]
    is_marked: bool


def export_requests(
    *, provider_id: int, file_format: str, actor: str, mark: bool = False, on: date | None = None
) -> Export:
    """Write a generic provider's pending requests as a file: csv (all), pain.008 (payments), pain.001 (the rest).

    Nothing changes by it unless ``mark``: then what was written becomes under processing, so that the next file does
    not hold it again. What a bank could not execute is left out, and listed with its reason.

    Args:
        on: the day on which a bank is to collect or pay; by default the next working day, or today.

    Raises:
        NotFound, ProviderExecutes: no such provider, or one whose requests nobody else executes.
        ExportFormatUnknown, ExportDayInvalid; CreditorIncomplete: the provider's own bank details (pain only).
    """
    try:
        chosen = Format(file_format)
    except ValueError:
        raise ExportFormatUnknown(file_format, Format) from None
    with atomic():
        provider = generic_provider(provider_id)
        zone = _zone()
        today = clock.today(zone)
        on = on or (_next_working_day(today) if chosen is Format.PAIN_008 else today)
        if on < today:
            raise ExportDayInvalid(on, today)
        asked = _asked(provider, chosen, is_locked=mark)
        here = [one for one in asked if not one.is_other_mode]
        left_out = [LeftOut(one.request, one.number, *other_mode()) for one in asked if one.is_other_mode]
        message = encode("msg", fresh_ids(1)[0]).upper().replace("_", "-")
        content: bytes | None = None
        if chosen is Format.CSV:
            written, content = here, to_csv(here)
        else:
            creditor = read_creditor(provider.creditor, collects=chosen is Format.PAIN_008)
            orders, refused = orders_of(here, file_format=chosen, today=today)
            written, left_out = [order.asked for order in orders], [*left_out, *refused]
            if orders:
                at = clock.now().astimezone(clock.zone_of(zone))
                content = to_pain(orders, file_format=chosen, creditor=creditor, message=message, at=at, on=on)
        if mark:
            begin({one.id: "" for one in written}, actor=actor)
        if written:
            told = {"format": chosen, "message": message, "marked": mark, "requests": [one.id for one in written]}
            record_events([Fact("provider.requests_exported", "provider", provider.pk, told)], actor=actor)
    ending, content_type = ("csv", "text/csv; charset=utf-8") if chosen is Format.CSV else ("xml", "application/xml")
    name = "requests" if chosen is Format.CSV else chosen.value
    return Export(
        format=chosen,
        file_name=f"{name}-{message}.{ending}",
        content_type=content_type,
        content=content,
        message=message,
        written=tuple(one.request for one in written),
        left_out=tuple(left_out),
        is_marked=mark,
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
            created_at=row.created_at,
        )
        for row in rows
    ]


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
    """SEPA core collections reach the bank a banking day ahead (EPC016-06); a holiday moves them on by itself."""
    day = today + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def _zone() -> str:
    zone: str = Company.objects.get(pk=current_company_id()).time_zone
    return zone


# -- in ------------------------------------------------------------------------------------------------------------


class RefusedRow(NamedTuple):
    """A row that was not taken: where it stands, the request as the file names it, and why."""

    position: str
    request: str
    code: str
    reason: str


@dataclass(slots=True)
class ResultsReport:
    """What a file of results came to. ``ignored`` rows are about other business than ours; a dry run kept nothing."""

    file: str
    format: str
    is_dry_run: bool
    posted: int = 0
    rejected: int = 0
    under_processing: int = 0
    unchanged: int = 0
    ignored: int = 0
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        names = ("posted", "rejected", "under_processing", "unchanged", "ignored")
        return {**{name: getattr(self, name) for name in names}, "refused": len(self.refused)}


class _Row(NamedTuple):
    """A row that names a request of the provider's, over its own amount."""

    told: Reported
    request_id: int


def import_results(*, provider_id: int, content: bytes, name: str, actor: str, dry_run: bool = False) -> ResultsReport:
    """Take in a file that tells what became of a provider's requests: CSV, pain.002, camt.053 or camt.054.

    Every row stands for itself: what cannot be taken is listed with its place and reason, and the rest is kept, part
    by part; one that breaks off is completed by importing the file again. What the file tells and the books know
    already is unchanged, so the same file twice is once.

    Args:
        name: the file's, for messages; its content tells what it is.
        dry_run: do everything, report it, and undo it.

    Raises:
        NotFound, ProviderExecutes: as of `export_requests`. ResultsUnreadable: the file as a whole.
    """
    provider = generic_provider(provider_id)
    reading = read_results(content, name=name)
    outcome = ResultsReport(name, reading.format, dry_run, ignored=reading.ignored)
    with ExitStack() as stack:
        if dry_run:
            stack.enter_context(atomic())
        work = _Import(provider, outcome, actor)
        for refusal in reading.refused:
            work.refuse(refusal)
        work.take(reading.reported)
        told = {
            "file": name,
            "format": reading.format,
            "sha256": hashlib.sha256(content).hexdigest(),
            **outcome.counts,
            "refusals": [list(row) for row in outcome.refused[:LISTED]],
        }
        record_events([Fact("provider.results_imported", "provider", provider.pk, told)], actor=actor)
        if dry_run:
            set_rollback(True)
    return outcome


class _Exported(NamedTuple):
    """What a file that we wrote held, and what of that (or of anything) was written again in later ones."""

    requests: Sequence[int]
    again: set[int]


class _Import:
    """One file's rows, checked against the requests they name, and reported in sets."""

    def __init__(self, provider: Provider, outcome: ResultsReport, actor: str) -> None:
        self.provider, self.outcome, self.actor = provider, outcome, actor
        self.states: dict[int, RequestState] = {}  # of the requests named, as they stand by now
        self.exports: dict[str, _Exported | None] = {}  # by message, as the bank names them

    def refuse(self, refusal: Refusal) -> None:
        error = refusal.error
        self.outcome.refused.append(RefusedRow(refusal.position, refusal.request, error.code, str(error)))

    def take(self, reported: Sequence[Reported]) -> None:
        by_request: dict[int, list[_Row]] = {}
        for row in self._placed(reported):
            by_request.setdefault(row.request_id, []).append(row)
        waiting = []
        for ident, rows in by_request.items():
            # Where the file's last word is known, what it says before that is history.
            if is_said_already(self.states[ident], rows[-1].told.verb):
                self.outcome.unchanged += len(rows)
            else:
                waiting.append(rows)
        # A file may tell of a request more than once: in its order, and one at a time.
        for turn in range(max(map(len, waiting), default=0)):
            self._report([rows[turn] for rows in waiting if turn < len(rows)])

    def _placed(self, reported: Sequence[Reported]) -> Iterator[_Row]:
        """Rows by their request, the file's own reasons to be refused taken out."""
        pairs: list[tuple[Reported, int]] = []
        for told in reported:
            if told.request:
                try:
                    pairs.append((told, request_id(told.request)))
                except NotFound as error:
                    self.refuse(Refusal(told.position, told.request, error))
        named = {ident for _, ident in pairs}
        for told in reported:
            if not told.request:
                pairs += [(told, ident) for ident in self._whole(told) if ident not in named]
        for part in _parts(pairs):
            found = PaymentRequest.objects.select_related("provider").in_bulk([ident for _, ident in part])
            for told, ident in part:
                try:
                    self._check(told, ident, found.get(ident))
                except DomainError as error:
                    self.refuse(Refusal(told.position, told.request or _public(ident), error))
                else:
                    yield _Row(told, ident)

    def _whole(self, told: Reported) -> Sequence[int]:
        """The requests of a file that the bank speaks of as a whole."""
        export = self._exported(told.message)
        if export is None:
            self.refuse(Refusal(told.position, "", MessageUnknown(told.message)))
            return ()
        return export.requests

    def _exported(self, message: str) -> _Exported | None:
        if message not in self.exports:
            files = Event.objects.filter(object_id=self.provider.pk, type="provider.requests_exported")
            files = files.exclude(data__format=Format.CSV)  # no bank has seen those
            one: Event | None = files.filter(data__message=message).first() if message else None
            self.exports[message] = None
            if one is not None:
                later = files.filter(pk__gt=one.pk).values_list("data__requests", flat=True)
                self.exports[message] = _Exported(one.data["requests"], {ident for each in later for ident in each})
        return self.exports[message]

    def _check(self, told: Reported, ident: int, row: PaymentRequest | None) -> None:
        if row is None:
            raise NotFound("payment request", told.request, param="/request")
        check_provider_of(row, self.provider.pk)
        wanted = Money(row.amount_minor, row.currency)
        if told.amount:
            said = Money.parse(told.amount, told.currency or row.currency)
            if said != wanted:
                raise OutcomeDiffers(row.number, wanted, said)
        pays_in = (row.type == RequestType.PAYMENT) != (told.verb == "return")
        if told.direction and told.direction != ("in" if pays_in else "out"):
            raise DirectionDiffers(row.number, row.type, told.direction)
        export = self._exported(told.message) if told.verb == "reject" else None
        if export and ident in export.again and row.state in OPEN:
            raise ExportedAgain(row.number, told.message)
        self.states[row.pk] = RequestState(row.state)

    def _report(self, rows: Sequence[_Row]) -> None:
        by_verb: dict[Verb, list[_Row]] = {}
        for row in rows:
            if is_said_already(self.states[row.request_id], row.told.verb):
                self.outcome.unchanged += 1
            else:
                by_verb.setdefault(row.told.verb, []).append(row)
        for verb, said in by_verb.items():
            for part in _parts(said):
                self._report_part(verb, part)

    def _report_part(self, verb: Verb, rows: Sequence[_Row]) -> None:
        elements = [
            Element(
                request_unique_identifier=str(at),
                request=_public(row.request_id),
                reference=row.told.reference or _name_in_message(row),
                error_code=row.told.error_code,
                error_message=row.told.error_message,
            )
            for at, row in enumerate(rows)
        ]
        answers = report(verb, elements, provider_id=self.provider.pk, actor=self.actor)
        for row, answer in zip(rows, answers, strict=True):
            if answer.state is not None:
                self.states[row.request_id] = answer.state
            if answer.error is not None:
                self.refuse(Refusal(row.told.position, row.told.request or answer.request, answer.error))
            elif answer.state is RequestState.POSTED:
                self.outcome.posted += 1
            elif answer.state is RequestState.REJECTED:
                self.outcome.rejected += 1
            else:
                self.outcome.under_processing += 1


def _name_in_message(row: _Row) -> str:
    """What a request is called where a bank tells of a whole file, and of no request by itself."""
    return f"{row.told.message}/{_public(row.request_id)}" if not row.told.request else ""


def _public(request_id: int) -> str:
    return encode(PaymentRequest.PREFIX, request_id)


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), MOST):
        yield rows[start : start + MOST]
