"""Who works for the company: people with their roles, API keys, and the trail of what was done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Func, QuerySet, TextField, Value, When
from django.db.transaction import atomic
from django.forms import Form
from django.http.response import HttpResponseBase

from subledger.backoffice.access import actor
from subledger.backoffice.addresses import page_url
from subledger.backoffice.columns import ActorColumn, BadgeColumn, Column, MomentColumn, NameColumn
from subledger.backoffice.criteria import Search
from subledger.backoffice.navigation import Action
from subledger.backoffice.pages import FormPage
from subledger.backoffice.tables import SummaryPage
from subledger.companies.models import ApiKey, Membership, Role
from subledger.companies.services import add_member, create_api_key, create_user, remove_member, revoke_api_key
from subledger.kernel.errors import NotFound
from subledger.platform.models import Event

from .journal import below, crumbs_to


class PeoplePage(SummaryPage):
    title = "People"
    permission = "people.edit"
    noun = "person"
    noun_plural = "people"
    default_sort = "user__username"
    columns = (
        Column("user.username", "User name", sort="user__username", strong=True),
        NameColumn("user.first_name", "Name"),
        Column("user.email", "E-mail"),
        Column("role.name", "Role", sort="role__name", lead=True),
        MomentColumn("user.last_login", "Last logged in"),
        Column("remove", "", link=lambda row: page_url("person_remove", row.pk)),
    )

    def queryset(self) -> QuerySet:
        return Membership.objects.select_related("user", "role").annotate(remove=Value("Remove"))

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": crumbs_to((self.title, "")),
            "actions": [Action("Add a person", page_url("person_new"), "plus")],
        }


class PersonForm(forms.Form):
    username = forms.CharField(max_length=150, label="User name")
    name = forms.CharField(max_length=150, required=False, help_text="As others read it: Ana Bianchi.")
    role: forms.ModelChoiceField = forms.ModelChoiceField(queryset=None, empty_label=None)
    email = forms.EmailField(required=False, label="E-mail")
    password = forms.CharField(
        required=False,
        widget=forms.PasswordInput(render_value=False),
        label="First password",
        help_text="Only for somebody who has no login yet.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = Role.objects.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        name = typed.get("username")
        known = get_user_model().objects.filter(username=name).first() if name else None
        if name and known is None:
            if not typed.get("password"):
                self.add_error("password", f"Nobody is named {name!r} yet. Give them a first password.")
            else:
                try:
                    validate_password(typed["password"], get_user_model()(username=name, email=typed.get("email", "")))
                except ValidationError as error:
                    self.add_error("password", error)
        elif known and typed.get("password"):
            self.add_error("password", f"{name!r} has a login already. Leave this empty.")
        return typed


class PersonNewPage(FormPage):
    """Let somebody into the company, or change the role they have."""

    permission = "people.edit"
    title = "Add a person"
    form_class = PersonForm
    submit_label = "Add"

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        with atomic():
            user = get_user_model().objects.filter(username=typed["username"]).first()
            user = user or create_user(**{name: typed[name] for name in ("username", "password", "email", "name")})
            add_member(user=user, role=typed["role"].code, actor=actor(self.request))
        return page_url("people")

    def extra(self) -> dict[str, Any]:
        return {
            **below("People", page_url("people"), self.title),
            "intro": "Somebody who is in the company already gets the role you choose.",
        }


class PersonRemovePage(FormPage):
    permission = "people.edit"
    title = submit_label = "Remove from the company"
    template_name = "backoffice/confirm.html"

    def prepare(self, membership_id: int) -> None:
        found = Membership.objects.select_related("user", "role").filter(pk=membership_id).first()
        if found is None:
            raise NotFound("person", membership_id)
        self.membership = found

    def act(self, form: Form) -> str:
        remove_member(membership_id=self.membership.pk, actor=actor(self.request))
        messages.success(self.request, f"{self.membership.user.get_username()} is no longer in the company.")
        return page_url("home" if self.membership.user == self.request.user else "people")

    def extra(self) -> dict[str, Any]:
        return {
            **below("People", page_url("people"), self.title),
            "danger": True,
            "question": f"Remove {self.membership.user.get_username()}, {self.membership.role.name}, from the company?",
            "consequences": [
                "They see nothing of this company from now on.",
                "Their login stays, and so does what they did here.",
                "They can be added again.",
            ],
        }


class KeysPage(SummaryPage):
    title = "API keys"
    permission = "people.edit"
    noun = "key"
    empty = "Create a key for each program that works for this company."
    columns = (
        Column("name", "Name", sort="name", strong=True),
        Column("hint", "Key"),
        Column("scope_text", "Scopes"),
        MomentColumn("created_at", "Created"),
        BadgeColumn("stage", "State", lead=True),
        Column("revoke", "", link=lambda row: page_url("key_revoke", row.pk) if row.revoked_at is None else None),
    )

    def queryset(self) -> QuerySet:
        stage = Case(When(revoked_at=None, then=Value("active")), default=Value("terminated"))
        scopes = Func(F("scopes"), Value(", "), function="array_to_string", output_field=TextField())
        revoke = Case(When(revoked_at=None, then=Value("Revoke")), default=Value(""))
        return ApiKey.objects.annotate(stage=stage, scope_text=scopes, revoke=revoke)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": crumbs_to((self.title, "")),
            "actions": [Action("Create a key", page_url("key_new"), "plus")],
        }


class KeyForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="What uses it.")
    scopes = forms.CharField(
        initial="read write",
        help_text="read, write, or of one resource: invoices:write. Separated by spaces.",
    )


class KeyNewPage(FormPage):
    permission = "people.edit"
    title = "Create a key"
    template_name = "backoffice/key.html"
    form_class = KeyForm
    submit_label = "Create"

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
        return below("API keys", page_url("keys"), self.title)


class KeyRevokePage(FormPage):
    permission = "people.edit"
    title = submit_label = "Revoke the key"
    template_name = "backoffice/confirm.html"
    done = "The key is revoked."

    def prepare(self, key_id: int) -> None:
        found = ApiKey.objects.filter(pk=key_id).first()
        if found is None:
            raise NotFound("API key", key_id)
        self.key = found

    def act(self, form: Form) -> str:
        revoke_api_key(key=self.key, actor=actor(self.request))
        return page_url("keys")

    def extra(self) -> dict[str, Any]:
        return {
            **below("API keys", page_url("keys"), self.title),
            "danger": True,
            "question": f"Revoke {self.key.name}, {self.key.hint}?",
            "consequences": [
                "Programs that use it are refused from now on.",
                "This cannot be undone: create another key instead.",
            ],
        }


class EventsPage(SummaryPage):
    """Everything that was done in the company, latest first."""

    title = "Events"
    noun = "event"
    criteria = (Search("q", "Search", fields=("type__icontains", "actor__icontains")),)
    columns = (
        MomentColumn("at", "When"),
        Column("type", "What", strong=True),
        ActorColumn("actor", "Who", lead=True),
        Column("object_type", "About"),
        Column("data", "Facts", css="col-name"),
    )

    def queryset(self) -> QuerySet:
        return Event.objects.all()

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((self.title, ""))}
