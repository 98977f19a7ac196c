"""What was imported so far, and one import as it goes or went."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from subledger.accounts.models import Account, Customer
from subledger.companies.queries import names_of
from subledger.imports.files import content_type_of
from subledger.imports.models import ImportOrder, ImportRun
from subledger.imports.outcomes import import_standing, rejected_content
from subledger.imports.pages.forms import KINDS
from subledger.imports.queries import created_by_run, import_runs, order_of_run, rejected_of
from subledger.kernel.sentences import say, say_of
from subledger.page_kit.columns import ActorColumn, BadgeColumn, Column, CountColumn, MomentColumn, NameColumn
from subledger.page_kit.criteria import Choice
from subledger.page_kit.navigation import Action, Crumb
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.runs.states import RunState
from subledger.transactions.models import Transaction

IMPORTS = say("Import files")
ENDED_WELL = (RunState.COMPLETED, RunState.COMPLETED_WITH_ERRORS)
CREATED = 100  # of what an import created, on its page


def run_url(row: ImportRun) -> str:
    return page_url("import", row.pk)


class ImportsPage(SummaryPage):
    title = IMPORTS
    permission = "imports.run"
    noun = say("import")
    empty = say("Import customers, accounts, products, documents, payments or rates from CSV, XLSX or Parquet.")
    criteria = (Choice("kind", say("Kind"), choices=KINDS),)
    columns = (
        MomentColumn("at", say("When")),
        NameColumn("file_name", say("File"), strong=True, link=run_url),
        Column("kind", say("Kind")),
        CountColumn("read", say("Rows")),
        CountColumn("created", say("Created")),
        CountColumn("unchanged", say("Unchanged")),
        CountColumn("rejected", say_of("row of a file", "Rejected")),
        ActorColumn("actor", say("By")),
        BadgeColumn("stage", say("State"), lead=True),
    )

    def queryset(self) -> QuerySet:
        return import_runs().annotate(stage=Case(When(is_kept=True, then=Value("done")), default=Value("rejected")))

    def extra(self) -> dict[str, Any]:
        return {"actions": [Action(say("Import a file"), page_url("import_new"), "upload")]}


def receipts_tile(number: int, *, is_check: bool) -> list[dict[str, Any]]:
    """How many customers are written to because of a file: it is looked at first, and mail cannot be called back."""
    if not number:
        return []
    label = say("Receipts that would be sent to customers") if is_check else say("Receipts sent to customers")
    return [{"label": label, "value": show.count(number), "hint": say("by themselves, as the message settings say")}]


REJECTION_COLUMNS = (
    CountColumn("line", say("Line")),
    Column("column", say("Column")),
    NameColumn("reason", say("Reason"), strong=True),
)


def rejections_table(rejections: Any) -> dict[str, Any]:
    names = ("line", "column", "code", "reason")
    return table(REJECTION_COLUMNS, [dict(zip(names, each, strict=True)) for each in rejections])


CREATED_COLUMNS = (
    NameColumn("label", say("Name"), strong=True, link=lambda row: row["url"]),
    Column("thing", say("What")),
)


def created_by(run_id: int) -> list[dict[str, Any]]:
    """The first things that an import created, with the page of each."""
    found = created_by_run(run_id, CREATED)
    ids = {thing: [ident for one, ident in found if one == thing] for thing in ("transaction", "account", "customer")}
    labels = {
        ("transaction", row.pk): row.number or "draft" for row in Transaction.objects.filter(pk__in=ids["transaction"])
    }
    labels |= {("account", row.pk): row.number for row in Account.objects.filter(pk__in=ids["account"])}
    labels |= {("customer", row.pk): row.name for row in Customer.objects.filter(pk__in=ids["customer"])}
    return [
        {"thing": thing, "label": labels[thing, ident], "url": page_url(thing, ident)}
        for thing, ident in found
        if (thing, ident) in labels
    ]


class ImportPage(DetailPage):
    """One import as it went."""

    permission = "imports.run"

    def prepare(self, run_id: int) -> None:
        self.run, self.order = import_standing(run_id)
        self.title = self.run.file_name

    def extra(self) -> dict[str, Any]:
        run = self.run
        is_check = self.order is not None and self.order.is_check
        counts = (
            (say("Rows read"), run.read),
            (say("Would be created") if is_check else say("Created"), run.created),
            (say("Unchanged"), run.unchanged),
            (say("Left out"), run.duplicates),
            (say_of("row of a file", "Rejected"), run.rejected),
        )
        return {
            "crumbs": [Crumb(IMPORTS, page_url("imports")), Crumb(run.file_name)],
            "state": self._state(),
            "actions": self._actions(),
            "tiles": [
                *({"label": label, "value": show.count(number)} for label, number in counts),
                *receipts_tile(run.receipts, is_check=is_check),
            ],
            "tables": [
                {
                    "title": say("Created"),
                    "table": table(CREATED_COLUMNS, created_by(run.pk)),
                    "text": say("Nothing was created, or the import is from before this list was kept."),
                },
                {
                    "title": say("Left out: they look like earlier payments"),
                    "table": rejections_table(run.looks_imported),
                    "text": say("No payment was left out."),
                },
                {
                    "title": say("Rejected rows"),
                    "table": rejections_table(run.rejections),
                    "text": say("No row was rejected."),
                },
            ],
            "facts": [
                (say("Kind"), run.kind),
                (say("When"), show.moment(run.at)),
                (say("By"), names_of([run.actor])[run.actor]),
                ("SHA-256", run.sha256),
                (say("Columns not used"), ", ".join(run.extra_columns)),
                *(
                    (say("Created, {currency}", currency=code.upper()), show.money(minor, code))
                    for code, minor in run.totals.items()
                ),
            ],
        }

    def _state(self) -> str:
        if self.order and self.order.ended_at is None:
            return RunState(self.order.run.state)
        if self.order and self.order.is_check:
            return "checked" if self.order.run.state in ENDED_WELL else RunState(self.order.run.state)
        return "done" if self.run.is_kept else "rejected"

    def _actions(self) -> list[Action]:
        actions = []
        if self.order:
            actions.append(Action(say("See its progress"), page_url("run", self.order.run_id), "refresh"))
        if self.order and self.order.rejected_name:
            actions.append(
                Action(say("Download the rejected rows"), page_url("import_rejected", self.run.pk), "download")
            )
        return actions


class RejectedRowsPage(DetailPage):
    """The rejected rows as a file, in the format of the one that they came in."""

    permission = "imports.run"

    def prepare(self, run_id: int) -> None:
        self.row = rejected_of(run_id)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        return rejected_response(self.row)


def run_actions(request: HttpRequest | None, run: Any) -> list[Action]:
    """What the page of an import's run leads to."""
    row = order_of_run(run.pk)
    if row is None or request is None or not request.staff.caller.may("imports.run"):  # type: ignore[attr-defined]
        return []
    label = say("See what would be imported") if row.is_check else say("See what is imported")
    actions = [Action(label, page_url("import", row.pk), "search")]
    if row.rejected_name:
        actions.append(Action(say("Download the rejected rows"), page_url("import_rejected", row.pk), "download"))
    return actions


def rejected_response(row: ImportOrder) -> StreamingHttpResponse:
    response = StreamingHttpResponse(rejected_content(row), content_type=content_type_of(row.rejected_name))
    response["Content-Disposition"] = content_disposition_header(True, row.rejected_name) or ""
    return response
