"""Dunning for tests: a plan, runs of a day, and what listeners do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from tests.factories import Day, Ledger, day
from tests.messages.conftest import address_of

from subledger.companies.entries import save_entry
from subledger.dunning.listeners import LISTENERS
from subledger.dunning.models import DunningClaim, DunningLevel, DunningPlan, DunningRecord
from subledger.messages.models import Message
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.runs.models import Run
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition
from subledger.runs.services.worker import work

# Specification 7.9: notice 3 days before, reminders, one with a fee, final, end.
WORKED = (
    (1, "Notice", -3, "dunning_notice", None, "go_on"),
    (2, "Reminder", 3, "dunning_reminder", None, "go_on"),
    (3, "Second reminder", 14, "dunning_reminder", 5, "go_on"),
    (4, "Final", 30, "dunning_final", None, "go_on"),
    (5, "End", 45, None, None, "hand_over"),
)


def plan_of_levels(levels: Any = WORKED, *, percent: Any = 0, **values: Any) -> DunningPlan:
    """The standard plan with these levels instead of its own."""
    plan = DunningPlan.objects.get(code="standard")
    DunningLevel.objects.filter(plan=plan).delete()
    save_entry(
        model=DunningPlan, ident=plan.pk, values={"interest_percent": Decimal(str(percent)), **values}, actor="test"
    )
    levels_of(plan, levels)
    plan.refresh_from_db()
    return plan


def levels_of(plan: DunningPlan, levels: Any) -> None:
    """Levels of a plan: number, name, days, message, fee in major units, what is done then."""
    for number, name, days, message, fee, after in levels:
        save_entry(
            model=DunningLevel,
            ident=None,
            values={
                "plan": plan,
                "number": number,
                "name": name,
                "days": days,
                "message": message,
                "fee": None if fee is None else Decimal(fee * 100),
                "currency": "" if fee is None else "eur",
                "after": after,
            },
            actor="test",
        )


@dataclass
class Dunned:
    """Books with dunning: ``run`` is the run of a day, by a clock that stands on it."""

    ledger: Ledger
    definition: int
    heard: int = 0
    runs: list[Run] = field(default_factory=list)

    def at(self, on: Day) -> Any:
        found = day(on)
        assert found is not None
        return clock.frozen(datetime.combine(found, time(8), UTC))

    def run(self, on: Day) -> Run:
        with self.at(on):
            run = start_definition(definition_id=self.definition, actor="test")
            work(run.pk)
        run.refresh_from_db()
        assert run.state == "completed", [(step.reason, step.detail) for step in run.steps.exclude(reason="")]
        self.runs.append(run)
        return run

    def hear(self) -> None:
        """What the listener does of everything that happened since."""
        events = list(Event.objects.filter(pk__gt=self.heard, type__in=LISTENERS[0].hears).order_by("pk"))
        self.heard = max((event.pk for event in Event.objects.order_by("-pk")[:1]), default=self.heard)
        if events:
            LISTENERS[0].handle(events)

    def pay(self, amount: Any, on: Day, **fields: Any) -> Any:
        with self.at(on):
            paid = self.ledger.payment(amount, on=on, **fields)
            self.hear()
        return paid

    @staticmethod
    def told(document: int | None = None) -> list[tuple[str, str, str]]:
        """Level, day and outcome of each record, in order."""
        rows = DunningRecord.objects.order_by("recorded_on", "days")
        rows = rows if document is None else rows.filter(document_id=document)
        return [(row.level_name, f"{row.recorded_on:%d/%m}", str(row.outcome)) for row in rows]

    @staticmethod
    def mails() -> list[Message]:
        return list(Message.objects.filter(kind__startswith="dunning").order_by("pk"))

    @staticmethod
    def claims(kind: str = "late_interest") -> list[DunningClaim]:
        return list(DunningClaim.objects.filter(kind=kind, superseded_at=None).order_by("document_id", "from_on"))


@pytest.fixture
def dunned(ledger: Ledger) -> Iterator[Dunned]:
    """By a clock that stands on 1 June."""
    address_of(ledger)
    definition = create_definition(kind="dunning", name="Daily dunning", criteria={}, schedule={}, actor="test")
    activate_definition(definition_id=definition.pk, actor="test")
    with clock.frozen(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        yield Dunned(ledger, definition.pk)


def on(text: str) -> date:
    found = day(text)
    assert found is not None
    return found
