"""What becomes known of a request whose answer was lost: by lists first, by search besides, never by a guess."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.gateways.stripe.canned import OURS, canned, run

from subledger.gateways.port import (
    ActionRequired,
    Declined,
    InProgress,
    LookUp,
    Lost,
    Notice,
    NotThere,
    Succeeded,
)
from subledger.platform import clock

LIST, SEARCH, PAGES = "GET /v1/payment_intents", "GET /v1/payment_intents/search", "GET /v1/checkout/sessions"
NOTHING = (200, {"object": "list", "data": [], "has_more": False})


def listing(*rows):
    return (200, {"object": "list", "data": list(rows), "has_more": False})


def intent(ident: str, status: str, *, age: timedelta = timedelta(), metadata=OURS, **fields):
    return {
        "id": ident,
        "object": "payment_intent",
        "amount_received": 1050,
        "created": int((clock.now() - age).timestamp()),
        "currency": "eur",
        "latest_charge": "ch_1",
        "metadata": metadata,
        "status": status,
        **fields,
    }


def asked(answers, **fields):
    gateway, http = canned({LIST: NOTHING, SEARCH: NOTHING, PAGES: NOTHING, **answers})
    known = {"reference": "", "customer_token": "cus_1", "charge": "", "sent_at": clock.now()}
    query = LookUp(request="prq_1", type="payment", **{**known, **fields})
    return run(gateway.look_up(query)), http


def test_what_the_list_shows_needs_no_search():
    outcome, http = asked({LIST: listing(intent("pi_1", "succeeded"))})
    assert isinstance(outcome, Succeeded)
    [(method, path, sent, _)] = http.asked
    assert (method, path, sent["customer"]) == ("GET", "/v1/payment_intents", "cus_1")


def test_the_list_begins_before_our_clock_says_it_was_sent():
    sent_at = clock.now()
    _, http = asked({LIST: listing(intent("pi_1", "succeeded"))}, sent_at=sent_at)
    assert int(http.asked[0][2]["created[gte]"]) <= int((sent_at - timedelta(minutes=5)).timestamp())


def test_what_a_list_by_time_misses_is_searched_for():
    outcome, _ = asked({SEARCH: listing(intent("pi_1", "succeeded"))})
    assert isinstance(outcome, Succeeded)


def test_where_there_is_no_search_the_list_decides():
    refused = (400, {"error": {"type": "invalid_request_error", "message": "No search in your country."}})
    assert asked({SEARCH: refused})[0] == NotThere()


@pytest.mark.parametrize("silent", [LIST, SEARCH, PAGES])
def test_without_every_answer_nothing_is_said_not_to_be_there(silent):
    assert isinstance(asked({silent: (503, b"")})[0], Lost)


def test_others_objects_are_not_taken_for_ours():
    others = [
        intent("pi_2", "succeeded", metadata={**OURS, "subledger_request": "prq_2"}),
        intent("pi_3", "succeeded", metadata={**OURS, "subledger_provider": "gwp_2"}),
        intent("pi_4", "succeeded", metadata={}),
        intent("pi_5", "succeeded", metadata=None),
    ]
    assert asked({LIST: listing(*others), SEARCH: listing(*others)})[0] == NotThere()


@pytest.mark.parametrize(
    ("states", "found"),
    [
        (("canceled", "succeeded"), Succeeded),
        (("canceled", "processing"), InProgress),
        (("requires_action", "canceled"), ActionRequired),
        (("processing", "succeeded", "requires_action"), Succeeded),
    ],
)
def test_of_several_the_one_that_says_most_about_money_counts(states, found):
    rows = [intent(f"pi_{number}", state) for number, state in enumerate(states)]
    assert isinstance(asked({LIST: listing(*rows)})[0], found)
    assert isinstance(asked({LIST: listing(*rows[::-1])})[0], found)


@pytest.mark.parametrize("status", ["requires_confirmation", "requires_payment_method"])
@pytest.mark.parametrize("reference", ["", "pi_1"])
def test_a_payment_that_was_made_and_never_tried_ends_after_an_hour(status, reference):
    def answers(age):
        row = intent("pi_1", status, age=age)
        return {LIST: listing(row), "GET /v1/payment_intents/pi_1": (200, row)}

    assert asked(answers(timedelta(minutes=59)), reference=reference)[0] == InProgress("pi_1")
    outcome, _ = asked(answers(timedelta(minutes=61)), reference=reference)
    assert isinstance(outcome, Declined)
    assert (outcome.code, outcome.reference) == ("never_tried", "pi_1")


def test_a_refund_without_a_charge_cannot_be_looked_for():
    gateway, http = canned({})
    query = LookUp("prq_1", "refund", "", "", "", clock.now())
    assert isinstance(run(gateway.look_up(query)), Lost)
    assert http.asked == []


def test_a_reference_cannot_lead_to_another_address():
    gateway, http = canned({"GET /v1/payment_intents/..%2Frefunds%3Fa": (404, {"error": {"code": "resource_missing"}})})
    assert run(gateway.facts(Notice("evt_1", "payment_intent.succeeded", "../refunds?a", clock.now()))) == ()
    assert len(http.asked) == 1
