"""The definitions of payment runs, when each comes next, and how its last run went."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from subledger.gateways.models import Provider
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.kernel.words import plain
from subledger.page_kit.access import today
from subledger.page_kit.columns import BadgeColumn, Column, MomentColumn, NameColumn
from subledger.page_kit.criteria import Choice
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.runs import queries
from subledger.runs.models import Run, RunDefinition
from subledger.runs.states import DefinitionState, RunState

from .months import first_of_month, month_of_runs

PAYMENTS = "payments"


def definition_url(row: RunDefinition) -> str:
    return page_url("run_definition", row.pk)


class ProviderColumn(Column):
    """The payment gateway that a definition collects by."""

    def prepare(self, rows: Any) -> None:
        named = {row.pk: row.name for row in Provider.objects.all()}
        for row in rows:
            row.provider_name = named.get(_decoded(row.criteria.get("provider", "")), "")

    def value(self, row: Any) -> str:
        return str(getattr(row, "provider_name", ""))


def _decoded(said: str) -> int:
    try:
        return ids.decode(Provider.PREFIX, said)
    except ValueError:
        return 0


class PaymentRunsPage(SummaryPage):
    """The definitions of payment runs under the month in which they, and all other runs, have run and come next."""

    template_name = "collecting/payment_runs.html"
    title = say("Automatic payment runs")
    noun = say("run definition")
    empty = say("Collect what is due by itself: write a definition, preview it, and put its schedule in force.")
    criteria = (Choice("state", say("State"), choices=[(s.value, plain(s)) for s in DefinitionState]),)
    columns = (
        NameColumn("name", say("Name"), sort="name", link=definition_url, strong=True),
        ProviderColumn("provider", say("Payment gateway")),
        MomentColumn("next_at", say("Due next"), sort="next_at", nullable=True),
        MomentColumn("last_at", say("Last run"), link=lambda row: row.last_run and page_url("run", row.last_run)),
        BadgeColumn("last_state", say("How it went"), of=RunState),
        BadgeColumn("state", say("State"), sort="state", lead=True),
    )
    default_sort = "name"

    def queryset(self) -> QuerySet:
        last = Run.objects.filter(definition=OuterRef("pk")).order_by("-pk")
        return (
            queries.definitions()
            .filter(kind=PAYMENTS)
            .annotate(
                last_run=Subquery(last.values("pk")[:1]),
                last_at=Subquery(last.values("created_at")[:1]),
                last_state=Subquery(last.values("state")[:1]),
            )
        )

    def extra(self) -> dict[str, Any]:
        actions = [Action(say("Coming runs"), page_url("runs_coming"), "calendar")]
        if may(self.request, "runs.edit"):
            actions.insert(0, Action(say("New payment run"), page_url("run_definition_new", PAYMENTS), "plus"))
        day = today()
        first = first_of_month(self.request.GET.get("month", ""), today=day)
        return {"actions": actions, "month": month_of_runs(first, ours=PAYMENTS, today=day)}
