"""Every report of a month in one file: each as XLSX and CSV, and what of them can be proved, as check.json.

A run makes it: each report is a step, and the file is put together at the end.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from subledger.companies.models import Company
from subledger.file_kit.errors import ExportTooLarge
from subledger.journal.month_end import Month, lines_of
from subledger.journal.queries import closed_through
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform.scope import current_company_id
from subledger.report_kit.files import file_name, shower, to_csv, to_xlsx
from subledger.report_kit.tables import Kind, Report, Table
from subledger.runs.kinds import RunFacts, RunKind, RunPermissions, Selection, Step, StepResult
from subledger.runs.models import RunFile
from subledger.runs.queries import content_of
from subledger.runs.services.files import drop_parts, keep_file

from .catalogue import report_named, reports

BASE = say(" in base currency")
CSV, XLSX, JSON, ZIP = (
    "text/csv; charset=utf-8",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/json",
    "application/zip",
)
NAMES = "SELECT name, '', NULL::bigint, NULL::bigint, '', '' FROM unnest(%(names)s::text[]) AS t (name)"


@dataclass(frozen=True)
class PackOf:
    """The criteria of a run: the month, such as 2026-05."""

    month: str


def names() -> list[str]:
    """The reports of a month: those that need no account; also in base currency, where they can be."""
    found = []
    for report in reports().values():
        if not any(parameter.required for parameter in report.parameters):
            found.append(report.name)
            if any(parameter.name == "base" for parameter in report.parameters):
                found.append(f"{report.name}{BASE}")
    return found


def table_of(name: str, month: Month) -> Table:
    report: Report = report_named(name.removesuffix(BASE))
    takes = {parameter.name for parameter in report.parameters}
    days = {"as_of": month.last, "from": month.first, "to": month.last, "compare": month.before.last}
    values: dict[str, Any] = {day: value for day, value in days.items() if day in takes}
    if name.endswith(BASE):
        values["base"] = True
    return report.run(**values)


def _select(facts: RunFacts) -> Selection:
    Month.read(facts.criteria.month)
    return Selection(NAMES, {"names": names()})


def _execute(facts: RunFacts, steps: Sequence[Step]) -> list[StepResult]:
    month = Month.read(facts.criteria.month)
    return [_written(facts.run_id, step, table_of(step.key, month)) for step in steps]


def _written(run_id: int, step: Step, table: Table) -> StepResult:
    told = {"report": step.key, "rows": len(table.rows), "totals": list(_totals(table))}
    detail = f"{len(table.rows):,} rows."
    for ending, content_type, write in (("csv", CSV, to_csv), ("xlsx", XLSX, to_xlsx)):
        try:
            content = write(table)
        except ExportTooLarge:
            detail = say("{count:,} rows: CSV alone, since a sheet holds fewer.", count=len(table.rows))
            continue
        keep_file(
            run_id=run_id, name=file_name(table, ending), content_type=content_type, stream=io.BytesIO(content),
            is_part=True, facts=told,
        )  # fmt: skip
    return StepResult(step.id, detail=detail)


def _totals(table: Table) -> Iterable[dict[str, str]]:
    """Of each currency what the columns come to, in major units."""
    show = shower(table)
    for total in table.totals:
        shown = zip(table.columns, show(total), strict=True)
        yield {c.name: str(value) for c, value in shown if value is not None and c.kind in (Kind.MONEY, Kind.CURRENCY)}


def _finish(facts: RunFacts) -> None:
    month = Month.read(facts.criteria.month)
    company = Company.objects.get(pk=current_company_id())
    name = f"month-end_{company.code}_{month}"
    parts = list(RunFile.objects.filter(run_id=facts.run_id, is_part=True).order_by("name"))
    with tempfile.TemporaryFile() as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
            for part in parts:
                with pack.open(f"{name}/{part.name}", "w", force_zip64=True) as inside:
                    for content in content_of(part):
                        inside.write(content)
            check = json.dumps(_check(company, month, facts, parts), indent=1, ensure_ascii=False, default=str)
            pack.writestr(f"{name}/check.json", check + "\n")
        keep_file(run_id=facts.run_id, name=f"{name}.zip", content_type=ZIP, stream=stream)
    drop_parts(run_id=facts.run_id)


def _check(company: Company, month: Month, facts: RunFacts, parts: Sequence[RunFile]) -> dict[str, Any]:
    """Whose it is, how things stood, and what each file holds: its rows, its totals, its digest."""
    return {
        "company": {"code": company.code, "name": company.name, "base_currency": company.base_currency.upper()},
        "month": str(month),
        "from": month.first,
        "to": month.last,
        "made_at": clock.now().isoformat(),
        "made_by": facts.actor,
        "closed_through": closed_through(),
        "looked_at": [
            {
                "line": line.item.name,
                "is_clear": line.looked.is_clear,
                "says": [line.looked.words, *line.looked.lines],
                "done_by": line.mark.done_by if line.mark else None,
                "done_at": line.mark.done_at.isoformat() if line.mark else None,
            }
            for line in lines_of(month)
            if line.looked
        ],
        "files": [{"name": part.name, "sha256": part.sha256, "size": part.size, **part.facts} for part in parts],
    }


MONTH_EXPORT = RunKind(
    name="month_export",
    title=say("Reports of a month"),
    says=say("Puts every report of a month into one file, as XLSX and CSV, with what proves them."),
    criteria=PackOf,
    select=_select,
    execute=_execute,
    finish=_finish,
    permissions=RunPermissions(edit=("export",), execute=("export",)),
    noun=say("report"),
    batch=1,
    has_definitions=False,
)
