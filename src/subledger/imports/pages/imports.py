"""Importing files: what was imported so far, and a file to check and import."""

from __future__ import annotations

import io
from base64 import b64encode
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from subledger.accounts.models import Account, Customer
from subledger.companies.queries import names_of
from subledger.file_kit.cells import hidden_rows_note
from subledger.file_kit.limits import INTERACTIVE
from subledger.import_kit.files import Layout
from subledger.imports.models import ImportRun
from subledger.imports.pages.forms import KINDS, ImportForm
from subledger.imports.previews import look_into
from subledger.imports.queries import created_by_run, import_run_by_id, import_runs
from subledger.imports.registry import kind_named, kinds
from subledger.imports.services import import_file
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
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
        self.run = import_run_by_id(run_id)
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
            "state": "done" if run.is_kept else "rejected",
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


def template_of(kind: str) -> HttpResponse:
    """An empty file of a kind: the header that it needs, and whatever else it may have."""
    if kind not in kinds():
        raise Http404
    header = ",".join(kinds()[kind].fields.names)
    response = HttpResponse(f"{header}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


class ImportNewPage(FormPage):
    permission = "imports.run"
    budget = "files"
    takes_files = True
    title = "Import a file"
    template_name = "imports/import.html"
    form_class = ImportForm
    submit_label = "Check the file"
    rejected: io.BytesIO

    def get(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        wanted = request.GET.get("template")
        return template_of(wanted) if wanted else super().get(request, *args, **named)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.rendered(form, 422)
        try:
            report = self._import(form, dry_run="keep" not in request.POST)
        except DomainError as error:
            return self.rendered(form, error.status, error=error, **self._look(form))
        return self.rendered(
            form,
            report=report,
            hidden=hidden_rows_note(report.hidden),
            rejections=rejections_table([one.as_record() for one in report.rejections]),
            left_out=rejections_table([one.as_record() for one in report.looks_imported]),
            rejected_file=self._rejected_file(form, report),
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

    def _import(self, form: Form, *, dry_run: bool) -> Any:
        typed = form.cleaned_data
        file = typed["file"]
        if file.size > settings.IMPORT_LIMIT_BYTES:
            raise FileTooLarge(file.size, settings.IMPORT_LIMIT_BYTES)
        names = (
            "create_missing",
            "accept_due_dates",
            "accept_old_days",
            "accept_rates",
            "skip_bad",
            "suspense",
            "keep_duplicates",
        )
        self.rejected = io.BytesIO()
        return import_file(
            typed["kind"],
            file,
            name=file.name,
            actor=actor(self.request),
            mapping=self._mapping(),
            date_format=typed["date_format"] or None,
            number_format=typed["number_format"] or None,
            currency=typed["currency"] or None,
            dry_run=dry_run,
            layout=self._layout(typed),
            limits=INTERACTIVE,
            door=Door.PAGE,
            rejected_to=self.rejected,
            **{name: typed[name] for name in names},
        )

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

    def _rejected_file(self, form: Form, report: Any) -> dict[str, str] | None:
        """The rejected rows, in the page itself: they are personal data, and kept nowhere."""
        content = self.rejected.getvalue()
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
