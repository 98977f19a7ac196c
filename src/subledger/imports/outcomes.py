"""What came of imports: batch by batch while they go on, and as a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from subledger.import_kit.report import ImportReport, Outcome
from subledger.import_kit.rules.columns import Columns
from subledger.import_kit.rules.fields import Fields
from subledger.kernel.cards import masked
from subledger.runs.models import RunStep
from subledger.runs.states import OPEN
from subledger.runs.states import Outcome as StepOutcome

from . import files
from .models import ImportBatch, ImportOrder, ImportRun
from .queries import import_run_by_id, orders

READ = -1  # the batch of reading a file
REJECTED = "rows_rejected"  # why a whole file is not imported


def _nothing() -> Outcome:
    return Outcome(Columns(Fields((), identity=""), (), {}, {}, ()))


def outcome_of(import_id: int) -> tuple[Outcome, int]:
    """What came of the parts that are done, and how many those are."""
    outcome, parts = _nothing(), 0
    for part, told in ImportBatch.objects.filter(import_id=import_id).order_by("part").values_list("part", "outcome"):
        outcome.merge(told)
        parts += part != READ
    return outcome, parts


def import_standing(ident: int) -> tuple[ImportRun, ImportOrder | None]:
    """An import as it stands: its record, or while it goes on what the record would be now. NotFound."""
    row = orders().filter(pk=ident).first()
    if row is None:
        return import_run_by_id(ident), None
    [standing] = standings([row])
    return standing.record, row


class ImportProgress(NamedTuple):
    """An import as it stands: its record, what its batches tell in the words of the door, and why it broke off."""

    row: ImportOrder
    record: ImportRun
    outcome: Outcome
    error: str


def standings(rows: Sequence[ImportOrder]) -> list[ImportProgress]:
    """Of orders whose runs are read already."""
    idents = [row.pk for row in rows]
    records = ImportRun.objects.in_bulk(idents)
    outcomes = {ident: _nothing() for ident in idents}
    batches = ImportBatch.objects.filter(import_id__in=idents).order_by("part")
    for import_id, told in batches.values_list("import_id", "outcome"):
        outcomes[import_id].merge(told)
    steps = RunStep.objects.filter(run__in=[row.run_id for row in rows], outcome=StepOutcome.FAILED)
    broken = dict(steps.exclude(reason=REJECTED).order_by("-position").values_list("run_id", "detail"))
    return [
        ImportProgress(
            row,
            records.get(row.pk) or _going_on(row, outcomes[row.pk]),
            outcomes[row.pk],
            row.run.error or broken.get(row.run_id, ""),
        )
        for row in rows
    ]


def _going_on(row: ImportOrder, outcome: Outcome) -> ImportRun:
    return ImportRun(
        id=row.pk,
        company_id=row.company_id,
        kind=row.kind,
        file_name=masked(row.file_name),
        sha256=row.sha256,
        is_kept=row.run.state in OPEN,
        read=outcome.read,
        created=outcome.created,
        unchanged=outcome.unchanged,
        rejected=outcome.rejected,
        to_suspense=outcome.set_aside,
        totals=dict(outcome.totals),
        codes=dict(outcome.codes),
        rejections=[rejection.as_record() for rejection in outcome.listed()],
        extra_columns=row.extra_columns,
        duplicates=outcome.left_out,
        receipts=outcome.receipts,
        looks_imported=[one.as_record() for one in outcome.duplicates],
        at=row.at,
        actor=row.actor,
    )


def report_on(row: ImportOrder, *, rejected_file: Path | None = None) -> ImportReport:
    """What came of an import that ended."""
    outcome, _ = outcome_of(row.pk)
    is_kept, run_id = False, None
    if not row.is_check:
        run = import_run_by_id(row.pk)
        outcome.rejected, outcome.codes = run.rejected, Counter(run.codes)
        is_kept, run_id = run.is_kept, run.pk
    return report_of(
        row.kind,
        row.file_name,
        outcome,
        row.extra_columns,
        rejected_file=rejected_file,
        is_dry_run=row.is_check,
        is_kept=is_kept,
        run_id=run_id,
    )


def report_of(
    kind: str,
    file: str,
    outcome: Outcome,
    extra_columns: Sequence[str],
    *,
    rejected_file: Path | None,
    is_dry_run: bool,
    is_kept: bool,
    run_id: int | None,
) -> ImportReport:
    return ImportReport(
        kind=kind,
        file=file,
        read=outcome.read,
        created=outcome.created,
        unchanged=outcome.unchanged,
        rejected=outcome.rejected,
        set_aside=outcome.set_aside,
        created_also=+outcome.created_also,
        totals=dict(outcome.totals),
        rejections=outcome.listed(),
        codes=dict(outcome.codes),
        extra_columns=extra_columns,
        rejected_file=rejected_file,
        duplicates=outcome.left_out,
        looks_imported=outcome.duplicates,
        is_dry_run=is_dry_run,
        is_kept=is_kept,
        receipts=outcome.receipts,
        hidden=outcome.hidden,
        run_id=run_id,
    )


def rejected_content(row: ImportOrder) -> Iterator[bytes]:
    """Its rejected rows, a chunk at a time."""
    return files.read(row.pk, files.REJECTED)
