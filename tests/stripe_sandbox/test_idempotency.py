"""Idempotency keys: docs.stripe.com/api/idempotent_requests, sentence by sentence."""

import pytest
import stripe
from tests.stripe_sandbox.conftest import START, charge, connect, control, send

KEY = {"idempotency_key": "order-1"}


def test_the_same_request_is_answered_once_and_replayed(sandbox, api):
    first = api.customers.create({"name": "Ana"}, KEY)
    second = api.customers.create({"name": "Ana"}, KEY)
    assert first.id == second.id
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert second.last_response.headers["Original-Request"] == first.last_response.request_id
    assert len(api.customers.list().data) == 1


def test_a_replay_shows_the_object_as_it_was(api):
    customer = api.customers.create({"name": "Ana"}, KEY)
    api.customers.update(customer.id, {"name": "Bea"})
    assert api.customers.create({"name": "Ana"}, KEY).name == "Ana"


def test_other_parameters_are_refused_and_change_nothing(api):
    api.customers.create({"name": "Ana"}, KEY)
    with pytest.raises(stripe.IdempotencyError, match="only be used with the same parameters") as caught:
        api.customers.create({"name": "Bea"}, KEY)
    assert caught.value.http_status == 400
    assert len(api.customers.list().data) == 1


def test_another_endpoint_is_refused(api, customer):
    api.customers.create({"name": "Ana"}, KEY)
    with pytest.raises(stripe.IdempotencyError, match="only be used for the same endpoint"):
        api.customers.update(customer.id, {"name": "Ana"}, KEY)


def test_the_order_of_parameters_does_not_matter(sandbox):
    first = send(sandbox, "POST", "/v1/customers", "name=Ana&email=a@b.c", idempotency_key="k")
    assert send(sandbox, "POST", "/v1/customers", "email=a@b.c&name=Ana", idempotency_key="k").body == first.body


def test_a_decline_is_replayed_so_a_new_try_needs_a_new_key(api, customer):
    method = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    order = {"amount": 1000, "currency": "eur", "customer": customer.id, "payment_method": method.id, "confirm": True}
    intents = set()
    for _ in range(2):
        with pytest.raises(stripe.CardError) as caught:
            api.payment_intents.create(order, KEY)
        intents.add(caught.value.error.payment_intent.id)
    assert len(intents) == 1


def test_a_500_is_replayed(sandbox, api):
    control(sandbox, "POST", "/faults", [{"path": "^/v1/customers$", "action": "error_after"}])
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            api.customers.create({"name": "Ana"}, KEY)
        assert caught.value.http_status == 500
    assert len(api.customers.list().data) == 1


def test_what_failed_validation_is_not_kept(api):
    with pytest.raises(stripe.InvalidRequestError):
        api.customers.create({"nme": "Ana"}, KEY)
    assert api.customers.create({"name": "Ana"}, KEY).name == "Ana"


def test_what_an_endpoint_does_not_support_is_not_kept(api):
    with pytest.raises(stripe.InvalidRequestError, match="does not support `source`"):
        api.customers.create({"source": "tok_visa"}, KEY)
    assert api.customers.create({"name": "Ana"}, KEY).name == "Ana"


def test_a_rate_limited_request_is_not_kept(sandbox, api):
    control(sandbox, "POST", "/faults", [{"path": "^/v1/customers$", "action": "rate_limit"}])
    with pytest.raises(stripe.RateLimitError):
        api.customers.create({"name": "Ana"}, KEY)
    assert api.customers.create({"name": "Ana"}, KEY).name == "Ana"


def test_a_key_is_forgotten_after_a_day_and_not_before(sandbox, api):
    first = api.customers.create({"name": "Ana"}, KEY)
    sandbox.timeline.advance_to(START + 24 * 3600 - 1)
    assert api.customers.create({"name": "Ana"}, KEY).id == first.id
    sandbox.timeline.advance_to(START + 24 * 3600)
    assert api.customers.create({"name": "Ana"}, KEY).id != first.id


def test_while_the_first_is_in_progress_a_second_conflicts(sandbox):
    control(sandbox, "POST", "/faults", [{"path": "^/v1/customers$", "action": "slow", "seconds": 3}])
    slow = send(sandbox, "POST", "/v1/customers", "name=Ana", idempotency_key="k")
    assert slow.delay == 3
    during = send(sandbox, "POST", "/v1/customers", "name=Ana", idempotency_key="k")
    assert (during.status, b"idempotency_key_in_use" in during.body) == (409, True)
    slow.sent()
    assert send(sandbox, "POST", "/v1/customers", "name=Ana", idempotency_key="k").body == slow.body


def test_get_and_delete_ignore_keys(sandbox, customer):
    for _ in range(2):
        assert send(sandbox, "GET", f"/v1/customers/{customer.id}", idempotency_key="k").status == 200
    assert send(sandbox, "DELETE", f"/v1/customers/{customer.id}", idempotency_key="k").status == 200
    assert send(sandbox, "POST", "/v1/customers", idempotency_key="k").status == 200


def test_a_key_has_at_most_255_characters(sandbox):
    assert send(sandbox, "POST", "/v1/customers", idempotency_key="k" * 255).status == 200
    assert send(sandbox, "POST", "/v1/customers", idempotency_key="k" * 256).status == 400


def test_a_key_belongs_to_one_mode_of_one_account(sandbox):
    ids = {
        connect(sandbox, key).v1.customers.create({"name": "Ana"}, KEY).id
        for key in ("sk_test_a", "sk_" + "live_a", "sk_test_b")
    }
    assert len(ids) == 3


def test_events_name_the_request_and_its_key(api, customer, card):
    intent = charge(api, customer, card.id)
    event = api.events.list({"type": "payment_intent.succeeded"}).data[0]
    assert event.data.object.id == intent.id
    assert event.request.id == intent.last_response.request_id
    assert event.request.idempotency_key == intent.last_response.idempotency_key
