"""Reports in the API: listed, and run."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Day, Text100
from subledger.api_kit.resources import Input, JsonObject, refuse_unknown_parameters
from subledger.journal.month_end import Month
from subledger.report_kit.files import FORMATS, file_name
from subledger.reports.catalogue import Table, report_named, reports
from subledger.reports.orders import order_check, order_month_export

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
    table = report.run(**{
        name: value for name, value in query.model_dump(by_alias=True, exclude_unset=True).items() if name != "format"
    })  # fmt: skip
    kind = query.format or ("csv" if request.accepts("text/csv") and not request.accepts("application/json") else None)
    if kind in (None, "json"):
        return _serialised(report, table)
    write, content_type = FORMATS[kind]
    disposition = f'attachment; filename="{file_name(table, kind)}"'
    return HttpResponse(write(table), content_type=content_type, headers={"Content-Disposition": disposition})


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
        "create_books_check": "Check the books",
    },
    examples={"format": "csv"},
)
