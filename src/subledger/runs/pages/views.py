"""Pages of runs: the list, one with its progress, its steps, and what stops it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from subledger.companies.queries import names_of
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.page_kit.access import actor
from subledger.page_kit.columns import BadgeColumn, Column, CountColumn, MomentColumn, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Choice, Criterion, Search, Text
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.rendering import render
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.callers import current_caller, demand
from subledger.platform.models import Event
from subledger.runs import queries
from subledger.runs.kinds import UnderWay
from subledger.runs.models import RunDefinition, RunStep
from subledger.runs.registry import kind_shown
from subledger.runs.rules.due_times import MOST_COUNTED
from subledger.runs.services.control import cancel_run, pause_run, resume_run
from subledger.runs.services.files import demand_file, is_given_to, note_fetched
from subledger.runs.services.worker import facts_of
from subledger.runs.states import OPEN, Outcome, RunState

from .definitions import (
    RUN_COLUMNS,
    RUNS,
    TALLY_COLUMNS,
    definition_url,
    may_all,
    run_tabs,
    run_url,
    tally_rows,
)
from .previews import NOBODY, TOLD_COLUMNS, fitting, subject_url

TOLD_AT_ONCE = 1_000  # steps of a file


LEFT_OUT = "left_out"  # of what is not included: both ways


class OutcomeChoice(Choice):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        left_out = (Outcome.NOT_TAKEN, Outcome.SKIPPED)
        return queryset.filter(outcome__in=left_out) if value == LEFT_OUT else super().narrow(queryset, value)


class DefinitionCriterion(Text):
    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        try:
            ident = ids.decode(RunDefinition.PREFIX, value)
        except ValueError:
            return queryset.filter(name=value)
        return queryset.filter(definition_id=ident)


class RunsPage(SummaryPage):
    title = RUNS
    noun = say("run")
    empty = say("Nothing has run yet. Write a definition, preview it, and execute it.")
    criteria = (
        Search("q", say("Search"), fields=("name__icontains",)),
        Choice("state", say("State"), choices=[(s.value, plain(s)) for s in RunState]),
        DefinitionCriterion("definition", say("Definition")),
    )
    columns = RUN_COLUMNS

    def queryset(self) -> QuerySet:
        return queries.runs()

    def extra(self) -> dict[str, Any]:
        return {"tabs": run_tabs("runs")}


def missed_words(missed: int) -> str:
    """How often nobody was there before a run, "" for never."""
    if missed < MOST_COUNTED:
        return show.count(missed) if missed else ""
    return say("{missed} or more", missed=show.count(missed))


def _under_way_words(under_way: UnderWay) -> str:
    """How many wait, and for how much."""
    sums = [f"{show.amount_text(minor, code)} {code.upper()}" for code, minor in sorted(under_way.amounts.items())]
    return say("{count} not over: {amounts}", count=show.count(under_way.steps), amounts=", ".join(sums))


class OnRun:
    """Mixed into pages about one run."""

    run: Any
    request: Any

    def prepare(self, execution_id: int) -> None:
        self.run = queries.run_by_id(execution_id)
        self.kind = kind_shown(self.run.kind)

    def crumbs(self, *steps: str) -> dict[str, Any]:
        here = Crumb(self.run.name, run_url(self.run) if steps else "")
        return {"crumbs": [Crumb(RUNS, page_url("runs")), here, *(Crumb(step) for step in steps)]}


class RunPage(OnRun, DetailPage):
    """One run as it goes: the part with its progress is fetched again while it goes on."""

    template_name = "runs/run.html"

    def prepare(self, execution_id: int) -> None:
        super().prepare(execution_id)
        self.title = self.run.name

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if request.headers.get("HX-Request") and request.GET.get("part") == "progress":
            return render(request, "runs/progress.html", self.moving())
        return super().get(request, **named)

    def moving(self) -> dict[str, Any]:
        """What changes while it goes on."""
        run = self.run
        tallies = queries.tallies_of(run.pk)
        at = queries.progress(tallies, queries.under_way_of_runs([run]).get(run.pk))
        counts = at.counts
        steps = page_url("run_steps", run.pk)
        sections = contributions("run", "progress", self.request, run)
        is_going = run.state in (RunState.WAITING, RunState.RUNNING)
        has_files = may(self.request, "export") and is_given_to(run, current_caller())
        return {
            "run": run,
            "standing": RunState(run.state),
            "at": at,
            "in_hand": queries.in_hand(run),
            "is_open": run.state in OPEN,
            "is_going": is_going,
            # What follows from a run may go on when its own steps are done, for as long as a bank takes.
            "every": 2 if is_going else 15 if any(part.get("moves") for part in sections) else 0,
            "part_url": f"{run_url(run)}?part=progress",
            "tiles": [
                {
                    "label": say("Done"),
                    "value": say("{done} of {total}", done=show.count(at.done), total=show.count(at.total)),
                },
                {
                    "label": say("Succeeded") if at.under_way is None else say("Begun"),
                    "value": show.count(counts[Outcome.SUCCEEDED]),
                    "hint": "" if at.under_way is None else _under_way_words(at.under_way),
                    "tone": "good" if at.under_way is None else "",
                },
                {
                    "label": say("Failed"),
                    "value": show.count(counts[Outcome.FAILED]),
                    "tone": "bad" if counts[Outcome.FAILED] else "",
                    "url": f"{steps}?outcome=failed",
                },
                {
                    "label": say("Not included"),
                    "value": show.count(counts[Outcome.NOT_TAKEN] + counts[Outcome.SKIPPED]),
                    "url": f"{steps}?outcome={LEFT_OUT}",
                },
            ],
            "tallies": table(TALLY_COLUMNS, tally_rows(self.kind, tallies, steps)),
            "sections": sections,
            "files": queries.files_of(run.pk) if has_files else (),
        }

    def extra(self) -> dict[str, Any]:
        run = self.run
        events = Event.objects.filter(object_type="run", object_id=run.pk).order_by("-id")[:50]
        who = names_of([run.actor])[run.actor]
        facts: list[tuple[str, Any]] = [
            (say("Kind"), self.kind.title),
            (say("As of"), show.day(run.as_of)),
            (say("Due"), show.moment(run.due_at) if run.due_at else ""),
            (say("Times missed before"), missed_words(run.missed)),
            (say("By"), who),
            (say("Begun"), show.moment(run.started_at)),
            (say("Ended"), show.moment(run.ended_at) if run.ended_at else ""),
            (say("Version of the definition"), run.definition_version or ""),
        ]
        return {
            **self.crumbs(),
            **(moving := self.moving()),
            "charts": moving["sections"],  # those of its parts, now or once there is something to draw
            "page_subtitle": self.kind.says,
            "actions": [*self._actions(), *contributions("run", "actions", self.request, run)],
            "facts": [fact for fact in facts if fact[1] != ""],
            "definition_url": definition_url(run.definition) if run.definition else "",
            "timeline": entries_of(events, own=run.pk),
        }

    def _actions(self) -> list[Action]:
        run, actions = self.run, [Action(say("See its steps"), page_url("run_steps", self.run.pk), "search")]
        if run.state in OPEN and may_all(self.request, self.kind.permissions.execute):
            verbs = (
                [("resume", say("Resume"), "arrow-right")]
                if run.state == RunState.PAUSED
                else [("pause", say("Pause"), "lock")]
            )
            verbs.append(("cancel", say("Cancel the rest"), "ban"))
            actions += [
                Action(label, page_url("run_action", run.pk, verb), icon, danger=verb == "cancel")
                for verb, label, icon in verbs
            ]
        return actions


class ReasonColumn(Column):
    """A step's reason in the words of its kind."""

    def show(self, row: Any) -> str:
        return row.detail or (kind_shown(row.run.kind).reason(row.reason) if row.reason else "")


class RunFilePage(DetailPage):
    """A file that a run made."""

    permission = "export"

    def prepare(self, file_id: int) -> None:
        self.file = queries.file_by_id(file_id)
        demand_file(self.file)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        # Read here, not while it is sent: then nobody is in the company's scope any more.
        spool = queries.spooled(self.file)
        note_fetched(file=self.file)
        return FileResponse(spool, as_attachment=True, filename=self.file.name, content_type=self.file.content_type)


class StepsPage(OnRun, SummaryPage):
    """Everything that a run took up or left alone."""

    noun = say("step")
    tie = "position"
    criteria: Sequence[Criterion] = (
        OutcomeChoice(
            "outcome",
            say("Outcome"),
            choices=[*((o.value, plain(o)) for o in Outcome), (LEFT_OUT, say("Not included"))],
        ),
        Search("q", say("Search"), fields=("key__icontains",)),
    )
    columns: Sequence[Column] = (
        CountColumn("position", say("No."), sort="position"),
        NameColumn("key", say("Step"), strong=True, link=subject_url),
        *TOLD_COLUMNS,
        MoneyColumn("amount_minor", say("Amount")),
        ReasonColumn("reason", say("Reason")),
        MomentColumn("done_at", say("Done")),
        BadgeColumn("outcome", say("Outcome"), lead=True, of=Outcome),
    )
    default_sort = "position"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.prepare(**kwargs)
        self.title = say("Steps of {name}", name=self.run.name)
        self.columns = fitting(self.columns, self.kind)
        outcome, search = self.criteria
        self.criteria = (outcome, Choice("reason", say("Reason"), choices=self._reasons()), search)
        return super().dispatch(request, *args, **kwargs)

    def _reasons(self) -> list[tuple[str, str]]:
        """Those of the run, in the words of its kind."""
        found = {one.reason: self.kind.reason(one.reason) for one in queries.tallies_of(self.run.pk) if one.reason}
        return sorted(found.items(), key=lambda one: one[1])

    def queryset(self) -> QuerySet:
        return RunStep.objects.filter(run=self.run).select_related("run")

    def page(self) -> tuple[Sequence[Any], str, str]:
        rows, before, after = super().page()
        return self._told(rows), before, after

    def exported(self) -> Iterable[Any]:
        found = iter(super().exported())
        while rows := list(islice(found, TOLD_AT_ONCE)):
            yield from self._told(rows)

    def _told(self, rows: Sequence[Any]) -> Sequence[Any]:
        told = self.kind.describe(facts_of(self.run, self.kind), queries.subjects_of(rows))
        for row in rows:
            row.told = told.get(row.subject_id, NOBODY)
        return rows

    def extra(self) -> dict[str, Any]:
        return self.crumbs(say("Steps"))


class RunActionPage(OnRun, FormPage):
    """Asked before it is done: paused, resumed, cancelled."""

    template_name = "page_kit/confirm.html"
    SAID = {
        "pause": (
            say("Pause"),
            say("The batch in hand is done (a long one: undone). Nothing goes on until it is resumed."),
        ),
        "resume": (say("Resume"), say("It goes on where it stands, and does nothing twice.")),
        "cancel": (
            say("Cancel the rest"),
            say("What is done stays done. The rest is not done, and the run cannot be resumed."),
        ),
    }

    WAITS = {
        "pause": say("What was begun and has not left yet waits meanwhile."),
        "resume": say("What was begun goes on."),
        "cancel": say("What was begun and has not left yet is taken back."),
    }

    def prepare(self, execution_id: int, verb: str) -> None:  # type: ignore[override]
        super().prepare(execution_id)
        if verb not in self.SAID:
            raise NotFound("action", verb)
        self.verb = verb
        demand(*self.kind.permissions.execute)
        label, self.says = self.SAID[self.verb]
        self.title, self.submit_label = say("{deed}: {name}", deed=label, name=self.run.name), label

    def extra(self) -> dict[str, Any]:
        at = queries.progress_of(self.run)
        return {
            **self.crumbs(self.SAID[self.verb][0]),
            "question": say("{deed}?", deed=self.SAID[self.verb][0]),
            "consequences": [
                self.says,
                say("{done} of {total} steps are done, {left} are left.", done=at.done, total=at.total, left=at.left),
                *([] if at.under_way is None else [_under_way_words(at.under_way), self.WAITS[self.verb]]),
            ],
            "danger": self.verb == "cancel",
            "cancel_url": run_url(self.run),
        }

    def act(self, form: Form) -> str:
        deed = {"pause": pause_run, "resume": resume_run, "cancel": cancel_run}[self.verb]
        deed(run_id=self.run.pk, actor=actor(self.request))
        return run_url(self.run)
