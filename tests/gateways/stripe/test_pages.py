"""Pages of Stripe's, on which cards and mandates are saved and invoices paid, asked about when the customer is back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from subledger.gateways.port import (
    ActionRequired,
    Declined,
    GatewayUnavailable,
    InProgress,
    InstrumentSeen,
    NotThere,
    RequestOutcome,
    Succeeded,
)
from subledger.kernel.money import Money
from subledger.platform import clock

GOOD, BAD, ASKS = "4242424242424242", "4000000000000002", "4000002760003184"


def led_to(shop, page):
    return list(shop.run(shop.gateway.session_facts(page.reference)))


def test_a_card_is_saved_on_stripes_page(shop):
    page = shop.register()
    assert page.url.startswith(shop.running.url)
    assert page.expires_at > clock.now()
    assert led_to(shop, page) == []
    assert shop.fill_in(page.url, number=GOOD)[0] == 303
    [seen] = led_to(shop, page)
    assert seen == InstrumentSeen(
        account="acc_0000000000007",
        token=seen.token,
        kind="card",
        customer_token=page.customer_token,
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2034,
        country="US",
        fingerprint=seen.fingerprint,
    )
    assert seen.token.startswith("pm_")
    shop.customer = replace(shop.customer, token=page.customer_token)
    assert isinstance(shop.charge(shop.order(seen.token)), Succeeded)


def test_a_mandate_is_saved_on_stripes_page(shop):
    page = shop.register("card", "sepa_debit")
    shop.fill_in(page.url, method="sepa_debit", iban="DE89370400440532013000", email="ana@example.com")
    [seen] = led_to(shop, page)
    assert (seen.kind, seen.last4, seen.country, seen.exp_year) == ("sepa_debit", "3000", "DE", None)
    assert seen.mandate
    assert seen.mandate_on == clock.now().date()


def test_only_what_stripe_can_save_is_offered(shop):
    session = shop.run(shop.stripe.checkout.sessions.retrieve_async(shop.register("card", "other").reference))
    assert session.payment_method_types == ["card"]
    with pytest.raises(GatewayUnavailable) as caught:
        shop.register("sepa_debit", currency="usd")
    assert caught.value.code == "kind_not_taken"


def test_a_customer_is_made_once(shop):
    first, second = shop.register(), shop.register()
    renamed = shop.register(customer=replace(shop.customer, name="Ana Offen"))
    paying = shop.pay_page()
    assert {first.customer_token, second.customer_token, renamed.customer_token, paying.customer_token} == {
        first.customer_token
    }
    customers = shop.run(shop.stripe.customers.list_async()).data
    assert [(one.name, one.email) for one in customers] == [("Ana Bach", "ana@example.com")]
    known = shop.register(customer=replace(shop.customer, token=first.customer_token, name="Ana Offen"))
    assert known.customer_token == first.customer_token


def test_two_providers_in_one_account_have_customers_of_their_own(shop, another):
    assert another(provider="gwp_0000000000002").register().customer_token != shop.register().customer_token


def test_a_page_without_a_key_that_works_says_so(shop, another):
    for key in ("sk_test_revoked_shop", "rk_test_readonly_shop"):
        with pytest.raises(GatewayUnavailable) as caught:
            another(secret_key=key).register()
        assert caught.value.code


# -- paying ------------------------------------------------------------------------------------------------------


def test_an_invoice_is_paid_on_stripes_page(shop):
    order = shop.page_order(900)
    page = shop.run(shop.gateway.pay_page(order))
    assert abs(page.expires_at - order.expires_at) < timedelta(seconds=1)
    waiting = ActionRequired(page.reference, page.url, page.expires_at)
    assert shop.look_up(order.request, reference=page.reference) == waiting
    assert led_to(shop, page) == []
    status, back = shop.fill_in(page.url, number=GOOD)
    assert (status, back) == (303, f"https://shop.example/back?page={page.reference}")
    [fact] = led_to(shop, page)
    assert isinstance(fact, RequestOutcome)
    assert fact.request == order.request
    assert isinstance(fact.outcome, Succeeded)
    assert (fact.outcome.amount, fact.outcome.fee) == (Money(900, "eur"), Money(56, "eur"))
    asked = [
        shop.look_up(order.request, reference=page.reference),
        shop.look_up(order.request, reference=fact.outcome.reference),
        shop.look_up(order.request, customer_token=page.customer_token),
    ]
    assert asked == [fact.outcome] * 3
    assert len(shop.moved) == 1


def test_a_decline_on_the_page_is_not_the_last_word(shop):
    order = shop.page_order()
    page = shop.run(shop.gateway.pay_page(order))
    assert shop.fill_in(page.url, number=BAD)[0] != 303
    intents = shop.run(shop.stripe.payment_intents.list_async()).data
    assert [intent.status for intent in intents] == ["requires_payment_method"]
    for kind, reference in (
        ("payment_intent.payment_failed", intents[0].id),
        ("charge.failed", intents[0].latest_charge),
        ("payment_intent.created", intents[0].id),
    ):
        for fact in shop.facts(kind, reference):  # nothing new, or that the page is still open
            assert isinstance(fact.outcome, ActionRequired), (kind, fact)
    for query in ({"reference": page.reference}, {"customer_token": page.customer_token}):
        assert shop.look_up(order.request, **query) == ActionRequired(page.reference, page.url, page.expires_at)
    assert shop.fill_in(page.url, number=GOOD)[0] == 303
    [fact] = led_to(shop, page)
    assert isinstance(fact.outcome, Succeeded)


def test_the_bank_may_want_to_see_who_pays_on_the_page(shop):
    order = shop.page_order()
    page = shop.run(shop.gateway.pay_page(order))
    _, bank = shop.fill_in(page.url, number=ASKS)
    [intent] = shop.run(shop.stripe.payment_intents.list_async()).data
    assert all(isinstance(f.outcome, ActionRequired) for f in shop.facts("payment_intent.requires_action", intent.id))
    shop.fill_in(bank, outcome="authorise")
    [fact] = led_to(shop, page)
    assert isinstance(fact.outcome, Succeeded)


@pytest.mark.parametrize(
    ("iban", "ends"), [("DE89370400440532013000", Succeeded), ("DE62370400440532013001", Declined)]
)
def test_a_bank_debit_on_the_page_takes_its_days(shop, iban, ends):
    order = shop.page_order()
    page = shop.run(shop.gateway.pay_page(order))
    shop.fill_in(page.url, method="sepa_debit", iban=iban, email="ana@example.com")
    [fact] = led_to(shop, page)
    assert isinstance(fact.outcome, InProgress)
    assert shop.look_up(order.request, reference=page.reference) == fact.outcome
    shop.wait(10)
    [fact] = led_to(shop, page)
    assert isinstance(fact.outcome, ends)
    assert shop.look_up(order.request, customer_token=page.customer_token) == fact.outcome
    # After the page is complete, a refusal by the bank is the last word.
    assert shop.facts("checkout.session.async_payment_failed", page.reference) == [fact]
    assert shop.facts("payment_intent.payment_failed", fact.outcome.reference) == [fact]


def test_a_page_that_is_closed_cannot_be_paid_any_more(shop):
    order = shop.page_order()
    page = shop.run(shop.gateway.pay_page(order))
    shop.fill_in(page.url, number=BAD)
    outcome = shop.run(shop.gateway.expire(page.reference))
    assert isinstance(outcome, Declined)
    assert outcome.code == "session_expired"
    assert shop.run(shop.gateway.expire(page.reference)) == outcome
    assert shop.fill_in(page.url, number=GOOD)[0] == 410
    assert led_to(shop, page) == [RequestOutcome(order.request, outcome)]
    assert shop.moved == []


def test_closing_a_page_that_was_paid_tells_that_it_was(shop):
    page = shop.pay_page()
    shop.fill_in(page.url, number=GOOD)
    outcome = shop.run(shop.gateway.expire(page.reference))
    assert isinstance(outcome, Succeeded)
    assert len(shop.moved) == 1


@pytest.mark.parametrize(("wanted", "given"), [(timedelta(minutes=1), 31 * 60), (timedelta(days=3), 24 * 3600 - 60)])
def test_a_page_is_open_as_long_as_stripe_allows(shop, wanted, given):
    page = shop.pay_page(expires_at=clock.now() + wanted)
    assert abs((page.expires_at - clock.now()).total_seconds() - given) < 5


def test_a_page_whose_address_was_lost_is_the_same_page_when_asked_for_again(shop):
    order = shop.page_order(expires_at=clock.now() + timedelta(days=3))
    shop.fault("drop_after", "checkout/sessions$")
    with pytest.raises(GatewayUnavailable) as caught:
        shop.run(shop.gateway.pay_page(order))
    assert caught.value.code == "no_answer"
    found = shop.look_up(order.request)
    assert isinstance(found, ActionRequired)
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        page = shop.run(shop.gateway.pay_page(order))
    assert (page.reference, page.url) == (found.reference, found.url)


def test_a_page_that_was_never_made_is_not_there(shop):
    order = shop.page_order()
    shop.fault("drop_before", "checkout/sessions$")
    with pytest.raises(GatewayUnavailable):
        shop.run(shop.gateway.pay_page(order))
    assert shop.look_up(order.request) == NotThere()


def test_a_page_of_another_provider_is_not_ours(shop, another):
    page = shop.pay_page()
    shop.fill_in(page.url, number=GOOD)
    saved = shop.register()
    shop.fill_in(saved.url, number=GOOD)
    other = another(provider="gwp_0000000000002")
    assert led_to(other, page) == led_to(other, saved) == []
