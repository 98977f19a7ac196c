"""Configuration: every kind of entry listed and edited alike."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.companies.entries import save_entry, version_of_entry
from subledger.kernel.errors import NotFound
from subledger.page_kit.access import actor
from subledger.page_kit.criteria import Search
from subledger.page_kit.entries import entry_columns, entry_form, shown_values, typed_values
from subledger.page_kit.faces import contributions
from subledger.page_kit.kinds import CONFIGURATION, entry_of, entry_url, groups, kind_named
from subledger.page_kit.navigation import Action, Crumb, may, require
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage


class ConfigurationPage(DetailPage):
    title = CONFIGURATION
    template_name = "companies/configuration.html"

    def extra(self) -> dict[str, Any]:
        found = []
        for label, kinds, pages in groups():
            links = [(kind.title, page_url("entries", kind.slug), kind.about) for kind in kinds]
            links += [
                (one.title, page_url(one.url_name), one.about) for one in pages if may(self.request, one.permission)
            ]
            found.append((label, links))
        return {"groups": found}


class EntriesPage(SummaryPage):
    """All entries of one kind."""

    def dispatch(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        found = self.kind = kind_named(kind)
        names = {field.name for field in found.model._meta.fields}
        self.title, self.subtitle, self.noun = found.title, found.about, found.noun
        self.noun_plural = "entries" if found.noun.endswith("y") else ""
        self.columns = entry_columns(found, link=partial(entry_url, found))
        self.default_sort = found.sort
        self.criteria = (
            (Search("q", "Search", fields=("name__icontains", "code__icontains")),) if "name" in names else ()
        )
        return super().dispatch(request)

    def queryset(self) -> Any:
        return self.kind.model.objects.select_related(*self.kind.related)  # type: ignore[attr-defined]

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
        return shown_values(self.kind, self.row) if self.row else {}

    def version(self) -> str:
        return version_of_entry(self.row) if self.row else ""

    def edits(self) -> int:
        return int(self.row.pk if self.row else 0)

    def act(self, form: Form) -> str:
        values = typed_values(self.kind, form.cleaned_data, is_new=self.row is None)
        save_entry(
            model=self.kind.model,
            ident=self.row.pk if self.row else None,
            values=values,
            version=self.seen,
            actor=actor(self.request),
        )
        return page_url("entries", self.kind.slug)

    def extra(self) -> dict[str, Any]:
        listed = page_url("entries", self.kind.slug)
        actions = contributions(self.kind.thing, "actions", self.request, self.row) if self.row else []
        crumbs = [
            Crumb(CONFIGURATION, page_url("configuration")),
            Crumb(self.kind.title, listed),
            Crumb(self.title),
        ]
        return {"crumbs": crumbs, "cancel_url": listed, "actions": actions}
