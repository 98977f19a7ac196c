"""Random lives of one invoice: declines of every class, payments in between, other cards, days that pass."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from tests.factories import NOW
from tests.gateways.toy import Bank, Order, succeed
from tests.retries.conftest import Retrying, declines

from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import Outcome
from subledger.platform import clock
from subledger.retries.models import Retry
from subledger.retries.services.retries import make_due

pytestmark = pytest.mark.django_db
CODES = ("insufficient_funds", "do_not_honor", "processing_error", "stolen_card", "requested_by_customer", "new_code")
SEEDS = 6


@pytest.mark.few(2)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_life_of_failures(books: Retrying, seed: int):
    """One retry a failure, never before its time, none once it is paid, no more tries than the plan has days."""
    play(books, random.Random(seed), steps=10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS, 120))
def test_many_lives_of_failures(books: Retrying, seed: int):
    play(books, random.Random(seed), steps=40)


def charged_by_stolen_cards() -> list[int]:
    return list(PaymentRequest.objects.filter(error_code="stolen_card").values_list("preference_id", flat=True))


def play(books: Retrying, chance: random.Random, *, steps: int) -> None:
    plan = books.plan(days=[chance.randint(1, 5) for _ in range(chance.randint(1, 4))], hours=[1, 2])
    ledger, bank, at = books.ledger, books.bank, NOW
    invoice = ledger.invoice(75)
    paid_at = None

    def answer(bank: Bank, order: Order) -> Outcome:
        act = succeed if chance.random() < 0.1 else declines(chance.choice(CODES))
        return act(bank, order)

    bank.script = [answer] * 200
    with clock.frozen(at):
        books.collect(invoice)
    for step in range(steps):
        coming = Retry.objects.filter(state="scheduled").first()
        at = max(at, coming.due_at) if coming and chance.random() < 0.7 else at + timedelta(hours=chance.randint(1, 90))
        with clock.frozen(at):
            asked = len(bank.orders)
            make_due()
            books.house.desk.work()
            if len(bank.orders) > asked:
                assert paid_at is None, "never after it is paid"
            for row in Retry.objects.filter(made_request__isnull=False, ended_at=at):
                assert row.due_on is not None
                assert row.due_on <= at.date()
            if not ledger.unsettled(invoice) and paid_at is None:
                paid_at = at
            chosen = chance.random()
            if chosen < 0.08 and paid_at is None:
                ledger.payment(75, to=[invoice])
                paid_at = at
            elif chosen < 0.15:
                books.house.desk.register(ledger.account, f"other-{step}")
            books.hear()
    failures = PaymentRequest.objects.filter(state="rejected").exclude(error_code__in=["withdrawn", "already_settled"])
    assert len(set(charged_by_stolen_cards())) == len(charged_by_stolen_cards()), "once declined for good, never again"
    assert Retry.objects.count() == failures.count(), "one retry a failure"
    assert Retry.objects.filter(state__in=["scheduled", "waiting"]).count() <= 1
    tries = Retry.objects.filter(state="made").exclude(decline_class__in=["gateway_error", "hard"])
    by_way = Counter(tries.values_list("preference_id", flat=True))
    assert max(by_way.values(), default=0) <= len(plan.days), "by one card"
    assert bank.captured in (0, 7500)
    if paid_at is not None:
        books.hear()
        assert not Retry.objects.filter(state__in=["scheduled", "waiting"]).exists()
        with clock.frozen(at + timedelta(days=60)):
            assert make_due() == 0
    assert books.broken() == {}
