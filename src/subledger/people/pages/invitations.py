"""What an invited person sees: they join with the login that they have, or make themselves one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import COMPANY_KEY
from subledger.page_kit.rendering import PageView, render
from subledger.page_kit.url_ids import page_url
from subledger.people.errors import InvitationInvalid
from subledger.people.pages.session import outside
from subledger.people.queries import invitation_by_token
from subledger.people.services import accept_as_somebody_new, accept_invitation


def secret_field(label: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, **more)


class NewLoginForm(forms.Form):
    username = forms.CharField(
        max_length=150, label=say("Username"), widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    name = forms.CharField(max_length=150, label=say("Your name"), help_text=say("As others read it: Ana Bianchi."))
    password = secret_field(say("Password"), help_text=say("10 characters or more, and nothing common."))
    again = secret_field(say("The same password again"))

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        password = typed.get("password")
        if password:
            try:
                user = get_user_model()(username=typed.get("username", ""), first_name=typed.get("name", ""))
                password_validation.validate_password(password, user)
            except ValidationError as error:
                self.add_error("password", error)
            if typed.get("again") not in (None, password):
                self.add_error("again", say("The two passwords differ."))
        return typed


@method_decorator([sensitive_post_parameters("password", "again"), never_cache], name="dispatch")
class InvitationPage(PageView):
    """Opened by the link. Whoever is logged in joins as who they are; others make a login, or log in first."""

    budget = "login"

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        self.token = named["token"]
        self.invitation = invitation_by_token(self.token)
        if self.invitation is None:
            return self._refused(InvitationInvalid())
        return super().dispatch(request, *args, **named)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if "login" in request.GET and not request.user.is_authenticated:
            return redirect_to_login(request.path)
        return self._shown(None if request.user.is_authenticated else NewLoginForm(initial=self._initial()))

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            if request.user.is_authenticated:
                joined = accept_invitation(token=self.token, user=request.user)
                request.session[COMPANY_KEY] = joined.company.public_id
                return redirect("backoffice:home")
            form = NewLoginForm(request.POST)
            if not form.is_valid():
                return self._shown(form, 422)
            typed = form.cleaned_data
            accept_as_somebody_new(
                token=self.token, username=typed["username"], password=typed["password"], name=typed["name"]
            )
        except InvitationInvalid as error:
            return self._refused(error)
        except DomainError as error:
            if request.user.is_authenticated:
                return self._refused(error)
            form.add_error("username" if error.param == "/username" else None, str(error))
            return self._shown(form, error.status)
        return redirect("backoffice:login")

    def _initial(self) -> dict[str, str]:
        assert self.invitation is not None
        return {"name": self.invitation.name, "username": self.invitation.email.partition("@")[0]}

    def _shown(self, form: Any, status: int = 200) -> HttpResponseBase:
        assert self.invitation is not None
        company, role = self.invitation.company.name, self.invitation.role.name
        who = (
            say(" You are logged in as {username}.", username=self.request.user.get_username()) if form is None else ""
        )
        return outside(
            self.request,
            say("Join {company}", company=company),
            form,
            submit=say("Join"),
            status=status,
            intro=say("You are invited to work for {company} as {role}.{who}", company=company, role=role, who=who),
            login_url="" if form is None else f"{page_url('invitation', self.token)}?login",
            asks=True,
        )

    def _refused(self, error: DomainError) -> HttpResponseBase:
        context = {"page_title": say("This invitation cannot be used"), "intro": str(error), "form": None}
        return render(self.request, "people/outside.html", context, status=error.status)
