"""An account has one card by default, whoever chooses at once. Each race is shown with its guard off first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from tests.concurrency.gates import patience
from tests.factories import Ledger, at_once, company_at_work
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed

from subledger.gateways.models import Instrument
from subledger.gateways.port import Declined
from subledger.gateways.services import instruments
from subledger.gateways.services.bars import bar
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes

BOTH = pytest.mark.parametrize("guard", ["guard off", "guard on"])
LOCKED = instruments._locked


@pytest.fixture
def desk(committed_db: None, _toy_is_installed: None) -> Iterator[Desk]:
    with company_at_work():
        yield make_desk(Ledger())


def card_alone(chosen_id: int) -> Instrument:
    """Without the lock of its account, its row's own."""
    return Instrument.objects.select_for_update(of=("self",)).select_related("provider", "chosen").get(pk=chosen_id)


@BOTH
def test_two_cards_made_the_default_at_once_leave_one(desk: Desk, guard: str, monkeypatch: pytest.MonkeyPatch):
    is_guarded = guard == "guard on"
    look, gate = LOCKED if is_guarded else card_alone, threading.Barrier(2)

    def together(chosen_id: int) -> Instrument:
        found = look(chosen_id)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=patience(is_guarded))
        return found

    cards = [desk.register(desk.ledger.account, token) for token in ("one", "other")]
    monkeypatch.setattr(instruments, "_locked", together)
    answers = at_once(*(lambda pk=card.pk: instruments.make_default(chosen_id=pk, actor="test") for card in cards))
    assert any(isinstance(one, IntegrityError) for one in answers) is not is_guarded
    if is_guarded:
        assert [one.pk for one in answers] == [card.pk for card in cards]
        assert Instrument.objects.filter(account=desk.ledger.account, is_default=True).count() == 1


@BOTH
def test_a_card_is_removed_while_another_takes_its_place(desk: Desk, guard: str, monkeypatch: pytest.MonkeyPatch):
    """Removing held the card and asked for the account; registering held the account and asked for the card."""
    is_guarded = guard == "guard on"
    row = desk.row(desk.ask(1000, to=[desk.ledger.invoice(10)]).request_id)
    apply_outcomes([ReportedOutcome(row.pk, Declined("stolen_card", "Stolen."))], actor="test")
    row.refresh_from_db()
    bar([row])
    met, release, bars = threading.Barrier(2), instruments.release_payment_preference, instruments.bars_of

    def late(work: Any) -> Any:
        def run(*arguments: Any, **named: Any) -> Any:
            with suppress(threading.BrokenBarrierError):
                met.wait(timeout=patience(is_guarded))
            return work(*arguments, **named)

        return run

    if not is_guarded:
        monkeypatch.setattr(instruments, "_locked", card_alone)
    monkeypatch.setattr(instruments, "release_payment_preference", late(release))
    monkeypatch.setattr(instruments, "bars_of", late(bars))
    answers = at_once(
        lambda: instruments.remove_instrument(chosen_id=desk.card.pk, actor="test"),
        lambda: desk.register(desk.ledger.account, "new"),
    )
    assert any(isinstance(one, OperationalError) for one in answers) is not is_guarded, answers
    if is_guarded:
        assert not any(isinstance(one, Exception) for one in answers)
        standing = Instrument.objects.get(account=desk.ledger.account, is_default=True)
        assert (standing.token, standing.removed_at) == ("new", None)
