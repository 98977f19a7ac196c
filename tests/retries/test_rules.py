"""The worked example of 7.8, the classes of every code that ships, and laws of plans over random input."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import day

from stripe_sandbox.payments.cards import DECLINE_CODES, IBANS
from subledger.gateways.declines import DeclineClass as D
from subledger.gateways.declines import class_among
from subledger.gateways.generic.declines import REASON_CLASSES
from subledger.gateways.generic.reasons import DUPLICATES, REASONS
from subledger.gateways.registry import decline_class
from subledger.gateways.stripe.declines import STRIPE_DECLINES
from subledger.retries.rules.plans import Plan, Step, Used, after_by_hand, next_payday, planned
from subledger.retries.services.schedule import OVER

AT = datetime(2026, 6, 8, 12, tzinfo=UTC)
FAILED = {"failed_on": date(2026, 6, 8), "failed_at": AT, "today": date(2026, 6, 8)}

# Every decline code of the sandbox, which are those of docs.stripe.com/declines/codes, with what follows from it.
EXPECTED = {
    "approve_with_id": D.SOFT,
    "authentication_required": D.CUSTOMER_NEEDED,
    "call_issuer": D.SOFT,
    "card_not_supported": D.HARD,
    "card_velocity_exceeded": D.SOFT,
    "currency_not_supported": D.HARD,
    "do_not_honor": D.SOFT,
    "do_not_try_again": D.HARD,
    "duplicate_transaction": D.SOFT,
    "expired_card": D.HARD,
    "fraudulent": D.HARD,
    "generic_decline": D.SOFT,
    "incorrect_cvc": D.HARD,
    "incorrect_number": D.HARD,
    "incorrect_pin": D.CUSTOMER_NEEDED,
    "incorrect_zip": D.HARD,
    "insufficient_funds": D.SOFT,
    "invalid_account": D.HARD,
    "invalid_amount": D.SOFT,
    "invalid_cvc": D.HARD,
    "invalid_expiry_month": D.HARD,
    "invalid_expiry_year": D.HARD,
    "invalid_number": D.HARD,
    "invalid_pin": D.CUSTOMER_NEEDED,
    "issuer_not_available": D.GATEWAY_ERROR,
    "lost_card": D.HARD,
    "merchant_blacklist": D.HARD,
    "new_account_information_available": D.HARD,
    "no_action_taken": D.SOFT,
    "not_permitted": D.HARD,
    "offline_pin_required": D.CUSTOMER_NEEDED,
    "online_or_offline_pin_required": D.CUSTOMER_NEEDED,
    "pickup_card": D.HARD,
    "pin_try_exceeded": D.HARD,
    "processing_error": D.GATEWAY_ERROR,
    "reenter_transaction": D.SOFT,
    "restricted_card": D.HARD,
    "revocation_of_all_authorizations": D.HARD,
    "revocation_of_authorization": D.HARD,
    "security_violation": D.HARD,
    "service_not_allowed": D.HARD,
    "stolen_card": D.HARD,
    "stop_payment_order": D.HARD,
    "testmode_decline": D.HARD,
    "transaction_not_allowed": D.HARD,
    "try_again_later": D.SOFT,
    "withdrawal_count_limit_exceeded": D.SOFT,
}


def test_every_decline_code_of_stripe_has_its_class():
    assert set(EXPECTED) == DECLINE_CODES
    assert {code: decline_class(code, "stripe") for code in EXPECTED} == EXPECTED
    debits = {iban.fails for iban in IBANS.values() if iban.fails}
    assert {code: decline_class(code, "stripe") for code in debits} == {
        "debit_not_authorized": D.HARD, "insufficient_funds": D.SOFT,
    }  # fmt: skip


def test_no_code_of_stripe_is_in_two_classes():
    from subledger.gateways.stripe import declines

    said = " ".join((declines._HARD, declines._SOFT, declines._CUSTOMER_NEEDED, declines._GATEWAY_ERROR,
                     declines._CALLED_OFF)).split()  # fmt: skip
    assert len(said) == len(set(said)) == len(STRIPE_DECLINES)


def test_every_reason_of_banks_has_its_class():
    assert set(REASON_CLASSES) == set(REASONS) | DUPLICATES
    of = {"AC04": D.HARD, "MD01": D.HARD, "AM04": D.SOFT, "TECH": D.GATEWAY_ERROR, "AM05": D.SILENCE}
    assert {code: decline_class(code, "generic") for code in of} == of


@pytest.mark.parametrize(
    ("code", "kind", "class_"),
    [
        ("never_heard_of", "stripe", D.SOFT),
        ("", "generic", D.SOFT),
        (" am04 ", "generic", D.SOFT),
        ("ac04", "generic", D.HARD),
        ("never_arrived", "generic", D.GATEWAY_ERROR),
        ("action_expired", "stripe", D.CUSTOMER_NEEDED),
        ("session_expired", "stripe", D.CUSTOMER_NEEDED),
        ("no_answer", "stripe", D.SILENCE),
        ("requested_by_customer", "stripe", D.CALLED_OFF),
        ("api_error", "stripe", D.GATEWAY_ERROR),
    ],
)
def test_other_codes(code: str, kind: str, class_: D):
    assert decline_class(code, kind) is class_


def test_what_nobody_knows_is_in_no_class():
    assert class_among(STRIPE_DECLINES, "never_heard_of") is None


def test_worked_example_7_8_days():
    """Soft decline on 08/06 → retries 11/06, 16/06, 23/06, 03/07."""
    found, failed, used = [], day("08/06"), Used()
    while True:
        next_one = planned(D.SOFT, Plan(), used, failed_on=failed, failed_at=AT, today=failed)
        if next_one is None:
            break
        found.append((next_one.on, next_one.number, next_one.of))
        failed, used = next_one.on, next_one.used
    assert found == [(day(text), n, 4) for n, text in enumerate(("11/06", "16/06", "23/06", "03/07"), 1)]


def test_hours_of_the_gateway_are_no_tries_of_the_days():
    plan, used, found = Plan(), Used(days=1), []
    while (next_one := planned(D.GATEWAY_ERROR, plan, used, **FAILED)) is not None:
        found.append((next_one.at - AT, next_one.number, next_one.of, next_one.used.days))
        used = next_one.used
    assert found == [(timedelta(hours=hours), n, 3, 1) for n, hours in enumerate((1, 6, 24), 1)]
    after = planned(D.SOFT, plan, used, **FAILED)
    assert after is not None
    assert (after.number, after.used) == (2, Used(2, 0)), "the second day, and hours begin anew"


def test_what_is_tried_by_no_clock():
    for class_ in (D.HARD, D.SILENCE, D.CALLED_OFF):
        assert planned(class_, Plan(), Used(), **FAILED) is None


def test_a_failure_that_is_told_late_is_tried_today():
    late = {**FAILED, "today": date(2026, 6, 20)}
    found = planned(D.SOFT, Plan(), Used(), **late)
    assert found is not None
    assert found.on == date(2026, 6, 20)


@pytest.mark.parametrize(
    ("on", "paydays", "payday"),
    [
        ("11/06", (), "11/06"),
        ("11/06", (15,), "15/06"),
        ("15/06", (15,), "15/06"),
        ("16/06", (15,), "15/07"),
        ("16/06", (1, 15), "01/07"),
        ("29/06", (31,), "30/06"),
        ("01/02", (30,), "28/02"),
        ("31/12", (1,), "01/01/2027"),
    ],
)
def test_paydays(on: str, paydays: tuple[int, ...], payday: str):
    assert next_payday(day(on), paydays) == day(payday)


DAYS = st.lists(st.integers(1, 90), min_size=0, max_size=8)
HOURS = st.lists(st.integers(1, 168), max_size=4)
CLASSES = st.lists(st.sampled_from(list(D)), max_size=40)


@given(
    days=DAYS,
    hours=st.lists(st.integers(1, 168), max_size=4),
    paydays=st.lists(st.integers(1, 31), unique=True),
    answers=CLASSES,
)
def test_laws_of_chains(days: list[int], hours: list[int], paydays: list[int], answers: list[D]):
    """However it fails: no more tries on days than the plan has, none before its day, none in the past, on paydays."""
    plan, used, at, tries = Plan(days, hours, paydays), Used(), AT, 0
    for class_ in answers:
        on = at.date()
        found = planned(class_, plan, used, failed_on=on, failed_at=at, today=on)
        if found is None:
            exhausted = used.days >= len(days) if class_ in (D.SOFT, D.CUSTOMER_NEEDED) else used.hours >= len(hours)
            assert exhausted or class_ in (D.HARD, D.SILENCE, D.CALLED_OFF)
            break
        assert 1 <= found.number <= found.of
        if found.on is not None:
            tries += 1
            assert found.on >= on + timedelta(days=days[found.number - 1])
            last = (found.on + timedelta(days=1)).day == 1
            assert not paydays or found.on.day in paydays or (last and max(paydays) > found.on.day)
            at = datetime.combine(found.on, AT.time(), UTC)
        else:
            assert found.used.days == used.days
            assert found.at is not None
            assert found.at > at
            at = found.at
        used = found.used
    assert tries <= len(days)


def test_what_was_charged_by_hand_leaves_the_step_and_its_day():
    plan, step = Plan(), Step(1, 4, Used(1), date(2026, 6, 11))
    kept = after_by_hand(D.SOFT, plan, step, **FAILED)
    assert kept is not None
    assert (kept.number, kept.of, kept.used, kept.on) == (1, 4, Used(1), date(2026, 6, 11))
    come = after_by_hand(D.SOFT, plan, Step(1, 4, Used(1), date(2026, 6, 8)), **FAILED)
    assert come == planned(D.SOFT, plan, Used(), **FAILED), "its day has come: counted from this failure"
    unknown = after_by_hand(D.SOFT, plan, Step(2, 4, Used(2), None), **FAILED)
    assert unknown == planned(D.SOFT, plan, Used(1), **FAILED)


def test_an_hour_that_was_planned_is_left_too():
    plan, step = Plan(), Step(2, 3, Used(1, 2), date(2026, 6, 9))
    assert step.before == Used(1, 1)
    assert after_by_hand(D.GATEWAY_ERROR, plan, step, **FAILED) == planned(D.GATEWAY_ERROR, plan, Used(1, 1), **FAILED)
    assert after_by_hand(D.SOFT, plan, step, **FAILED) == planned(D.SOFT, plan, Used(1, 1), **FAILED)
    assert after_by_hand(D.HARD, plan, step, **FAILED) is None
    assert Step(1, 4, Used(), None).before == Used()


def test_every_class_of_declines_has_its_end():
    """A new one is told as what it is, not as tried as often as its plan says."""
    assert {*OVER, D.HARD} == set(D)
