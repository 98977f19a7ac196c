"""Importing a file: read it whole, check every row, then write through the same services as everything else."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.db.transaction import atomic, set_rollback

from subledger.file_kit.errors import FileEmpty
from subledger.file_kit.limits import STANDARD, Limits
from subledger.file_kit.sources import Source
from subledger.import_kit import errors
from subledger.import_kit.files import Layout, batches, open_source, rejected_path, write_rejected_rows, writing_of
from subledger.import_kit.kinds import ImportKind
from subledger.import_kit.options import Options
from subledger.import_kit.report import LISTED, ImportReport, Outcome, Progress
from subledger.import_kit.rules.columns import place_fields
from subledger.kernel.cards import masked
from subledger.kernel.currencies import normalise
from subledger.kernel.errors import Door
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.collections import rare_collections
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .models import ImportRun
from .parts import Parts, new_run_id
from .registry import kind_named

RULES = {"date_format": str, "number_format": str, "currency": str, "columns": dict, "values": dict}


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
    create_missing: bool = False,
    accept_due_dates: bool = False,
    accept_old_days: bool = False,
    accept_rates: bool = False,
    suspense: bool = False,
    keep_duplicates: bool = False,
    rejected_to: Path | IO[bytes] | None = None,
    name: str | None = None,
    layout: Layout | None = None,
    limits: Limits = STANDARD,
    door: Door = Door.COMMAND,
    progress: Progress = lambda stage, done, total: None,
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
        create_missing: open accounts (with their customers) and create products that the books lack.
        accept_due_dates: keep due dates that the credit rule would not give.
        accept_old_days: keep posting days long past, and due dates far ahead; a file of old days needs it not.
        accept_rates: keep exchange rates that are far from the rate before them.
        suspense: payments of unknown, terminated or another's accounts go to the suspense account.
        keep_duplicates: post payments without a code of their own that look like those of another file.
        rejected_to: where rejected rows go, in the format they came in; by default ``FILE.rejected.csv`` (or
        ``.xlsx``) beside a path, nowhere for an open file.
        door: in whose words rows are refused.
        layout: the sheet, the line of the header and the encoding, where the file does not tell them.

    Raises:
        DomainError: the file as a whole cannot be imported (see ``errors``); rows that cannot are in the
        report.
    """
    known = kind_named(kind)
    if suspense and (create_missing or not known.has_suspense):
        raise errors.ImportOptionInvalid(
            "The suspense account takes payments of accounts that the books lack, so it goes with payments "
            "alone and without creating accounts. Leave one of the two out.",
            param="/suspense",
        )
    demand("imports.run", *known.needed, *(known.to_create_missing if create_missing else ()))
    said = read_rules(rules)
    currency = currency or said.get("currency")
    date_format = date_format or said.get("date_format")
    mapping, values = {**said.get("columns", {}), **(mapping or {})}, said.get("values", {})
    source = open_source(
        known.fields, file, name=name, layout=layout or Layout(), mapping=mapping, values=values, limits=limits
    )
    columns = place_fields(known.fields, source.header, mapping=mapping, values=values)
    number_format = number_format or said.get("number_format")
    writing = writing_of(known.fields, source, columns, date_format=date_format, number_format=number_format)
    trail = Parts(new_run_id(), source.identity, source.sha256, source.name, actor)
    options = Options(
        actor,
        known.fields,
        trail,
        normalise(currency) if currency else None,
        create_missing,
        accept_due_dates,
        accept_old_days,
        accept_rates,
        suspense,
        keep_duplicates,
        identity=source.identity,
    )
    outcome = Outcome(columns, door)
    target = rejected_path(source, rejected_to)
    is_whole = dry_run or not skip_bad
    run: ImportRun | None = None
    with ExitStack() as stack:
        stack.enter_context(rare_collections())
        if is_whole:
            stack.enter_context(atomic())
        importer = known.importer(options, outcome)
        for rows in batches(known.fields, source, outcome, writing):
            importer.take(rows)
            progress("Reading", outcome.read, None)
        if not outcome.read:
            raise FileEmpty(source.name, "has a header and no rows")
        importer.finish()
        importer.write(progress)
        is_kept = not dry_run and (skip_bad or not outcome.rejections)
        if outcome.rejections and target:
            write_rejected_rows(source, outcome, target, date_format)
        if is_kept:
            run = _record(known, source, outcome, trail, is_kept=True)
        else:
            set_rollback(True)
    if not is_kept and not dry_run:
        run = _record(known, source, outcome, trail, is_kept=False)
    return ImportReport(
        kind=known.name,
        file=source.name,
        read=outcome.read,
        created=outcome.created,
        unchanged=outcome.unchanged,
        rejected=len(outcome.rejections),
        to_suspense=outcome.to_suspense,
        created_accounts=outcome.created_accounts,
        created_products=outcome.created_products,
        totals=dict(outcome.totals),
        rejections=outcome.listed(),
        codes=outcome.codes(),
        extra_columns=columns.extra,
        rejected_file=target if outcome.rejections and isinstance(target, Path) else None,
        duplicates=len(outcome.duplicates),
        looks_imported=outcome.duplicates[:LISTED],
        is_dry_run=dry_run,
        is_kept=is_kept,
        hidden=outcome.hidden,
        run_id=run.pk if run else None,
    )


def read_rules(rules: Path | str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What a rules file says. MappingInvalid when it cannot be read or says something that is no rule."""
    if rules is None:
        return {}
    if isinstance(rules, str | Path):
        try:
            rules = tomllib.loads(Path(rules).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise errors.MappingInvalid(
                f"Cannot read the rules {rules}: {error}. Write TOML.", param="/rules"
            ) from error
    for key, value in rules.items():
        if not isinstance(value, RULES.get(key, ())):
            raise errors.MappingInvalid(
                f"The rules say {key!r}, which is no rule or of the wrong kind. Write "
                "columns, values, and the formats of days and numbers, as the documentation of imports shows.",
                param="/rules",
            )
    texts = {key: {f: str(v) for f, v in value.items()} for key, value in rules.items() if isinstance(value, dict)}
    return {**rules, **texts}


def _record(kind: ImportKind, source: Source, outcome: Outcome, trail: Parts, *, is_kept: bool) -> ImportRun:
    """Leave the import's record and tell of it, in one database transaction."""
    with atomic():
        run = ImportRun.objects.create(
            id=trail.run_id,
            company_id=current_company_id(),
            kind=kind.name,
            file_name=masked(source.name)[:300],
            sha256=source.sha256,
            is_kept=is_kept,
            read=outcome.read,
            created=outcome.created if is_kept else 0,
            unchanged=outcome.unchanged,
            rejected=len(outcome.rejections),
            to_suspense=outcome.to_suspense if is_kept else 0,
            totals=dict(outcome.totals) if is_kept else {},
            codes=outcome.codes(),
            rejections=[rejection.as_record() for rejection in outcome.listed()],
            extra_columns=[masked(name) for name in outcome.columns.extra],
            duplicates=len(outcome.duplicates),
            looks_imported=[one.as_record() for one in outcome.duplicates[:LISTED]],
            at=clock.now(),
            actor=trail.actor,
        )
        facts = {"kind": kind.name, "created": run.created, "rejected": run.rejected}
        event = "import.finished" if is_kept else "import.refused"
        record_events([NewEvent(event, "import_run", run.pk, facts)], actor=trail.actor)
    return run
