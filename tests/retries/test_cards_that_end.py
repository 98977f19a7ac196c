"""What the run over cards that end knows of retries: when a card is charged next, and who was asked for another one."""

from __future__ import annotations

from typing import Any

import pytest
from tests.messages.conftest import address_of
from tests.retries.conftest import HARD, SOFT, Retrying, Script, on

from subledger.gateways.models import Instrument
from subledger.messages.models import Message
from subledger.runs.services import worker
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition

pytestmark = pytest.mark.django_db


@pytest.fixture
def cards(books: Retrying, settings: Any) -> Retrying:
    """The card ends with June."""
    settings.PUBLIC_URL = "https://books.example.org/"
    address_of(books.ledger)
    Instrument.objects.update(exp_month=6, exp_year=2026)
    return books


def failed(books: Retrying, script: Script, *, days: list[int], **plan: Any) -> None:
    books.plan(days=days, **plan)
    with on("20/05"):
        books.collect(books.ledger.invoice(75), script)


def run_on(text: str, **criteria: Any) -> list[tuple[str, str]]:
    with on(text):
        made = create_definition(
            kind="card-expiry", name=f"Ending {text}", criteria=criteria, schedule={}, actor="test"
        )
        activate_definition(definition_id=made.pk, actor="test")
        run = start_definition(definition_id=made.pk, actor="test")
        worker.work(run.pk)
    return [(step.outcome, step.reason) for step in run.steps.all()]


def test_a_card_that_ends_before_its_retry_is_told_of_however_early(cards: Retrying):
    failed(cards, SOFT, days=[60])
    assert run_on("21/05", before_charge=False) == []
    assert run_on("22/05") == [("succeeded", "")]
    assert list(Message.objects.filter(kind="card_expiry").values_list("level", flat=True)) == [0]
    assert run_on("23/05") == [("not_taken", "told")]


def test_a_card_that_ends_after_its_retry_is_told_of_in_its_time(cards: Retrying):
    failed(cards, SOFT, days=[30])
    assert run_on("22/05") == []
    assert run_on("31/05") == [("succeeded", "")]


def test_whose_payment_waits_for_another_card_is_not_asked_for_one_again(cards: Retrying):
    failed(cards, HARD, days=[3])
    cards.hear()
    assert Message.objects.filter(kind="method_declined").count() == 1
    assert run_on("31/05") == [("not_taken", "asked_already")]
    assert not Message.objects.filter(kind="card_expiry").exists()


def test_whom_the_plan_does_not_tell_is_told_that_the_card_ends(cards: Retrying):
    failed(cards, HARD, days=[3], tells_customers=False)
    assert run_on("31/05") == [("succeeded", "")]
