"""What a run would do, and the columns in which its steps are shown, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn, NameColumn
from subledger.page_kit.navigation import Action
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.runs import queries
from subledger.runs.kinds import RunKind, StepSubject, describes_nothing
from subledger.runs.models import RunStep
from subledger.runs.services import start
from subledger.runs.states import DefinitionState, Outcome

from .definitions import PAGE, TALLY_COLUMNS, OnDefinition, definition_url, may_all, tally_rows
from .forms import AsOfForm

NOBODY = StepSubject()
TOLD_COLUMNS = (
    NameColumn("told.whose", say("Customer")),
    DayColumn("told.due_on", say("Due")),
    NameColumn("told.by", say("Way to pay")),
)
STEP_COLUMNS = (
    NameColumn("key", say("Step"), strong=True, link=lambda row: row["url"]),
    *TOLD_COLUMNS,
    MoneyColumn("amount_minor", say("Amount")),
    NameColumn("reason", say("Reason")),
    BadgeColumn("outcome", say("Outcome"), lead=True, of=Outcome),
)


def subject_url(row: RunStep) -> str:
    if not row.prefix or row.subject_id is None:
        return ""
    return f"{reverse('backoffice:search')}?q={ids.encode(row.prefix, row.subject_id)}"


def fitting(columns: Sequence[Column], kind: RunKind) -> Sequence[Column]:
    """Without those that a kind of run tells nothing for."""
    return [one for one in columns if one not in TOLD_COLUMNS or kind.describe is not describes_nothing]


class PreviewPage(OnDefinition, DetailPage):
    """What an execution would do; nothing is kept."""

    template_name = "runs/preview.html"

    def prepare(self, definition_id: int) -> None:
        super().prepare(definition_id)
        self.title = say("Preview of {name}", name=self.definition.name)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = AsOfForm(request.GET or None)
        as_of: date | None = form.cleaned_data["as_of"] if form.is_bound and form.is_valid() else None
        after = request.GET.get("after", "")
        place = int(after) if after.isdecimal() and len(after) < 12 else 0
        shown = start.preview(definition_id=self.definition.pk, as_of=as_of, after=place, limit=PAGE)
        steps = [
            {
                "key": each.key, "amount_minor": each.amount_minor, "currency": each.currency,
                "told": shown.told.get(each.subject_id or 0, NOBODY), "url": subject_url(each),
                "reason": self.kind.reason(each.reason) if each.reason else "", "outcome": each.outcome,
            }
            for each in shown.steps
        ]  # fmt: skip
        at = queries.progress(shown.tallies)
        return self.shown(
            **self.crumbs(say("Preview")),
            form=form,
            cancel_url=definition_url(self.definition),
            actions=self._actions(),
            tiles=[
                {"label": say("As of"), "value": show.day(shown.as_of)},
                {"label": say("Would be taken up"), "value": show.count(at.total)},
                *(
                    {"label": say("Amount"), "minor": each.amount_minor, "currency": each.currency}
                    for each in shown.tallies
                    if each.outcome == Outcome.OPEN and each.currency
                ),
                {"label": say("Not included"), "value": show.count(sum(at.counts.values()) - at.total)},
            ],
            tables=[
                {
                    "title": say("In all"),
                    "table": table(TALLY_COLUMNS, tally_rows(self.kind, shown.tallies)),
                    "text": say("There is no candidate."),
                },
                {
                    "title": say("Candidates"),
                    "table": table(fitting(STEP_COLUMNS, self.kind), steps),
                    "text": say("None here."),
                },
            ],
            next_after=shown.steps[-1].position if shown.has_more else None,
            as_of=shown.as_of,
        )

    def _actions(self) -> list[Action]:
        """What was looked at is carried out from here; the question comes first."""
        is_ready = self.definition.state == DefinitionState.EFFECTIVE
        if not is_ready or not may_all(self.request, self.kind.permissions.execute):
            return []
        return [Action(say("Execute now"), page_url("run_definition_action", self.definition.pk, "execute"), "bolt")]
