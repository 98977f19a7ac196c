"""Carrying an import out: the file read whole, its rows put in order, then part by part checked and posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from django.db.transaction import atomic

from subledger.companies.queries import company_zone
from subledger.file_kit.errors import FileEmpty
from subledger.file_kit.limits import STANDARD, Limits
from subledger.import_kit.creation import CameMeanwhile
from subledger.import_kit.files import batches, open_source, write_rejected_rows, writing_of
from subledger.import_kit.kinds import Importer
from subledger.import_kit.options import Options
from subledger.import_kit.report import Outcome, Progress
from subledger.import_kit.rules.cells import Row
from subledger.import_kit.rules.columns import place_fields
from subledger.kernel.cards import masked
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from . import files
from .models import ImportOrder, ImportRun
from .orders import Order
from .parts import Parts
from .registry import kind_named
from .spools import Facts, RejectionSpool, RowSpool


class Execution:
    """A file in hand, and what has come of it. Memory holds a part of it, whatever its size.

    ``is_whole``: it is one transaction, so that a rejected row can undo all of it. Otherwise each part is one.
    """

    def __init__(
        self,
        order: Order,
        file: Path | str | IO[bytes],
        *,
        name: str | None,
        import_id: int,
        actor: str,
        limits: Limits,
        is_whole: bool,
        held: int | None = None,
    ) -> None:
        self.order, self.kind = order, kind_named(order.kind)
        fields = self.kind.fields
        self.source = open_source(
            fields, file, name=name, layout=order.layout, mapping=order.mapping, values=order.values, limits=limits
        )
        columns = place_fields(fields, self.source.header, mapping=order.mapping, values=order.values)
        self.writing = writing_of(
            fields,
            self.source,
            columns,
            date_format=order.date_format,
            number_format=order.number_format,
            usual=order.usual_number_format,
        )
        self.outcome = Outcome(columns, order.door)
        self.trail = Parts(import_id, self.source.identity, self.source.sha256, self.source.name, actor)
        self.rows = RowSpool(import_id, self.kind, fields=list(columns.places), is_kept=not is_whole, held=held)
        self.rejections = RejectionSpool(import_id, is_kept=not is_whole, held=held)

    def read(self, progress: Progress) -> Facts:
        """Read all of the file, so that its rows can be done in order. FileEmpty, DocumentTooLong."""
        outcome = self.outcome
        with atomic():
            for rows in batches(self.kind.fields, self.source, outcome, self.writing):
                self.rows.add(rows)
                self._settle()
                progress(say("Reading"), outcome.read, None)
            if not outcome.read:
                raise FileEmpty(self.source.name, say("has a header and no rows"))
            return self.rows.arrange(clock.now().astimezone(company_zone()).date())

    def parts(self, facts: Facts, progress: Progress) -> Iterator[int]:
        """Do part after part, each all or nothing; the numbers of those done."""
        make = partial(self.importer, facts.is_history)
        importer, done = make(), 0
        for part in self.rows.parts():
            with atomic():
                rows = self.rows.take(part, self.writing, self.outcome.columns.values)
                importer = write_part(importer, rows, make, self.outcome)
                self._settle()
                done += len(rows)
            progress(say("Writing"), done, self.rows.total)
            yield part

    def importer(self, is_history: bool, *, is_second_look: bool = False) -> Importer:
        return importer_of(self.order, self.trail, self.outcome, is_history=is_history, is_second_look=is_second_look)

    def _settle(self) -> None:
        self.rejections.add(self.outcome.settle())

    def write_rejected(self, target: Path | IO[bytes]) -> None:
        """All refused rows with their reasons, as a file. RejectedFileUnwritable."""
        write_rejected_rows(self.source, self.rejections.ordered(), target, self.order.date_format)

    def close(self) -> None:
        self.rows.drop()
        self.rejections.drop()

    def record(self, *, is_kept: bool) -> ImportRun:
        return record(self.trail, self.kind.name, self.outcome, self.outcome.columns.extra, is_kept=is_kept)


def importer_of(
    order: Order, trail: Parts, outcome: Outcome, *, is_history: bool, is_second_look: bool = False
) -> Importer:
    kind = kind_named(order.kind)
    options = Options(
        trail.actor,
        kind.fields,
        trail,
        order.chosen,
        order.currency,
        identity=trail.identity,
        is_history=is_history,
        is_second_look=is_second_look,
    )
    return kind.importer(options, outcome)


def write_part(importer: Importer, rows: Sequence[Row], make: Callable[..., Importer], outcome: Outcome) -> Importer:
    """Check and write the rows of a part; the importer for the next one.

    Two who import the same at once look at the books before either has written. What came meanwhile is seen at a second
    look, by an importer that remembers nothing: the part is begun anew with it.
    """
    before = outcome.copied()
    try:
        with atomic():
            _write(importer, rows)
    except CameMeanwhile:
        outcome.restore(before)
        _write(make(is_second_look=True), rows)
        return make()
    return importer


def _write(importer: Importer, rows: Sequence[Row]) -> None:
    importer.take(rows)
    importer.finish()
    importer.write(lambda stage, done, total: None)


def record(trail: Parts, kind: str, outcome: Outcome, extra: Sequence[str], *, is_kept: bool) -> ImportRun:
    """Leave an import's record and tell of it, in one database transaction."""
    with atomic():
        run = ImportRun.objects.create(
            id=trail.run_id,
            company_id=current_company_id(),
            kind=kind,
            file_name=masked(trail.file_name)[:300],
            sha256=trail.sha256,
            is_kept=is_kept,
            read=outcome.read,
            created=outcome.created if is_kept else 0,
            unchanged=outcome.unchanged,
            rejected=outcome.rejected,
            to_suspense=outcome.set_aside if is_kept else 0,
            totals=dict(outcome.totals) if is_kept else {},
            codes=dict(outcome.codes),
            rejections=[rejection.as_record() for rejection in outcome.listed()],
            extra_columns=[masked(name) for name in extra],
            duplicates=outcome.left_out,
            receipts=outcome.receipts if is_kept else 0,
            looks_imported=[one.as_record() for one in outcome.duplicates],
            at=clock.now(),
            actor=trail.actor,
        )
        facts = {"kind": kind, "created": run.created, "rejected": run.rejected}
        event = "import.finished" if is_kept else "import.refused"
        record_events([NewEvent(event, "import_run", run.pk, facts)], actor=trail.actor)
    return run


@contextmanager
def opened(row: ImportOrder, order: Order, *, is_whole: bool) -> Iterator[Execution]:
    with files.opened(row.pk, files.FILE) as stream:
        yield Execution(
            order,
            stream,
            name=row.file_name,
            import_id=row.pk,
            actor=row.actor,
            limits=STANDARD,
            is_whole=is_whole,
            held=None if is_whole else 0,
        )
