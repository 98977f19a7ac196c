"""Charges, authentication and refunds, over HTTP with the official SDK against the sandbox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subledger.gateways.port import (
    ActionRequired,
    Declined,
    GatewayUnavailable,
    HostedPage,
    InProgress,
    Lost,
    NotThere,
    Postponed,
    Succeeded,
)
from subledger.kernel.money import Money

RETURN = "https://shop.example/pay/token"


def test_a_saved_card_is_charged_once_however_often_the_order_is_sent(shop):
    order = shop.order(shop.card())
    outcome = shop.charge(order)
    assert isinstance(outcome, Succeeded)
    assert (outcome.amount, outcome.instrument) == (Money(1050, "eur"), order.instrument)
    assert outcome.fee == Money(60, "eur")  # 2.9 % and 30
    assert outcome.charge.startswith("ch_")
    assert (outcome.paid_with, outcome.last4) == ("visa", "4242")
    assert shop.charge(replace(order, sent_before=True)) == outcome
    [moved] = shop.moved
    assert (moved["type"], moved["amount"], moved["idempotency_key"]) == ("captured", 1050, order.key)
    assert moved["metadata"] == {
        "subledger_request": order.request,
        "subledger_account": "acc_0000000000007",
        "subledger_provider": shop.settings.provider,
        "subledger_company": "cmp_1",
    }


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1050, "eur", 1050), (500, "jpy", 500), (1230, "kwd", 1230), (500, "isk", 50_000), (70_000, "mga", 700)],
)
def test_amounts_of_any_decimals_arrive_and_come_back(shop, minor, currency, amount):
    paid = shop.pay(minor=minor, currency=currency)
    assert paid.amount == Money(minor, currency)
    back = shop.refund(shop.refund_order(paid, minor))
    assert isinstance(back, Succeeded)
    assert back.amount == Money(minor, currency)
    assert [(row["type"], row["amount"], row["currency"]) for row in shop.moved] == [
        ("captured", amount, currency),
        ("refunded", amount, currency),
    ]


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("pm_card_chargeCustomerFail", "generic_decline"),
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds"),
    ],
)
def test_a_card_that_is_declined(shop, token, code):
    outcome = shop.charge(shop.order(shop.card(token)))
    assert isinstance(outcome, Declined)
    assert (outcome.code, outcome.reference[:3]) == (code, "pi_")
    assert outcome.message
    assert shop.moved == []


def test_after_a_decline_a_new_attempt_with_a_good_card_succeeds(shop):
    declined = shop.order(shop.card("pm_card_chargeCustomerFail"))
    assert isinstance(shop.charge(declined), Declined)
    assert isinstance(shop.charge(replace(declined, key="att_new", instrument=shop.card())), Succeeded)
    # The old key still gives the old answer, so it must never be used for the new attempt.
    assert isinstance(shop.charge(declined), Declined)
    assert len(shop.moved) == 1


def test_a_bank_debit_takes_its_days(shop):
    holder = {"name": "Ana Bach", "email": "ana@example.com"}
    page = shop.register("sepa_debit")
    shop.fill_in(page.url, method="sepa_debit", iban="DE89370400440532013000", **holder)
    [seen] = shop.run(shop.gateway.session_facts(page.reference))
    shop.customer = replace(shop.customer, token=page.customer_token)
    order = shop.order(seen.token, instrument_kind="sepa_debit")
    outcome = shop.charge(order)
    assert isinstance(outcome, InProgress)
    assert shop.look_up(order.request) == outcome
    shop.wait(10)
    settled = shop.look_up(order.request, reference=outcome.reference)
    assert isinstance(settled, Succeeded)
    assert settled.fee == Money(35, "eur")


# -- authentication ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("button", "ends"), [("authorise", Succeeded), ("fail", Declined)])
def test_the_customer_finishes_the_very_payment_that_asked_for_it(shop, button, ends):
    order = shop.order(shop.card("pm_card_authenticationRequired"))
    asked = shop.charge(order)
    assert isinstance(asked, ActionRequired)
    page = shop.run(shop.gateway.authenticate(asked.reference, key=order.key, return_url=RETURN))
    assert isinstance(page, HostedPage)
    assert shop.look_up(order.request, reference=asked.reference) == ActionRequired(asked.reference, page.url)
    status, led_to = shop.fill_in(page.url, outcome=button)
    assert (status, led_to.startswith(RETURN)) == (303, True)
    outcome = shop.run(shop.gateway.authenticate(asked.reference, key=order.key, return_url=RETURN))
    assert isinstance(outcome, ends)
    assert outcome.reference == asked.reference
    assert shop.look_up(order.request) == outcome
    assert len(shop.moved) == (1 if ends is Succeeded else 0)


def test_the_same_link_opened_again_leads_to_the_same_page(shop):
    asked = shop.charge(shop.order(shop.card("pm_card_authenticationRequired")))
    pages = [
        shop.run(shop.gateway.authenticate(asked.reference, key="att_1", return_url=url))
        for url in (RETURN, RETURN, f"{RETURN}2")
    ]
    assert pages[0] == pages[1]
    assert all(isinstance(page, HostedPage) for page in pages)
    assert pages[2].url != pages[0].url  # it leads back elsewhere


def test_a_payment_that_is_given_up_cannot_be_finished_any_more(shop):
    order = shop.order(shop.card("pm_card_authenticationRequired"))
    asked = shop.charge(order)
    page = shop.run(shop.gateway.authenticate(asked.reference, key=order.key, return_url=RETURN))
    assert isinstance(shop.run(shop.gateway.expire(asked.reference)), Declined)
    assert shop.fill_in(page.url, outcome="authorise")[0] == 410
    assert isinstance(shop.run(shop.gateway.authenticate(asked.reference, key=order.key, return_url=RETURN)), Declined)
    assert shop.moved == []


def test_giving_up_a_payment_that_was_made_tells_that_it_was(shop):
    paid = shop.pay()
    assert shop.run(shop.gateway.expire(paid.reference)) == paid
    assert isinstance(shop.run(shop.gateway.expire("pi_unknown")), Lost)


def test_a_confirmation_whose_answer_is_lost_still_leads_to_the_page(shop):
    asked = shop.charge(shop.order(shop.card("pm_card_authenticationRequired")))
    shop.fault("drop_after", "/confirm$")
    page = shop.run(shop.gateway.authenticate(asked.reference, key="att_1", return_url=RETURN))
    assert isinstance(page, HostedPage)
    shop.fill_in(page.url, outcome="authorise")
    assert len(shop.moved) == 1


@pytest.mark.parametrize(
    "fault", [{"method": "POST", "path": "/confirm$"}, {"method": "GET", "path": "payment_intents"}]
)
def test_a_payment_waits_on_when_stripe_does_not_answer(shop, fault):
    asked = shop.charge(shop.order(shop.card("pm_card_authenticationRequired")))
    shop.fault("error_before", **fault)
    with pytest.raises(GatewayUnavailable):
        shop.run(shop.gateway.authenticate(asked.reference, key="att_1", return_url=RETURN))
    page = shop.run(shop.gateway.authenticate(asked.reference, key="att_1", return_url=RETURN))
    assert isinstance(page, HostedPage)


def test_a_payment_that_the_bank_refuses_when_the_customer_comes_is_declined(shop):
    """The card is renewed, let go, or blocked between the charge and the customer's coming."""
    order = shop.order(shop.card("pm_card_authenticationRequired"))
    asked = shop.charge(order)
    gone = {"key": shop.settings.secret_key, "payment_method": order.instrument, "exp_month": 1, "exp_year": 2020}
    shop.control("cards", gone)
    page = shop.run(shop.gateway.authenticate(asked.reference, key=order.key, return_url=RETURN))
    shop.fill_in(page.url, outcome="authorise")
    outcome = shop.run(shop.gateway.authenticate(asked.reference, key=order.key, return_url=RETURN))
    assert isinstance(outcome, Declined)
    assert outcome.code == "expired_card"
    assert shop.moved == []


# -- refunds -----------------------------------------------------------------------------------------------------


def test_refunds_up_to_what_was_captured_and_no_further(shop):
    paid = shop.pay(minor=1000)
    order = shop.refund_order(paid, 400)
    half = shop.refund(order)
    assert half == Succeeded(half.reference, Money(400, "eur"), charge=paid.charge)
    assert shop.refund(order) == half  # sent again
    over = shop.refund(shop.refund_order(paid, 700))
    assert isinstance(over, Declined)
    assert "greater than" in over.message
    assert isinstance(shop.refund(shop.refund_order(paid, 600)), Succeeded)
    again = shop.refund(shop.refund_order(paid, 1))
    assert isinstance(again, Declined)
    assert again.code == "charge_already_refunded"
    assert sum(row["amount"] for row in shop.moved if row["type"] == "refunded") == 1000


@pytest.mark.parametrize(
    ("token", "at_once", "later", "state"),
    [
        ("pm_card_visa", Succeeded, Succeeded, "succeeded"),
        ("pm_card_pendingRefund", InProgress, Succeeded, "succeeded"),
        ("pm_card_refundFail", Succeeded, Declined, "failed"),
    ],
)
def test_a_refund_in_each_state_reads_the_same_from_wherever_it_is_asked(shop, token, at_once, later, state):
    paid = shop.pay(token)
    order = shop.refund_order(paid, 500)
    assert isinstance(shop.refund(order), at_once)
    shop.wait(120)
    by_us = shop.look_up(order.request, "refund", charge=paid.charge)
    assert isinstance(by_us, later)
    assert shop.look_up(order.request, "payment_cancellation", reference=by_us.reference) == by_us
    told = [
        shop.facts(kind, reference)
        for kind, reference in (
            ("charge.refunded", paid.charge),
            ("refund.created", by_us.reference),
            ("refund.failed", by_us.reference),
            ("charge.refund.updated", by_us.reference),
        )
    ]
    # Their payment comes first: it may not be known here yet.
    assert [payment.outcome.reference for payment, *_ in told] == [paid.reference] * 4
    assert [[(fact.reference, fact.request, fact.status, fact.amount) for fact in facts] for _, *facts in told] == [
        [(by_us.reference, order.request, state, Money(500, "eur"))]
    ] * 4


# -- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["error_after", "drop_after", "timeout_after"])
def test_money_that_moved_behind_a_lost_answer_is_found_again(shop, fault):
    order = shop.order(shop.card())
    shop.fault(fault, **({"seconds": 0.2} if fault == "timeout_after" else {}))
    assert isinstance(shop.charge(order), Lost)
    shop.all_well()
    found = shop.look_up(order.request)
    assert isinstance(found, Succeeded)
    assert found.fee == Money(60, "eur")
    back = shop.refund_order(found, 1050)
    shop.fault(fault, **({"seconds": 0.2} if fault == "timeout_after" else {}))
    assert isinstance(shop.refund(back), Lost)
    shop.all_well()
    assert isinstance(shop.look_up(back.request, "refund", charge=found.charge), Succeeded)
    assert len(shop.moved) == 2


@pytest.mark.parametrize("fault", ["error_before", "drop_before"])
def test_what_never_arrived_is_not_there_and_can_be_sent_again(shop, fault):
    order = shop.order(shop.card())
    shop.fault(fault)
    assert isinstance(shop.charge(order), Lost)
    assert shop.look_up(order.request) == NotThere()
    assert isinstance(shop.charge(replace(order, sent_before=True)), Succeeded)
    back = shop.refund_order(shop.look_up(order.request), 100)
    shop.fault(fault)
    assert isinstance(shop.refund(back), Lost)
    assert shop.look_up(back.request, "refund", charge=back.charge) == NotThere()
    assert isinstance(shop.refund(replace(back, sent_before=True)), Succeeded)


def test_a_second_sending_while_the_first_is_answered_is_lost_and_not_declined(shop):
    import asyncio

    order = shop.order(shop.card())
    shop.fault("slow", seconds=0.5)

    async def twice():
        first = asyncio.create_task(shop.gateway.charge(order))
        await asyncio.sleep(0.2)
        second = await shop.gateway.charge(replace(order, sent_before=True))
        return await first, second

    first, second = shop.run(twice())
    assert isinstance(first, Succeeded)
    assert isinstance(second, Lost)
    assert len(shop.moved) == 1


def test_a_key_used_for_another_order_is_lost_and_not_declined(shop):
    order = shop.order(shop.card())
    shop.charge(order)
    assert isinstance(shop.charge(replace(order, amount=Money(2, "eur"))), Lost)


def test_a_rate_limit_postpones(shop):
    order = shop.order(shop.card())
    shop.fault("rate_limit")
    assert isinstance(shop.charge(order), Postponed)
    assert isinstance(shop.charge(order), Succeeded)


@pytest.mark.parametrize(
    ("key", "code"),
    [("sk_test_revoked_shop", "api_key_expired"), ("rk_test_readonly_shop", "more_permissions_required")],
)
def test_a_key_that_may_not_postpones_and_says_why(shop, another, key, code):
    order = shop.order(shop.card())
    outcome = another(secret_key=key).charge(order)
    assert isinstance(outcome, Postponed)
    assert (outcome.code, key not in outcome.message) == (code, True)
    assert isinstance(another(secret_key=key).charge(replace(order, sent_before=True)), Lost)
