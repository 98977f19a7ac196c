"""Bases of the pages that are no lists: one thing shown (`DetailPage`), something entered or done (`FormPage`).

Usage
-----
::

    class SuspendPage(FormPage):
        permission = "accounts.state"
        title = "Suspend the account"
        form_class = ReasonForm

        def prepare(self, account_id: int) -> None:            # what the address names; NotFound becomes 404
            self.account = account_by_id(account_id)

        def act(self, form: Form) -> str:                       # one service; the address to go to
            change_account_state(account_id=self.account.pk, action="suspend", actor=actor(self.request), …)
            return page_url("account", self.account.pk)

A page that edits something says its `version`: it travels in the form, the service is given what was `seen`, and where
somebody else was first the form comes back with what stands now beside what was typed.

A DomainError that `act` raises is shown beside the field it is about, else above the form, which keeps what was
typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BoundField, Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.kernel.errors import ConfirmationNeeded, DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.refusals import begin_at_fault, placed, refused_with
from subledger.page_kit.rendering import PageView, render
from subledger.page_kit.versions import standing
from subledger.platform.versions import ChangedMeanwhile

__all__ = ["DetailPage", "FormPage"]

UNREADABLE = "invalid_request"  # as the API calls what is refused before a service is asked


class Page(PageView):
    permission: ClassVar[str] = "view"
    title: str = ""
    template_name: ClassVar[str] = ""

    request: HttpRequest
    shown_version: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(*args, **kwargs)
        # Before the form reads anything more: what changes in between is refused, never overlooked.
        self.shown_version = self.seen if request.method == "POST" else self.version()
        return super().dispatch(request, *args, **kwargs)

    def version(self) -> str:
        """The version of what the page edits (`platform.versions`), as `prepare` read it; "" where it edits nothing."""
        return ""

    @property
    def seen(self) -> str:
        """The version that the form which was sent had been filled with."""
        return self.request.POST.get("version", "")[:64]

    def prepare(self, *args: Any, **named: Any) -> None:
        """Read what the address names."""

    def extra(self) -> dict[str, Any]:
        """More for the template."""
        return {}

    def shown(self, status: int = 200, **context: Any) -> HttpResponse:
        context = {
            "page": self, "page_title": self.title, "version": self.shown_version, **self.extra(), **context
        }  # fmt: skip
        form, lines = context.get("form"), context.get("items")
        code = getattr(context.get("error"), "code", "") or (
            (refused_with(form, lines) or UNREADABLE) if status == 422 else ""
        )
        if placed(context.get("error"), form, lines):
            context["error"] = None
        if form is not None:
            begin_at_fault(_in_order(form, context.get("sections"), lines))
        response = render(self.request, self.template_name, context, status=status)
        if code:
            response.refusal_code = code  # type: ignore[attr-defined]  # for who counts them
        return response


def _in_order(form: Form, sections: Any, lines: Any) -> Iterator[BoundField]:
    """The fields of a page as they stand on it; lines of a document come before its last section."""
    parts = [fields for _, fields in sections] if sections else [form.visible_fields()]
    of_lines = [bound for line in lines or () for bound in line.visible_fields()]
    for fields in [*parts[:-1], of_lines, parts[-1]] if lines is not None and len(parts) > 1 else [*parts, of_lines]:
        yield from fields


class DetailPage(Page):
    template_name = "page_kit/detail.html"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        return self.shown()


class FormPage(Page):
    template_name = "page_kit/form.html"
    form_class: ClassVar[type[Form]] = Form
    submit_label: str = say("Save")
    done: str = ""  # said after it went well

    def form(self, data: Any = None, files: Any = None) -> Form:
        return (
            self.form_class(data, files, initial=self.initial())
            if data is not None
            else self.form_class(initial=self.initial())
        )

    def initial(self) -> dict[str, Any]:
        return {}

    def act(self, form: Form) -> str:
        """Call one service with what the form says; the address to go to then."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        return self.rendered(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.rendered(form, 422)
        try:
            url = self.act(form)
        except ConfirmationNeeded as error:
            return self.rendered(self.form(request.POST, request.FILES), error.status, error=error)
        except ChangedMeanwhile as error:
            return self.changed(form, error, **named)
        except DomainError as error:
            return self.rendered(form, error.status, error=error)
        if self.done:
            messages.success(request, self.done)
        return redirect(url)

    def changed(self, form: Form, error: DomainError, **named: Any) -> HttpResponseBase:
        """What was typed once more, beside what stands now: whoever saves it again has seen that."""
        self.prepare(**named)
        self.shown_version = self.version()
        return self.rendered(form, error.status, error=error, standing=standing(form, self.form(), self.edits()))

    def edits(self) -> int:
        """The id of what the page edits; 0 where it is none."""
        return 0

    def rendered(self, form: Form, status: int = 200, **context: Any) -> HttpResponse:
        return self.shown(status, form=form, submit_label=self.submit_label, **context)

    def impossible(self, refusal: DomainError) -> HttpResponse:
        """Where nothing that could be typed would help: why, and no form to fill in for nothing."""
        return self.shown(refusal.status, error=refusal, question="", consequences=[])
