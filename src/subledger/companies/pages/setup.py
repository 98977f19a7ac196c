"""The way from a new company to its first invoice: every step with what is there, one form each, left and taken up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.companies.formats import set_company_formats, version_of_formats
from subledger.companies.models import Company
from subledger.companies.number_series import (
    PERMISSION,
    SeriesFacts,
    change_series,
    facts_of,
    number_series,
    series_by_code,
)
from subledger.companies.setup import AWAY, note_step, put_away
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, Crumb, may, require
from subledger.page_kit.setup import SetupStep
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.scope import current_company_id

from .formats import FormatsForm, formats_of
from .number_series import SeriesForm, initial_of, live

TITLE = say("Set up the company")


def _company() -> Company:
    return Company.objects.get(pk=current_company_id())


def _offered(request: Any) -> list[SetupStep]:
    """The steps that this person may take."""
    return [step for step in contributions("setup", "steps", request, None) if may(request, step.permission)]


def steps_of(request: Any) -> list[tuple[SetupStep, bool]]:
    """The steps that this person may take, and whether each is done."""
    gone = set(_company().setup)
    return [(step, step.name in gone or step.is_done()) for step in _offered(request)]


def steps_shown(request: Any) -> list[tuple[SetupStep, bool]]:
    """The same where the overview leads to them: until every step is done or it is put away. A company that had its
    first document before anybody began here needs it no more, and is asked for nothing else."""
    gone, offered = _company().setup, _offered(request)
    if AWAY in gone or not offered or (not gone and offered[-1].is_done()):
        return []
    steps = steps_of(request)
    return [] if all(done for _, done in steps) else steps


def leads_to_setup(request: Any) -> bool:
    """Whether somebody who has just logged in is shown the way first: of a company without a document."""
    if not may(request, "configuration.edit"):
        return False
    steps = steps_shown(request)
    return bool(steps) and not steps[-1][1]


def notices(request: Any, company: Any) -> list[dict[str, Any]]:
    if not may(request, "configuration.edit"):
        return []
    steps = steps_shown(request)
    if not steps:
        return []
    done = sum(is_done for _, is_done in steps)
    following = next(step for step, is_done in steps if not is_done)
    return [
        {
            "title": say("{title}: {done} of {steps} steps done", title=TITLE, done=done, steps=len(steps)),
            "text": say("Next: {title}. {about}", title=following.title, about=following.about),
            "url": page_url("setup"),
            "label": say("Go on") if done else say("Begin"),
        }
    ]


class SetupPage(DetailPage):
    permission = "configuration.edit"
    title = TITLE
    template_name = "companies/setup.html"

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        is_away = request.POST.get("verb") != "back"
        put_away(is_away=is_away, actor=actor(request))
        messages.success(
            request,
            say("It is hidden from the overview. You find it under Configuration.")
            if is_away
            else say("It is shown on the overview again."),
        )
        return redirect(page_url("home" if is_away else "setup"))

    def extra(self) -> dict[str, Any]:
        steps = steps_of(self.request)
        is_away = AWAY in _company().setup
        verb = ("verb", "back" if is_away else "away")
        label = say("Show on the overview") if is_away else say("Hide from the overview")
        first = next((step.name for step, done in steps if not done), "")
        return {
            "crumbs": [Crumb(TITLE)],
            "page_subtitle": say(
                "{done} of {steps} steps done. Come back at any time.",
                done=sum((done for _, done in steps)),
                steps=len(steps),
            ),
            "steps": [
                {
                    "step": step,
                    "is_done": done,
                    "is_next": step.name == first,
                    "has_form": step.form is not None,
                    "facts": step.facts(self.request),
                    "url": page_url("setup_step", step.name),
                }
                for step, done in steps
            ],
            "actions": [Action(label, page_url("setup"), "x", method="post", fields=(verb,), is_aside=True)],
        }


class SetupStepPage(FormPage):
    """One step: what stands, one form, and the way on."""

    permission = "configuration.edit"
    step: SetupStep

    def prepare(self, step: str) -> None:
        self.steps = steps_of(self.request)
        found = next((one for one, _ in self.steps if one.name == step), None)
        if found is None:
            raise NotFound("step", step)
        require(self.request, found.permission)
        self.step, self.title, self.submit_label = found, found.title, found.label

    def form(self, data: Any = None, files: Any = None) -> Form:
        return self.step.form(self.request, data) if self.step.form else Form(data)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        return super().get(request, **named) if self.step.form else redirect(self.step.url)

    def act(self, form: Form) -> str:
        going = None if "skip" in self.request.POST else self.step.save(self.request, form)
        note_step(step=self.step.name, actor=actor(self.request))
        return going or self._following()

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if "skip" in request.POST:  # whatever the form holds
            return redirect(self.act(Form()))
        return super().post(request, **named)

    def _following(self) -> str:
        """The next step that is not done, else the list."""
        names = [step.name for step, _ in self.steps]
        later = self.steps[names.index(self.step.name) + 1 :]
        following = next((step for step, done in later if not done), None)
        return page_url("setup_step", following.name) if following and following.form else page_url("setup")

    def extra(self) -> dict[str, Any]:
        at = [step.name for step, _ in self.steps].index(self.step.name) + 1
        return {
            "crumbs": [Crumb(TITLE, page_url("setup")), Crumb(self.title)],
            "page_subtitle": say("Step {at} of {steps}", at=at, steps=len(self.steps)),
            "intro": self.step.about,
            "within": self.step.within(self.request),
            "cancel_url": page_url("setup"),
            "buttons": [("skip", "1", say("As it is, go on"))],
        }


def _next_numbers(request: Any) -> list[tuple[str, str]]:
    """What the next documents are called."""
    wanted = {"invoice": say("Next invoice"), "payment": say("Next payment"), "credit_note": say("Next credit note")}
    found = {one.code: one.next_numbers[0] for one in number_series() if one.code in wanted}
    return [(label, found[code]) for code, label in wanted.items() if code in found]


def _invoices() -> SeriesFacts:
    [facts] = facts_of([series_by_code("invoice")])
    return facts


def _series_form(request: Any, data: Any) -> Form:
    return SeriesForm(data, initial=initial_of(_invoices()))


def _save_series(request: Any, form: Form) -> None:
    assert isinstance(form, SeriesForm)
    change_series(code="invoice", **form.asked(), actor=actor(request))


def _formats(request: Any, data: Any) -> Form:
    company = _company()
    return FormatsForm(data, initial=formats_of(company), unsaid=say("Not said"), unsaid_language=say("English"))


def _save_formats(request: Any, form: Form) -> None:
    set_company_formats(**form.cleaned_data, version=version_of_formats(_company()), actor=actor(request))


def numbers(request: Any, row: Any) -> list[SetupStep]:
    return [
        SetupStep(
            name="numbers",
            title=say("Amounts and days"),
            about=say("Say how amounts and days are written and read."),
            permission="configuration.edit",
            facts=lambda request: [],
            is_done=lambda: bool(_company().number_format),
            form=_formats,
            save=_save_formats,
        ),
        SetupStep(
            name="series",
            title=say("Document numbers"),
            about=say(
                "Documents are numbered without gaps. Say what invoices are called, and which number comes next if you "
                "have written some already; all other numbers stand under Configuration."
            ),
            permission=PERMISSION,
            facts=_next_numbers,
            is_done=lambda: _invoices().next_number > 1,
            form=_series_form,
            within=lambda request: [live("invoice")],
            save=_save_series,
        ),
    ]
