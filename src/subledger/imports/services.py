"""Importing a file: read it whole, check every row, then write through the same services as everything else."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from django.db.transaction import atomic, set_rollback

from subledger.companies.models import Company
from subledger.file_kit.limits import INTERACTIVE, STANDARD, Limits
from subledger.file_kit.sources import SMALL
from subledger.import_kit.errors import RejectedFileUnwritable
from subledger.import_kit.files import Layout, check_rejected_path, rejected_path
from subledger.import_kit.report import ImportReport, Progress
from subledger.kernel import ids
from subledger.kernel.cards import masked
from subledger.kernel.errors import Door
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.callers import current_caller, demand
from subledger.platform.collections import rare_collections
from subledger.platform.scope import current_company_id
from subledger.runs.errors import RunOver
from subledger.runs.progress import listening
from subledger.runs.queries import run_by_id
from subledger.runs.services import worker
from subledger.runs.services.control import cancel_run
from subledger.runs.services.start import start_run
from subledger.runs.states import OPEN, RunState

from . import files
from .endings import end_import
from .errors import ImportBroken, ImportInterrupted
from .execution import Execution
from .models import ImportBatch, ImportOrder, ImportRun
from .orders import Order, order_json, order_of
from .outcomes import READ, report_of, report_on, standings
from .parts import new_run_id
from .runs import CHECKING, KIND, ImportOf

LOOK_SECONDS = 1


def import_file(
    kind: str,
    file: Path | str | IO[bytes],
    *,
    actor: str,
    mapping: Mapping[str, str] | None = None,
    rules: Path | str | Mapping[str, Any] | None = None,
    date_format: str | None = None,
    number_format: str | None = None,
    currency: str | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    rejected_to: Path | IO[bytes] | None = None,
    name: str | None = None,
    layout: Layout | None = None,
    limits: Limits = STANDARD,
    door: Door = Door.COMMAND,
    progress: Progress = lambda stage, done, total: None,
    **choices: bool,
) -> ImportReport:
    """Import a CSV, XLSX or Parquet file into the company in scope; importing it again changes nothing.

    Every row is checked and the good ones are really posted, so that all reasons are known at once. Unless
    ``skip_bad``, one rejected row undoes all of it. With it, parts are kept as they are done, so that a
    long import holds nobody up; one that breaks off is completed by importing the file again.

    Args:
        file: a path, or an open binary file (then ``name``, or its own, tells the format by its ending).
        mapping: field -> column of the file; ``rules`` is a TOML file or its content, with ``columns``,
        ``values``
            (the same for every row), ``date_format``, ``number_format`` and ``currency``; arguments go before rules.
        date_format: as of ``strptime``; ISO when None. ``currency`` is that of rows that name none.
        number_format: an example such as ``1.234,56``. None: every number that has one reading, and of two the one
            that the file shows elsewhere, or the company's own format.
        dry_run: do everything, report it, and undo it.
        choices: those that the kind has (`ImportKind.choices`), such as ``create_missing``.
        rejected_to: where rejected rows go, in the format they came in; by default ``FILE.rejected.csv`` (or
        ``.xlsx``) beside a path, nowhere for an open file.
        door: in whose words rows are refused.
        layout: the sheet, the line of the header and the encoding, where the file does not tell them.

    Raises:
        DomainError: the file as a whole cannot be imported (see ``errors``); rows that cannot are in the
        report.
    """
    order = order_of(
        kind,
        mapping=mapping,
        rules=rules,
        date_format=date_format,
        number_format=number_format,
        currency=currency,
        layout=layout,
        door=door,
        skip_bad=skip_bad,
        **choices,
    )
    return _at_once(
        order,
        file,
        actor=actor,
        dry_run=dry_run,
        rejected_to=rejected_to,
        name=name,
        limits=limits,
        progress=progress,
    )


def try_import(
    order: Order, file: Path, *, rejected_to: Path | None = None, actor: str, progress: Progress
) -> ImportReport:
    """Do everything, report it, and undo it."""
    demand("imports.run")
    return _at_once(order, file, actor=actor, dry_run=True, rejected_to=rejected_to, progress=progress)


def _at_once(
    order: Order,
    file: Path | str | IO[bytes],
    *,
    actor: str,
    dry_run: bool,
    rejected_to: Path | IO[bytes] | None,
    name: str | None = None,
    limits: Limits = STANDARD,
    progress: Progress,
) -> ImportReport:
    is_whole = dry_run or not order.skip_bad
    run: ImportRun | None = None
    with ExitStack() as stack:
        stack.enter_context(rare_collections())
        if is_whole:
            stack.enter_context(atomic())
        execution = Execution(
            order, file, name=name, import_id=new_run_id(), actor=actor, limits=limits, is_whole=is_whole
        )
        if not is_whole:
            stack.callback(execution.close)
        outcome, source = execution.outcome, execution.source
        target = rejected_path(source, rejected_to)
        for _ in execution.parts(execution.read(progress), progress):
            pass
        is_kept = not dry_run and (order.skip_bad or not outcome.rejected)
        if outcome.rejected and target:
            execution.write_rejected(target)
        if is_whole:
            execution.close()  # of one that breaks off, the transaction takes all along
        if is_kept:
            run = execution.record(is_kept=True)
        else:
            set_rollback(True)
    if not is_kept and not dry_run:
        run = execution.record(is_kept=False)
    return report_of(
        order.kind,
        source.name,
        outcome,
        outcome.columns.extra,
        rejected_file=target if outcome.rejected and isinstance(target, Path) else None,
        is_dry_run=dry_run,
        is_kept=is_kept,
        run_id=run.pk if run else None,
    )


@atomic
def order_import(
    order: Order,
    file: Path | str | IO[bytes],
    *,
    name: str | None = None,
    actor: str,
    rejected_to: Path | None = None,
    is_check: bool = False,
    import_id: int | None = None,
) -> ImportOrder:
    """Have a file imported by a worker, as a run, with what the caller may do now. ``is_check``: done and undone.

    ``import_id`` is given by who must know it even if this is interrupted when all is committed.

    Raises:
        DomainError: it cannot be opened, or lacks what its kind needs. What only reading all of it tells fails the run.
    """
    import_id = import_id or new_run_id()
    if order.usual_number_format is None:
        usual = Company.objects.values_list("number_format", flat=True).get(pk=current_company_id())
        order = replace(order, usual_number_format=usual)
    found = Execution(order, file, name=name, import_id=import_id, actor=actor, limits=INTERACTIVE, is_whole=True)
    source, caller = found.source, current_caller()
    check_rejected_path(source, rejected_to)
    shown = masked(source.name)[:300]
    run = start_run(
        kind=CHECKING if is_check else KIND,
        name=shown,
        criteria=ImportOf(ids.encode(ImportRun.PREFIX, import_id)),
        actor=actor,
    )
    row: ImportOrder = ImportOrder.objects.create(
        id=import_id,
        company_id=current_company_id(),
        run=run,
        kind=order.kind,
        order=order_json(order),
        permissions=None if caller is None else sorted(caller.permissions),
        file_name=source.name[:300],
        sha256=source.sha256,
        extra_columns=list(found.outcome.columns.extra),
        at=clock.now(),
        actor=actor,
    )
    with source.opened() as stream:
        files.keep(import_id, files.FILE, stream)
    return row


def import_now(
    order: Order, file: Path, *, rejected_to: Path | None = None, actor: str, progress: Progress
) -> ImportReport:
    """Order an import and carry it out in this process, unless a worker is first; then it is waited for.

    Killed, it is gone on with by a worker. Interrupted, it is cancelled: what is whole stays.

    Raises:
        DomainError: as `order_import`. ImportBroken: the run failed. RejectedFileUnwritable.
        ImportInterrupted: with what came of it until then.
    """
    import_id = new_run_id()
    try:
        row = order_import(order, file, actor=actor, rejected_to=rejected_to, import_id=import_id)
        with listening(progress):
            carry_out(row)
    except KeyboardInterrupt:
        known: ImportOrder | None = ImportOrder.objects.filter(pk=import_id).first()
        if known is None:
            raise  # before it was ordered
        with suppress(RunOver):
            cancel_run(run_id=known.run_id, actor=actor)
        end_import(import_id)
        raise ImportInterrupted(_reported(known, file, rejected_to)) from None
    why = why_broken(row)
    if why:
        raise ImportBroken(why)
    return _reported(row, file, rejected_to)


def _reported(row: ImportOrder, file: Path, rejected_to: Path | None) -> ImportReport:
    """What came of it; its rejected rows are beside the file, unless nobody came to do any."""
    row.refresh_from_db()
    target = None
    if row.rejected_name and ImportBatch.objects.filter(import_id=row.pk).exclude(part=READ).exists():
        target = rejected_to or file.with_name(row.rejected_name)
        _copy_rejected(row, target)
    return report_on(row, rejected_file=target)


def import_soon(order: Order, file: IO[bytes], *, name: str, actor: str) -> ImportOrder:
    """Order an import; where its file is small, carry it out, so that whoever waits sees what came of it.

    Raises:
        DomainError: as `order_import`. ImportBroken.
    """
    row = order_import(order, file, name=name, actor=actor)
    if is_small(file):
        worker.work(row.run_id)
        why = why_broken(row)
        if why:
            raise ImportBroken(why)
        row.refresh_from_db()
    return row


def is_small(file: IO[bytes]) -> bool:
    """Whether somebody may wait for what comes of a file."""
    return file.seek(0, os.SEEK_END) <= SMALL


def carry_out(row: ImportOrder) -> None:
    """Until its end, or somebody pauses it."""
    while run_by_id(row.run_id).state in (RunState.WAITING, RunState.RUNNING):
        worker.work(row.run_id)
        if run_by_id(row.run_id).state in (RunState.WAITING, RunState.RUNNING):
            time.sleep(LOOK_SECONDS)  # a worker has it
    if run_by_id(row.run_id).state not in OPEN:
        end_import(row.pk)


def why_broken(row: ImportOrder) -> str:
    """Why an import came to no end of its own; "" where it did, or goes on."""
    run = run_by_id(row.run_id)
    if run.state in (RunState.PAUSED, RunState.CANCELLED):
        return say("The import is {state}. What it did is kept.", state=run.state)
    row.run = run
    [standing] = standings([row])
    return standing.error


def _copy_rejected(row: ImportOrder, target: Path) -> None:
    try:
        with target.open("wb") as stream:
            for part in files.read(row.pk, files.REJECTED):
                stream.write(part)
    except OSError as error:
        raise RejectedFileUnwritable(target, error.strerror or say("the system refuses it")) from error
