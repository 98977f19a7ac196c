"""Laws that hold after any sequence of calls, faults and passing time: no money from nowhere, none lost."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from tests.stripe_sandbox.conftest import START, connect, control, send

from stripe_sandbox.payments.cards import BY_NUMBER
from stripe_sandbox.sandbox import Sandbox

TOKENS = ("visa", "chargeCustomerFail", "createDispute", "pendingRefund", "refundFail", "authenticationRequired")
ACTIONS = ("error_before", "error_after", "drop_before", "drop_after", "timeout_after", "rate_limit")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.sampled_from(TOKENS), st.integers(min_value=50, max_value=5000)),
        st.tuples(st.just("authorise_only"), st.just("visa"), st.integers(min_value=50, max_value=5000)),
        st.tuples(st.just("ask"), st.sampled_from(TOKENS), st.booleans()),
        st.tuples(st.just("confirm"), st.integers(0, 9), st.sampled_from(TOKENS)),
        st.tuples(st.just("capture"), st.integers(0, 9), st.integers(min_value=50, max_value=5000)),
        st.tuples(st.just("cancel"), st.integers(0, 9), st.none()),
        st.tuples(st.just("refund"), st.integers(0, 9), st.integers(min_value=1, max_value=5000)),
        st.tuples(st.just("dispute"), st.integers(0, 9), st.booleans()),
        st.tuples(st.just("fault"), st.sampled_from(ACTIONS), st.none()),
        st.tuples(st.just("wait"), st.integers(1, 10 * 86400), st.none()),
    ),
    max_size=25,
)


class Actor:
    """Does one thing after the other, twice with the same key, and takes every refusal for an answer."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(start=START)
        self.api = connect(self.sandbox).v1
        self.customer = self.api.customers.create().id
        attach = self.api.payment_methods.attach
        self.methods = {token: attach(f"pm_card_{token}", {"customer": self.customer}).id for token in TOKENS}
        self.keys = 0

    def order(self, token, amount, **more):
        given = {"amount": amount, "currency": "eur", "customer": self.customer, "confirm": True}
        return {**given, "payment_method": self.methods[token], **more}

    def twice(self, call, *args):
        """The same request with the same key, as a client does that heard nothing."""
        self.keys += 1
        for _ in range(2):
            try:
                answer = call(*args, {"idempotency_key": f"k{self.keys}"})
            except stripe.StripeError:
                answer = None
        return answer

    def pay(self, token, amount):
        self.twice(self.api.payment_intents.create, self.order(token, amount, off_session=True))

    def authorise_only(self, token, amount):
        self.twice(self.api.payment_intents.create, self.order(token, amount, capture_method="manual"))

    def ask(self, token, is_done):
        order = self.order(token, 1000, return_url="https://shop.example")
        intent = self.twice(self.api.payment_intents.create, order)
        if intent and intent.next_action:
            path = urlsplit(intent.next_action.redirect_to_url.url).path
            send(self.sandbox, "POST", path, "outcome=authorise" if is_done else "outcome=fail")

    def chosen(self, number):
        rows = list(self.sandbox.account("demo").all("payment_intent"))
        return rows[number % len(rows)] if rows else None

    def confirm(self, number, token):
        if intent := self.chosen(number):
            self.twice(self.api.payment_intents.confirm, intent["id"], {"payment_method": self.methods[token]})

    def capture(self, number, amount):
        if intent := self.chosen(number):
            self.twice(self.api.payment_intents.capture, intent["id"], {"amount_to_capture": amount})

    def cancel(self, number, _):
        if intent := self.chosen(number):
            self.twice(self.api.payment_intents.cancel, intent["id"], {})

    def refund(self, number, amount):
        if intent := self.chosen(number):
            self.twice(self.api.refunds.create, {"payment_intent": intent["id"], "amount": amount})

    def dispute(self, _, is_won):
        for dispute in list(self.sandbox.account("demo").all("dispute")):
            evidence = "winning_evidence" if is_won else "losing_evidence"
            self.twice(self.api.disputes.update, dispute["id"], {"evidence": {"uncategorized_text": evidence}})

    def fault(self, action, _):
        control(self.sandbox, "POST", "/faults", [{"method": "POST", "path": "^/v1/", "action": action}])

    def wait(self, seconds, _):
        self.sandbox.timeline.advance_to(self.sandbox.timeline.now + seconds)


@pytest.mark.wide
@given(steps)
def test_money_is_conserved_whatever_happens(todo):
    actor = Actor()
    for name, first, second in todo:
        getattr(actor, name)(first, second)
    control(actor.sandbox, "POST", "/faults", [])

    account, moved = actor.sandbox.account("demo"), Counter()
    for row in actor.sandbox.moved.rows:
        moved[row["type"], row["charge"]] += row["amount"]
    for charge in account.all("charge"):
        captured, back = moved["captured", charge["id"]], moved["refunded", charge["id"]]
        assert captured == charge["amount_captured"] <= charge["amount"]
        released = charge["status"] == "succeeded" and not charge["captured"]
        assert released or charge["amount_refunded"] == back - moved["refund_failed", charge["id"]] <= captured
    for intent in account.all("payment_intent"):
        own = [c for c in account.all("charge") if c["payment_intent"] == intent["id"]]
        assert intent["amount_received"] == sum(c["amount_captured"] for c in own)
        assert (intent["status"] == "succeeded") == (intent["amount_received"] > 0)
        assert sum(c["captured"] for c in own) <= 1, "no second charge for one intent"

    sign = {"captured": 1, "refund_failed": 1, "dispute_won": 1, "refunded": -1, "disputed": -1}
    rows = list(account.all("balance_transaction"))
    assert sum(sign[kind] * amount for (kind, _), amount in moved.items()) == sum(row["amount"] for row in rows)
    assert all(row["net"] == row["amount"] - row["fee"] for row in rows)
    balance = actor.api.balance.retrieve()
    assert sum(part.amount for part in balance.available + balance.pending) == sum(row["net"] for row in rows)


@given(st.sampled_from(sorted(BY_NUMBER)), st.sampled_from([True, False]))
def test_no_card_leaves_an_intent_without_a_way_on(number, off_session):
    actor = Actor()
    card = BY_NUMBER[number]
    order = {"amount": 1000, "currency": "eur", "confirm": True, "payment_method": f"pm_card_{card.token}"}
    try:
        status = actor.api.payment_intents.create({**order, "off_session": off_session}).status
    except stripe.CardError as error:
        status = error.error.payment_intent.status
    assert status in ("succeeded", "requires_action", "requires_payment_method")
