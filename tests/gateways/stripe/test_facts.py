"""What events tell of, fetched from Stripe: never what they carry. And events themselves, polled oldest first."""

from __future__ import annotations

from itertools import permutations

import pytest

from subledger.gateways.port import (
    Declined,
    DisputeSeen,
    GatewayUnavailable,
    InstrumentGone,
    InstrumentSeen,
    RefundSeen,
    RequestOutcome,
    Succeeded,
)
from subledger.kernel.money import Money


def test_every_event_about_a_payment_tells_how_it_stands_now(shop):
    order = shop.order(shop.card())
    paid = shop.charge(order)
    told = [
        shop.facts(kind, reference)
        for kind, reference in (
            ("payment_intent.created", paid.reference),
            ("payment_intent.processing", paid.reference),
            ("payment_intent.payment_failed", paid.reference),  # late: it has succeeded since
            ("payment_intent.succeeded", paid.reference),
            ("charge.succeeded", paid.charge),
            ("charge.failed", paid.charge),
            ("charge.updated", paid.charge),
        )
    ]
    assert told == [[RequestOutcome(order.request, paid)]] * 7


def test_a_decline_is_told_with_its_code(shop):
    order = shop.order(shop.card("pm_card_chargeCustomerFail"))
    declined = shop.charge(order)
    assert isinstance(declined, Declined)
    assert shop.facts("payment_intent.payment_failed", declined.reference) == [RequestOutcome(order.request, declined)]


def test_payments_that_others_made_in_the_account_mean_nothing(shop, another):
    """Not made by us, or by another provider that shares the account."""
    method, customer = shop.card(), shop.customer.token
    made = {"amount": 500, "currency": "eur", "customer": customer, "payment_method": method, "confirm": True}
    foreign = shop.run(shop.stripe.payment_intents.create_async({**made, "off_session": True}))
    assert shop.facts("payment_intent.succeeded", foreign.id) == []
    assert shop.facts("charge.succeeded", foreign.latest_charge) == []
    assert another(provider="gwp_0000000000002").facts("payment_intent.succeeded", shop.pay().reference) == []


@pytest.mark.parametrize("kind", ["invoice.paid", "customer.created", "balance.available", "payout.paid", "brand.new"])
def test_other_events_mean_nothing_and_cost_no_call(shop, kind):
    shop.fault("error_before", "", method="GET", times=0)
    assert shop.facts(kind, "in_1") == []


def test_an_event_about_what_is_gone_or_was_never_there(shop):
    for kind in ("payment_intent.succeeded", "charge.refunded", "charge.dispute.created", "refund.updated",
                 "checkout.session.completed", "setup_intent.succeeded", "mandate.updated"):  # fmt: skip
        assert shop.facts(kind, "xx_unknown") == []
        assert shop.facts(kind, "") == []


def test_a_question_that_is_not_answered_is_asked_later(shop):
    paid = shop.pay()
    shop.fault("error_before", "payment_intents", method="GET")
    with pytest.raises(GatewayUnavailable):
        shop.facts("payment_intent.succeeded", paid.reference)
    assert len(shop.facts("payment_intent.succeeded", paid.reference)) == 1


# -- refunds and disputes ------------------------------------------------------------------------------------------


def test_refunds_made_here_and_there_are_all_told(shop):
    paid = shop.pay(minor=1000)
    ours = shop.refund_order(paid, 300)
    made = shop.refund(ours)
    theirs = shop.run(shop.stripe.refunds.create_async({"charge": paid.charge, "amount": 200}))
    expected = {
        RefundSeen(made.reference, paid.charge, Money(300, "eur"), "succeeded", ours.request, Money(0, "eur")),
        RefundSeen(theirs.id, paid.charge, Money(200, "eur"), "succeeded", fee=Money(0, "eur")),
    }
    for told in (shop.facts("charge.refunded", paid.charge), shop.facts("refund.created", theirs.id)):
        assert isinstance(told[0], RequestOutcome)  # their payment comes first: it may not be known here yet
        assert (told[0].outcome, set(told[1:])) == (paid, expected)


def test_what_went_back_of_a_charge_is_told_without_any_event(shop):
    paid, other = shop.pay(minor=1000), shop.pay(minor=1000)
    ours = shop.refund_order(paid, 300)
    made = shop.refund(ours)
    theirs = shop.run(shop.stripe.refunds.create_async({"charge": paid.charge, "amount": 200}))
    dispute = shop.control(
        "disputes", {"key": shop.settings.secret_key, "charge": paid.charge, "reason": "fraudulent", "amount": 400}
    )
    assert set(shop.run(shop.gateway.gone_back(paid.charge))) == {
        RefundSeen(made.reference, paid.charge, Money(300, "eur"), "succeeded", ours.request, Money(0, "eur")),
        RefundSeen(theirs.id, paid.charge, Money(200, "eur"), "succeeded", fee=Money(0, "eur")),
        DisputeSeen(dispute["id"], paid.charge, Money(400, "eur"), "open", "fraudulent", Money(1500, "eur")),
    }
    assert list(shop.run(shop.gateway.gone_back(other.charge))) == []


def test_what_went_back_is_asked_later_where_nobody_answers(shop):
    paid = shop.pay()
    shop.fault("error_before", "disputes", method="GET")
    with pytest.raises(GatewayUnavailable):
        shop.run(shop.gateway.gone_back(paid.charge))


def test_more_refunds_than_fit_on_a_page(shop):
    paid = shop.pay(minor=20_000)
    for _ in range(102):
        shop.run(shop.stripe.refunds.create_async({"charge": paid.charge, "amount": 100}))
    _, *seen = shop.facts("charge.refunded", paid.charge)
    assert len({fact.reference for fact in seen}) == len(seen) == 102


@pytest.mark.parametrize(
    ("outcome", "state"), [("succeeded", "succeeded"), ("failed", "failed"), ("canceled", "cancelled")]
)
def test_a_refund_that_waits_and_then_ends(shop, outcome, state):
    paid = shop.pay()
    order = shop.refund_order(paid, 500)
    made = shop.refund(order)
    shop.control("refunds", {"key": shop.settings.secret_key, "refund": made.reference, "outcome": "requires_action"})
    assert [fact.status for fact in shop.facts("refund.updated", made.reference)[1:]] == ["pending"]
    shop.control("refunds", {"key": shop.settings.secret_key, "refund": made.reference, "outcome": outcome})
    assert [fact.status for fact in shop.facts("refund.updated", made.reference)[1:]] == [state]


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_from_its_opening_to_its_end(shop, end):
    paid = shop.pay(minor=1000)
    about = {"key": shop.settings.secret_key, "charge": paid.charge}
    dispute = shop.control("disputes", {**about, "reason": "fraudulent", "amount": 600})
    opened = DisputeSeen(dispute["id"], paid.charge, Money(600, "eur"), "open", "fraudulent", Money(1500, "eur"))
    payment, told = shop.facts("charge.dispute.created", dispute["id"])
    assert (payment.outcome, told) == (paid, opened)
    shop.control("disputes", {**about, "outcome": end})
    _, seen = shop.facts("charge.dispute.closed", dispute["id"])
    assert (seen.status, seen.amount) == (end, opened.amount)
    # The notice of the opening comes late: the dispute is told as it stands.
    assert shop.facts("charge.dispute.created", dispute["id"])[1:] == [seen]


def test_an_inquiry_takes_no_money_and_is_no_dispute(shop):
    paid = shop.pay()
    inquiry = shop.control("disputes", {"key": shop.settings.secret_key, "charge": paid.charge, "inquiry": True})
    assert shop.facts("charge.dispute.created", inquiry["id"]) == []


# -- cards and mandates --------------------------------------------------------------------------------------------


def test_a_card_that_is_attached_renewed_and_detached_there(shop):
    token = shop.card()
    [seen] = shop.facts("payment_method.attached", token)
    assert isinstance(seen, InstrumentSeen)
    assert (seen.account, seen.token, seen.last4) == ("acc_0000000000007", token, "4242")
    renewed = {"key": shop.settings.secret_key, "payment_method": token, "exp_month": 7, "exp_year": 2040}
    shop.control("cards", renewed)
    [seen] = shop.facts("payment_method.automatically_updated", token)
    assert (seen.exp_month, seen.exp_year) == (7, 2040)
    shop.run(shop.gateway.forget(token))
    assert shop.facts("payment_method.detached", token) == [InstrumentGone(token)]
    assert shop.facts("payment_method.attached", token) == [InstrumentGone(token)]  # late


def test_a_card_of_a_customer_who_is_not_ours_names_no_account(shop):
    stranger = shop.run(shop.stripe.customers.create_async({"name": "Bob"}))
    method = shop.run(shop.stripe.payment_methods.attach_async("pm_card_visa", {"customer": stranger.id}))
    [seen] = shop.facts("payment_method.attached", method.id)
    assert seen.account == ""


def test_forgetting_twice_or_what_is_unknown_is_forgetting(shop):
    token = shop.card()
    for one in (token, token, "pm_unknown"):
        shop.run(shop.gateway.forget(one))
    shop.fault("error_before", "detach$")
    with pytest.raises(GatewayUnavailable):
        shop.run(shop.gateway.forget(shop.card()))


def test_a_mandate_that_was_revoked(shop):
    page = shop.register("sepa_debit")
    shop.fill_in(page.url, method="sepa_debit", iban="DE89370400440532013000", email="ana@example.com")
    [seen] = shop.run(shop.gateway.session_facts(page.reference))
    [setup] = shop.run(shop.stripe.setup_intents.list_async({"customer": page.customer_token})).data
    assert shop.facts("setup_intent.succeeded", setup.id) == [seen]
    assert shop.facts("mandate.updated", setup.mandate) == []
    shop.control("mandates", {"key": shop.settings.secret_key, "mandate": setup.mandate})
    assert shop.facts("mandate.updated", setup.mandate) == [InstrumentGone(seen.token)]


# -- events --------------------------------------------------------------------------------------------------------


def test_the_life_of_a_payment_reads_the_same_in_every_order_of_arrival(shop):
    """Facts are fetched, so what is told last is what stands, whatever arrives last."""
    order = shop.order(shop.card(), minor=1000)
    paid = shop.charge(order)
    made = shop.refund(shop.refund_order(paid, 400))
    mine = {paid.reference, paid.charge, made.reference}
    notices = [notice for notice in shop.notices() if notice.object_reference in mine]
    assert len(notices) >= 5
    ends = set()
    for arrival in list(permutations(notices[:5]))[::10]:
        facts = [fact for notice in arrival for fact in shop.run(shop.gateway.facts(notice))]
        ends.add((frozenset(f for f in facts if isinstance(f, RequestOutcome)), frozenset(facts)))
    assert len(ends) == 1


def test_events_are_polled_oldest_first_from_where_one_stopped(shop):
    shop.pay()
    first = shop.notices()
    assert [notice.created_at for notice in first] == sorted(notice.created_at for notice in first)
    assert first[0].type == "customer.created"
    paid = shop.pay()
    then = shop.notices(after=first[-1].external_id)
    assert not {notice.external_id for notice in then} & {notice.external_id for notice in first}
    told = [fact for notice in then for fact in shop.run(shop.gateway.facts(notice))]
    assert [fact.outcome for fact in told if isinstance(fact, RequestOutcome)][-1] == paid
    assert shop.notices(after=then[-1].external_id) == []
    everything = shop.notices()
    assert everything == first + then
    assert shop.notices(after="evt_long_forgotten") == everything


def test_polling_goes_over_pages(shop):
    shop.open_customer()
    start = shop.notices()[-1].external_id
    for number in range(130):
        shop.run(shop.stripe.customers.update_async(shop.customer.token, {"description": str(number)}))
    polled = shop.notices(after=start)
    assert [notice.type for notice in polled] == ["customer.updated"] * 130
    assert shop.notices()[-130:] == polled


def test_a_polled_event_is_the_one_that_is_delivered(shop):
    shop.control("webhooks", {"key": shop.settings.secret_key, "url": "http://127.0.0.1:9/", "secret": "whsec_second"})
    shop.pay()
    polled = {notice.external_id: notice for notice in shop.notices()}
    deliveries = shop.control("deliveries/take", {"ids": [d["id"] for d in shop.running.control("GET", "deliveries")]})
    assert deliveries
    for delivery in deliveries:
        notice = shop.gateway.parse(delivery["body"].encode(), delivery["headers"])
        same = polled[notice.external_id]
        assert (same.type, same.object_reference, same.created_at) == (
            notice.type,
            notice.object_reference,
            notice.created_at,
        )


def test_a_provider_of_another_account_polls_nothing_of_ours(shop, another):
    shop.pay()
    assert another(secret_key="sk_test_elsewhere").notices() == []
    assert isinstance(shop.pay(), Succeeded)
