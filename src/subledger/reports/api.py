"""Reports in the API: listed, and run."""

from __future__ import annotations

import tempfile
from itertools import islice
from typing import Any, Literal

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Day, Text100
from subledger.api_kit.resources import Input, JsonObject, refuse_unknown_parameters
from subledger.journal.month_end import Month
from subledger.page_kit.workers import AT_ONCE
from subledger.report_kit.files import FORMATS, csv_parts, file_name, write_xlsx
from subledger.reports.catalogue import Table, report_named, reports
from subledger.reports.errors import ReportTooLong
from subledger.reports.orders import order_check, order_month_export, order_report_file

router = Router(tags=["Reports"])
ordered = Router(tags=["Reports"])


class ReportParameterOut(Schema):
    name: str
    help: str
    required: bool


class ReportColumnOut(Schema):
    name: str
    label: str
    kind: str = Field(description="money is in minor units.")


class ReportNameOut(Schema):
    name: str
    object: Literal["report"]
    title: str
    about: str
    parameters: list[ReportParameterOut]
    columns: list[ReportColumnOut]


class ReportListOut(Schema):
    object: Literal["list"]
    data: list[ReportNameOut]
    has_more: bool
    url: str


class ReportOut(Schema):
    object: Literal["report"]
    name: str
    title: str
    parameters: dict[str, Any] = Field(description="As understood.")
    currency: str | None = Field(description="Of money where no column says its currency.")
    columns: list[ReportColumnOut]
    rows: list[dict[str, Any]]
    totals: list[dict[str, Any]]


class ReportQuery(Schema):
    as_of: Day | None = None
    start: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    compare: Day | None = None
    account: Text100 | None = None
    ledger_account: Text100 | None = None
    classification: Text100 | None = None
    late: Text100 | None = None
    by: Text100 | None = None
    accounts: Text100 | None = None
    currency: Text100 | None = None
    base: bool = False
    format: Literal["json", "csv", "xlsx"] | None = Field(
        default=None, description="A file; or ask with Accept: text/csv."
    )


@router.get("", response=ReportListOut, operation_id="list_reports")
def list_reports(request: HttpRequest) -> JsonObject:
    """Every report by name, with what it takes and the columns it has."""
    data = [
        {
            "name": one.name, "object": "report", "title": one.title, "about": one.about,
            "parameters": [{"name": p.name, "help": p.help, "required": p.required} for p in one.parameters],
            "columns": [_column(column) for column in one.columns],
        }
        for one in reports().values()
    ]  # fmt: skip
    return {"object": "list", "data": data, "has_more": False, "url": request.path}


@router.get("/{name}", response=ReportOut, operation_id="run_report")
def run_report(request: HttpRequest, name: str, query: Query[ReportQuery]) -> Any:
    """A report on the books as they are; which parameters it takes depends on the report."""
    refuse_unknown_parameters(request, ReportQuery)
    report = report_named(name)
    values = {
        name: value for name, value in query.model_dump(by_alias=True, exclude_unset=True).items() if name != "format"
    }
    kind = query.format or ("csv" if request.accepts("text/csv") and not request.accepts("application/json") else None)
    if kind in (None, "json"):
        return _serialised(report, report.run(**values))
    stream = report.stream(**values)
    name, content_type = file_name(stream.head, kind), FORMATS[kind].content_type
    if kind == "xlsx":
        if sum(1 for _ in islice(report.stream(**values).rows(), AT_ONCE + 1)) > AT_ONCE:
            raise ReportTooLong(report.title, AT_ONCE)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
        write_xlsx(stream, file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(csv_parts(stream), content_type=content_type, headers=headers)


def _serialised(report: Any, table: Table) -> JsonObject:
    names = [column.name for column in table.columns]
    return {
        "object": "report", "name": report.name, "title": report.title, "parameters": dict(table.parameters),
        "currency": table.currency, "columns": [_column(column) for column in table.columns],
        "rows": table.as_dicts(), "totals": [dict(zip(names, row, strict=True)) for row in table.totals],
    }  # fmt: skip


def _column(column: Any) -> JsonObject:
    return {"name": column.name, "label": column.label, "kind": column.kind}


class MonthExportIn(Input):
    month: Text100 = Field(description="Such as 2026-05.")


class OrderedOut(Schema):
    object: Literal["run_order"]
    run: str = Field(description="The run that does it: `/runs/{id}`, its files `/runs/{id}/files`.")


@ordered.post("/month_exports", response={201: OrderedOut}, operation_id="create_month_export")
def export_month(request: HttpRequest, body: MonthExportIn) -> Status[JsonObject]:
    """Every report of a month in one file, as XLSX and CSV, with what proves them; a run makes it."""
    run = order_month_export(month=Month.read(body.month), actor=caller_of(request).actor)
    return Status(201, {"object": "run_order", "run": run.public_id})


class ReportExportIn(Input):
    report: Text100 = Field(description="Its name, such as general-journal.")
    parameters: dict[str, str | bool] = Field(
        default_factory=dict, description="Those of the report by their names, such as from and to."
    )


@ordered.post("/report_exports", response={201: OrderedOut}, operation_id="create_report_export")
def export_report(request: HttpRequest, body: ReportExportIn) -> Status[JsonObject]:
    """A report of any length as XLSX; a run makes it, and its file is kept for 30 days."""
    run = order_report_file(report=body.report, parameters=body.parameters, actor=caller_of(request).actor)
    return Status(201, {"object": "run_order", "run": run.public_id})


@ordered.post("/books_checks", response={201: OrderedOut}, operation_id="create_books_check")
def check_books(request: HttpRequest) -> Status[JsonObject]:
    """Prove every rule of the books by their own rows; the steps of the run say what is broken."""
    run = order_check(actor=caller_of(request).actor)
    return Status(201, {"object": "run_order", "run": run.public_id})


API = ApiFace(
    mounts=(Mount(path="/reports", router=router), Mount(router=ordered)),
    summaries={
        "run_report": "Run a report",
        "list_reports": "List reports",
        "create_month_export": "Export the reports of a month",
        "create_report_export": "Export a report as XLSX",
        "create_books_check": "Check the books",
    },
    examples={"format": "csv"},
)
