"""Programs that work for the company by their API keys, and the trail of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Case, F, Func, QuerySet, TextField, Value, When
from django.forms import Form
from django.http.response import HttpResponseBase

from subledger.companies.models import ApiKey
from subledger.companies.permissions import MANAGES_PEOPLE
from subledger.companies.services import create_api_key, revoke_api_key
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import BadgeColumn, Column, DeedColumn, MomentColumn
from subledger.page_kit.kinds import below, crumbs_to
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage


class KeysPage(SummaryPage):
    """What programs may do, for all who may see the books; keys are made and revoked by who manages people."""

    title = say("API keys")
    permission = "view:api_keys"
    noun = say("key")
    empty = say("Create a key for each program that works for this company.")
    columns: Sequence[Column] = (
        Column("name", say("Name"), sort="name", strong=True),
        Column("hint", say("Key")),
        Column("scope_text", say("Scopes")),
        MomentColumn("created_at", say("Created")),
        BadgeColumn("stage", say("State"), lead=True),
    )

    def dispatch(self, request: Any, *args: Any, **named: Any) -> Any:
        if may(request, MANAGES_PEOPLE):
            self.columns = (*self.columns, DeedColumn("revoke", "", words=say("Revoke"), link=_revoking))
        return super().dispatch(request, *args, **named)

    def queryset(self) -> QuerySet:
        stage = Case(When(revoked_at=None, then=Value("active")), default=Value("terminated"))
        scopes = Func(F("scopes"), Value(", "), function="array_to_string", output_field=TextField())
        return ApiKey.objects.annotate(stage=stage, scope_text=scopes)

    def extra(self) -> dict[str, Any]:
        create = Action(say("Create a key"), page_url("key_new"), "plus")
        return {
            "crumbs": crumbs_to((self.title, "")),
            "actions": [create] if may(self.request, MANAGES_PEOPLE) else [],
        }


def _revoking(row: ApiKey) -> str | None:
    return page_url("key_revoke", row.pk) if row.revoked_at is None else None


class KeyForm(forms.Form):
    name = forms.CharField(label=say("Name"), max_length=100, help_text=say("What uses it."))
    scopes = forms.CharField(
        label=say("Scopes"),
        initial="read write",
        help_text=say("read, write, or of one resource: invoices:write. Separated by spaces."),
    )


class KeyNewPage(FormPage):
    permission = "people.edit"
    title = say("Create a key")
    template_name = "companies/key.html"
    form_class = KeyForm
    submit_label = say("Create")

    def post(self, request: Any, **named: Any) -> HttpResponseBase:
        self.secret = ""
        answer = super().post(request, **named)
        if not self.secret:
            return answer
        shown = self.shown(form=self.form(), secret=self.secret)
        shown["Cache-Control"] = "no-store"
        return shown

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        scopes = typed["scopes"].replace(",", " ").split()
        _, self.secret = create_api_key(name=typed["name"], scopes=scopes, actor=actor(self.request))
        return page_url("keys")

    def extra(self) -> dict[str, Any]:
        return below(say("API keys"), page_url("keys"), self.title)


class KeyRevokePage(FormPage):
    permission = "people.edit"
    title = submit_label = say("Revoke the key")
    template_name = "page_kit/confirm.html"
    done = say("The key is revoked.")

    def prepare(self, key_id: int) -> None:
        found = ApiKey.objects.filter(pk=key_id).first()
        if found is None:
            raise NotFound(ApiKey, key_id, noun=say("API key"))
        self.key = found

    def act(self, form: Form) -> str:
        revoke_api_key(key=self.key, actor=actor(self.request))
        return page_url("keys")

    def extra(self) -> dict[str, Any]:
        return {
            **below(say("API keys"), page_url("keys"), self.title),
            "danger": True,
            "question": say("Revoke {name}, {hint}?", name=self.key.name, hint=self.key.hint),
            "consequences": [
                say("Programs that use it are refused from now on."),
                say("This cannot be undone: create another key instead."),
            ],
        }
