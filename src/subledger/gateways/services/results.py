"""What became of requests, as a file of results or a bank's own report tells it. What is said goes through `execution`;
what the books cannot take of a bank's word is kept as work for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from django.db.transaction import atomic, set_rollback

from subledger.companies.formats import number_format_named
from subledger.companies.models import Company
from subledger.gateways.errors import OutcomeDiffers
from subledger.gateways.generic.direction_errors import turned_round
from subledger.gateways.generic.errors import ExportedAgain, PostingRefused, RequestSettled
from subledger.gateways.generic.reported import Reading, Refusal, Remainder, Reported, Verb, request_id
from subledger.gateways.generic.results import Writing, read_results
from subledger.gateways.generic.states import is_said_already
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.states import OPEN, RequestState, RequestType
from subledger.kernel.cards import masked
from subledger.kernel.currencies import normalise
from subledger.kernel.days import DayFormat
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import Money, read_minor
from subledger.kernel.numbers import NumberFormat
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .bank_words import amount_of, direction_of
from .booking import days_of_books
from .execution import MOST, check_provider_of, generic_provider, lock_requests, one_at_a_time, report
from .exported import ExportedFiles
from .fees import WHAT, Taken, learn_of_request, take_up_fees
from .reports import Element, begun_before
from .results_refused import RefusedRows
from .results_report import NotedRow, ResultsReport
from .told import ToldBefore, came_back, name_in_message, own_reference, told_by, was_posted
from .unbooked import Booked, booked_after_all, keep, reported_again

LISTED = 100  # refused rows that the event tells of


class _Row(NamedTuple):
    """A row that names a request of the provider's, over its own amount."""

    stated: Reported
    request_id: int


def import_results(
    *,
    provider_id: int,
    content: bytes,
    name: str,
    actor: str,
    dry_run: bool = False,
    number_format: str | None = None,
    date_format: str | None = None,
) -> ResultsReport:
    """Take in a file that tells what became of a provider's requests: CSV, pain.002, camt.053 or camt.054.

    Every row stands for itself: what cannot be taken is listed with its place and reason, and the rest is kept, part
    by part; one that breaks off is completed by importing the file again. What the file tells and the books know
    already is unchanged, so the same file twice is once.

    Args:
        name: the file's, for messages; its content tells what it is.
        dry_run: do everything, report it, and undo it.
        number_format: of a table's amounts, an example such as ``1.234,56``. None: every number that has one reading,
            and of two the one that the file shows elsewhere, or the company's own format.
        date_format: of a table's days, as of ``strptime``. None: ISO, or the company's own format.

    Raises:
        NotFound, ProviderExecutes: as of `export_requests`. CompanyInvalid: no such format.
        ResultsUnreadable: the file as a whole.
    """
    demand("gateways.charge:report")
    provider, name = generic_provider(provider_id), masked(name)
    reading = read_results(content, name=name, writing=_writing(number_format, date_format))
    outcome = ResultsReport(name, reading.format, dry_run, ignored=reading.ignored, hidden=reading.hidden)
    with ExitStack() as stack:
        if dry_run:
            stack.enter_context(atomic())
        work = _Import(provider, outcome, actor, reading)
        for refusal in reading.refused:
            work.refused.refuse(refusal)
        work.take(reading.reported)
        for remainder in reading.remainders:
            work.remain(remainder)
        work.learn_fees()
        with atomic():
            one_at_a_time([provider.pk])  # two files that tell the same keep it once
            keep(provider=provider, facts=work.refused.all(work.before), actor=actor)
        booked_after_all(provider=provider, booked=work.taken)
        if reading.format == "csv":
            reported_again(said=[(one.request_id, one.verb, one.reference) for one in work.taken])
        stated = {
            "file": name,
            "format": reading.format,
            "sha256": hashlib.sha256(content).hexdigest(),
            **outcome.counts,
            "accepted": sorted({row.message for row in reading.reported if row.is_accepted and row.message}),
            "refusals": [list(row) for row in outcome.refused[:LISTED]],
        }
        record_events([NewEvent("provider.results_imported", "provider", provider.pk, stated)], actor=actor)
        if dry_run:
            set_rollback(True)
    return outcome


def _writing(number_format: str | None, date_format: str | None) -> Writing:
    company = Company.objects.get(pk=current_company_id())
    return Writing(
        number_format=number_format_named(number_format) if number_format else None,
        date_format=date_format or None,
        usual_numbers=NumberFormat.of(company.number_format),
        usual_days=DayFormat.of(company.date_format),
        zone=company.time_zone,
    )


class _Import:
    """One file's rows, checked against the requests they name, and reported in sets."""

    def __init__(self, provider: Provider, outcome: ResultsReport, actor: str, reading: Reading) -> None:
        self.provider, self.outcome, self.actor, self.numbers = provider, outcome, actor, reading.numbers
        self.states: dict[int, RequestState] = {}  # of the requests named, as they stand by now
        self.returned_first: set[int] = set()  # before they were booked
        self.came_back: set[int] = set()  # after they were booked
        self.before = ToldBefore(outcome.format)
        self.begun: set[int] = set()  # of those that were rejected when the file was read
        self.files = ExportedFiles(provider)
        self.refused = RefusedRows(outcome, self.files, reading.reported)
        self.taken: list[Booked] = []
        self.types: dict[int, str] = {}  # of the requests named
        self.entries: set[str] = set()  # of a statement, which hold requests of the provider
        self.fees: list[Taken] = []

    def remain(self, stated: Remainder) -> None:
        """Keep what of an entry over our requests is in none of them."""
        if stated.position in self.entries:
            self.refused.remain(stated)

    def learn_fees(self) -> None:
        """What the bank took, of what the books took just now and of what they knew before."""
        for part in _parts(self.fees):
            with atomic():
                rows = lock_requests([taken.request_id for taken in part])
                days = days_of_books()
                for taken in part:
                    learn_of_request(rows[taken.request_id], taken, days=days, actor=self.actor)
        provider = Provider.objects.get(pk=self.provider.pk)  # its fee account may have been chosen meanwhile
        take_up_fees(provider=provider, actor=self.actor)

    def _keep_fee(self, row: _Row) -> None:
        stated = row.stated
        if stated.fee and stated.verb in WHAT:
            total = Money.parse(stated.fee, stated.currency)
            self.fees.append(Taken(row.request_id, stated.verb, total, stated.booked_on))

    def take(self, reported: Sequence[Reported]) -> None:
        by_request: dict[int, list[_Row]] = {}
        for row in self._placed(reported):
            by_request.setdefault(row.request_id, []).append(row)
            self.before.expect(row.request_id, row.stated.verb, told_by(row.stated), at=row.stated.position)
        waiting, known = [], []
        for rows in by_request.values():
            rows.sort(key=lambda row: row.stated.verb == "return")  # what it undoes comes before it, wherever it stands
            if not self._is_history(rows):
                waiting.append(rows)
            elif all(self._is_told(row) for row in rows):
                self._leave_known(rows)
            else:
                known.append(rows)
        for part in _parts(known):
            with self._under_lock([row for rows in part for row in rows]):
                for rows in part:
                    self._leave_known(rows) if self._is_history(rows) else waiting.append(rows)
        # A file may tell of a request more than once: in its order, and one at a time.
        for turn in range(max(map(len, waiting), default=0)):
            self._report([rows[turn] for rows in waiting if turn < len(rows)])

    def _is_history(self, rows: Sequence[_Row]) -> bool:
        """Whether the file's last word of what the books have is known: what it says before that is history, but for
        what was never booked."""
        is_news = rows[0].request_id in self.returned_first and any(row.stated.verb == "post" for row in rows)
        of_books = [row for row in rows if not self._is_another(row)]
        return not is_news and bool(of_books) and self._is_said(of_books[-1])

    def _leave_known(self, rows: Sequence[_Row]) -> None:
        for row in rows:
            self._refuse_another(row) if self._is_another(row) else self._leave(row)

    @contextmanager
    def _under_lock(self, rows: Sequence[_Row]) -> Iterator[None]:
        """Nobody else reports on these requests: what was told of them since they were read is seen, and what is told
        by these rows is kept with what it led to."""
        with atomic():
            locked = lock_requests([row.request_id for row in rows])
            self.before.load(locked)
            for row in rows:
                self._learn(row.stated, locked[row.request_id])
            yield
            self.before.write()

    def _placed(self, reported: Sequence[Reported]) -> Iterator[_Row]:
        """Rows by their request, the file's own reasons to be refused taken out."""
        pairs: list[tuple[Reported, int]] = []
        for stated in reported:
            if stated.request:
                try:
                    pairs.append((stated, request_id(stated.request)))
                except NotFound as error:
                    self.refused.refuse(Refusal(stated.position, stated.request, error))
        named = {ident for _, ident in pairs}
        for stated in reported:
            if not stated.request:
                try:
                    whole = self.files.whole(stated, named)
                    if whole is None:
                        self.outcome.ignored += 1
                        continue
                    if whole.beside is not None:
                        self.entries.add(stated.position)
                        self.remain(whole.beside)
                    # Nobody says for which of them the bank took its charges: they stand on the first.
                    pairs += [
                        (replace(whole.report, amount="", fee="" if at else whole.report.fee), ident)
                        for at, ident in enumerate(whole.requests)
                    ]
                except DomainError as error:
                    self.refused.refuse(Refusal(stated.position, "", error), stated)
        pairs = [(stated, ident) for stated, ident in pairs if not self._is_of_refused_file(stated)]
        for part in _parts(pairs):
            found = PaymentRequest.objects.select_related("provider").in_bulk([ident for _, ident in part])
            self.before.load(found)
            self.begun |= begun_before([ident for ident, row in found.items() if row.state == RequestState.REJECTED])
            for stated, ident in part:
                row = found.get(ident)
                try:
                    self._check(stated, ident, row)
                except DomainError as error:
                    self.refused.refuse(Refusal(stated.position, stated.request or _public(ident), error), stated, row)
                else:
                    yield _Row(stated, ident)

    def _is_of_refused_file(self, stated: Reported) -> bool:
        """Whether a refusal is a part of that of a whole file which was not taken: that stands for all of them."""
        is_part = stated.verb == "reject" and stated.message in self.files.refused
        self.outcome.unchanged += is_part
        return is_part

    def _check(self, stated: Reported, ident: int, row: PaymentRequest | None) -> None:
        if row is None:
            raise NotFound(PaymentRequest, stated.request, param="/request")
        check_provider_of(row, self.provider.pk)
        self.entries.add(stated.position.partition(",")[0])
        wanted = Money(row.amount_minor, row.currency)
        pays_in = (row.type == RequestType.PAYMENT) != (stated.verb == "return")
        if stated.amount:
            currency = normalise(stated.currency) if stated.currency else row.currency
            minor = read_minor(
                stated.amount, currency, declared=self.numbers.declared, usual=self.numbers.usual,
                credit_is_positive=pays_in, param="/amount",
            )  # fmt: skip
            if Money(minor, currency) != wanted:
                raise OutcomeDiffers(row.number, wanted, Money(minor, currency))
        if stated.direction and stated.direction != ("in" if pays_in else "out"):
            raise turned_round(stated, row.number, row.type, row.state, wanted, was_booked=was_posted(row.pk))
        export = self.files.exported(stated.message) if stated.verb == "reject" else None
        if export and ident in export.again and row.state in OPEN:
            raise ExportedAgain(row.number, stated.message)
        self._learn(stated, row)

    def _learn(self, stated: Reported, row: PaymentRequest) -> None:
        """How a request stands, for a row that tells of it."""
        self.states[row.pk], self.types[row.pk] = RequestState(row.state), row.type
        if row.returned_first_on is not None:
            self.returned_first.add(row.pk)
        elif (
            stated.verb == "post"
            and row.state == RequestState.REJECTED
            and (self.before.is_known(row.pk, stated.verb, told_by(stated)) or came_back(row, stated))
        ):
            self.came_back.add(row.pk)

    def _is_said(self, row: _Row) -> bool:
        """Whether the books know what a row says: that it was booked also where it was undone since."""
        ident, verb = row.request_id, row.stated.verb
        is_there = is_said_already(self.states[ident], verb, was_begun=ident in self.begun)
        is_undone = verb == "post" and ident in self.came_back
        return (is_there or is_undone) and not self._is_another(row)

    def _is_another(self, row: _Row) -> bool:
        """Whether it tells of another booking or return than the one that the books have."""
        stated = row.stated
        return self.before.is_another(row.request_id, stated.verb, told_by(stated), at=stated.position)

    def _is_told(self, row: _Row) -> bool:
        """Whether what the source said before needs no addition."""
        return self._is_another(row) or self.before.is_told(row.request_id, row.stated.verb, told_by(row.stated))

    def _refuse_another(self, row: _Row) -> None:
        held = PaymentRequest.objects.get(pk=row.request_id)
        error = RequestSettled(held.number, self.states[row.request_id], row.stated.verb)
        self.refused.refuse(Refusal(row.stated.position, row.stated.request or held.public_id, error), row.stated, held)

    def _leave(self, row: _Row) -> None:
        """What the books have is not changed by being told again, but for what the bank took for it."""
        self.outcome.unchanged += 1
        self.before.remember(row.request_id, row.stated.verb, told_by(row.stated))
        self._keep_fee(row)

    def _report(self, rows: Sequence[_Row]) -> None:
        for part in _parts([row for row in rows if not self._is_dealt_with(row, self._is_told(row))]):
            with self._under_lock(part):
                by_verb: dict[Verb, list[_Row]] = {}
                for row in part:
                    if not self._is_dealt_with(row, True):
                        by_verb.setdefault(row.stated.verb, []).append(row)
                for verb, said in by_verb.items():
                    self._report_part(verb, said)

    def _is_dealt_with(self, row: _Row, may_be_left: bool) -> bool:
        """Whether there is nothing to report: it is of another booking, or the books know it."""
        if self._is_another(row):
            self._refuse_another(row)
            return True
        if may_be_left and self._is_said(row):
            self._leave(row)
            return True
        return False

    def _booked(self, row: _Row) -> Booked:
        stated = row.stated
        return Booked(
            request_id=row.request_id,
            verb=stated.verb,
            direction=direction_of(stated, self.types[row.request_id]),
            amount=amount_of(stated),
            reference=own_reference(stated),
            booked_on=stated.booked_on,
            place=self.refused.place(stated),
        )

    def _report_part(self, verb: Verb, rows: Sequence[_Row]) -> None:
        elements = [
            Element(
                request_unique_identifier=str(at),
                request=_public(row.request_id),
                reference=row.stated.reference or name_in_message(row.stated, row.request_id),
                error_code=row.stated.error_code,
                error_message=row.stated.error_message,
                booked_on=row.stated.booked_on,
            )
            for at, row in enumerate(rows)
        ]
        answers = report(verb, elements, provider_id=self.provider.pk, actor=self.actor)
        for row, answer in zip(rows, answers, strict=True):
            if answer.error is None or isinstance(answer.error, PostingRefused):
                self._keep_fee(row)
            if answer.state is not None:
                self.states[row.request_id] = answer.state
            if answer.error is not None:
                held = PaymentRequest.objects.get(pk=row.request_id)
                if answer.state is None:
                    self.before.refused(row.request_id, verb, at=row.stated.position)
                self.refused.refuse(
                    Refusal(row.stated.position, row.stated.request or answer.request, answer.error), row.stated, held
                )
                continue
            self.taken.append(self._booked(row))
            self.before.remember(row.request_id, verb, told_by(row.stated))
            is_report = self.outcome.format == "pain.002"
            elsewhere = self.files.note_of(row.stated, row.request_id) if is_report else ""
            for note in filter(None, (answer.note, elsewhere)):
                self.outcome.noted.append(NotedRow(row.stated.position, masked(row.stated.request), note))
            if verb == "post":
                self.outcome.posted += 1
                if answer.state is RequestState.REJECTED:
                    self.came_back.add(row.request_id)
            elif verb == "process":
                self.outcome.under_processing += 1
            else:
                self.outcome.rejected += 1


def _public(request_id: int) -> str:
    return encode(PaymentRequest.PREFIX, request_id)


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), MOST):
        yield rows[start : start + MOST]
