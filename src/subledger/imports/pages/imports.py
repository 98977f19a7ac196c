"""Importing files: what was imported so far, and a file to check and import."""

from __future__ import annotations

import io
from base64 import b64encode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from subledger.accounts.models import Account, Customer
from subledger.companies.queries import names_of
from subledger.file_kit.cells import hidden_rows_note
from subledger.file_kit.limits import INTERACTIVE
from subledger.import_kit.files import Layout
from subledger.import_kit.report import ImportReport
from subledger.imports.files import XLSX, content_type_of
from subledger.imports.models import ImportOrder, ImportRun
from subledger.imports.orders import order_of
from subledger.imports.outcomes import import_standing, rejected_content, report_on
from subledger.imports.pages.forms import KINDS, ImportForm
from subledger.imports.previews import look_into
from subledger.imports.queries import created_by_run, import_runs, order_of_run, rejected_of
from subledger.imports.registry import kind_named, kinds
from subledger.imports.services import import_file, import_soon
from subledger.kernel.errors import DomainError, Door, Invalid
from subledger.page_kit.access import actor
from subledger.page_kit.columns import ActorColumn, BadgeColumn, Column, CountColumn, MomentColumn, NameColumn
from subledger.page_kit.criteria import Choice
from subledger.page_kit.navigation import Action, Crumb
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.transactions.models import Transaction

IMPORTS = "Import files"
CHOSEN = "column-"  # what the fields of the form that choose columns begin with
LARGEST_LINK = 2 * 1024 * 1024  # bytes of rejected rows that a page carries
CREATED = 100  # of what an import created, on its page


class FileTooLarge(Invalid):
    code, status = "file_too_large", 413

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"The file has {size} bytes; a page takes up to {limit}. Import it with `subledger import`, or split it.",
            param="/file",
        )


def run_url(row: ImportRun) -> str:
    return page_url("import", row.pk)


class ImportsPage(SummaryPage):
    title = IMPORTS
    permission = "imports.run"
    noun = "import"
    empty = "Import customers, accounts, products, documents, payments or rates from CSV, XLSX or Parquet."
    criteria = (Choice("kind", "Kind", choices=KINDS),)
    columns = (
        MomentColumn("at", "When"),
        NameColumn("file_name", "File", strong=True, link=run_url),
        Column("kind", "Kind"),
        CountColumn("read", "Rows"),
        CountColumn("created", "Created"),
        CountColumn("unchanged", "Unchanged"),
        CountColumn("rejected", "Rejected"),
        ActorColumn("actor", "By"),
        BadgeColumn("stage", "State", lead=True),
    )

    def queryset(self) -> QuerySet:
        return import_runs().annotate(stage=Case(When(is_kept=True, then=Value("done")), default=Value("rejected")))

    def extra(self) -> dict[str, Any]:
        return {"actions": [Action("Import a file", page_url("import_new"), "upload")]}


REJECTION_COLUMNS = (
    CountColumn("line", "Line"),
    Column("column", "Column"),
    NameColumn("reason", "Reason", strong=True),
    Column("code", "Code"),
)


def rejections_table(rejections: Any) -> dict[str, Any]:
    names = ("line", "column", "code", "reason")
    return table(REJECTION_COLUMNS, [dict(zip(names, each, strict=True)) for each in rejections])


CREATED_COLUMNS = (
    NameColumn("label", "Name", strong=True, link=lambda row: row["url"]),
    Column("thing", "What"),
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
        counts = (
            ("Rows read", run.read),
            ("Created", run.created),
            ("Unchanged", run.unchanged),
            ("Left out", run.duplicates),
            ("Rejected", run.rejected),
        )
        return {
            "crumbs": [Crumb(IMPORTS, page_url("imports")), Crumb(run.file_name)],
            "state": self._state(),
            "actions": self._actions(),
            "tiles": [{"label": label, "value": show.count(number)} for label, number in counts],
            "tables": [
                {
                    "title": "Created",
                    "table": table(CREATED_COLUMNS, created_by(run.pk)),
                    "text": "Nothing was created, or the import is from before this list was kept.",
                },
                {
                    "title": "Left out: they look like earlier payments",
                    "table": rejections_table(run.looks_imported),
                    "text": "No payment was left out.",
                },
                {
                    "title": "Rejected rows",
                    "table": rejections_table(run.rejections),
                    "text": "No row was rejected.",
                },
            ],
            "facts": [
                ("Kind", run.kind),
                ("When", show.moment(run.at)),
                ("By", names_of([run.actor])[run.actor]),
                ("SHA-256", run.sha256),
                ("Columns not used", ", ".join(run.extra_columns)),
                *((f"Created, {code.upper()}", show.money(minor, code)) for code, minor in run.totals.items()),
            ],
        }

    def _state(self) -> str:
        if self.order and self.order.ended_at is None:
            return str(self.order.run.state)
        return "done" if self.run.is_kept else "rejected"

    def _actions(self) -> list[Action]:
        actions = []
        if self.order:
            actions.append(Action("See its progress", page_url("run", self.order.run_id), "refresh"))
        if self.order and self.order.rejected_name:
            actions.append(Action("Download the rejected rows", page_url("import_rejected", self.run.pk), "download"))
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
    actions = [Action("See what is imported", page_url("import", row.pk), "search")]
    if row.rejected_name:
        actions.append(Action("Download the rejected rows", page_url("import_rejected", row.pk), "download"))
    return actions


def rejected_response(row: ImportOrder) -> StreamingHttpResponse:
    response = StreamingHttpResponse(rejected_content(row), content_type=content_type_of(row.rejected_name))
    response["Content-Disposition"] = content_disposition_header(True, row.rejected_name) or ""
    return response


def template_of(kind: str) -> HttpResponse:
    """An empty file of a kind: the header that it needs, and whatever else it may have."""
    if kind not in kinds():
        raise Http404
    header = ",".join(kinds()[kind].fields.names)
    response = HttpResponse(f"{header}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


CHOICES = (
    *("create_missing", "accept_due_dates", "accept_old_days", "accept_rates", "skip_bad", "suspense"),
    "keep_duplicates",
)


def link_to_rejected(row: ImportOrder) -> dict[str, str] | None:
    if not row.rejected_name:
        return None
    return {"name": row.rejected_name, "url": page_url("import_rejected", row.pk)}


class ImportNewPage(FormPage):
    permission = "imports.run"
    budget = "files"
    takes_files = True
    title = "Import a file"
    template_name = "imports/import.html"
    form_class = ImportForm
    submit_label = "Check the file"

    def get(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        wanted = request.GET.get("template")
        return template_of(wanted) if wanted else super().get(request, *args, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.rendered(form, 422)
        try:
            if "keep" not in request.POST:
                report, rejected_file = self._check(form)
            else:
                row = self._order(form)
                if row.ended_at is None:
                    return self._to_progress(row)
                report, rejected_file = report_on(row), link_to_rejected(row)
        except DomainError as error:
            return self.rendered(form, error.status, error=error, **self._look(form))
        return self.rendered(
            form,
            report=report,
            hidden=hidden_rows_note(report.hidden),
            rejections=rejections_table([one.as_record() for one in report.rejections]),
            left_out=rejections_table([one.as_record() for one in report.looks_imported]),
            rejected_file=rejected_file,
            **self._look(form),
            tiles=[
                {"label": "Rows read", "value": show.count(report.read)},
                {
                    "label": "Would be created" if report.is_dry_run else "Created",
                    "value": show.count(report.created),
                },
                {"label": "Unchanged", "value": show.count(report.unchanged)},
                {
                    "label": "Rejected",
                    "value": show.count(report.rejected),
                    "tone": "bad" if report.rejected else "good",
                    "hint": "" if report.rejected else "every row is good",
                },
            ],
        )

    def _check(self, form: Form) -> tuple[ImportReport, dict[str, str] | None]:
        """Everything is done and undone here, while whoever checks the file waits."""
        file, rejected = self._file(form), io.BytesIO()
        report = import_file(
            form.cleaned_data["kind"],
            file,
            name=file.name,
            actor=actor(self.request),
            dry_run=True,
            limits=INTERACTIVE,
            rejected_to=rejected,
            **self._said(form),
        )
        return report, self._rejected_file(form, rejected.getvalue())

    def _order(self, form: Form) -> ImportOrder:
        """A small file is imported here; of a larger one the progress is shown."""
        file = self._file(form)
        order = order_of(form.cleaned_data["kind"], **self._said(form))
        return import_soon(order, file, name=file.name, actor=actor(self.request))

    def _to_progress(self, row: ImportOrder) -> HttpResponseBase:
        url = page_url("run", row.run_id)
        if self.request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": url})
        return redirect(url)

    def _file(self, form: Form) -> Any:
        file = form.cleaned_data["file"]
        if file.size > settings.IMPORT_LIMIT_BYTES:
            raise FileTooLarge(file.size, settings.IMPORT_LIMIT_BYTES)
        return file

    def _said(self, form: Form) -> dict[str, Any]:
        typed = form.cleaned_data
        return {
            "mapping": self._mapping(),
            "date_format": typed["date_format"] or None,
            "number_format": typed["number_format"] or None,
            "currency": typed["currency"] or None,
            "layout": self._layout(typed),
            "door": Door.PAGE,
            **{name: typed[name] for name in CHOICES},
        }

    def _mapping(self) -> dict[str, str]:
        """The columns that were chosen, by field."""
        posted = self.request.POST
        return {
            name.removeprefix(CHOSEN): str(posted[name]) for name in posted if name.startswith(CHOSEN) and posted[name]
        }

    def _layout(self, typed: dict[str, Any]) -> Layout:
        return Layout(typed["sheet"] or None, typed["header_line"], typed["encoding"] or None)

    def _look(self, form: Form) -> dict[str, Any]:
        """The columns to choose from, and the first rows as they are understood; nothing where no table is found."""
        typed = form.cleaned_data
        if typed["file"].size > settings.IMPORT_LIMIT_BYTES:
            return {}
        try:
            look = look_into(
                kind_named(typed["kind"]).fields,
                typed["file"],
                name=typed["file"].name,
                layout=self._layout(typed),
                mapping=self._mapping(),
                date_format=typed["date_format"] or None,
                number_format=typed["number_format"] or None,
            )
        except DomainError:
            return {}
        columns = [Column("line", "Line"), *(Column(field, field.replace("_", " ")) for field in look.placed)]
        choices = [
            {
                "name": f"{CHOSEN}{field}",
                "label": field.replace("_", " "),
                "needed": needed,
                "at": look.placed.get(field),
            }
            for field, needed in look.fields
        ]
        return {"look": look, "choices": choices, "preview": table(columns, look.rows)}

    def _rejected_file(self, form: Form, content: bytes) -> dict[str, str] | None:
        """The rejected rows of a file that is only checked, in the page itself: they are kept nowhere."""
        if not content or len(content) > LARGEST_LINK:
            return None
        name = Path(form.cleaned_data["file"].name)
        suffix, kind = (".xlsx", XLSX) if name.suffix.lower() == ".xlsx" else (".csv", "text/csv")
        return {"name": f"{name.name}.rejected{suffix}", "url": f"data:{kind};base64,{b64encode(content).decode()}"}

    def extra(self) -> dict[str, Any]:
        listed = page_url("imports")
        fields = [
            (
                kind.title,
                f"?template={kind.name}",
                ", ".join(kind.fields.needed),
                ", ".join((*(name for group in kind.fields.one_of for name in group), *kind.fields.optional)),
            )
            for kind in kinds().values()
        ]
        return {"crumbs": [Crumb(IMPORTS, listed), Crumb(self.title)], "cancel_url": listed, "kinds": fields}
