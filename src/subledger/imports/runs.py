"""Imports as runs: ordered at any door, carried out by any worker, and gone on with where one was killed.

Without ``skip_bad`` a file is one step and one transaction: a rejected row undoes all that the step wrote, and what was
wrong is kept beside it. With it, the file is read and staged when the run selects, and each part is a step, which takes
its rows out of what is staged in the transaction of what it writes. A check is one step that is always undone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.db.transaction import atomic, set_rollback

from subledger.companies.errors import PermissionDenied
from subledger.companies.models import Company
from subledger.companies.permissions import title_of
from subledger.import_kit.files import number_format_of
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Writing
from subledger.import_kit.rules.columns import Columns
from subledger.kernel import ids
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import say
from subledger.platform.callers import Caller, calling
from subledger.platform.collections import rare_collections
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.progress import tell
from subledger.runs.states import Outcome as StepOutcome

from . import files
from .endings import end_import
from .execution import importer_of, opened, write_part
from .models import CHECK, IMPORT, ImportBatch, ImportOrder, ImportRun
from .orders import Order, order_in
from .outcomes import READ, REJECTED
from .parts import Parts
from .registry import kind_named
from .spools import KEPT_ROWS, TAKE, RejectionSpool, rows_of

WHOLE = "SELECT 'the whole file', '', 0::bigint, NULL::bigint, '', ''"
PARTS = """
    SELECT 'part ' || part || ', ' || count(*) || ' rows from line ' || min(line), '', part::bigint,
           NULL::bigint, '', ''
      FROM imports_stagedrow WHERE import_id = %(import_id)s GROUP BY part ORDER BY part
"""


@dataclass(frozen=True)
class ImportOf:
    """The criteria of a run: the import that it carries out, by its id."""

    import_id: str

    @property
    def pk(self) -> int:
        return ids.decode(ImportRun.PREFIX, self.import_id)


def caller_of(row: ImportOrder) -> Caller | None:
    """Whoever ordered it, with what they might do then."""
    if row.permissions is None:
        return None
    return Caller(
        actor=row.actor,
        permissions=frozenset(row.permissions),
        refusal=lambda permission: PermissionDenied(permission, title=title_of(permission)),
    )


def select(facts: RunFacts) -> Selection:
    row = ImportOrder.objects.get(pk=facts.criteria.pk)
    order = order_in(row)
    if row.is_check or not order.skip_bad:
        return Selection(WHOLE, {})
    with calling(caller_of(row)), opened(row, order, is_whole=False) as execution:
        known = execution.read(tell)
        usual = {field: execution.writing.usual_of(field) for field in execution.kind.fields.numbers}
        row.reading = {
            "identity": execution.source.identity,
            "header": execution.source.header,
            "places": list(execution.outcome.columns.places.items()),  # JSON keeps no order of names
            "values": execution.outcome.columns.values,
            "usual": {field: found.value for field, found in usual.items() if found},
            "is_history": known.is_history,
            "broken": execution.outcome.broken,
        }
        row.save(update_fields=["reading"])
        keep_batch(row, READ, execution.outcome)
    return Selection(PARTS, {"import_id": row.pk})


def execute(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    row = ImportOrder.objects.get(pk=facts.criteria.pk)
    order = order_in(row)
    with calling(caller_of(row)), rare_collections():
        if row.is_check or not order.skip_bad:
            return [_whole(row, order, step) for step in steps]
        return [_part(row, order, step) for step in steps]


def finish(facts: RunFacts) -> None:
    end_import(facts.criteria.pk)


def _whole(row: ImportOrder, order: Order, step: Step) -> StepResult:
    with opened(row, order, is_whole=True) as execution, tempfile.TemporaryFile() as rejected:
        with atomic():
            for _ in execution.parts(execution.read(tell), tell):
                pass
            outcome = execution.outcome
            if outcome.rejected:
                execution.write_rejected(rejected)
            execution.close()
            if outcome.rejected or row.is_check:
                set_rollback(True)
        keep_batch(row, 0, outcome)
        if outcome.rejected:
            files.keep(row.pk, files.REJECTED, rejected)
            if not row.is_check:
                detail = say("{rejected:,} rows were refused, so nothing was imported.", rejected=outcome.rejected)
                return StepResult(step.id, StepOutcome.FAILED, REJECTED, detail)
    return StepResult(
        step.id,
        detail=say("Nothing was imported. It would be: {words}", words=_words(outcome))
        if row.is_check
        else _words(outcome),
    )


def _part(row: ImportOrder, order: Order, step: Step) -> StepResult:
    """What it needs of the file is on the order since the file was read."""
    reading, part, fields = row.reading or {}, step.subject_id or 0, kind_named(order.kind).fields
    usual = {field: NumberFormat(value) for field, value in reading["usual"].items()}
    writing = Writing(
        date_format=order.date_format,
        number_format=number_format_of(order.number_format),
        zone=Company.objects.get(pk=current_company_id()).time_zone,
        usual_of=usual.get,
    )
    places = dict(reading["places"])
    columns = Columns(fields, tuple(reading["header"]), places, reading["values"], tuple(row.extra_columns))
    outcome = Outcome(columns, order.door, broken=reading["broken"])
    trail = Parts(row.pk, reading["identity"], row.sha256, row.file_name, row.actor)
    make = partial(importer_of, order, trail, outcome, is_history=reading["is_history"])
    rows = rows_of(TAKE, KEPT_ROWS, row.pk, part, list(columns.places), writing, columns.values)
    write_part(make(), rows, make, outcome)
    RejectionSpool(row.pk, is_kept=True, held=0).add(outcome.settle())
    keep_batch(row, part, outcome)
    tell(say("Writing"), step.position, None)
    return StepResult(step.id, detail=_words(outcome))


def keep_batch(row: ImportOrder, part: int, outcome: Outcome) -> None:
    ImportBatch.objects.create(company_id=current_company_id(), import_id=row.pk, part=part, outcome=outcome.as_json())


def _words(outcome: Outcome) -> str:
    said = [f"{outcome.created:,} created", f"{outcome.unchanged:,} unchanged"] if outcome.unchanged else []
    said = said or [f"{outcome.created:,} created"]
    said += [f"{outcome.left_out:,} left out"] if outcome.left_out else []
    said += [f"{outcome.rejected:,} rejected"] if outcome.rejected else []
    return f"{', '.join(said)}."


KIND = RunKind(
    name=IMPORT,
    title=say("Import of a file"),
    says=say("Imports a file that was ordered to be imported."),
    criteria=ImportOf,
    select=select,
    execute=execute,
    finish=finish,
    permissions=RunPermissions(edit=("imports.run",), execute=("imports.run",)),
    reasons={REJECTED: say("Rows were refused, so nothing was imported")},
    noun=say("part"),
    batch=1,
    has_definitions=False,
)
CHECKING = replace(
    KIND, name=CHECK, title=say("Check of a file"), says=say("Does all that importing a file would do, and undoes it.")
)
RUNS = [KIND, CHECKING]
