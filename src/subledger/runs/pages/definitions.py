"""Pages of run definitions: the list, one, its form, its preview, and when runs are due."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.utils import timezone

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.page_kit.access import actor
from subledger.page_kit.columns import (
    BadgeColumn,
    Column,
    CountColumn,
    DayColumn,
    MomentColumn,
    MoneyColumn,
    NameColumn,
)
from subledger.page_kit.criteria import Choice
from subledger.page_kit.navigation import Action, Crumb, Tab, may
from subledger.page_kit.shape_fields import told_of
from subledger.page_kit.tables import ReportPage, SummaryPage, table
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.callers import demand
from subledger.platform.models import Event
from subledger.runs import queries
from subledger.runs.kinds import RunKind
from subledger.runs.models import Run, RunDefinition
from subledger.runs.registry import kind_named, kind_shown, kinds
from subledger.runs.services import definitions, start
from subledger.runs.states import DefinitionState, Outcome, RunState

from .forms import AsOfForm, DefinitionForm, initial_of

RUNS = say("Runs")
PAGE = 100


def definition_url(row: RunDefinition) -> str:
    return page_url("run_definition", row.pk)


def run_url(row: Run) -> str:
    return page_url("run", row.pk)


def run_tabs(here: str) -> list[Tab]:
    names = (("runs", RUNS), ("run_definitions", say("Definitions")), ("runs_coming", say("Coming")))
    return [Tab(label, page_url(name), active=name == here) for name, label in names]


def may_all(request: Any, permissions: tuple[str, ...]) -> bool:
    return all(may(request, each) for each in permissions)


class KindColumn(Column):
    def show(self, row: Any) -> str:
        return kind_shown(row.kind).title


class ScheduleColumn(Column):
    def show(self, row: Any) -> str:
        return schedule_text(row)


def schedule_text(row: RunDefinition) -> str:
    zone = timezone.get_current_timezone()
    return definitions.schedule_words(row, zone)


TALLY_COLUMNS = (
    BadgeColumn("outcome", say("Outcome"), strong=True, of=Outcome),
    NameColumn("reason", say("Reason"), link=lambda row: row["url"]),
    CountColumn("steps", say("Steps"), link=lambda row: row["url"]),
    MoneyColumn("amount_minor", say("Amount"), lead=True, link=lambda row: row["url"]),
)
RUN_COLUMNS = (
    MomentColumn("created_at", say("Started"), link=run_url),
    NameColumn("name", say("Run"), strong=True, link=run_url),
    KindColumn("kind", say("Kind")),
    DayColumn("as_of", say("As of")),
    BadgeColumn("state", say("State"), sort="state", lead=True, of=RunState),
)


def tally_rows(kind: RunKind, tallies: Any, url: str = "") -> list[dict[str, Any]]:
    return [
        {
            "outcome": str(each.outcome),
            "reason": kind.reason(each.reason) if each.reason else "",
            "steps": each.steps,
            "amount_minor": each.amount_minor if each.currency else None,
            "currency": each.currency,
            "url": f"{url}?outcome={each.outcome}&reason={each.reason}" if url else "",
        }
        for each in tallies
    ]


class DefinitionsPage(SummaryPage):
    title = say("Run definitions")
    noun = say("run definition")
    empty = say("A definition says what kind of run, with which criteria, and when.")
    criteria = (Choice("state", say("State"), choices=[(s.value, plain(s)) for s in DefinitionState]),)
    columns = (
        NameColumn("name", say("Name"), sort="name", link=definition_url, strong=True),
        KindColumn("kind", say("Kind"), sort="kind"),
        ScheduleColumn("schedule", say("When")),
        MomentColumn("next_at", say("Due next"), sort="next_at", nullable=True),
        BadgeColumn("state", say("State"), sort="state", lead=True),
    )
    default_sort = "name"

    def queryset(self) -> QuerySet:
        return queries.definitions()

    def extra(self) -> dict[str, Any]:
        new = [
            Action(say("New definition: {title}", title=kind.title), page_url("run_definition_new", kind.name), "plus")
            for kind in kinds()
            if kind.has_definitions and may_all(self.request, kind.permissions.edit)
        ]
        return {"tabs": run_tabs("run_definitions"), "actions": new}


class ComingPage(ReportPage):
    """The next runs of all definitions whose schedule is in force."""

    title = say("Coming runs")
    noun = say("run")
    empty = say("No schedule is in force.")
    columns = (
        MomentColumn("at", say("Due")),
        NameColumn("name", say("Definition"), strong=True, link=lambda row: row["url"]),
        Column("schedule", say("When")),
    )

    def report(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {"at": at, "name": row.name, "url": definition_url(row), "schedule": schedule_text(row)}
            for row in queries.definitions().filter(is_submitted=True)
            for at in definitions.due_next(row, 10)
        ]
        return sorted(found, key=lambda each: each["at"])[:PAGE]

    def extra(self) -> dict[str, Any]:
        return {"tabs": run_tabs("runs_coming")}


class OnDefinition:
    """Mixed into pages about one definition."""

    definition: Any
    request: Any

    def prepare(self, definition_id: int) -> None:
        self.definition = queries.definition_by_id(definition_id)
        self.kind = kind_shown(self.definition.kind)

    def crumbs(self, *steps: str) -> dict[str, Any]:
        here = Crumb(self.definition.name, definition_url(self.definition) if steps else "")
        path = [Crumb(RUNS, page_url("runs")), Crumb(say("Definitions"), page_url("run_definitions")), here]
        return {"crumbs": [*path, *(Crumb(step) for step in steps)]}


class DefinitionPage(OnDefinition, DetailPage):
    def prepare(self, definition_id: int) -> None:
        super().prepare(definition_id)
        self.title = self.definition.name

    def extra(self) -> dict[str, Any]:
        row = self.definition
        due = [{"at": at} for at in definitions.due_next(row)]
        events = Event.objects.filter(object_type="run_definition", object_id=row.pk).order_by("-id")[:50]
        text = say("in force") if row.is_submitted else say("not in force")
        return {
            **self.crumbs(),
            "state": row.state,
            "page_subtitle": self.kind.title,
            "actions": self._actions(),
            "tables": [
                {
                    "title": say("Next times, {text}", text=text) if due else say("Next times"),
                    "table": table((MomentColumn("at", say("Due"), strong=True),), due),
                    "text": say("It is executed by hand."),
                },
                {
                    "title": say("Runs"),
                    "table": table(RUN_COLUMNS, queries.runs().filter(definition=row)[:10]),
                    "url": f"{page_url('runs')}?definition={row.public_id}",
                    "text": say("It has not run yet."),
                },
            ],
            "facts": [
                (say("Kind"), self.kind.title),
                (say("What it does"), self.kind.says),
                (say("When"), schedule_text(row)),
                (say("Version"), row.version),
                *told_of(self.kind.criteria, definitions.criteria_in_full(self.kind, row.criteria)),
            ],
            "timeline": entries_of(events, own=row.pk),
        }

    def _actions(self) -> list[Action]:
        row, actions = self.definition, [Action(say("Preview"), page_url("run_preview", self.definition.pk), "search")]
        effective = row.state == DefinitionState.EFFECTIVE

        def ask(verb: str, label: str, icon: str, *, danger: bool = False) -> Action:
            return Action(label, page_url("run_definition_action", row.pk, verb), icon, danger=danger)

        if effective and may_all(self.request, self.kind.permissions.execute):
            actions.append(ask("execute", say("Execute now"), "bolt"))
            if row.schedule and not row.is_submitted:
                actions.append(ask("submit", say("Put the schedule in force"), "calendar"))
        if may_all(self.request, self.kind.permissions.edit):
            if effective:
                actions.append(ask("deactivate", say("Make not effective"), "ban"))
            else:
                actions.append(Action(say("Edit"), page_url("run_definition_edit", row.pk), "pencil"))
                actions.append(ask("activate", say("Make effective"), "check"))
                if not Run.objects.filter(definition=row).exists():
                    actions.append(ask("delete", say("Delete"), "trash", danger=True))
        return actions


class DefinitionFormPage(FormPage):
    permission = "view"
    kind: RunKind

    def form(self, data: Any = None, files: Any = None) -> Form:
        return DefinitionForm(data, kind=self.kind, initial=self.initial(), said=self.stands())

    def stands(self) -> dict[str, Any]:
        """The criteria before anything is typed."""
        return {}

    def rendered(self, form: Form, status: int = 200, **context: Any) -> Any:
        return super().rendered(form, status, sections=form.sections(), **context)  # type: ignore[attr-defined]


class DefinitionNewPage(DefinitionFormPage):
    def prepare(self, kind: str) -> None:
        self.kind = kind_named(kind)
        demand(*self.kind.permissions.edit)
        self.title = say("New definition: {title}", title=self.kind.title)

    def extra(self) -> dict[str, Any]:
        listed = page_url("run_definitions")
        crumbs = [Crumb(RUNS, page_url("runs")), Crumb(say("Definitions"), listed), Crumb(self.title)]
        return {"crumbs": crumbs, "cancel_url": listed, "intro": self.kind.says}

    def act(self, form: Form) -> str:
        values = form.values()  # type: ignore[attr-defined]
        made = definitions.create_definition(kind=self.kind.name, actor=actor(self.request), **values)
        return definition_url(made)


class DefinitionEditPage(OnDefinition, DefinitionFormPage):
    def prepare(self, definition_id: int) -> None:
        super().prepare(definition_id)
        demand(*self.kind.permissions.edit)
        self.title = say("Edit {name}", name=self.definition.name)

    def version(self) -> str:
        return definitions.version_of_definition(self.definition)

    def edits(self) -> int:
        return int(self.definition.pk)

    def initial(self) -> dict[str, Any]:
        row = self.definition
        return initial_of(self.kind, row.name, row.criteria, row.schedule)

    def stands(self) -> dict[str, Any]:
        return dict(self.definition.criteria)

    def extra(self) -> dict[str, Any]:
        return {**self.crumbs(say("Edit")), "cancel_url": definition_url(self.definition)}

    def act(self, form: Form) -> str:
        changes = form.values()  # type: ignore[attr-defined]
        definitions.update_definition(
            definition_id=self.definition.pk, changes=changes, version=self.seen, actor=actor(self.request)
        )
        return definition_url(self.definition)


class DefinitionActionPage(OnDefinition, FormPage):
    """Asked before it is done: in force or not, executed, deleted."""

    template_name = "page_kit/confirm.html"
    SAID = {
        "execute": (
            say("Execute now"),
            say("Workers begin at once. What they do stays done; a preview shows it before."),
        ),
        "submit": (
            say("Put the schedule in force"),
            say("From now on it runs by itself at the times shown on its page."),
        ),
        "activate": (
            say("Make effective"),
            say("It can be executed, and its schedule put in force. It cannot be changed then."),
        ),
        "deactivate": (say("Make not effective"), say("It is due no more. A run that is under way goes on.")),
        "delete": (say("Delete"), say("It never ran, so nothing but the definition goes.")),
    }

    def prepare(self, definition_id: int, verb: str) -> None:  # type: ignore[override]
        super().prepare(definition_id)
        if verb not in self.SAID:
            raise NotFound("action", verb)
        self.verb = verb
        has_to = self.kind.permissions
        demand(*(has_to.execute if verb in ("execute", "submit") else has_to.edit))
        label, self.says = self.SAID[self.verb]
        self.title, self.submit_label = say("{deed}: {name}", deed=label, name=self.definition.name), label

    def form(self, data: Any = None, files: Any = None) -> Form:
        return AsOfForm(data) if self.verb == "execute" else Form(data)

    def extra(self) -> dict[str, Any]:
        return {
            **self.crumbs(self.SAID[self.verb][0]),
            "question": say("{deed}?", deed=self.SAID[self.verb][0]),
            "consequences": [self.says],
            "danger": self.verb == "delete",
            "cancel_url": definition_url(self.definition),
        }

    def act(self, form: Form) -> str:
        ident, who = self.definition.pk, actor(self.request)
        if self.verb == "execute":
            as_of = form.cleaned_data["as_of"]
            return run_url(start.start_definition(definition_id=ident, as_of=as_of, actor=who))
        if self.verb == "delete":
            definitions.delete_definition(definition_id=ident, actor=who)
            return page_url("run_definitions")
        deed = {
            "submit": start.submit_schedule,
            "activate": definitions.activate_definition,
            "deactivate": definitions.deactivate_definition,
        }[self.verb]
        deed(definition_id=ident, actor=who)
        return definition_url(self.definition)
