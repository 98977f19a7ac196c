"""The end of an import: its record, its rejected rows for a while, and nothing else of its file."""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path

from django.db import connection
from django.db.transaction import atomic

from subledger.import_kit.errors import RowNotDone
from subledger.import_kit.files import write_rejected_rows
from subledger.import_kit.report import Outcome
from subledger.platform import clock

from . import files
from .execution import opened, record
from .models import ImportOrder, StagedRejection
from .orders import Order, order_in
from .outcomes import outcome_of
from .parts import Parts
from .spools import LEAVE_REST, kept_rejections


@atomic
def end_import(import_id: int) -> None:
    """Record what came of an import, keep its rejected rows for a while, and forget its file. Done once."""
    row = ImportOrder.objects.select_related("run").select_for_update(of=("self",)).get(pk=import_id)
    if row.ended_at is not None:
        return
    order, outcome, parts = order_in(row), *outcome_of(row.pk)
    trail = Parts(row.pk, "", row.sha256, row.file_name, row.actor)
    if order.skip_bad and not row.is_check:
        _leave_rest(row, outcome)
        _write_rejected(row, order)
    is_kept = parts > 0 and (order.skip_bad or not outcome.rejected)
    if not row.is_check:  # it leaves the books, and their history, as they are
        record(trail, order.kind, outcome, row.extra_columns, is_kept=is_kept)
    files.drop(row.pk, files.FILE)
    if files.is_kept(row.pk, files.REJECTED):
        row.rejected_name = f"{Path(row.file_name).name}.rejected{_rejected_suffix(row)}"
    row.ended_at, row.reading = clock.now(), None
    row.save(update_fields=["ended_at", "reading", "rejected_name"])


def _leave_rest(row: ImportOrder, outcome: Outcome) -> None:
    """Rows of parts that were not done are told with the rejected ones, so that they can be imported again."""
    why = RowNotDone()
    with connection.cursor() as cursor:
        cursor.execute(LEAVE_REST, {"import_id": row.pk, "code": why.code, "reason": str(why)})
        left = cursor.rowcount
    if left:
        outcome.rejected += left
        outcome.codes[why.code] += left


def _write_rejected(row: ImportOrder, order: Order) -> None:
    rejections = kept_rejections(row.pk)
    first = next(rejections, None)
    if first is not None:
        with opened(row, order, is_whole=True) as execution, tempfile.TemporaryFile() as stream:
            write_rejected_rows(execution.source, chain([first], rejections), stream, order.date_format)
            files.keep(row.pk, files.REJECTED, stream)
    StagedRejection.objects.filter(import_id=row.pk).delete()


def _rejected_suffix(row: ImportOrder) -> str:
    return ".xlsx" if Path(row.file_name).suffix.lower() == ".xlsx" else ".csv"


@atomic
def forget_rejected(import_id: int) -> None:
    files.drop(import_id, files.REJECTED)
    ImportOrder.objects.filter(pk=import_id).update(rejected_name="")
