"""A delivery is taken when Stripe signed it, lately, for this provider; else it is refused with a stable word."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from subledger.gateways.port import NoticeRefused, ProviderSettings
from subledger.gateways.stripe.adapter import StripeGateway
from subledger.kernel.nesting import DEEPEST
from subledger.platform import clock

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRETS = ("whsec_old", "whsec_new")
EVENT = {
    "id": "evt_1",
    "object": "event",
    "api_version": "2024-09-30.acacia",
    "created": 1_795_348_000,
    "data": {"object": {"id": "pi_1", "object": "payment_intent", "status": "succeeded", "amount": 1}},
    "livemode": False,
    "type": "payment_intent.succeeded",
    "a_field_of_tomorrow": {"deep": [1]},
}


def gateway(mode: str = "test", secrets: tuple[str, ...] = SECRETS) -> StripeGateway:
    return StripeGateway(ProviderSettings("gwp_1", "stripe", mode, "sk_test_shop", secrets))


def deliver(body, header="Stripe-Signature", *, secret="whsec_new", at=NOW, signature=None, **settings):
    """Parse a delivery signed as the SDK signs."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    if signature is None:
        text = raw.decode("utf-8", "replace")
        signature = stripe.WebhookSignature.generate_signature_header(text, secret, int(at.timestamp()))
    with clock.frozen(NOW):
        return gateway(**settings).parse(raw, {header: signature, "Content-Type": "application/json"})


def refused(*args, **kwargs) -> str:
    with pytest.raises(NoticeRefused) as caught:
        deliver(*args, **kwargs)
    assert "whsec" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("header", ["Stripe-Signature", "stripe-signature"])
def test_an_event_signed_with_any_of_the_secrets_is_taken(secret, header):
    notice = deliver(EVENT, header, secret=secret)
    assert (notice.external_id, notice.type, notice.object_reference) == ("evt_1", EVENT["type"], "pi_1")
    assert notice.created_at == datetime.fromtimestamp(EVENT["created"], UTC)
    assert json.loads(notice.body) == EVENT


def test_one_good_signature_among_several_is_enough():
    raw = json.dumps(EVENT).encode()
    good = stripe.WebhookSignature.generate_signature_header(raw.decode(), "whsec_new", int(NOW.timestamp()))
    stamp, right = good.split(",")
    assert deliver(raw, signature=f"{stamp},v1={'0' * 64}, {right},v0=abc").external_id == "evt_1"


def test_an_event_about_an_object_without_an_id_names_none():
    event = {**EVENT, "type": "balance.available", "data": {"object": {"object": "balance"}}}
    assert deliver(event).object_reference == ""


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        ("", "signature_missing"),
        ("nonsense", "signature_wrong"),
        ("t=1795348800", "signature_wrong"),
        ("v1=abc", "signature_wrong"),
        ("t=soon,v1=abc", "signature_wrong"),
        ("t=99999999999999999999,v1=abc", "signature_wrong"),
        ("t=-5,v1=abc", "signature_wrong"),
        (f"t={int(NOW.timestamp())},v1={'0' * 64}", "signature_wrong"),
        (f"t={int(NOW.timestamp())},v1=ünï", "signature_wrong"),
    ],
)
def test_a_signature_that_is_missing_or_unreadable_or_wrong(signature, reason):
    assert refused(EVENT, signature=signature) == reason


def test_a_signature_of_another_secret_or_another_body():
    assert refused(EVENT, secret="whsec_other") == "signature_wrong"
    raw = json.dumps(EVENT).encode()
    header = stripe.WebhookSignature.generate_signature_header(raw.decode(), "whsec_new", int(NOW.timestamp()))
    assert refused(raw + b" ", signature=header) == "signature_wrong"


def test_without_a_secret_nothing_is_taken():
    assert refused(EVENT, secrets=()) == "signature_wrong"


def test_a_delivery_is_good_for_five_minutes():
    assert deliver(EVENT, at=NOW - timedelta(minutes=5)).external_id == "evt_1"
    assert refused(EVENT, at=NOW - timedelta(minutes=5, seconds=1)) == "too_old"


@pytest.mark.parametrize("levels", [DEEPEST + 1, 254, 900])
def test_what_is_nested_too_deeply_is_not_taken(levels):
    body = b"[" * levels + b"]" * levels
    digest = hmac.new(b"whsec_new", f"{int(NOW.timestamp())}.".encode() + body, "sha256").hexdigest()
    assert refused(body, signature=f"t={int(NOW.timestamp())},v1={digest}") == "too_deep"


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null, or not"])
def test_what_is_not_json(body):
    digest = hmac.new(b"whsec_new", f"{int(NOW.timestamp())}.".encode() + body, "sha256").hexdigest()
    assert refused(body, signature=f"t={int(NOW.timestamp())},v1={digest}") == "not_json"


@pytest.mark.parametrize(
    "body",
    [
        [],
        "event",
        {},
        {**EVENT, "object": "v2.core.event"},
        {**EVENT, "id": ""},
        {**EVENT, "id": 7},
        {**EVENT, "type": None},
        {**EVENT, "created": "yesterday"},
        {**EVENT, "created": True},
        {**EVENT, "created": 10**15},
        {**EVENT, "data": None},
        {**EVENT, "data": {"object": "pi_1"}},
    ],
)
def test_what_is_no_event(body):
    assert refused(body) == "not_event"


def test_an_event_of_the_other_mode():
    assert refused({**EVENT, "livemode": True}) == "wrong_mode"
    assert refused(EVENT, mode="live") == "wrong_mode"
    assert refused({**EVENT, "livemode": None}) == "wrong_mode"


def test_an_event_of_a_connected_account():
    assert refused({**EVENT, "account": "acct_other"}) == "wrong_account"


@pytest.mark.parametrize("odd", ["evt\0", "evt_\ud800"])
@pytest.mark.parametrize("where", ["id", "type", "object"])
def test_a_signed_event_whose_names_are_no_text_is_refused(odd, where):
    named = {"data": {"object": {"id": odd}}} if where == "object" else {where: odd}
    event = {**EVENT, **named}
    assert refused(event) == "not_event"


@pytest.mark.parametrize(("ahead", "reason"), [(timedelta(minutes=6), "too_new"), (timedelta(hours=-1), "too_old")])
def test_a_stamp_is_held_to_the_same_window_both_ways(ahead, reason):
    assert refused(EVENT, at=NOW + ahead) == reason
    assert deliver(EVENT, at=NOW + timedelta(minutes=4)).external_id == "evt_1"
