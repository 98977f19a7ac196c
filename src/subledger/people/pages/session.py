"""Logging in and out, a forgotten password, and changing the company looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model, login, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm, SetPasswordForm
from django.contrib.auth.views import (
    LoginView,
    LogoutView,
    PasswordResetConfirmView,
    PasswordResetDoneView,
    PasswordResetView,
)
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from subledger.kernel.sentences import say
from subledger.page_kit.access import AT_LOGIN
from subledger.page_kit.rendering import PageView, render
from subledger.page_kit.url_ids import page_url
from subledger.people.errors import CodeWrong, GuessedTooOften
from subledger.people.queries import has_second_factor
from subledger.people.services import ask_for_reset, prove_second_factor, set_password
from subledger.platform import clock
from subledger.platform.public_address import public_url

# In the session, between the password and the second factor: who it is, and since when. It opens nothing else.
HALF = "half_logged_in"
HALF_GOOD_FOR = timedelta(minutes=5)


class LoginForm(AuthenticationForm):
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": say("The username or the password is wrong. Both distinguish capitals."),
    }


class LoginPage(LoginView):
    """A name and its password; who has a second factor is asked for it next and is not logged in before."""

    template_name = "people/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True
    budget = "login"

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not has_second_factor(user):
            answer = super().form_valid(form)
            self.request.session[AT_LOGIN] = True
            return answer
        self.request.session.cycle_key()
        self.request.session[HALF] = [str(user.pk), user.backend, clock.now().isoformat(), self.get_success_url()]
        return redirect(page_url("login_code"))


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=60,
        label=say("Code"),
        help_text=say("The six digits that your app shows now, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


@method_decorator([sensitive_post_parameters("code"), never_cache], name="dispatch")
class LoginCodePage(PageView):
    """The second step of a login."""

    budget = "login"

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        half: list[str] = request.session.get(HALF) or [""] * 4
        ident, self.backend, began, self.next = half
        self.user: Any = get_user_model().objects.filter(pk=ident, is_active=True).first() if ident else None
        if self.user is None or clock.now() - datetime.fromisoformat(began) > HALF_GOOD_FOR:
            request.session.pop(HALF, None)
            return redirect("backoffice:login")
        return super().dispatch(request, *args, **named)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return outside(request, say("Second step"), CodeForm(), submit=say("Log in"))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                prove_second_factor(user=self.user, code=form.cleaned_data["code"], request=request)
            except (CodeWrong, GuessedTooOften) as error:
                form.add_error("code", str(error))
            else:
                del request.session[HALF]
                login(request, self.user, backend=self.backend)
                request.session[AT_LOGIN] = True
                return redirect(self.next)
        return outside(request, say("Second step"), form, submit=say("Log in"), status=422)


class LogoutPage(LogoutView):
    pass


class ForgottenForm(PasswordResetForm):
    email = forms.EmailField(
        label=say("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ForgottenPage(PasswordResetView):
    """A link by mail to set a new password. The answer is the same, and takes as long, whether anybody has that address
    or not: a worker finds out."""

    template_name = "people/outside.html"
    form_class = ForgottenForm
    success_url = reverse_lazy("backoffice:forgotten_sent")
    budget = "login"
    extra_context = {
        "page_title": say("A new password"),
        "intro": say("We send you a link to set one. It is good for an hour."),
        "submit_label": say("Send the link"),
    }

    def form_valid(self, form: Any) -> HttpResponse:
        site = public_url(self.request, "/").rstrip("/")
        ask_for_reset(email=form.cleaned_data["email"], site=site)
        return redirect(self.get_success_url())


class ForgottenSentPage(PasswordResetDoneView):
    template_name = "people/outside.html"
    extra_context = {
        "page_title": say("Look into your mail"),
        "intro": say(
            "If somebody has that address here, a link is on its way to it. Nothing comes? Ask an "
            "administrator of your company for a link to set a new password."
        ),
    }


class NewPasswordPage(PasswordResetConfirmView):
    """The other end of the link."""

    template_name = "people/outside.html"
    form_class: Any = SetPasswordForm
    success_url = reverse_lazy("backoffice:login")
    budget = "login"

    def form_valid(self, form: Any) -> HttpResponse:
        set_password(user=self.user, password=form.cleaned_data["new_password1"], how="reset")
        self.request.session.pop("_password_reset_token", None)
        return redirect(self.get_success_url())

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context = super().get_context_data(**named)
        if not self.validlink:
            intro = say("This link was used, is older than an hour, or is not whole. Ask for another one.")
            return {
                **context,
                "form": None,
                "page_title": say("This link cannot be used"),
                "intro": intro,
                "again": True,
            }
        return {**context, "page_title": say("A new password"), "submit_label": say("Set the password")}


def outside(
    request: HttpRequest, title: str, form: Any, *, submit: str, status: int = 200, **more: Any
) -> HttpResponse:
    """A page for somebody who is not logged in: one form."""
    context = {"page_title": title, "form": form, "submit_label": submit, **more}
    response = render(request, "people/outside.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def renew(request: HttpRequest, user: Any) -> None:
    """The session goes on after its person's own password was changed, under another key."""
    update_session_auth_hash(request, user)
