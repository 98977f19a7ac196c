"""Who is told that a card ends, when, and of which."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.factories import Ledger
from tests.gateways.conftest import Desk, install_toy, make_desk
from tests.messages.conftest import address_of

from subledger.accounts.models import Customer
from subledger.accounts.preferences import make_preference_default
from subledger.collecting.models import CardNotice
from subledger.gateways.models import Instrument
from subledger.gateways.services.instruments import set_recurring
from subledger.messages.models import Message
from subledger.platform import clock
from subledger.runs.errors import RunCriteriaInvalid
from subledger.runs.models import Run, RunDefinition
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition

pytestmark = pytest.mark.django_db

KIND = "card-expiry"


@pytest.fixture
def desk(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Desk:
    install_toy(monkeypatch)
    settings.PUBLIC_URL = "https://books.example.org/"
    address_of(ledger)
    found = make_desk(ledger)
    ends(found.card, 6, 2026)
    return found


@pytest.fixture
def definition(desk: Desk) -> RunDefinition:
    made = create_definition(kind=KIND, name="Ending", criteria={}, schedule={}, actor="test")
    return activate_definition(definition_id=made.pk, actor="test")


def ends(card: Instrument, month: int, year: int) -> None:
    Instrument.objects.filter(pk=card.pk).update(exp_month=month, exp_year=year)


def run_on(definition: RunDefinition, day: int, month: int, year: int = 2026) -> list[tuple[str, str]]:
    with clock.frozen(datetime(year, month, day, 12, tzinfo=UTC)):
        run = start_definition(definition_id=definition.pk, actor="test")
        worker.work(run.pk)
    assert Run.objects.get(pk=run.pk).state == "completed"
    return [(step.outcome, step.reason) for step in run.steps.all()]


def test_a_customer_is_told_thirty_and_seven_days_before_once_each(desk: Desk, definition: RunDefinition):
    assert run_on(definition, 30, 5) == [], "31 days before"
    assert run_on(definition, 31, 5) == [("succeeded", "")]
    assert run_on(definition, 31, 5) == [("not_taken", "told")]
    assert run_on(definition, 22, 6) == [("not_taken", "told")]
    assert run_on(definition, 23, 6) == [("succeeded", "")]
    assert run_on(definition, 30, 6) == [("not_taken", "told")]
    assert run_on(definition, 1, 7) == [], "it has ended"
    first, second = Message.objects.order_by("pk")
    assert (first.kind, first.level, second.level) == ("card_expiry", 30, 7)
    assert "30 June 2026" in first.body
    assert "/pay/" not in first.body, "the link is sealed until it leaves"


def test_a_card_that_was_renewed_is_told_of_when_it_ends_again(desk: Desk, definition: RunDefinition):
    """Its network gives it another expiry, and its gateway keeps the token."""
    assert run_on(definition, 31, 5) == [("succeeded", "")]
    ends(desk.card, 6, 2029)
    assert run_on(definition, 31, 5, 2029) == [("succeeded", "")]
    assert run_on(definition, 31, 5, 2029) == [("not_taken", "told")]
    assert run_on(definition, 23, 6, 2029) == [("succeeded", "")]
    assert [one.level for one in Message.objects.order_by("pk")] == [30, 30, 7]


def test_a_notice_that_kept_no_end_is_of_the_year_in_which_it_was_told(desk: Desk, definition: RunDefinition):
    assert run_on(definition, 30, 5) == []
    run, at = Run.objects.get(), datetime(2026, 5, 31, 12, tzinfo=UTC)
    CardNotice.objects.create(company_id=run.company_id, card=desk.card, level=30, run=run, told_at=at)
    assert run_on(definition, 1, 6) == [("not_taken", "told")]
    ends(desk.card, 6, 2027)
    assert run_on(definition, 1, 6, 2027) == [("succeeded", "")], "366 days later at the most"


def test_who_was_not_told_of_thirty_days_is_told_of_seven_alone(desk: Desk, definition: RunDefinition):
    assert run_on(definition, 25, 6) == [("succeeded", "")]
    assert list(Message.objects.values_list("level", flat=True)) == [7]


def test_who_was_told_of_seven_days_is_not_told_of_thirty_by_another_definition(desk: Desk, definition: RunDefinition):
    early = create_definition(kind=KIND, name="Early", criteria={"days": [30]}, schedule={}, actor="test")
    activate_definition(definition_id=early.pk, actor="test")
    assert run_on(definition, 25, 6) == [("succeeded", "")]
    assert run_on(early, 25, 6) == [("not_taken", "told")]
    assert list(Message.objects.values_list("level", flat=True)) == [7]


def test_nobody_is_told_where_another_card_that_can_be_charged_is_the_default(desk: Desk, definition: RunDefinition):
    other = desk.register(desk.ledger.account, "another")
    make_preference_default(account_id=desk.ledger.account.pk, chosen_id=other.pk, actor="test")
    assert run_on(definition, 10, 6) == [("not_taken", "another_is_default")]
    ends(other, 5, 2026)  # it cannot be charged any more: the customer has to do something
    assert run_on(definition, 10, 6) == [("succeeded", "")]


def test_a_card_that_runs_may_not_charge_is_nobodys_business(desk: Desk, definition: RunDefinition):
    set_recurring(chosen_id=desk.card.pk, is_recurring=False, actor="test")
    assert run_on(definition, 10, 6) == []


def test_a_card_that_ends_before_the_next_planned_charge_is_told_of_however_early(
    desk: Desk, definition: RunDefinition
):
    RunDefinition.objects.create(
        company=definition.company, kind="payments", name="Yearly", criteria={"provider": desk.provider.public_id},
        state="effective", is_submitted=True, next_at=datetime(2026, 7, 1, 6, tzinfo=UTC), created_at=clock.now(),
        actor="test",
    )  # fmt: skip
    assert run_on(definition, 20, 5) == [("succeeded", "")]
    assert run_on(definition, 21, 5) == [("not_taken", "told")]
    assert run_on(definition, 31, 5) == [("succeeded", "")]
    assert list(Message.objects.order_by("pk").values_list("level", flat=True)) == [0, 30]


def test_who_has_no_address_is_a_failed_step_with_its_reason(desk: Desk, definition: RunDefinition):
    Customer.objects.filter(pk=desk.ledger.account.customer_id).update(email="")
    with clock.frozen(datetime(2026, 6, 10, 12, tzinfo=UTC)):
        run = start_definition(definition_id=definition.pk, actor="test")
        worker.work(run.pk)
    assert [(s.outcome, s.reason) for s in run.steps.all()] == [("failed", "no_recipient")]
    assert not CardNotice.objects.exists(), "once there is an address, they are told"


@pytest.mark.parametrize("days", [[], [0], [30, 30], [367], ["soon"]])
def test_days_that_say_nothing_are_refused(desk: Desk, days: list[Any]):
    with pytest.raises(RunCriteriaInvalid) as refusal:
        create_definition(kind=KIND, name="Wrong", criteria={"days": days}, schedule={}, actor="test")
    assert (refusal.value.param or "").startswith("/criteria/days")
