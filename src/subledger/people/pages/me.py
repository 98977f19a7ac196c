"""One's own login: password, second factor, where one is logged in. For everybody, whatever their role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.forms import Form
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.safestring import mark_safe

from subledger.kernel.sentences import say
from subledger.page_kit.navigation import Action, Crumb
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.people.pages.session import CodeForm, renew
from subledger.people.queries import has_second_factor, login_of, needs_second_factor, recovery_codes_left, sessions_of
from subledger.people.services import (
    add_second_factor,
    change_password,
    end_session,
    end_sessions,
    make_recovery_codes,
    new_totp_key,
    remove_own_second_factor,
)
from subledger.people.sessions import key_hash

NEW_KEY = "new_totp_key"  # session: of a second factor whose first code is not typed yet
ISSUER = say("Subledger")


def below_me(title: str) -> dict[str, Any]:
    return {"crumbs": [Crumb(say("Your login"), page_url("me")), Crumb(title)], "cancel_url": page_url("me")}


class MePage(DetailPage):
    title = say("Your login")
    template_name = "people/me.html"

    def extra(self) -> dict[str, Any]:
        user: Any = self.request.user
        login = login_of(user)
        here = key_hash(self.request.session.session_key or "")
        factor = (
            say("An app, {recovery_codes_left} recovery codes left", recovery_codes_left=recovery_codes_left(user))
            if login.sealed_totp_key
            else say("None")
        )
        actions = [Action(say("Change the password"), page_url("my_password"), "lock")]
        if login.sealed_totp_key:
            actions += [
                Action(say("New recovery codes"), page_url("my_recovery_codes"), "refresh"),
                Action(say("Replace the second factor"), page_url("my_second_factor"), "device-mobile"),
                Action(say("Remove the second factor"), page_url("my_second_factor_remove"), "x", danger=True),
            ]
        else:
            actions.append(Action(say("Add a second factor"), page_url("my_second_factor"), "device-mobile"))
        return {
            "actions": actions,
            "facts": [
                (say("Username"), user.get_username()),
                (say("Name"), user.get_full_name()),
                (say("Email"), user.email),
                (say("Second factor"), factor),
            ],
            "sessions": [(each, each.session_key == here) for each in sessions_of(user)],
        }

    def post(self, request: Any, **named: Any) -> HttpResponseBase:
        """End one login, or all but this one."""
        chosen = request.POST.get("end", "")
        if chosen == "others":
            ended = end_sessions(user=request.user, keep=request.session.session_key)
            messages.success(request, say("Ended: {ended}.", ended=ended))
        else:
            end_session(user=request.user, hashed_key=chosen)
            messages.success(request, say("That login is ended."))
        return redirect(page_url("me"))


class NewPasswordForm(PasswordChangeForm):
    def clean_old_password(self) -> str:
        """Checked by the service, which counts what is wrong."""
        return str(self.cleaned_data["old_password"])


class MyPasswordPage(FormPage):
    title = say("Change your password")
    submit_label = say("Change")
    done = say("Your password is changed, and every other login of yours is ended.")
    budget = "login"

    def form(self, data: Any = None, files: Any = None) -> Form:
        user: Any = self.request.user
        return NewPasswordForm(user, data)

    def act(self, form: Any) -> str:
        user, session = self.request.user, self.request.session
        change_password(
            user=user,
            old_password=form.cleaned_data["old_password"],
            password=form.cleaned_data["new_password1"],
            request=self.request,
            keep_session=session.session_key,
        )
        renew(self.request, user)
        return page_url("me")

    def extra(self) -> dict[str, Any]:
        intro = ""
        if login_of(self.request.user).must_change_password:
            intro = say("Somebody else knows your present password. Choose one that you alone know, and you can go on.")
        return {**below_me(self.title), "intro": intro}


class FirstCodeForm(forms.Form):
    code = forms.CharField(
        max_length=10,
        label=say("The six digits that the app shows now"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    password = forms.CharField(
        max_length=4096,
        strip=False,
        label=say("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ReplacingCodeForm(FirstCodeForm):
    old_code = forms.CharField(
        max_length=60,
        label=say("A code of your present second factor"),
        help_text=say("The six digits that the app in use until now shows, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ShowsCodes(FormPage):
    """Ends with recovery codes, which are shown this once and kept nowhere that can be read."""

    template_name = "people/second_factor.html"
    budget = "login"
    codes: Sequence[str] = ()

    def post(self, request: Any, **named: Any) -> HttpResponseBase:
        answer = super().post(request, **named)
        if not self.codes:
            return answer
        shown = self.shown(codes=self.codes)
        shown["Cache-Control"] = "no-store"
        return shown


class MySecondFactorPage(ShowsCodes):
    """An app that shows codes (TOTP): its key as a picture and as letters, proven by a first code."""

    title = say("Second factor")
    submit_label = say("Use it from now on")

    def form(self, data: Any = None, files: Any = None) -> Form:
        return (ReplacingCodeForm if has_second_factor(self.request.user) else FirstCodeForm)(data)

    def key(self) -> str:
        """One key for as long as one looks at this page."""
        session = self.request.session
        if NEW_KEY not in session:
            session[NEW_KEY] = new_totp_key()
        return str(session[NEW_KEY])

    def act(self, form: Form) -> str:
        session = self.request.session
        self.codes = add_second_factor(
            user=self.request.user,
            key=self.key(),
            code=form.cleaned_data["code"],
            password=form.cleaned_data["password"],
            old_code=form.cleaned_data.get("old_code", ""),
            request=self.request,
            keep_session=session.session_key,
        )
        del session[NEW_KEY]
        return page_url("me")

    def extra(self) -> dict[str, Any]:
        context = below_me(self.title)
        asks = needs_second_factor(self.request.user)
        if asks and not login_of(self.request.user).sealed_totp_key:
            context["intro"] = say(
                "{asks} asks everybody for a second factor. Add yours, and you can go on.", asks=asks
            )
        if not self.codes:
            key = self.key()
            name = self.request.user.get_username()
            address = f"otpauth://totp/{ISSUER}:{name}?secret={key}&issuer={ISSUER}"
            picture = segno.make(address, error="m").svg_inline(scale=4, border=2, light="#fff", dark="#000")
            context["picture"] = mark_safe(picture)
            context["key"] = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
        return context


class MyRecoveryCodesPage(ShowsCodes):
    title = say("New recovery codes")
    form_class = CodeForm
    submit_label = say("Make new codes")

    def act(self, form: Form) -> str:
        self.codes = make_recovery_codes(user=self.request.user, code=form.cleaned_data["code"], request=self.request)
        return page_url("me")

    def extra(self) -> dict[str, Any]:
        return {**below_me(self.title), "intro": say("The old ones are good no more. A code shows that it is you.")}


class MySecondFactorRemovePage(FormPage):
    title = submit_label = say("Remove the second factor")
    form_class = CodeForm
    done = say("Your password alone opens your login again.")
    budget = "login"

    def act(self, form: Form) -> str:
        remove_own_second_factor(
            user=self.request.user,
            code=form.cleaned_data["code"],
            request=self.request,
            keep_session=self.request.session.session_key,
        )
        return page_url("me")

    def extra(self) -> dict[str, Any]:
        return {**below_me(self.title), "intro": say("A code shows that it is you.")}
