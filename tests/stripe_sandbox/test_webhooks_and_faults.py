"""What leaves the sandbox by itself, and what goes wrong because it was told to."""

import json

import pytest
import stripe
from tests.stripe_sandbox.conftest import START, charge, connect, control, send, types_of

from stripe_sandbox.routing import NoAnswer, Request
from stripe_sandbox.sandbox import Sandbox

PULL = {"key": "sk_test_demo", "url": "pull:tests", "secret": "whsec_test"}


def take(sandbox, **given):
    return control(sandbox, "POST", "/deliveries/take", given)


def fail_with(sandbox, action, **more):
    control(sandbox, "POST", "/faults", [{"path": "^/v1/payment_intents$", "method": "POST", "action": action, **more}])


def test_a_delivery_is_signed_and_carries_the_event(sandbox, api):
    control(sandbox, "POST", "/webhooks", PULL)
    customer = api.customers.create({"name": "Ana"})
    assert api.events.list().data[0].pending_webhooks == 1
    [sent] = take(sandbox)
    event = stripe.Webhook.construct_event(
        sent["body"], sent["headers"]["Stripe-Signature"], "whsec_test", tolerance=10**12
    )
    assert (event.type, event.data.object.id, event.api_version) == (
        "customer.created",
        customer.id,
        stripe.api_version,
    )
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(sent["body"], sent["headers"]["Stripe-Signature"], "whsec_other")
    assert sent["headers"]["Stripe-Signature"].startswith(f"t={START},v1=")
    assert api.events.list().data[0].pending_webhooks == 0
    assert len(api.events.list({"delivery_success": True}).data) == 1
    api.customers.create()
    assert len(api.events.list({"delivery_success": False}).data) == 1


def test_endpoints_listen_to_their_types_and_can_be_changed(sandbox, api):
    made = api.webhook_endpoints.create({"url": "https://a.example/h", "enabled_events": ["customer.deleted"]})
    assert made.secret.startswith("whsec_")
    assert not hasattr(api.webhook_endpoints.retrieve(made.id), "secret")
    customer = api.customers.create()
    assert control(sandbox, "GET", "/deliveries") == []
    api.customers.delete(customer.id)
    assert [d["type"] for d in control(sandbox, "GET", "/deliveries")] == ["customer.deleted"]
    api.webhook_endpoints.update(made.id, {"enabled_events": ["*"], "disabled": True})
    api.customers.create()
    assert len(control(sandbox, "GET", "/deliveries")) == 1
    assert api.webhook_endpoints.delete(made.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError):
        api.webhook_endpoints.create({"url": "ftp://a.example", "enabled_events": ["*"]})
    with pytest.raises(stripe.InvalidRequestError, match="must be one of"):
        api.webhook_endpoints.create({"url": "https://a.example", "enabled_events": ["customer.invented"]})


def test_deliveries_of_other_accounts_stay_apart(sandbox):
    control(sandbox, "POST", "/webhooks", PULL)
    connect(sandbox, "sk_test_other").v1.customers.create()
    connect(sandbox, "sk_live_demo").v1.customers.create()
    assert take(sandbox) == []


def test_deliveries_can_be_taken_in_any_order_and_twice(sandbox, api):
    control(sandbox, "POST", "/webhooks", PULL)
    for _ in range(3):
        api.customers.create()
    first, second, third = (d["id"] for d in control(sandbox, "GET", "/deliveries"))
    assert [d["id"] for d in take(sandbox, ids=[third, first], copy=True)] == [third, first]
    assert [d["id"] for d in take(sandbox, ids=[second, third])] == [second, third]
    assert [d["id"] for d in take(sandbox)] == [first]
    event = api.events.list().data[0].id
    control(sandbox, "POST", "/deliveries/resend", {"key": "sk_test_demo", "event": event})
    assert [d["event"] for d in take(sandbox)] == [event]


def test_a_failed_delivery_is_tried_again_until_stripe_gives_up(sandbox, api):
    api.webhook_endpoints.create({"url": "https://a.example/h", "enabled_events": ["*"]})
    api.customers.create()
    tries = []
    while control(sandbox, "GET", "/deliveries"):
        [waiting] = control(sandbox, "GET", "/deliveries")
        sandbox.timeline.advance_to(waiting["due"])
        [delivery] = sandbox.outbox.take_due(10)
        tries.append(sandbox.timeline.now - START)
        sandbox.outbox.answered(delivery, is_ok=False)
    assert tries == [0, 300, 2100, 9300], "three more times over the course of a few hours"
    assert api.events.list().data[0].pending_webhooks == 0


@pytest.mark.parametrize(
    ("rule", "dues"),
    [
        ({"action": "drop"}, []),
        ({"action": "duplicate", "copies": 2}, [0, 0, 0]),
        ({"action": "delay", "seconds": 90}, [90]),
    ],
)
def test_webhooks_go_wrong_as_told(sandbox, api, rule, dues):
    control(sandbox, "POST", "/webhooks", PULL)
    control(sandbox, "POST", "/faults", [{"event": "^customer", **rule}])
    api.customers.create()
    assert [d["due"] - START for d in control(sandbox, "GET", "/deliveries")] == dues
    api.customers.create()
    assert len(control(sandbox, "GET", "/deliveries")) == len(dues) + 1, "a rule acts once unless told"


def test_reordered_webhooks_overtake_each_other(sandbox, api):
    control(sandbox, "POST", "/webhooks", PULL)
    control(sandbox, "POST", "/faults", [{"event": "", "action": "reorder", "times": 0}])
    for _ in range(10):
        api.customers.create()
    sandbox.timeline.advance_to(START + 5)
    taken = [d["id"] for d in take(sandbox)]
    assert taken != sorted(taken)
    assert sorted(taken) == list(range(1, 11))


@pytest.mark.parametrize(
    ("action", "error", "has_moved", "again"),
    [
        ("error_before", stripe.APIError, False, "new"),
        ("error_after", stripe.APIError, True, "500"),
        ("drop_before", stripe.APIConnectionError, False, "new"),
        ("drop_after", stripe.APIConnectionError, True, "replay"),
        ("timeout_after", stripe.APIConnectionError, True, "replay"),
        ("rate_limit", stripe.RateLimitError, False, "new"),
    ],
)
def test_a_fault_and_the_same_key_again(sandbox, api, customer, card, action, error, has_moved, again):
    fail_with(sandbox, action)
    order = {"metadata": {"request": "pgr_1"}, "options": {"idempotency_key": "k"}}

    def collect():
        given = {"amount": 1000, "currency": "eur", "customer": customer.id, "payment_method": card.id}
        given |= {"confirm": True, "off_session": True, "metadata": order["metadata"]}
        return api.payment_intents.create(given, order["options"])

    with pytest.raises(error):
        collect()
    assert len(control(sandbox, "GET", "/moved")) == has_moved
    found = api.payment_intents.search({"query": "metadata['request']:'pgr_1'"}).data
    assert len(found) == has_moved, "what moved can be found by metadata"
    if again == "500":
        with pytest.raises(error):
            collect()
    else:
        replayed = "Idempotent-Replayed" in collect().last_response.headers
        assert replayed is (again == "replay")
    assert len(control(sandbox, "GET", "/moved")) == 1, "however it went, money moved once"


def test_an_error_may_keep_the_true_answer(sandbox, api):
    control(sandbox, "POST", "/faults", [{"path": "customers", "action": "error_after", "kept": False}])
    with pytest.raises(stripe.APIError) as caught:
        api.customers.create({"name": "Ana"}, {"idempotency_key": "k"})
    assert caught.value.headers["Stripe-Should-Retry"] == "true"
    assert api.customers.create({"name": "Ana"}, {"idempotency_key": "k"}).name == "Ana"
    assert len(api.customers.list().data) == 1


def test_a_rule_chooses_its_calls(sandbox, api, customer, card):
    fail_with(sandbox, "error_before", nth=2, times=2, metadata={"request": "pgr_1"})

    def outcome(request):
        try:
            return charge(api, customer, card.id, metadata={"request": request}).status
        except stripe.APIError:
            return "error"

    others = [outcome("pgr_2") for _ in range(3)]
    assert others == ["succeeded"] * 3
    assert [outcome("pgr_1") for _ in range(4)] == ["succeeded", "error", "error", "succeeded"]


def test_a_rule_finds_metadata_of_the_object_that_the_path_names(sandbox, api, customer, card):
    intent = charge(api, customer, card.id, capture_method="manual", metadata={"request": "pgr_1"})
    control(sandbox, "POST", "/faults", [{"metadata": {"request": "pgr_1"}, "action": "drop_after"}])
    with pytest.raises(stripe.APIConnectionError):
        api.payment_intents.capture(intent.id)
    assert api.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize(
    "rule",
    [{"action": "explode"}, {"action": "drop"}, {"action": "drop_after", "nth": 0}, {"action": "slow", "pth": "x"},
     {"action": "slow", "path": "("}, {"event": "x", "action": "slow"}],
)  # fmt: skip
def test_a_wrong_script_is_refused_and_the_old_one_stays(sandbox, rule):
    fail_with(sandbox, "error_before", times=0)
    assert send(sandbox, "POST", "/_sandbox/faults", json.dumps([rule])).status == 400
    assert send(sandbox, "POST", "/v1/payment_intents", "amount=100&currency=eur").status == 500


def test_requests_and_matches_are_remembered(sandbox, api):
    control(
        sandbox, "POST", "/faults", [{"path": "customers", "action": "drop_after"}, {"event": "x", "action": "drop"}]
    )
    with pytest.raises(stripe.APIConnectionError):
        api.customers.create({}, {"idempotency_key": "k"})
    api.customers.create({}, {"idempotency_key": "k"})
    api.customers.list()
    assert [(r["method"], r["idempotency_key"], r["status"]) for r in control(sandbox, "GET", "/requests")] == [
        ("POST", "k", None),
        ("POST", "k", 200),
        ("GET", None, 200),
    ]
    assert [rule["seen"] for rule in control(sandbox, "GET", "/faults")] == [3, 0]


def test_a_silence_says_how_long(sandbox):
    fail_with(sandbox, "timeout_after", seconds=7)
    outcome = sandbox.handle(
        Request("POST", "/v1/payment_intents", "", {"authorization": "Bearer sk_test_demo"}, b"amount=100&currency=eur")
    )
    assert outcome == NoAnswer(is_done=True, wait=7)


def test_requests_beyond_the_rate_are_429(sandbox, api):
    control(sandbox, "POST", "/limits", {"rate_limit": 5})
    answers = [send(sandbox, "GET", "/v1/customers") for _ in range(7)]
    assert [a.status for a in answers] == [200] * 5 + [429] * 2
    assert answers[-1].headers["Stripe-Should-Retry"] == "true"
    assert send(sandbox, "GET", "/v1/customers", authorization="Bearer sk_test_other").status == 200
    sandbox.timeline.advance_to(START + 0.2)
    assert [send(sandbox, "GET", "/v1/customers").status for _ in range(2)] == [200, 429]


def test_events_are_listed_by_type_and_polled_from_the_last_one_seen(api, customer, card):
    last = api.events.list({"limit": 1}).data[0].id
    charge(api, customer, card.id)
    new = api.events.list({"ending_before": last, "limit": 100}).data
    assert [event.type for event in new] == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]
    assert len(api.events.list({"types": ["charge.succeeded", "payment_intent.created"]}).data) == 2
    assert len(api.events.list({"type": "payment_intent.*"}).data) == 2
    with pytest.raises(stripe.InvalidRequestError):
        api.events.list({"type": "a", "types": ["b"]})


def test_an_event_keeps_the_object_as_it_was(api, customer):
    api.customers.update(customer.id, {"name": "Bea", "address": {"city": "Riga"}})
    api.customers.update(customer.id, {"name": "Cleo"})
    created = api.events.list({"type": "customer.created"}).data[0]
    assert created.data.object.name == "Ana"
    first = api.events.list({"type": "customer.updated"}).data[1]
    assert first.data.previous_attributes.to_dict() == {"name": "Ana", "address": None}


def test_reset_forgets_everything(sandbox, api):
    control(sandbox, "POST", "/webhooks", PULL)
    api.customers.create()
    control(sandbox, "POST", "/reset", {"start": START + 5})
    assert (api.customers.list().data, types_of(api), control(sandbox, "GET", "/deliveries")) == ([], [], [])
    assert control(sandbox, "GET", "/clock") == {"now": START + 5, "next_due": None, "frozen": True}


def test_time_only_moves_forward():
    sandbox = Sandbox(start=START)
    assert control(sandbox, "POST", "/clock", {"advance": 60})["now"] == START + 60
    assert control(sandbox, "POST", "/clock", {"set": START + 90})["now"] == START + 90
    for wrong in ({"set": START}, {"advance": -1}, {"advance": "x"}, {}):
        assert send(sandbox, "POST", "/_sandbox/clock", json.dumps(wrong)).status == 400
    assert control(sandbox, "GET", "/clock")["now"] == START + 90
