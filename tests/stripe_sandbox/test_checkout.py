"""Checkout Sessions and their page, filled in as a person would."""

import html
from urllib.parse import urlencode, urlsplit

import pytest
import stripe
from tests.stripe_sandbox.conftest import START, control, send, types_of

GOOD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Ana"}
THREE_DS = {**GOOD, "number": "4000002760003184"}
DECLINED = {**GOOD, "number": "4000000000000002"}
IBAN = {"method": "sepa_debit", "iban": "AT61 1904 3002 3457 3201", "name": "Ana"}
BACK = "https://shop.example/done?session={CHECKOUT_SESSION_ID}"
ITEM = {"price_data": {"currency": "eur", "unit_amount": 1250, "product_data": {"name": "Licence"}}, "quantity": 2}


def open_page(sandbox, url):
    parts = urlsplit(url)
    return send(sandbox, "GET", f"{parts.path}?{parts.query}", authorization="")


def fill_in(sandbox, url, **fields):
    return send(sandbox, "POST", urlsplit(url).path, urlencode(fields), authorization="")


def text_of(page):
    return html.unescape(page.body.decode())


@pytest.fixture
def setup(api, customer):
    return api.checkout.sessions.create(
        {
            "mode": "setup",
            "customer": customer.id,
            "currency": "eur",
            "success_url": BACK,
            "cancel_url": "https://shop.example/cancelled",
            "setup_intent_data": {"metadata": {"account": "acc_1"}},
        }
    )


@pytest.fixture
def payment(api, customer):
    return api.checkout.sessions.create(
        {
            "mode": "payment",
            "customer": customer.id,
            "success_url": BACK,
            "line_items": [ITEM],
            "payment_intent_data": {"metadata": {"bill": "7"}},
        }
    )


def test_a_card_is_saved_on_the_page(sandbox, api, customer, setup):
    page = open_page(sandbox, setup.url)
    assert page.status == 200
    for part in ('name="number"', 'name="iban"', "https://shop.example/cancelled", ">Save<"):
        assert part in text_of(page)
    back = fill_in(sandbox, setup.url, **GOOD)
    assert (back.status, back.headers["Location"]) == (303, f"https://shop.example/done?session={setup.id}")
    session = api.checkout.sessions.retrieve(setup.id, {"expand": ["setup_intent.payment_method"]})
    assert (session.status, session.url, session.payment_status) == ("complete", None, "no_payment_required")
    method = session.setup_intent.payment_method
    assert (method.customer, method.card.last4, method.card.exp_year) == (customer.id, "4242", 2034)
    assert session.setup_intent.metadata.account == "acc_1"
    assert types_of(api)[-3:] == ["payment_method.attached", "setup_intent.succeeded", "checkout.session.completed"]


def test_a_mandate_is_given_on_the_page(sandbox, api, setup):
    assert fill_in(sandbox, setup.url, **IBAN).status == 303
    session = api.checkout.sessions.retrieve(setup.id, {"expand": ["setup_intent.mandate"]})
    assert session.setup_intent.mandate.status == "active"


def test_a_payment_is_made_on_the_page(sandbox, api, payment):
    assert "Pay €25.00" in text_of(open_page(sandbox, payment.url))
    assert (payment.payment_intent, payment.amount_total, payment.payment_status) == (None, 2500, "unpaid")
    fill_in(sandbox, payment.url, **GOOD)
    session = api.checkout.sessions.retrieve(payment.id, {"expand": ["payment_intent", "line_items"]})
    assert (session.status, session.payment_status, session.payment_intent.status) == ("complete", "paid", "succeeded")
    assert session.payment_intent.metadata.bill == "7"
    assert [(i.description, i.quantity, i.amount_total) for i in session.line_items.data] == [("Licence", 2, 2500)]
    assert [(r["type"], r["amount"]) for r in control(sandbox, "GET", "/moved")] == [("captured", 2500)]


def test_a_decline_is_told_on_the_page_and_another_card_pays_the_same_intent(sandbox, api, payment):
    page = fill_in(sandbox, payment.url, **DECLINED)
    assert page.status == 200
    assert "Your card was declined." in text_of(page)
    assert "4000000000000002" not in text_of(page)
    assert api.checkout.sessions.retrieve(payment.id).status == "open"
    fill_in(sandbox, payment.url, **GOOD)
    assert len(api.payment_intents.list().data) == 1
    assert api.checkout.sessions.retrieve(payment.id).payment_status == "paid"


@pytest.mark.parametrize("mode", ["setup", "payment"])
def test_three_d_secure_on_the_page(sandbox, api, request, mode):
    session = request.getfixturevalue(mode)
    bank = fill_in(sandbox, session.url, **THREE_DS).headers["Location"]
    assert "3-D Secure" in text_of(open_page(sandbox, bank))
    refused = fill_in(sandbox, bank, outcome="fail").headers["Location"]
    assert "unable to authenticate" in text_of(open_page(sandbox, refused))
    bank = fill_in(sandbox, session.url, **THREE_DS).headers["Location"]
    there = fill_in(sandbox, bank, outcome="authorise").headers["Location"]
    assert open_page(sandbox, there).headers["Location"] == f"https://shop.example/done?session={session.id}"
    assert api.checkout.sessions.retrieve(session.id).status == "complete"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": "4242 4242 4242 4243"}, "card number is invalid"),
        ({"number": ""}, "card number is invalid"),
        ({"expiry": "12/24"}, "expiration date is in the past"),
        ({"expiry": "13/34"}, "expiration date is incomplete"),
        ({"cvc": "12"}, "security code is incomplete"),
        ({"method": "sepa_debit", "iban": "AT00"}, "IBAN is invalid"),
        ({"method": "sepa_debit", "iban": "DE89370400440532013000", "name": ""}, "name of the account's holder"),
        ({"method": "gold"}, "not offered"),
    ],
)
def test_a_slip_is_told_and_nothing_is_tried(sandbox, api, setup, change, words):
    page = fill_in(sandbox, setup.url, **{**GOOD, **change})
    assert page.status == 200
    assert words in text_of(page)
    assert api.payment_methods.list().data == []
    assert api.checkout.sessions.retrieve(setup.id).status == "open"


def test_a_debit_completes_the_session_and_pays_it_later(sandbox, api, payment):
    fill_in(sandbox, payment.url, **IBAN)
    assert api.checkout.sessions.retrieve(payment.id).payment_status == "unpaid"
    sandbox.timeline.advance_to(START + 5)
    assert api.checkout.sessions.retrieve(payment.id).payment_status == "paid"
    assert types_of(api)[-1] == "checkout.session.async_payment_succeeded"


def test_a_debit_that_fails_later_tells_the_session(sandbox, api, payment):
    fill_in(sandbox, payment.url, **{**IBAN, "iban": "AT861904300235473202"})
    sandbox.timeline.advance_to(START + 5)
    assert api.checkout.sessions.retrieve(payment.id).payment_status == "unpaid"
    assert types_of(api)[-1] == "checkout.session.async_payment_failed"


def test_an_expired_session_takes_no_money(sandbox, api, payment):
    bank = fill_in(sandbox, payment.url, **THREE_DS).headers["Location"]
    assert api.checkout.sessions.expire(payment.id).status == "expired"
    assert open_page(sandbox, payment.url).status == 410
    assert fill_in(sandbox, payment.url, **GOOD).status == 410
    assert fill_in(sandbox, bank, outcome="authorise").status == 410
    assert control(sandbox, "GET", "/moved") == []
    assert api.payment_intents.list().data[0].status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions with a status in"):
        api.checkout.sessions.expire(payment.id)


def test_a_session_expires_by_itself_and_a_paid_one_does_not(sandbox, api, payment, setup):
    fill_in(sandbox, payment.url, **GOOD)
    sandbox.timeline.advance_to(payment.expires_at)
    assert api.checkout.sessions.retrieve(setup.id).status == "expired"
    assert api.setup_intents.retrieve(setup.setup_intent).status == "canceled"
    assert api.checkout.sessions.retrieve(payment.id).status == "complete"
    assert types_of(api)[-1] == "checkout.session.expired"


def test_a_completed_page_pays_no_second_time(sandbox, payment):
    fill_in(sandbox, payment.url, **GOOD)
    assert "already completed" in text_of(fill_in(sandbox, payment.url, **GOOD))
    assert len(control(sandbox, "GET", "/moved")) == 1


def test_a_guest_gives_an_address_and_may_become_a_customer(sandbox, api):
    order = {"mode": "payment", "success_url": BACK, "line_items": [ITEM], "customer_creation": "always"}
    session = api.checkout.sessions.create(order)
    assert "email address is invalid" in text_of(fill_in(sandbox, session.url, **GOOD))
    fill_in(sandbox, session.url, **GOOD, email="bea@example.com")
    session = api.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert (session.customer.email, session.customer_details.name) == ("bea@example.com", "Ana")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": None}, "mode"),
        ({"line_items": None}, "line_items"),
        ({"success_url": None}, "success_url"),
        ({"customer": "cus_no"}, "customer"),
        ({"ui_mode": "embedded_page"}, "ui_mode"),
        ({"expires_at": START + 60}, "expires_at"),
        ({"expires_at": START + 86401}, "expires_at"),
        ({"line_items": [{**ITEM, "quantity": None}]}, "line_items[0][quantity]"),
        ({"line_items": [{"price": "price_no", "quantity": 1}]}, "line_items[0][price]"),
        ({"line_items": [{"price_data": {**ITEM["price_data"], "unit_amount": 20}, "quantity": 1}]}, "line_items"),
        ({"mode": "setup"}, "line_items"),
        ({"discounts": [{"coupon": "x"}]}, "discounts"),
    ],
)
def test_wrong_sessions_are_refused(api, change, param):
    order = {"mode": "payment", "success_url": BACK, "line_items": [ITEM]} | change
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.checkout.sessions.create({k: v for k, v in order.items() if v is not None})
    assert caught.value.param == param


def test_a_subscription_starts_with_its_first_invoice_paid(sandbox, api, customer):
    monthly = {**ITEM["price_data"], "recurring": {"interval": "month"}}
    order = {"mode": "subscription", "success_url": BACK, "line_items": [{"price_data": monthly, "quantity": 2}]}
    order["subscription_data"] = {"metadata": {"plan": "a"}}
    session = api.checkout.sessions.create({**order, "customer": customer.id})
    assert "declined" in text_of(fill_in(sandbox, session.url, **DECLINED))
    assert fill_in(sandbox, session.url, **GOOD).status == 303
    session = api.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice"]})
    assert (session.status, session.payment_status, session.subscription.status) == ("complete", "paid", "active")
    assert (session.subscription.metadata.plan, session.invoice.amount_paid) == ("a", 2500)
    assert [row["amount"] for row in control(sandbox, "GET", "/moved")] == [2500]


def test_pages_of_nothing_are_404(sandbox):
    assert open_page(sandbox, "http://x/c/pay/cs_test_no").status == 404
    assert open_page(sandbox, "http://x/3ds/no").status == 410


def test_what_is_typed_is_escaped(sandbox, setup):
    page = fill_in(sandbox, setup.url, **{**GOOD, "cvc": "1", "name": '"><script>alert(1)</script>'})
    assert b"<script>" not in page.body
