"""Importing files: what was imported so far, and a file to check and import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Case, QuerySet, Value, When
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.backoffice.access import actor
from subledger.backoffice.addresses import page_url
from subledger.backoffice.columns import ActorColumn, BadgeColumn, Column, CountColumn, MomentColumn, NameColumn
from subledger.backoffice.criteria import Choice
from subledger.backoffice.forms.fields import TextField
from subledger.backoffice.navigation import Action, Crumb
from subledger.backoffice.pages import DetailPage, FormPage
from subledger.backoffice.tables import SummaryPage, table
from subledger.backoffice.templatetags import subledger_tags as show
from subledger.companies.queries import names_of
from subledger.imports.models import ImportRun
from subledger.imports.queries import import_run_by_id, import_runs
from subledger.imports.rules.kinds import FIELDS, Kind
from subledger.imports.services import import_file
from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.numbers import NumberFormat

IMPORTS = "Import files"
KINDS = [(kind.value, kind.value.replace("-", " ").capitalize()) for kind in Kind]


class FileTooLarge(Invalid):
    code, status = "file_too_large", 413

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"The file has {size} bytes; a page takes up to {limit}. Import it with `subledger import`, or split it.",
            param="/file",
        )


class MappingInvalid(Invalid):
    code = "mapping_invalid"

    def __init__(self, line: str) -> None:
        super().__init__(f"{line!r} maps no column. Write one field=Column on each line.", param="/mapping")


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
            ("Rejected", run.rejected),
        )
        return {
            "crumbs": [Crumb(IMPORTS, page_url("imports")), Crumb(run.file_name)],
            "state": "done" if run.is_kept else "rejected",
            "tiles": [{"label": label, "value": show.count(number)} for label, number in counts],
            "tables": [
                {
                    "title": "Rejected rows",
                    "table": rejections_table(run.rejections),
                    "text": "No row was rejected.",
                }
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


class ImportForm(forms.Form):
    kind = forms.ChoiceField(choices=KINDS)
    file = forms.FileField(
        label="File",
        help_text="CSV, XLSX or Parquet, with one header row.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.parquet"}),
    )
    date_format = forms.CharField(
        max_length=40,
        required=False,
        label="Date format",
        help_text="Empty: ISO, 2026-05-31. Else such as %d/%m/%Y.",
    )
    number_format = forms.ChoiceField(
        required=False,
        label="Number format",
        choices=[("", "As the file shows"), *((one.value, one.value) for one in NumberFormat)],
        help_text="Needed where a number such as 1.000 can be read in two ways.",
    )
    currency = forms.CharField(max_length=3, required=False, help_text="Of rows that name none.")
    mapping = TextField(
        label="Columns", help_text="One field=Column on each line, for columns that are named otherwise."
    )
    create_missing = forms.BooleanField(required=False, label="Create accounts and products that the books lack")
    accept_due_dates = forms.BooleanField(required=False, label="Keep due dates that the credit rule would not give")
    skip_bad = forms.BooleanField(required=False, label="Import the good rows and leave out the bad ones")
    suspense = forms.BooleanField(required=False, label="Payments that fit no account go to the suspense account")


class ImportNewPage(FormPage):
    permission = "imports.run"
    budget = "files"
    takes_files = True
    title = "Import a file"
    template_name = "backoffice/import.html"
    form_class = ImportForm
    submit_label = "Check the file"

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.rendered(form, 422)
        try:
            report = self._import(form, dry_run="keep" not in request.POST)
        except DomainError as error:
            return self.rendered(form, error.status, error=error)
        return self.rendered(
            form,
            report=report,
            rejections=rejections_table(report.rejections),
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
        flags = {name: typed[name] for name in ("create_missing", "accept_due_dates", "skip_bad", "suspense")}
        return import_file(
            typed["kind"],
            file,
            name=file.name,
            actor=actor(self.request),
            mapping=_mapping(typed["mapping"]),
            date_format=typed["date_format"] or None,
            number_format=typed["number_format"] or None,
            currency=typed["currency"] or None,
            dry_run=dry_run,
            **flags,
        )

    def extra(self) -> dict[str, Any]:
        listed = page_url("imports")
        fields = [
            (
                label,
                ", ".join(FIELDS[Kind(value)].needed),
                ", ".join(
                    (
                        *(name for group in FIELDS[Kind(value)].one_of for name in group),
                        *FIELDS[Kind(value)].optional,
                    )
                ),
            )
            for value, label in KINDS
        ]
        return {"crumbs": [Crumb(IMPORTS, listed), Crumb(self.title)], "cancel_url": listed, "kinds": fields}


def _mapping(text: str) -> dict[str, str]:
    mapping = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        field, separator, column = line.partition("=")
        if not (separator and field.strip() and column.strip()):
            raise MappingInvalid(line)
        mapping[field.strip()] = column.strip()
    return mapping
