"""Configuration: every kind of entry listed and edited alike."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from subledger.companies.entries import save_entry, version_of_entry
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.criteria import Search
from subledger.page_kit.entries import (
    chosen_values,
    entry_columns,
    entry_facts,
    entry_form,
    shown_values,
    typed_values,
)
from subledger.page_kit.faces import contributions
from subledger.page_kit.kinds import CONFIGURATION, crumbs_to, entry_of, entry_url, groups, kind_named
from subledger.page_kit.navigation import Action, Crumb, may, require
from subledger.page_kit.rendering import render
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
        only = found.model.objects.first() if found.is_single else None  # type: ignore[attr-defined]
        if only is not None:  # there is nothing to list
            return HttpResponseRedirect(entry_url(found, only))
        names = {field.name for field in found.model._meta.fields}
        self.title, self.subtitle, self.noun = found.title, found.about, found.noun
        self.noun_plural = say("entries") if found.noun.endswith("y") else ""
        self.columns = entry_columns(found, link=partial(entry_url, found))
        self.default_sort = found.sort
        self.criteria = (
            (Search("q", say("Search"), fields=("name__icontains", "code__icontains")),) if "name" in names else ()
        )
        return super().dispatch(request)

    def queryset(self) -> Any:
        return self.kind.model.objects.select_related(*self.kind.related)  # type: ignore[attr-defined]

    def extra(self) -> dict[str, Any]:
        crumbs = [Crumb(CONFIGURATION, page_url("configuration")), Crumb(self.kind.title)]
        allowed = may(self.request, self.kind.permission) and not self.kind.is_single
        return {
            "crumbs": crumbs,
            "actions": [Action(say("New {noun}", noun=self.kind.noun), page_url("entry_new", self.kind.slug), "plus")]
            if allowed
            else [],
        }


class EntryPage(FormPage):
    """One entry: made, or changed."""

    row: Any = None
    done = say("Saved.")

    def prepare(self, kind: str, entry: str = "") -> None:
        self.kind = kind_named(kind)
        self.may_change = may(self.request, self.kind.permission)
        if not self.kind.is_single or self.request.method != "GET":
            require(self.request, self.kind.permission)
        self.row = entry_of(self.kind, entry) if entry else None
        if self.row is None and self.kind.is_single:
            raise NotFound("page", "new")
        self.title = str(self.row) if self.row and hasattr(self.row, "name") else say("New {noun}", noun=self.kind.noun)
        if self.row and not hasattr(self.row, "name"):
            self.title = self.kind.title if self.kind.is_single else self.kind.noun.capitalize()

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if self.may_change:
            return super().get(request, **named)
        said = {"page": self, "page_title": self.title, **self.extra(), "facts": entry_facts(self.kind, self.row)}
        return render(request, DetailPage.template_name, said)

    def form(self, data: Any = None, files: Any = None) -> Form:
        return entry_form(self.kind)(data, initial=self.initial())

    def initial(self) -> dict[str, Any]:
        return shown_values(self.kind, self.row) if self.row else chosen_values(self.kind, self.request.GET)

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
        return entry_url(self.kind, self.row) if self.kind.is_single else page_url("entries", self.kind.slug)

    def extra(self) -> dict[str, Any]:
        if self.kind.is_single and not self.may_change:
            return {"crumbs": crumbs_to((self.title, ""))}
        listed = page_url("entries", self.kind.slug)
        actions = contributions(self.kind.thing, "actions", self.request, self.row) if self.row else []
        within = contributions(self.kind.thing, "within", self.request, self.row)
        warnings = contributions(self.kind.thing, "warnings", self.request, self.row) if self.row else []
        crumbs = (
            crumbs_to((self.title, ""))
            if self.kind.is_single
            else crumbs_to((self.kind.title, listed), (self.title, ""))
        )
        cancel_url = page_url("configuration") if self.kind.is_single else listed
        return {"crumbs": crumbs, "cancel_url": cancel_url, "actions": actions, "warnings": warnings, "within": within}
