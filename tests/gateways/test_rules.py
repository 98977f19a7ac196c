"""The rules of requests, bound by bound: the day of a fact, what an outcome does, what may leave, when to ask again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from subledger.gateways.port import ActionRequired, Declined, InProgress, Lost, NotThere, Postponed, Returned, Succeeded
from subledger.gateways.rules.days import posting_day
from subledger.gateways.rules.orders import cancellation, keep_cancellation, keep_payment, payment
from subledger.gateways.rules.outcomes import (
    AGAIN,
    GIVE_UP,
    RESEND,
    RESEND_WINDOW,
    SEARCH_LAG,
    WAIT,
    action_of,
    is_usable,
    next_check,
    when_not_there,
)
from subledger.gateways.rules.outstanding import UnderWay, chargeable, refundable
from subledger.gateways.states import RequestState as S
from subledger.gateways.states import RequestType as T
from subledger.kernel.money import Money
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.states import Classification

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
EUR = Money(10_00, "eur")
PAID, NO = Succeeded("r", EUR), Declined("no", "No.")


def may(number: int) -> date:
    return date(2026, 5, number)


@pytest.mark.parametrize(
    ("told", "closed", "earliest", "posted"),
    [
        (None, None, None, 20),
        (7, None, None, 7),
        (21, None, None, 20),  # the gateway's clock is ahead of ours
        (7, 7, None, 8),
        (7, 6, None, 7),
        (7, 10, None, 11),
        (7, 20, None, 20),  # even today is closed: posting refuses with its reason
        (7, None, 9, 9),
        (9, None, 7, 9),
        (7, 10, 9, 11),
    ],
)
def test_a_fact_is_posted_on_its_day_or_the_next_that_is_open(told, closed, earliest, posted):
    days = {"closed_through": closed and may(closed), "earliest": earliest and may(earliest)}
    assert posting_day(told and may(told), today=may(20), **days) == may(posted)


@pytest.mark.parametrize(
    ("state", "type_", "outcome", "action"),
    [
        (S.UNDER_PROCESSING, T.PAYMENT, PAID, "confirm"),
        (S.UNDER_PROCESSING, T.PAYMENT, NO, "decline"),
        (S.UNDER_PROCESSING, T.PAYMENT, ActionRequired("r"), "challenge"),
        (S.UNDER_PROCESSING, T.PAYMENT, Lost("silence"), "lose"),
        (S.UNDER_PROCESSING, T.PAYMENT, Postponed("busy", "Later."), "postpone"),
        (S.REQUIRES_ACTION, T.PAYMENT, InProgress("r"), "wait"),
        (S.REQUIRES_ACTION, T.PAYMENT, ActionRequired("r"), None),
        (S.UNDER_PROCESSING, T.PAYMENT, NotThere(), None),
        (S.POSTED, T.PAYMENT, PAID, None),
        (S.POSTED, T.PAYMENT, NO, None),  # a late decline undoes no payment …
        (S.POSTED, T.PAYMENT, Returned("closed", "Back."), "reverse"),  # … and its return does
        (S.POSTED, T.REFUND, NO, "reverse"),
        (S.POSTED, T.PAYMENT_CANCELLATION, NO, "reverse"),
        (S.POSTED, T.REFUND, Lost("silence"), None),
        (S.REJECTED, T.PAYMENT, PAID, "confirm"),
        (S.REJECTED, T.PAYMENT, NO, None),
    ],
)
def test_what_an_outcome_asks_for(state, type_, outcome, action):
    assert action_of(state, type_, outcome) == action


@pytest.mark.parametrize(("seconds", "action"), [(-1, AGAIN), (0, AGAIN), (1, "confirm")])
def test_only_what_was_seen_after_the_end_contradicts_it(seconds: int, action: str):
    seen = NOON + timedelta(seconds=seconds)
    assert action_of(S.REJECTED, T.PAYMENT, PAID, observed_at=seen, settled_at=NOON) == action
    assert action_of(S.REJECTED, T.PAYMENT, PAID, settled_at=NOON) == "confirm", "a person's word"
    assert action_of(S.UNKNOWN, T.PAYMENT, PAID, observed_at=seen, settled_at=NOON) == "confirm", "it had not ended"


@pytest.mark.parametrize(("checks", "after"), [(0, 300), (1, 3600), (2, 86400), (3, 86400), (40, 86400)])
def test_a_request_is_looked_up_after_five_minutes_an_hour_and_then_daily(checks: int, after: int):
    assert next_check(checks, NOON) == NOON + timedelta(seconds=after)


@pytest.mark.parametrize(
    ("age", "then"),
    [
        (SEARCH_LAG - timedelta(seconds=1), WAIT),
        (SEARCH_LAG, RESEND),
        (RESEND_WINDOW - timedelta(seconds=1), RESEND),
        (RESEND_WINDOW, GIVE_UP),
    ],
)
def test_what_is_not_there_is_sent_again_while_the_gateway_remembers_its_key(age: timedelta, then: str):
    assert when_not_there(NOON, NOON + age) == then


@pytest.mark.parametrize(
    ("expires", "usable"),
    [
        ((2026, 5), True),
        ((2026, 4), False),
        ((2027, 1), True),
        ((2025, 12), False),
        ((None, 5), True),
        ((1, None), True),
    ],
)
def test_a_card_is_good_through_its_last_month(expires, usable: int):
    assert is_usable(*expires, year=2026, month=5) is bool(usable)


def test_what_is_charged_is_within_what_is_owed_the_older_first():
    first, second, third = UnderWay(1, 60), UnderWay(2, 60), UnderWay(3, 40)
    assert chargeable([third, second, first], open_minor={}, debits=100, credits=0) == ({1: 100, 2: 40, 3: 40}, 0)
    assert chargeable([first], open_minor={}, debits=100, credits=30) == ({1: 70}, 10)
    assert chargeable([UnderWay(1, 70)], open_minor={}, debits=100, credits=30) == ({1: 70}, 0)


def test_what_has_left_uses_up_what_is_owed_whoever_is_older():
    gone = UnderWay(9, 80, has_left=True)
    assert chargeable([UnderWay(1, 30), gone], open_minor={}, debits=100, credits=0) == ({1: 20}, 20)
    too_much = UnderWay(9, 130, has_left=True)
    assert chargeable([UnderWay(1, 30), too_much], open_minor={}, debits=100, credits=0) == ({1: 0}, 0)


def test_a_charge_for_invoices_is_within_what_is_open_of_them_and_comes_first():
    meant = UnderWay(7, 50, meant=(21, 22))
    found, one_more = chargeable([UnderWay(1, 60), meant], open_minor={21: 20, 22: 30}, debits=100, credits=0)
    assert (found, one_more) == ({7: 50, 1: 50}, 50)
    assert chargeable([meant], open_minor={21: 20}, debits=100, credits=0) == ({7: 20}, 100), "not used"
    gone = UnderWay(7, 50, meant=(21,), has_left=True)
    assert chargeable([gone], open_minor={21: 20}, debits=100, credits=0) == ({}, 50), "the rest settles others"
    assert (
        chargeable([UnderWay(7, 30, meant=(21,), has_left=True)], open_minor={21: 40}, debits=100, credits=0)[1] == 70
    )


def test_a_charge_for_all_that_is_owed_is_within_that_less_free_credit_and_comes_with_those_for_invoices():
    whole = UnderWay(7, 70, meant=(21, 22), is_balance=True)
    opened = {21: 60, 22: 40}
    assert chargeable([whole], open_minor=opened, debits=100, credits=30) == ({7: 70}, 0)
    assert chargeable([UnderWay(1, 60), whole], open_minor=opened, debits=100, credits=0)[0] == {7: 100, 1: 30}
    bare = UnderWay(7, 70, is_balance=True)  # what is owed is no invoice
    assert chargeable([UnderWay(1, 60), bare], open_minor={}, debits=100, credits=0)[0] == {7: 100, 1: 30}
    before = UnderWay(5, 40, meant=(22,))
    assert chargeable([whole, before], open_minor=opened, debits=100, credits=0)[0] == {5: 40, 7: 60}
    assert chargeable([whole], open_minor=opened, debits=20, credits=30) == ({7: 0}, 0)


def test_what_was_confirmed_beyond_is_always_within():
    over = UnderWay(1, 150, beyond=50)
    assert over.within == 100
    assert UnderWay(1, 40, beyond=50).within == 0
    assert chargeable([over], open_minor={}, debits=100, credits=0) == ({1: 150}, 0)
    assert chargeable([over], open_minor={}, debits=90, credits=0) == ({1: 140}, 90)
    assert refundable([over], credit=100) == ({1: 150}, 0)
    assert refundable([UnderWay(1, 150, beyond=50, has_left=True)], credit=130) == ({}, 0)


@pytest.mark.parametrize("gone", [{"has_left": True}, {"may_have_left": True}])
def test_a_payment_in_advance_that_has_left_pays_what_is_owed_since(gone):
    card = UnderWay(2, 100, meant=(21,))
    advance = UnderWay(1, 100, beyond=100, **gone)
    found, one_more = chargeable([advance, card], open_minor={21: 100}, debits=100, credits=0)
    assert (found[2], one_more) == (0, 0), "100 in advance, then an invoice of 100"
    assert chargeable([advance, card], open_minor={21: 100}, debits=130, credits=0)[0][2] == 30
    debit = UnderWay(1, 150, beyond=50, meant=(21,), **gone)
    later = UnderWay(2, 50, meant=(22,))
    found, one_more = chargeable([debit, later], open_minor={21: 100, 22: 50}, debits=150, credits=0)
    assert (found[2], one_more) == (0, 0), "150 for an invoice of 100, then an invoice of 50"


def test_a_payment_in_advance_that_has_not_left_gives_way():
    advance, card = UnderWay(1, 100, beyond=100), UnderWay(2, 100, meant=(21,))
    assert chargeable([advance, card], open_minor={21: 100}, debits=100, credits=0)[0] == {2: 100, 1: 100}


def test_what_is_refunded_is_within_the_credit_what_has_left_first_then_the_older():
    first, second, gone = UnderWay(1, 60), UnderWay(2, 60), UnderWay(3, 30, has_left=True)
    assert refundable([second, first, gone], credit=100) == ({1: 70, 2: 10}, 10)
    assert refundable([first], credit=60) == ({1: 60}, 0)
    assert refundable([first, gone], credit=20) == ({1: 0}, 0)
    assert refundable([first], credit=59) == ({1: 59}, 59), "not used"


def test_a_cancellation_waits_with_all_that_it_is_to_say():
    order = Cancel(target_id=1, amount=ALL, type_id=2, category_id=3, issue_reason="why", back_office_code="C",
                   metadata={"k": "v"}, note="seen")  # fmt: skip
    kept = keep_cancellation(order)
    assert kept == {"type_id": 2, "category_id": 3, "issue_reason": "why", "back_office_code": "C",
                    "metadata": {"k": "v"}, "note": "seen"}  # fmt: skip
    then = cancellation(1, kept, may(7))
    assert then == Cancel(target_id=1, amount=ALL, posted_on=may(7), money_has_moved=True, **kept)
    assert keep_cancellation(Cancel(target_id=1, amount=ALL)) == {}


def test_a_payment_waits_with_all_that_it_is_to_say():
    kept = keep_payment(type_id=2, payment_method_id=3, intended_ids=(4, 5), note="seen")
    assert kept == {"type_id": 2, "payment_method_id": 3, "intended_ids": [4, 5], "note": "seen"}
    new = payment(9, 10_00, 8, kept)
    assert (new.classification, new.account_id, new.amount_minor) == (Classification.PAYMENT, 9, 10_00)
    assert (new.payment_preference_id, new.type_id, new.payment_method_id) == (8, 2, 3)
    assert (new.intended_ids, new.note) == ((4, 5), "seen")
    assert keep_payment(intended_ids=(4,), is_balance=True) == {"intended_ids": [4], "is_balance": True}
    bare = payment(9, 10_00, None, keep_payment())
    assert (bare.type_id, bare.payment_method_id, bare.intended_ids, bare.note) == (None, None, (), None)
