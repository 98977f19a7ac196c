"""What gateways tell of themselves: events once, in any order; refunds and disputes made there; cards that change."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest
from tests.factories import NOW
from tests.gateways.toy import lose_after

from subledger.gateways import refund_errors
from subledger.gateways.models import Dispute, InboxEvent, Instrument, PaymentRequest, RefusedDelivery
from subledger.gateways.port import (
    DisputeSeen,
    InstrumentGone,
    InstrumentSeen,
    NoticeRefused,
    RefundSeen,
    RequestOutcome,
)
from subledger.gateways.services import inbox
from subledger.gateways.services.gateway_events import apply_facts
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.rules.orders import Posted

pytestmark = pytest.mark.django_db

HEADERS = {"toy-signature": "toy-webhook-secret"}


def event(ident: str, kind: str, reference: str, **more: object) -> bytes:
    return json.dumps({"id": ident, "type": kind, "object": reference, "at": NOW.timestamp(), **more}).encode()


def tell(desk, *facts, at=NOW + timedelta(days=1)):
    with clock.frozen(at):
        return apply_facts(provider=desk.provider, facts=facts, observed_at=at)


def test_an_event_is_taken_once_and_changes_the_books_once(desk):
    desk.bank.script = [lose_after]
    row = desk.pay(7500)
    body = event("evt_1", "payment", row.public_id)
    taken = [inbox.receive(provider=desk.provider, body=body, headers=HEADERS) for _ in range(5)]
    assert [bool(one) for one in taken] == [True, False, False, False, False]
    assert inbox.process(desk.provider.pk) == 1
    assert (InboxEvent.objects.get().state, desk.row(row.pk).state) == ("processed", "posted")
    before = Transaction.objects.count()
    for _ in range(3):
        inbox.replay(event_id=taken[0].pk, actor="user:ana")
        inbox.process(desk.provider.pk)
    assert Transaction.objects.count() == before


def test_a_delivery_with_a_wrong_signature_is_refused_and_counted(desk):
    for _ in range(3):
        with pytest.raises(NoticeRefused):
            inbox.receive(provider=desk.provider, body=b"{}", headers={"toy-signature": "guess"})
    refused = RefusedDelivery.objects.get()
    assert (refused.reason, refused.count) == ("signature_wrong", 3)
    assert not InboxEvent.objects.exists()


def test_an_event_about_nothing_of_ours_is_ignored(desk):
    inbox.receive(provider=desk.provider, body=event("evt_2", "payment", "prq_nobody"), headers=HEADERS)
    inbox.process(desk.provider.pk)
    assert InboxEvent.objects.get().state == "ignored"


def test_an_event_that_cannot_be_worked_off_is_tried_again_and_then_shown(desk):
    desk.bank.refunds.clear()  # the toy bank raises for a refund that it does not know
    inbox.receive(provider=desk.provider, body=event("evt_3", "refund", "re_unknown"), headers=HEADERS)
    for days in range(8):
        with clock.frozen(NOW + timedelta(days=days)):
            inbox.process(desk.provider.pk)
    taken = InboxEvent.objects.get()
    assert (taken.state, taken.tries, taken.process_at) == ("failed", 6, None)
    assert "re_unknown" in taken.error


def seen(desk, row, status: str, minor: int = 3000) -> RefundSeen:
    reference = PaymentRequest.objects.get(pk=row.pk).reference
    return RefundSeen("re_there", reference, Money(minor, "eur"), status)


@pytest.mark.few(2)
@pytest.mark.parametrize("order", list(itertools.permutations(["pending", "succeeded", "succeeded"])))
def test_a_refund_made_at_the_gateway_comes_into_the_books_once(desk, order):
    row = desk.pay(7500)
    for status in order:
        tell(desk, seen(desk, row, status))
    refund = Transaction.objects.get(classification="refund")
    assert (refund.amount_minor, refund.state) == (3000, "posted")
    with clock.frozen(NOW + timedelta(days=1)):
        assert desk.ledger.balance() == -45


def test_a_refund_made_at_the_gateway_that_fails_is_taken_back(desk):
    row = desk.pay(7500)
    tell(desk, seen(desk, row, "succeeded"))
    tell(desk, seen(desk, row, "failed"), at=NOW + timedelta(days=5))
    with clock.frozen(NOW + timedelta(days=5)):
        assert desk.ledger.balance() == -75
    made = PaymentRequest.objects.get(reference="re_there")
    assert (made.state, made.charge.reserved_minor) == ("rejected", 0)


def dispute(row, status: str, minor: int = 7500) -> DisputeSeen:
    return DisputeSeen("dp_1", row.reference, Money(minor, "eur"), status, "fraudulent")


def test_a_dispute_takes_the_money_back_and_a_won_one_returns_it(desk):
    invoice = desk.ledger.invoice(75)
    row = desk.pay(7500, to=[invoice])
    day = NOW + timedelta(days=1)
    tell(desk, dispute(row, "open"), at=day)
    with clock.frozen(day):
        assert desk.ledger.balance() == 75
    tell(desk, dispute(row, "won"), dispute(row, "won"), at=day)
    with clock.frozen(day):
        assert desk.ledger.balance() == 0
    won = Dispute.objects.get()
    link = Allocation.objects.get(debit=won.taken_id, released_on=None)
    assert (won.state, link.credit_id) == ("won", won.returned_id)


@pytest.mark.parametrize(("status", "left"), [("lost", 30), ("won", 0)])
def test_a_dispute_of_part_that_was_heard_of_late(desk, status, left):
    """The opening was never delivered: the first thing heard is the end."""
    invoice = desk.ledger.invoice(75)
    row = desk.pay(7500, to=[invoice])
    day = NOW + timedelta(days=1)
    for told in (status, "open", status):
        tell(desk, dispute(row, told, 3000), at=day)
    with clock.frozen(day):
        assert desk.ledger.balance() == left
    assert Dispute.objects.get().state == status


def test_cards_are_followed_as_they_change_and_go(desk):
    changed = InstrumentSeen("", desk.card.token, "card", "", "visa", "1881", 3, 2034, "DE", "fp2")
    assert tell(desk, changed)
    card = Instrument.objects.get(pk=desk.card.pk)
    assert (card.last4, card.exp_year, card.is_default) == ("1881", 2034, True)
    assert tell(desk, InstrumentGone(card.token))
    card.refresh_from_db()
    assert (card.removed_at is not None, card.is_default) == (True, False)
    assert not desk.ledger.account.payment_preferences.filter(released_at=None).exists()


def test_the_next_card_takes_the_place_of_a_default_that_went(desk):
    second = desk.register(desk.ledger.account, "card-two")
    assert not second.is_default
    tell(desk, InstrumentGone(desk.card.token))
    second.refresh_from_db()
    assert second.is_default


def test_money_that_was_moved_is_paid_back_from_where_it_stands(desk):
    """The payment went to another account; what the gateway captured is found behind it all the same."""
    row = desk.pay(7500)
    other = desk.ledger.open("Bob")
    paid = desk.transaction(row.transaction_id)
    moved = desk.ledger.move(Posted(paid.pk, paid.number, "payment", paid.account_id, 7500), other)
    asked = desk.cancel(moved.id)
    assert desk.work(asked.request_id).state == "posted"
    assert (desk.transaction(moved.id).state, desk.ledger.balance(other), desk.bank.captured) == ("cancelled", 0, 0)


def test_a_dispute_of_money_that_was_moved_is_taken_from_its_account_of_now(desk):
    row = desk.pay(7500)
    other = desk.ledger.open("Bob")
    paid = desk.transaction(row.transaction_id)
    desk.ledger.move(Posted(paid.pk, paid.number, "payment", paid.account_id, 7500), other)
    tell(desk, dispute(row, "open"))
    with clock.frozen(NOW + timedelta(days=1)):
        assert (desk.ledger.balance(), desk.ledger.balance(other)) == (0, 0)


def refund_there(charge: str) -> RefundSeen:
    return RefundSeen("re_there", charge, Money(4000, "eur"), "succeeded")


def dispute_there(charge: str) -> DisputeSeen:
    return DisputeSeen("dp_1", charge, Money(4000, "eur"), "open", "fraudulent")


@pytest.mark.parametrize("make", [refund_there, dispute_there])
def test_what_is_heard_before_its_payment_is_known_is_asked_for_again(desk, make):
    desk.bank.script = [lose_after]
    row = desk.pay(10_000)
    captured = desk.bank.by_request[row.public_id]
    with pytest.raises(refund_errors.ChargeUnknownYet, match=row.number):
        tell(desk, make(captured.charge))
    tell(desk, RequestOutcome(row.public_id, captured))
    assert tell(desk, make(captured.charge))
    with clock.frozen(NOW + timedelta(days=1)):
        assert (desk.row(row.pk).state, desk.ledger.balance()) == ("posted", -60)


@pytest.mark.parametrize("make", [refund_there, dispute_there])
def test_a_payment_that_is_told_with_what_went_back_of_it_comes_first(desk, make):
    desk.bank.script = [lose_after]
    row = desk.pay(10_000)
    captured = desk.bank.by_request[row.public_id]
    assert tell(desk, RequestOutcome(row.public_id, captured), make(captured.charge))
    with clock.frozen(NOW + timedelta(days=1)):
        assert desk.ledger.balance() == -60


@pytest.mark.parametrize("make", [refund_there, dispute_there])
def test_what_went_back_of_a_charge_of_others_means_nothing(desk, make):
    desk.pay(10_000)
    assert not tell(desk, make("ch_of_others"))
