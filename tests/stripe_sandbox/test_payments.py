"""Cards, bank debits, declines, authentication, capture: what becomes of a PaymentIntent."""

from urllib.parse import parse_qs, urlsplit

import pytest
import stripe
from tests.stripe_sandbox.conftest import START, charge, control, send, types_of

from stripe_sandbox.payments.cards import DECLINE_CODES, IBANS, PUBLISHED, card_of_number, iban_of, is_luhn

MANDATE = {"customer_acceptance": {"type": "offline"}}


def debit_method(api, customer, iban):
    holder = {"name": "Ana", "email": "ana@example.com"}
    method = api.payment_methods.create({"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": holder})
    return api.payment_methods.attach(method.id, {"customer": customer.id})


def wait(sandbox, seconds):
    sandbox.timeline.advance_to(sandbox.timeline.now + seconds)


def test_a_payment_moves_money_once_and_tells_of_it(sandbox, api, customer, card):
    intent = charge(api, customer, card.id, metadata={"bill": "7"}, expand=["latest_charge.balance_transaction"])
    assert (intent.status, intent.amount_received, intent.payment_method) == ("succeeded", 1000, card.id)
    paid = intent.latest_charge
    assert (paid.status, paid.captured, paid.amount_captured, paid.metadata.bill) == ("succeeded", True, 1000, "7")
    assert paid.payment_method_details.card.last4 == "4242"
    money = paid.balance_transaction
    assert (money.amount, money.fee, money.net, money.type, money.status) == (1000, 59, 941, "charge", "pending")
    assert types_of(api)[-3:] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    [moved] = control(sandbox, "GET", "/moved")
    assert (moved["type"], moved["amount"], moved["payment_intent"]) == ("captured", 1000, intent.id)
    assert (moved["metadata"], moved["idempotency_key"]) == ({"bill": "7"}, intent.last_response.idempotency_key)


@pytest.mark.parametrize(("amount", "fee"), [(50, 31), (51, 31), (52, 32), (1000, 59), (99_999_999, 2_900_030)])
def test_the_fee_is_rounded_once_half_up(api, customer, card, amount, fee):
    intent = charge(api, customer, card.id, amount=amount, expand=["latest_charge.balance_transaction"])
    assert intent.latest_charge.balance_transaction.fee == fee


def test_money_becomes_available_after_two_days_and_is_paid_out(sandbox, api, customer, card):
    charge(api, customer, card.id)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.payouts.create({"amount": 941, "currency": "eur"})
    assert caught.value.code == "balance_insufficient"
    wait(sandbox, 2 * 86400)
    assert api.balance.retrieve().available[0].amount == 941
    payout = api.payouts.create({"amount": 941, "currency": "eur"})
    assert api.balance.retrieve().available[0].amount == 0
    wait(sandbox, 86400)
    assert api.payouts.retrieve(payout.id).status == "paid"
    assert [t.net for t in api.balance_transactions.list({"payout": payout.id}).data] == [-941]


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
        ("tok_chargeDeclined", "card_declined", "generic_decline"),
    ],
)
def test_published_declines(sandbox, api, token, code, decline_code):
    with pytest.raises(stripe.CardError) as caught:
        api.payment_intents.create({"amount": 1000, "currency": "eur", "payment_method": token, "confirm": True})
    error = caught.value
    assert (error.http_status, error.code, error.error.decline_code) == (402, code, decline_code)
    intent = api.payment_intents.retrieve(error.error.payment_intent.id, {"expand": ["latest_charge"]})
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert (intent.last_payment_error.code, intent.last_payment_error.charge) == (code, intent.latest_charge.id)
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)
    assert types_of(api)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    assert control(sandbox, "GET", "/moved") == []


@pytest.mark.parametrize("decline", sorted(DECLINE_CODES))
def test_every_decline_code_can_be_had(api, decline):
    order = {"amount": 1000, "currency": "eur", "payment_method": f"pm_card_decline_{decline}", "confirm": True}
    with pytest.raises(stripe.CardError) as caught:
        api.payment_intents.create(order)
    assert decline in (caught.value.code, caught.value.error.decline_code)


def test_a_declining_card_cannot_be_attached_but_0341_can(api, customer):
    with pytest.raises(stripe.CardError):
        api.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})
    method = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    with pytest.raises(stripe.CardError):
        charge(api, customer, method.id)


def test_after_a_decline_the_same_intent_succeeds_with_another_card(api, customer, card):
    bad = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    with pytest.raises(stripe.CardError) as caught:
        charge(api, customer, bad.id)
    intent = api.payment_intents.confirm(caught.value.error.payment_intent.id, {"payment_method": card.id})
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    assert [c.status for c in api.charges.list({"payment_intent": intent.id}).data] == ["succeeded", "failed"]


def test_a_card_past_its_expiry_declines(sandbox, api, customer, card):
    control(
        sandbox,
        "POST",
        "/cards",
        {"key": "sk_test_demo", "payment_method": card.id, "exp_month": 12, "exp_year": 2025},
    )
    with pytest.raises(stripe.CardError) as caught:
        charge(api, customer, card.id)
    assert caught.value.code == "expired_card"
    assert "payment_method.automatically_updated" in types_of(api)


@pytest.mark.parametrize(
    ("token", "before", "after_setup"),
    [
        ("pm_card_authenticationRequiredOnSetup", "authentication_required", "succeeded"),
        ("pm_card_authenticationRequired", "authentication_required", "authentication_required"),
        ("pm_card_authenticationRequiredSetupForOffSession", "succeeded", "succeeded"),
        ("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "insufficient_funds", "insufficient_funds"),
        ("pm_card_threeDSecureOptional", "succeeded", "succeeded"),
    ],
)
def test_cards_that_authenticate_off_session(sandbox, api, customer, token, before, after_setup):
    def outcome():
        try:
            return charge(api, customer, method.id).status
        except stripe.CardError as error:
            return error.error.decline_code

    method = api.payment_methods.attach(token, {"customer": customer.id})
    assert outcome() == before
    setup = api.setup_intents.create({"customer": customer.id, "payment_method": method.id, "confirm": True})
    if setup.status == "requires_action":
        send(sandbox, "POST", urlsplit(setup.next_action.use_stripe_sdk.stripe_js).path, "outcome=authorise")
    assert api.setup_intents.retrieve(setup.id).status == "succeeded"
    assert outcome() == after_setup
    on_session = ask(api, customer, method.id)
    assert (on_session.status == "requires_action") is (token != "pm_card_threeDSecureOptional")


def ask(api, customer, method, **more):
    order = {"amount": 1000, "currency": "eur", "customer": customer.id, "payment_method": method, "confirm": True}
    return api.payment_intents.create({**order, "return_url": "https://shop.example/back?order=7", **more})


def test_an_authenticated_payment_succeeds_and_leads_back(sandbox, api, customer):
    method = api.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    intent = ask(api, customer, method.id)
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    path = urlsplit(intent.next_action.redirect_to_url.url).path
    assert b"Authorise" in send(sandbox, "GET", path).body
    back = send(sandbox, "POST", path, "outcome=authorise").headers["Location"]
    assert parse_qs(urlsplit(back).query) == {
        "order": ["7"],
        "payment_intent": [intent.id],
        "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": ["succeeded"],
    }
    paid = api.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (paid.status, paid.next_action) == ("succeeded", None)
    assert paid.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert send(sandbox, "POST", path, "outcome=authorise").status == 410, "a page answers once"
    assert len(control(sandbox, "GET", "/moved")) == 1


def test_a_refused_authentication_can_be_tried_again_with_the_same_intent(sandbox, api, customer):
    method = api.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    intent = ask(api, customer, method.id)
    path = urlsplit(intent.next_action.redirect_to_url.url).path
    assert "redirect_status=failed" in send(sandbox, "POST", path, "outcome=fail").headers["Location"]
    intent = api.payment_intents.retrieve(intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    again = api.payment_intents.confirm(intent.id, {"payment_method": method.id, "return_url": "https://shop.example"})
    assert urlsplit(again.next_action.redirect_to_url.url).path != path


def test_an_off_session_demand_for_authentication_is_finished_on_session(sandbox, api, customer):
    method = api.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    with pytest.raises(stripe.CardError) as caught:
        charge(api, customer, method.id)
    assert (caught.value.code, caught.value.error.payment_intent.status) == (
        "authentication_required",
        "requires_payment_method",
    )
    held = caught.value.error.payment_intent.last_payment_error.payment_method.id
    assert held == method.id, "whoever finishes it has to know with which card"
    intent = api.payment_intents.confirm(
        caught.value.error.payment_intent.id, {"payment_method": held, "return_url": "https://shop.example"}
    )
    send(sandbox, "POST", urlsplit(intent.next_action.redirect_to_url.url).path, "outcome=authorise")
    assert api.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize("change", ["confirm", "update"])
def test_an_old_page_of_the_bank_pays_nothing_once_the_intent_moved_on(sandbox, api, customer, card, change):
    method = api.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    intent = ask(api, customer, method.id)
    path = urlsplit(intent.next_action.redirect_to_url.url).path
    if change == "confirm":
        assert api.payment_intents.confirm(intent.id, {"payment_method": card.id}).status == "succeeded"
    else:
        assert api.payment_intents.update(intent.id, {"amount": 900}).status == "requires_confirmation"
    assert send(sandbox, "POST", path, "outcome=authorise").status == 410
    assert len(control(sandbox, "GET", "/moved")) == (change == "confirm")


@pytest.mark.parametrize("given", [{}, {"payment_method": "pm_no"}, {"payment_method": "pm_card_invented"}])
def test_what_cannot_be_confirmed_is_not_created(api, customer, given):
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.create({"amount": 1000, "currency": "eur", "confirm": True, **given})
    method = debit_method(api, customer, "DE89370400440532013000")
    with pytest.raises(stripe.InvalidRequestError, match="requires a mandate"):
        charge(api, customer, method.id)
    assert api.payment_intents.list().data == []


def test_a_merchant_may_ask_for_authentication_of_any_card(api, customer, card):
    options = {"card": {"request_three_d_secure": "any"}}
    assert ask(api, customer, card.id, payment_method_options=options).status == "requires_action"
    assert charge(api, customer, card.id, payment_method_options=options).status == "succeeded"


def test_error_on_requires_action_asks_nobody(api, customer):
    method = api.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    with pytest.raises(stripe.CardError) as caught:
        ask(api, customer, method.id, error_on_requires_action=True)
    assert caught.value.error.payment_intent.status == "requires_payment_method"


def test_declined_after_authentication(sandbox, api, customer):
    method = api.payment_methods.attach("pm_card_threeDSecureRequiredChargeDeclined", {"customer": customer.id})
    intent = ask(api, customer, method.id)
    send(sandbox, "POST", urlsplit(intent.next_action.redirect_to_url.url).path, "outcome=authorise")
    assert api.payment_intents.retrieve(intent.id).last_payment_error.code == "card_declined"


def test_manual_capture_takes_a_part_and_releases_the_rest(sandbox, api, customer, card):
    intent = charge(api, customer, card.id, capture_method="manual")
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 1000, 0)
    assert control(sandbox, "GET", "/moved") == []
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.capture(intent.id, {"amount_to_capture": 1001})
    intent = api.payment_intents.capture(intent.id, {"amount_to_capture": 600})
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("succeeded", 0, 600)
    assert [row["amount"] for row in control(sandbox, "GET", "/moved")] == [600]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.payment_intents.capture(intent.id)
    assert caught.value.code == "payment_intent_unexpected_state"


def test_an_authorisation_lapses_after_a_week(sandbox, api, customer, card):
    intent = charge(api, customer, card.id, capture_method="manual")
    wait(sandbox, 7 * 86400)
    assert api.payment_intents.retrieve(intent.id).cancellation_reason == "automatic"
    assert types_of(api)[-2:] == ["payment_intent.canceled", "charge.expired"]


def test_only_an_unpaid_intent_can_be_cancelled(api, customer, card):
    intent = api.payment_intents.create({"amount": 1000, "currency": "eur"})
    assert api.payment_intents.cancel(intent.id, {"cancellation_reason": "duplicate"}).status == "canceled"
    for held in (intent, charge(api, customer, card.id)):
        with pytest.raises(
            stripe.InvalidRequestError, match="could not be canceled because it has a status of"
        ) as caught:
            api.payment_intents.cancel(held.id)
        assert caught.value.error.payment_intent.id == held.id
        with pytest.raises(stripe.InvalidRequestError):
            api.payment_intents.confirm(held.id, {"payment_method": card.id})


def test_a_cancelled_intent_no_longer_asks_the_cardholder(sandbox, api, customer):
    method = api.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    intent = ask(api, customer, method.id)
    api.payment_intents.cancel(intent.id)
    path = urlsplit(intent.next_action.redirect_to_url.url).path
    assert send(sandbox, "POST", path, "outcome=authorise").status == 410
    assert control(sandbox, "GET", "/moved") == []


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (50, "eur", None),
        (49, "jpy", "amount_too_small"),
        (50, "jpy", None),
        (29, "gbp", "amount_too_small"),
        (99_999_999, "usd", None),
        (100_000_000, "usd", "amount_too_large"),
        (1001, "kwd", "invalid_amount"),
        (1010, "kwd", None),
        (1000, "xyz", "currency"),
        (-5, "eur", "parameter_invalid_integer"),
        (0, "eur", "parameter_invalid_integer"),
    ],
)
def test_amounts_are_bounded_by_currency(api, amount, currency, code):
    if code is None:
        assert api.payment_intents.create({"amount": amount, "currency": currency}).amount == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.payment_intents.create({"amount": amount, "currency": currency})
    assert code in (caught.value.code, caught.value.param)


@pytest.mark.parametrize("iban", ["AT611904300234573201", "DE89370400440532013000", "DE08370400440532013003"])
def test_a_debit_is_processing_until_the_bank_answers(sandbox, api, customer, iban):
    intent = charge(api, customer, debit_method(api, customer, iban).id, mandate_data=MANDATE)
    assert (intent.status, intent.amount_received) == ("processing", 0)
    assert api.charges.retrieve(intent.latest_charge).status == "pending"
    assert control(sandbox, "GET", "/moved") == []
    wait(sandbox, IBANS[iban].after)
    intent = api.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    assert (intent.status, intent.latest_charge.status) == ("succeeded", "succeeded")
    assert intent.latest_charge.balance_transaction.fee == 35
    assert intent.latest_charge.payment_method_details.sepa_debit.last4 == iban[-4:]


@pytest.mark.parametrize("iban", [iban for iban, held in IBANS.items() if held.fails])
def test_a_debit_that_fails_later(sandbox, api, customer, iban):
    intent = charge(api, customer, debit_method(api, customer, iban).id, mandate_data=MANDATE)
    wait(sandbox, IBANS[iban].after - 1)
    assert api.payment_intents.retrieve(intent.id).status == "processing"
    wait(sandbox, 1)
    intent = api.payment_intents.retrieve(intent.id)
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", IBANS[iban].fails)
    assert types_of(api)[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    assert control(sandbox, "GET", "/moved") == []


def test_a_debit_needs_a_mandate_and_keeps_it(sandbox, api, customer):
    method = debit_method(api, customer, "DE89370400440532013000")
    with pytest.raises(stripe.InvalidRequestError, match="requires a mandate"):
        charge(api, customer, method.id)
    order = {"customer": customer.id, "payment_method": method.id, "confirm": True, "mandate_data": MANDATE}
    setup = api.setup_intents.create(order)
    assert api.mandates.retrieve(setup.mandate).status == "active"
    paid = charge(api, customer, method.id, expand=["latest_charge"])
    assert paid.latest_charge.payment_method_details.sepa_debit.mandate == setup.mandate
    control(sandbox, "POST", "/mandates", {"key": "sk_test_demo", "mandate": setup.mandate})
    with pytest.raises(stripe.InvalidRequestError, match="requires a mandate"):
        charge(api, customer, method.id)


def test_a_debited_payment_may_be_disputed_at_once(sandbox, api, customer):
    method = debit_method(api, customer, "AT591904300235473203")
    intent = charge(api, customer, method.id, mandate_data=MANDATE)
    wait(sandbox, 5)
    assert api.disputes.list({"payment_intent": intent.id}).data[0].reason == "debit_not_authorized"


@pytest.mark.parametrize(
    "given",
    [
        {"sepa_debit": {"iban": "DE00370400440532013000"}, "billing_details": {"name": "A", "email": "a@b.c"}},
        {"sepa_debit": {"iban": "DE89"}, "billing_details": {"name": "A", "email": "a@b.c"}},
        {"sepa_debit": {"iban": "DE89370400440532013000"}, "billing_details": {"email": "a@b.c"}},
        {"sepa_debit": {}},
    ],
)
def test_bad_bank_accounts_are_refused(api, given):
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_methods.create({"type": "sepa_debit", **given})


def test_card_numbers_are_not_taken_by_the_api(api):
    given = {"number": "4242424242424242", "exp_month": 1, "exp_year": 2030, "cvc": "123"}
    with pytest.raises(stripe.StripeError, match="Sending credit card numbers directly") as caught:
        api.payment_methods.create({"type": "card", "card": given})
    assert "4242424242424242" not in str(caught.value.json_body)


def test_a_method_serves_one_customer_until_it_is_detached_for_good(api, customer, card):
    other = api.customers.create()
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        api.payment_methods.attach(card.id, {"customer": other.id})
    with pytest.raises(stripe.InvalidRequestError, match="belongs to"):
        charge(api, other, card.id)
    api.payment_methods.detach(card.id)
    assert api.customers.retrieve(customer.id).invoice_settings.default_payment_method is None
    for again in (lambda: charge(api, customer, card.id), lambda: api.payment_methods.detach(card.id)):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            again()
        assert caught.value.code == "payment_method_unexpected_state"


def test_a_loose_method_is_used_once_unless_it_is_saved_by_the_payment(api, customer):
    loose = api.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    order = {"amount": 1000, "currency": "eur", "payment_method": loose.id, "confirm": True}
    api.payment_intents.create(order)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        api.payment_intents.create(order)
    saved = charge(api, customer, "pm_card_visa", setup_future_usage="off_session", off_session=False)
    assert api.payment_methods.retrieve(saved.payment_method).customer == customer.id
    assert charge(api, customer, saved.payment_method).status == "succeeded"


def test_methods_are_listed_by_customer_and_type(api, customer, card):
    debit_method(api, customer, "DE89370400440532013000")
    assert len(api.payment_methods.list({"customer": customer.id}).data) == 2
    assert [m.id for m in api.payment_methods.list({"customer": customer.id, "type": "card"}).data] == [card.id]
    assert [m.id for m in api.customers.payment_methods.list(customer.id, {"type": "card"}).data] == [card.id]


def test_the_same_card_has_the_same_fingerprint(api):
    prints = [api.payment_methods.create({"type": "card", "card": {"token": t}}).card.fingerprint
              for t in ("tok_visa", "tok_visa", "tok_mastercard")]  # fmt: skip
    assert prints[0] == prints[1] != prints[2]


def test_an_update_tells_what_changed(api, customer, card):
    api.payment_methods.update(card.id, {"card": {"exp_month": 5, "exp_year": 2031}, "metadata": {"a": "1"}})
    event = api.events.list({"type": "payment_method.updated"}).data[0]
    previous = event.data.previous_attributes
    assert (previous.card.exp_year, previous.metadata.to_dict()) == (2027, {"a": None})
    assert event.data.object.card.exp_year == 2031


def test_a_setup_saves_the_card_for_its_customer(api, customer):
    setup = api.setup_intents.create({"customer": customer.id, "usage": "off_session"})
    assert setup.status == "requires_payment_method"
    setup = api.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})
    assert setup.status == "succeeded"
    assert api.payment_methods.retrieve(setup.payment_method).customer == customer.id
    assert types_of(api)[-3:] == ["setup_intent.created", "payment_method.attached", "setup_intent.succeeded"]


def test_a_setup_can_be_declined_and_cancelled(api, customer):
    setup = api.setup_intents.create({"customer": customer.id})
    with pytest.raises(stripe.CardError) as caught:
        api.setup_intents.confirm(setup.id, {"payment_method": "pm_card_chargeDeclined"})
    assert caught.value.error.setup_intent.last_setup_error.decline_code == "generic_decline"
    [attempt] = api.setup_attempts.list({"setup_intent": setup.id}).data
    assert (attempt.status, attempt.setup_error.code) == ("failed", "card_declined")
    assert api.setup_intents.cancel(setup.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        api.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})


def test_types_of_method_follow_currency_and_filter(api):
    types = lambda **more: api.payment_intents.create({"amount": 1000, **more}).payment_method_types  # noqa: E731
    assert types(currency="eur") == ["card", "sepa_debit"]
    assert types(currency="usd") == ["card"]
    assert types(currency="eur", allowed_payment_method_types=["sepa_debit"]) == ["sepa_debit"]
    assert types(currency="eur", excluded_payment_method_types=["card"]) == ["sepa_debit"]
    with pytest.raises(stripe.InvalidRequestError):
        types(currency="usd", allowed_payment_method_types=["sepa_debit"])


def test_published_numbers_are_plausible():
    for card in PUBLISHED:
        assert is_luhn(card.number) is (card.decline != "incorrect_number"), card
        assert card_of_number(card.number) is card
    assert card_of_number("4242424242424243") is None
    assert all(iban_of(iban) for iban in IBANS)
    assert iban_of("GB82 WEST 1234 5698 7654 32") is not None
    assert START % 86400 == 0
