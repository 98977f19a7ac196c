"""Configuration: every kind of entry listed and edited alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.accounts.models import AccountDefinition
from subledger.accounts.services import activate_definition
from subledger.companies.entries import save_entry
from subledger.companies.models import Role
from subledger.config.kinds import GROUPS, KINDS
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.page_kit.access import actor
from subledger.page_kit.addresses import page_url
from subledger.page_kit.criteria import Search
from subledger.page_kit.entries import entry_form
from subledger.page_kit.kinds import Kind
from subledger.page_kit.navigation import Action, Crumb, may, require
from subledger.page_kit.pages import DetailPage, FormPage
from subledger.page_kit.tables import SummaryPage

CONFIGURATION = "Configuration"

# What is kept under Configuration on pages of its own: (label, url name, what it is about, permission to see it)
OTHERS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "General journal": (
        ("Accounting periods", "periods", "Close the books through a day, and reopen them.", "view"),
        ("Exchange rates", "rates", "Base currency for one unit of another, by day.", "view"),
        ("Number series", "series", "Which number comes next.", "view"),
    ),
    "People": (
        ("People", "people", "Who may work here, in which role.", "people.edit"),
        ("API keys", "keys", "Programs that work for this company.", "people.edit"),
        ("Numbers and days", "formats", "How they are written and read.", "configuration.edit"),
        ("Audit trail", "events", "Who did what, to what, and when.", "view"),
    ),
}


def kind_named(slug: str) -> Kind:
    if slug not in KINDS:
        raise NotFound("configuration page", slug)
    return KINDS[slug]


def entry_of(kind: Kind, public_id: str) -> Any:
    """The row behind a public id; NotFound when it is none of this company's."""
    try:
        ident = ids.decode(kind.model.PREFIX, public_id)  # type: ignore[attr-defined]
    except ValueError:
        raise NotFound(kind.noun, public_id) from None
    row = kind.model.objects.filter(pk=ident).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound(kind.noun, public_id)
    return row


def entry_url(kind: Kind, row: Any) -> str:
    return page_url("entry", kind.slug, row.public_id)


class ConfigurationPage(DetailPage):
    title = CONFIGURATION
    template_name = "companies/configuration.html"

    def extra(self) -> dict[str, Any]:
        groups = []
        for label, kinds in GROUPS:
            links = [(kind.title, page_url("entries", kind.slug), kind.about) for kind in kinds]
            links += [
                (title, page_url(name), about)
                for title, name, about, permission in OTHERS.get(label, ())
                if may(self.request, permission)
            ]
            groups.append((label, links))
        return {"groups": groups}


class EntriesPage(SummaryPage):
    """All entries of one kind."""

    def dispatch(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        found = self.kind = kind_named(kind)
        first, *others = found.columns
        linked = type(first)(**{**vars(first), "link": lambda row: entry_url(found, row)})
        names = {field.name for field in found.model._meta.fields}
        self.title, self.subtitle, self.noun = found.title, found.about, found.noun
        self.noun_plural = "entries" if found.noun.endswith("y") else ""
        self.columns, self.default_sort = (linked, *others), found.sort
        self.criteria = (
            (Search("q", "Search", fields=("name__icontains", "code__icontains")),) if "name" in names else ()
        )
        return super().dispatch(request)

    def queryset(self) -> Any:
        rows = self.kind.model.objects.select_related(*self.kind.related)  # type: ignore[attr-defined]
        if self.kind.model is Role:
            rows = rows.annotate(
                permission_count=Func("permissions", function="cardinality", output_field=IntegerField())
            )
        return rows

    def extra(self) -> dict[str, Any]:
        crumbs = [Crumb(CONFIGURATION, page_url("configuration")), Crumb(self.kind.title)]
        allowed = may(self.request, self.kind.permission) and not self.kind.is_single
        return {
            "crumbs": crumbs,
            "actions": [Action(f"New {self.kind.noun}", page_url("entry_new", self.kind.slug), "plus")]
            if allowed
            else [],
        }


class EntryPage(FormPage):
    """One entry: made, or changed."""

    row: Any = None
    done = "Saved."

    def prepare(self, kind: str, entry: str = "") -> None:
        self.kind = kind_named(kind)
        require(self.request, self.kind.permission)
        self.row = entry_of(self.kind, entry) if entry else None
        if self.row is None and self.kind.is_single:
            raise NotFound("page", "new")
        self.title = str(self.row) if self.row and hasattr(self.row, "name") else f"New {self.kind.noun}"
        if self.row and not hasattr(self.row, "name"):
            self.title = self.kind.noun.capitalize()

    def form(self, data: Any = None, files: Any = None) -> Form:
        return entry_form(self.kind)(data, initial=self.initial())

    def initial(self) -> dict[str, Any]:
        if self.row is None:
            return {}
        lists = {field.name for field in self.kind.model._meta.many_to_many}
        kept = {
            name: list(getattr(self.row, name).all()) if name in lists else getattr(self.row, name)
            for name in self.kind.fields
            if hasattr(self.row, name)
        }
        return {**kept, **self.kind.to_initial(self.row)}

    def act(self, form: Form) -> str:
        values = self.kind.to_values(form.cleaned_data)
        if self.row is None:
            values = {**values, **self.kind.at_first}
        save_entry(
            model=self.kind.model,
            ident=self.row.pk if self.row else None,
            values=values,
            actor=actor(self.request),
        )
        return page_url("entries", self.kind.slug)

    def extra(self) -> dict[str, Any]:
        listed = page_url("entries", self.kind.slug)
        actions = []
        if isinstance(self.row, AccountDefinition) and not self.row.is_active:
            url = page_url("definition_activate", self.row.public_id)
            actions.append(
                Action(
                    "Put in force",
                    url,
                    "bolt",
                    method="post",
                    confirm="New postings will follow this definition. Put it in force?",
                )
            )
        crumbs = [
            Crumb(CONFIGURATION, page_url("configuration")),
            Crumb(self.kind.title, listed),
            Crumb(self.title),
        ]
        return {"crumbs": crumbs, "cancel_url": listed, "actions": actions}


class DefinitionActivatePage(FormPage):
    permission = "configuration.edit"
    done = "The definition is in force."
    title = submit_label = "Put in force"

    def prepare(self, entry: str) -> None:
        self.row = entry_of(KINDS["account-definitions"], entry)

    def act(self, form: Form) -> str:
        activate_definition(definition_id=self.row.pk, actor=actor(self.request))
        return page_url("entries", "account-definitions")
