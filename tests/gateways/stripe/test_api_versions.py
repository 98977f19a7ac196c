"""One adapter reads the answers of every version that a provider can choose.

``recorded/`` holds answers of the newest version, recorded from the sandbox, whose objects have the fields of Stripe's
published examples. `OLDER` says what versions before wrote otherwise about them (docs.stripe.com/changelog). What
nobody knows yet is tolerated; what is needed and missing is refused by name.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest
from tests.gateways.stripe.canned import canned, run

from subledger.gateways.port import (
    ChargeOrder,
    CustomerFacts,
    Declined,
    GatewayUnavailable,
    Lost,
    Notice,
    RefundOrder,
    Registration,
    Succeeded,
)
from subledger.gateways.stripe.notices import read_notice
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.stripe_client.keys import API_VERSIONS

RECORDED = json.loads((Path(__file__).parent / "recorded" / f"{API_VERSIONS[0]}.json").read_text(encoding="utf-8"))
CARD = "payment_method_details.card."
# (object, field, value): written by that version and all before it; without a value: not written by them.
OLDER = {
    "2026-03-25.dahlia": [
        ("payment_intent", "allowed_payment_method_types"),
        ("checkout.session", "ui_mode", "hosted_page"),
    ],
    "2025-09-30.clover": [
        ("checkout.session", "ui_mode", "hosted"),
        *((thing, "customer_account") for thing in RECORDED),
        *((thing, "managed_payments") for thing in RECORDED),
        ("checkout.session", "integration_identifier"),
    ],
    "2025-03-31.basil": [
        *((thing, "excluded_payment_method_types") for thing in RECORDED),
        ("payment_intent", "latest_charge.balance_transaction.balance_type"),
        ("checkout.session", "origin_context"),
    ],
    "2024-09-30.acacia": [
        ("payment_intent", "invoice", None),
        ("payment_intent", "latest_charge.invoice", None),
        ("charge", "invoice", None),
        ("charge", "outcome.advice_code"),
        ("charge", "outcome.network_advice_code"),
        ("charge", "outcome.network_decline_code"),
        ("charge", f"{CARD}regulated_status"),
        ("charge", f"{CARD}network_transaction_id"),
        ("payment_method", "card.regulated_status"),
        ("checkout.session", "collected_information"),
        ("checkout.session", "shipping_details", None),
        ("checkout.session", "permissions"),
        ("dispute", "enhanced_eligibility_types"),
    ],
}


def answers_of(version: str) -> dict:
    """Every recorded object as that version writes it."""
    objects = deepcopy(RECORDED)
    for one in API_VERSIONS[1 : API_VERSIONS.index(version) + 1]:
        for thing, path, *value in OLDER[one]:
            for name in (name for name in objects if name.split()[0] == thing):
                put(objects[name], path, *value)
    return objects


def put(thing: dict, path: str, *value) -> None:
    """Set a field that a dotted path names, or take it away."""
    *steps, last = path.split(".")
    for step in steps:
        thing = thing.get(step) if isinstance(thing.get(step), dict) else {}
    if value:
        thing[last] = value[0]
    else:
        thing.pop(last, None)


PATHS = {
    "payment_intent": "payment_intents",
    "charge": "charges",
    "refund": "refunds",
    "dispute": "disputes",
    "checkout.session": "checkout/sessions",
    "setup_intent": "setup_intents",
    "payment_method": "payment_methods",
    "mandate": "mandates",
}
EVENTS = {
    "payment_intent": "payment_intent.succeeded",
    "payment_intent declined": "payment_intent.payment_failed",
    "charge": "charge.updated",
    "refund": "refund.updated",
    "dispute": "charge.dispute.updated",
    "checkout.session": "checkout.session.completed",
    "checkout.session setup": "checkout.session.completed",
    "setup_intent": "setup_intent.succeeded",
    "payment_method": "payment_method.updated",
    "mandate": "mandate.updated",
}


def stripe_with(objects: dict, **settings):
    """A gateway to a Stripe that has these objects."""
    served = {
        f"GET /v1/{PATHS[name.split()[0]]}/{thing['id']}": (200, thing)
        for name, thing in objects.items()
        if name != "event"
    }
    served["GET /v1/refunds"] = (200, {"object": "list", "data": [objects["refund"]], "has_more": False})
    served["POST /v1/payment_intents"] = (200, objects["payment_intent"])
    served["POST /v1/refunds"] = (200, objects["refund"])
    served["POST /v1/checkout/sessions"] = (200, {**objects["checkout.session setup"], "url": "https://x.example"})
    return canned(served, **settings)


def facts(objects: dict, name: str):
    gateway, _ = stripe_with(objects)
    return run(gateway.facts(Notice("evt_1", EVENTS[name], RECORDED[name]["id"], clock.now())))


READ = {name: facts(RECORDED, name) for name in EVENTS}


def test_what_the_newest_version_says():
    [paid] = READ["payment_intent"]
    assert paid.request == "prq_1"
    assert isinstance(paid.outcome, Succeeded)
    assert (paid.outcome.amount, paid.outcome.fee) == (Money(1050, "eur"), Money(60, "eur"))
    assert READ["charge"] == (paid,)
    [declined] = READ["payment_intent declined"]
    assert isinstance(declined.outcome, Declined)
    assert declined.outcome.code == "generic_decline"
    payment, refund = READ["refund"]  # the payment of either comes first: it may not be known here yet
    assert payment == paid
    assert (refund.request, refund.amount, refund.status) == ("prq_3", Money(300, "eur"), "succeeded")
    payment, dispute = READ["dispute"]
    assert payment == paid
    assert (dispute.amount, dispute.status) == (Money(600, "eur"), "open")
    assert [fact.request for fact in READ["checkout.session"]] == ["prq_4"]
    assert [(fact.kind, fact.last4) for fact in READ["setup_intent"]] == [("sepa_debit", "3000")]
    assert READ["checkout.session setup"] == READ["setup_intent"]
    assert [(fact.kind, fact.last4, fact.account) for fact in READ["payment_method"]] == [("card", "4242", "acc_1")]
    assert READ["mandate"] == ()


@pytest.mark.parametrize("version", API_VERSIONS[1:])
@pytest.mark.parametrize("name", EVENTS)
def test_every_older_version_reads_the_same(version, name):
    assert answers_of(version) != answers_of(API_VERSIONS[API_VERSIONS.index(version) - 1])
    assert facts(answers_of(version), name) == READ[name]


@pytest.mark.parametrize("version", API_VERSIONS)
def test_every_version_is_asked_in_its_own_words(version):
    gateway, http = stripe_with(answers_of(version), api_version=version)
    order = ChargeOrder(
        key="att_1",
        request="prq_1",
        customer=CustomerFacts("acc_1", "Ana", "ana@example.com", "cus_1"),
        instrument="pm_1",
        instrument_kind="card",
        amount=Money(1050, "eur"),
        description="Invoice 7",
        metadata={},
    )
    assert run(gateway.charge(order)) == READ["payment_intent"][0].outcome
    refund = RefundOrder(key="att_2", request="prq_3", charge="ch_1", amount=Money(300, "eur"), metadata={})
    assert isinstance(run(gateway.refund(refund)), Succeeded)
    page = Registration(order.customer, ("card", "sepa_debit"), "eur", "https://x.example", "https://x.example")
    assert run(gateway.register(page)).url == "https://x.example"
    assert {headers["Stripe-Version"] for _, _, _, headers in http.asked} == {version}
    named = {name.split("[")[0] for _, _, sent, _ in http.asked for name in sent if "method_types" in name}
    assert named == {"allowed_payment_method_types" if "endive" in version else "payment_method_types"}
    automatic = "automatic_payment_methods[allow_redirects]" in http.asked[0][2]
    assert automatic is ("endive" in version)


@pytest.mark.parametrize("version", [*API_VERSIONS, "2020-08-27", None])
def test_an_event_of_any_version_names_its_object(version):
    """Endpoints are delivered to in the version that they were made with, which may be another than the provider's."""
    event = {**RECORDED["event"], "api_version": version}
    notice = read_notice(event, b"", is_live=False)
    assert (notice.external_id, notice.type) == (event["id"], "payment_intent.succeeded")
    assert notice.object_reference == event["data"]["object"]["id"]


def grown(value):
    """As a version of tomorrow might write it."""
    if isinstance(value, dict):
        return {**{name: grown(one) for name, one in value.items()}, "field_of_tomorrow": {"deep": ["x", 1, None]}}
    return [grown(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", EVENTS)
def test_fields_that_nobody_knows_are_tolerated(name):
    objects = {key: grown(thing) for key, thing in RECORDED.items()}
    assert facts(objects, name) == READ[name]


NEEDED = [
    ("payment_intent", "id"),
    ("payment_intent", "status"),
    ("payment_intent", "amount_received"),
    ("payment_intent", "currency"),
    ("payment_intent", "latest_charge"),
    ("payment_intent", "latest_charge.id"),
    ("refund", "id"),
    ("refund", "status"),
    ("refund", "amount"),
    ("refund", "currency"),
    ("refund", "charge"),
    ("dispute", "id"),
    ("dispute", "status"),
    ("dispute", "amount"),
    ("dispute", "charge"),
    ("checkout.session", "status"),
    ("checkout.session", "mode"),
    ("checkout.session", "payment_intent"),
    ("checkout.session setup", "setup_intent"),
    ("setup_intent", "status"),
    ("setup_intent", "payment_method.type"),
    ("payment_method", "id"),
    ("payment_method", "type"),
    ("mandate", "status"),
]


@pytest.mark.parametrize(("name", "field"), NEEDED)
def test_a_field_that_is_needed_and_missing_is_refused_by_its_name(name, field):
    objects = deepcopy(RECORDED)
    reference = objects[name]["id"]
    put(objects[name], field)
    objects[name].setdefault("id", reference)
    if field == "id":
        del objects[name]["id"]
    served = {key: thing for key, thing in objects.items() if key != name}
    gateway, http = stripe_with({**served, name: {**objects[name], "id": reference}})
    http._answers[f"GET /v1/{PATHS[name.split()[0]]}/{reference}"] = (200, objects[name])
    http._answers["GET /v1/refunds"] = (200, {"object": "list", "data": [objects["refund"]], "has_more": False})
    with pytest.raises(GatewayUnavailable) as caught:
        run(gateway.facts(Notice("evt_1", EVENTS[name], reference, clock.now())))
    assert caught.value.code == "unreadable"
    assert repr(field.rpartition(".")[2]) in str(caught.value)


@pytest.mark.parametrize("field", ["status", "amount_received", "currency", "latest_charge"])
def test_a_charge_whose_answer_lacks_a_field_is_lost_and_never_failed(field):
    objects = deepcopy(RECORDED)
    del objects["payment_intent"][field]
    gateway, _ = stripe_with(objects)
    customer = CustomerFacts("acc_1", "Ana", "ana@example.com", "cus_1")
    order = ChargeOrder("att_1", "prq_1", customer, "pm_1", "card", Money(1050, "eur"), "Invoice 7", {})
    outcome = run(gateway.charge(order))
    assert isinstance(outcome, Lost)
    assert repr(field) in outcome.detail
