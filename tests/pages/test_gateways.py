"""Payment gateways at the desk and for customers: what is refused and said, what never shows, what happens once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories import NOW, company_at_work
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.toy import decline, lose_before, take_time
from tests.pages.conftest import reviewed, token_in

from subledger.accounts.models import Customer
from subledger.gateways.models import Dispute, MarkedFile, PaymentRequest, Provider
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.services.public import link_for
from subledger.gateways.states import ProviderState
from subledger.kernel import ids
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.transactions.models import PaymentMethod, RefundMethod, Transaction, TransactionType

pytestmark = pytest.mark.sampled(8)

KEY = "sk_test_51NobodyMustEverReadThis"


@pytest.fixture
def bank(ledger, toy_kind) -> Desk:
    return make_desk(ledger)


def url(name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=args)


def pay(client: Client, bank: Desk, amount: str, **fields: Any) -> Any:
    """A new payment by card, posted from its form; the page it leads to."""
    kind = TransactionType.objects.get(classification="payment", is_default=True)
    data = {"amount": amount, "type": kind.pk, "payment_method": bank.method.pk, "then": "post"}
    data |= {"confirm_in_advance": "on", **fields}
    return reviewed(client, url("transaction_new", bank.ledger.account.pk, "payment"), data, follow=True)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " "))


# -- at the desk -----------------------------------------------------------------------------------------------------


def test_a_payment_by_card_is_collected_before_it_is_posted(desk, bank):
    page = pay(desk, bank, "75")
    assert "Toy bank collected 75.00 EUR." in text_of(page)
    assert page.context["state"] == "posted"


def test_a_declined_card_leaves_a_draft_and_says_why(desk, bank):
    bank.bank.script = [decline]
    page = pay(desk, bank, "75")
    assert page.context["state"] == "failed"
    assert page.context["row"].state == "draft"
    assert "Toy bank declined: The bank declined the card" in text_of(page)
    assert "Your card was declined" in text_of(page)
    assert {action.label for action in page.context["actions"]} >= {"Edit", "Post", "Reject"}


@pytest.mark.parametrize(
    ("act", "said"), [(lose_before, "do not pay it a second time"), (take_time, "taken in automatically")]
)
def test_what_has_no_end_yet_is_pending_and_says_what_it_waits_for(desk, bank, act, said):
    bank.bank.script = [act]
    page = pay(desk, bank, "75")
    assert (page.context["state"], page.context["held"].account_id) == ("pending", bank.ledger.account.pk)
    assert said in text_of(page)
    offered = {action.label for action in page.context["actions"]}
    printed = {"Show as PDF", "Download PDF", "Download workbook"}
    assert offered - printed == {"Add a note", "Attach a file"}, "nobody edits, posts or rejects what the gateway has"
    assert "Pending" in text_of(desk.get(url("account_transactions", bank.ledger.account.pk)))


@pytest.mark.wide
def test_a_form_that_is_sent_twice_is_one_payment(desk, bank):
    first = pay(desk, bank, "75", once="0123456789abcdef")
    again = pay(desk, bank, "75", once="0123456789abcdef")
    assert first.redirect_chain == again.redirect_chain
    assert len(bank.bank.orders) == PaymentRequest.objects.count() == 1


def test_a_refused_form_may_be_corrected_and_sent_again(desk, bank):
    assert pay(desk, bank, "a lot", once="0123456789abcdef").status_code == 422
    assert pay(desk, bank, "75", once="0123456789abcdef").context["state"] == "posted"


def test_who_may_post_may_not_charge_without_the_permission(sit, bank):
    agent = sit("agent")
    refused = pay(agent, bank, "75")
    assert refused.status_code == 403
    assert "Charge and refund through payment gateways" in text_of(refused)
    assert not PaymentRequest.objects.exists()
    assert not Transaction.objects.filter(classification="payment").exists()


def test_part_of_a_payment_is_paid_back(desk, bank):
    paid = bank.pay(7500)
    where = url("payment_refund", paid.transaction_id)
    kind = TransactionType.objects.get(classification="refund", is_default=True)
    data = {"amount": "25", "type": kind.pk}
    page = reviewed(desk, where, data, follow=True)
    assert "Toy bank refunded 25.00 EUR." in text_of(page)
    assert (page.context["row"].classification, page.context["state"]) == ("refund", "posted")
    too_much = desk.post(where, {**data, "amount": "50.01"})
    assert (too_much.status_code, too_much.refusal_code) == (409, "refund_exceeds_captured")


def test_a_payment_nobody_collected_has_no_refund_page(desk, bank):
    cash = bank.ledger.payment(10)
    assert desk.get(url("payment_refund", cash.id)).status_code == 404


def test_a_dispute_shows_on_its_payment(desk, bank):
    paid = bank.pay(7500)
    charge = paid.captured
    taken = bank.ledger.payment(1)
    Dispute.objects.create(
        provider=bank.provider,
        charge=charge,
        reference="dp_1",
        amount_minor=7500,
        currency="eur",
        reason="product_not_received",
        state="open",
        taken_id=taken.id,
        opened_at=clock.now(),
    )
    page = text_of(desk.get(url("transaction", paid.transaction_id)))
    assert all(words in page for words in ("Disputes", "dp_1", "Product not received", "Disputed"))


def test_a_charge_over_more_than_is_owed_is_asked_about(desk, bank):
    page = pay(desk, bank, "75", confirm_in_advance="")
    assert "75.00 EUR would be collected in advance" in text_of(page)
    assert '<input type="checkbox" name="confirm_in_advance"' in page.content.decode()
    assert bank.bank.captured == 0
    assert pay(desk, bank, "75").context["state"] == "posted"


def test_a_charge_over_more_than_its_invoice_is_asked_about(desk, bank):
    invoice = bank.ledger.invoice(50)
    meant = {"intended": [ids.encode(Transaction.PREFIX, invoice.id)]}
    page = pay(desk, bank, "75", confirm_in_advance="", **meant)
    assert f"meant for {invoice.number}, of which 50.00 EUR is open" in text_of(page)
    assert '<input type="checkbox" name="confirm_in_advance"' in page.content.decode()
    assert bank.bank.captured == 0
    assert pay(desk, bank, "75", **meant).context["state"] == "posted"


def test_a_payment_in_advance_is_two_presses_and_nothing_is_asked_for_before(desk, bank):
    kind = TransactionType.objects.get(classification="payment", is_default=True)
    where = url("transaction_new", bank.ledger.account.pk, "payment")
    typed = {"amount": "75", "type": kind.pk, "payment_method": bank.method.pk, "then": "post", "once": "a"}
    review = desk.post(where, typed)
    assert review.status_code == 200
    assert "Post it for good?" in text_of(review)
    assert "75.00 EUR would be collected in advance" in text_of(review)
    assert not PaymentRequest.objects.exists()
    assert not Transaction.objects.filter(classification="payment").exists()
    posted = desk.post(where, {**typed, "confirm_in_advance": "on", **token_in(review)})
    assert posted.status_code == 302
    assert bank.bank.captured == 7500


@pytest.mark.few(2)
@pytest.mark.parametrize("by", ["card", "method and card", "method", "draft"])
def test_the_review_of_a_payment_names_the_card_that_it_charges(desk, bank, by):
    """However it is chosen: by itself, beside its method, or as the default one; of a draft as of what is new."""
    kind = TransactionType.objects.get(classification="payment", is_default=True)
    where = url("transaction_new", bank.ledger.account.pk, "payment")
    typed = {"amount": "75", "type": kind.pk, "once": "a"}
    if by != "card":
        typed["payment_method"] = bank.method.pk
    if by != "method":
        typed["payment_preference"] = bank.card.chosen.public_id
    if by == "draft":
        desk.post(where, {**typed, "then": "draft"})
        where = url("transaction_edit", Transaction.objects.get(classification="payment").pk)
        typed |= token_in(desk.get(where))
        typed["version"] = re.search(r'name="version" value="([^"]*)"', desk.get(where).content.decode())[1]
    review = text_of(desk.post(where, {**typed, "then": "post"}))
    assert "Post it for good?" in review
    assert "Visa ending 4242, expires 12/30 is charged." in review
    assert "Collect it and post" in review
    assert "Post for good" not in review


def test_the_review_of_what_no_gateway_moves_charges_nothing(desk, bank):
    kind = TransactionType.objects.get(classification="payment", is_default=True)
    cash = PaymentMethod.objects.get(code="cash")
    typed = {"amount": "75", "type": kind.pk, "payment_method": cash.pk, "then": "post"}
    review = text_of(desk.post(url("transaction_new", bank.ledger.account.pk, "payment"), typed))
    assert "Post for good" in review
    assert "is charged" not in review


def test_a_request_that_is_not_due_any_more_says_that_it_will_not_leave(desk, bank):
    invoice = bank.ledger.invoice(75)
    asked = bank.ask(7500, to=[invoice])
    bank.ledger.payment(75, to=[invoice])
    shown = text_of(desk.get(url("payment_request", asked.request_id)))
    assert "settled, or is being paid otherwise, in the meantime. It will not leave" in shown


def test_a_request_is_looked_up_and_told_of(desk, bank):
    bank.bank.script = [lose_before]
    lost = bank.pay(7500)
    assert lost.state == "unknown"
    assert "Payments that need review" in text_of(desk.get(url("home")))
    page = desk.get(url("payment_request", lost.pk))
    assert "do not pay it a second time" in text_of(page)
    with clock.frozen(NOW + timedelta(minutes=10)):
        page = desk.post(url("payment_request_look_up", lost.pk), follow=True)
    assert page.context["state"] == "posted"
    assert "Toy bank collected 75.00 EUR." in text_of(page)


def test_requests_are_found_by_number_state_and_error(desk, bank):
    good = bank.pay(7500)
    bank.bank.script = [decline]
    bad = bank.pay(1000)
    waiting = bank.row(bank.ask(2000).request_id)

    def listed(**asked: str) -> set[str]:
        page = desk.get(url("gateways"), asked)
        return {row.number for row in (good, bad, waiting) if row.number in text_of(page)}

    assert listed() == {good.number, bad.number, waiting.number}
    assert listed(q=good.number) == {good.number}
    assert listed(state="open") == {waiting.number}
    assert listed(error="declined") == {bad.number}
    assert listed(provider=bank.provider.public_id, type="refund") == set()
    assert listed(created_at_to="2026-05-19") == set()
    assert desk.get(url("search"), {"q": good.number.lower()}).url == url("payment_request", good.pk)
    chart = desk.get(url("gateways")).context["chart"]
    assert {part.label: part.total for part in chart.series} == {"Posted": 1, "Open": 1, "Rejected": 1}


def test_a_card_is_made_default_kept_from_runs_and_removed(desk, bank):
    other = bank.register(bank.ledger.account, "another")
    for verb in ("default", "runs-off"):
        assert desk.post(url("account_card_action", other.account_id, other.pk, verb)).status_code == 302
    other.refresh_from_db()
    assert (other.is_default, other.chosen.is_recurring) == (True, False)
    desk.post(url("account_card_action", other.account_id, other.pk, "remove"))
    page = text_of(desk.get(url("account_ways", other.account_id)))
    assert "Removed" in page
    assert desk.get(url("account_card_action", other.account_id, other.pk, "default")).status_code == 404


def test_a_card_is_not_let_go_of_as_if_it_were_no_card(desk, bank):
    where = url("account_preference_release", bank.card.account_id, bank.card.pk)
    assert desk.post(where).status_code == 404
    bank.card.chosen.refresh_from_db()
    assert bank.card.chosen.released_at is None


def test_a_bank_account_is_typed_with_its_mandate_and_a_card_never(desk, bank):
    where = url("account_preference", bank.ledger.account.pk)
    form = desk.get(where).context["form"]
    offered = {row.code for row in form.fields["preference"].queryset}
    assert "direct_debit" in offered
    assert "card" not in offered, "cards of a gateway are registered on its page"
    debit = form.fields["preference"].queryset.get(code="direct_debit")
    data = {"preference": debit.pk, "mandate_reference": "M-1", "mandate_signed_on": "2026-05-01"}
    wrong = desk.post(where, {**data, "iban": "DE89370400440532013001"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["iban"])
    desk.post(where, {**data, "iban": "DE89 3704 0044 0532 0130 00"})
    way = bank.ledger.account.payment_preferences.get(preference=debit)
    assert way.details == {
        "iban": "DE89370400440532013000",
        "mandate_reference": "M-1",
        "mandate_signed_on": "2026-05-01",
    }


# -- providers -------------------------------------------------------------------------------------------------------


def provider_form(**fields: Any) -> dict[str, Any]:
    return {"name": "Stripe", "code": "stripe", "mode": "test", "action_hours": "23", **fields}


def test_a_provider_is_set_up_and_its_keys_never_show(desk, company):
    version = desk.get(url("provider_new", "stripe")).context["form"]["api_version"].field.choices[0][0]
    method = PaymentMethod.objects.get(code="card")
    data = provider_form(
        api_version=version, test_key=KEY, webhook_secrets="whsec_one whsec_two", payment_methods=[method.pk]
    )
    data["refund_methods"] = [RefundMethod.objects.get(code="card").pk]
    page = desk.post(url("provider_new", "stripe"), data, follow=True)
    provider = Provider.objects.get(code="stripe")
    assert "Test key set" in text_of(page)
    assert "Webhook secrets 2 set" in text_of(page)
    assert f"/webhooks/stripe/{provider.public_id}" in page.content.decode()
    desk.post(url("provider_state", provider.pk, "activate"))
    provider.refresh_from_db()
    assert provider.state == "effective"
    for where in ("provider", "provider_edit", "providers", "events", "gateways"):
        content = desk.get(url(where, *([provider.pk] if "_" in where or where == "provider" else []))).content
        assert KEY.encode() not in content
        assert b"whsec_" not in content
    changed = desk.post(url("provider_edit", provider.pk), {**data, "test_key": "", "name": "Our Stripe"}, follow=True)
    assert "Test key set" in text_of(changed), "an empty key keeps what is set"
    assert KEY not in changed.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Rate limit, calls a second 20, the account's"),
        ({"mode": "live"}, "Rate limit, calls a second 80, the account's"),
        ({"calls_per_second": 7}, "Rate limit, calls a second 7 "),
        ({"base_url": "http://127.0.0.1:1"}, "Rate limit, calls a second none"),
    ],
)
def test_the_rate_limit_shown_is_the_one_that_calls_keep_to(desk, company, fields, said):
    provider = save_provider(ident=None, values={"kind": "stripe", "code": "s", "name": "Stripe"}, actor="test")
    Provider.objects.filter(pk=provider.pk).update(**fields)
    assert said in unescape(text_of(desk.get(url("provider", provider.pk))))


def test_a_rate_limit_left_empty_is_said_to_be_the_accounts(desk, company):
    said = unescape(text_of(desk.get(url("provider_new", "stripe"))))
    assert "If left empty, 80 in live mode and 20 in test mode, just below Stripe's own limit" in said


def test_a_gateway_that_is_not_called_has_no_rate_limit(desk, company):
    provider = save_provider(ident=None, values={"kind": "generic", "code": "g", "name": "Bank"}, actor="test")
    assert "Rate limit" not in text_of(desk.get(url("provider", provider.pk)))


def test_a_refused_key_is_explained_and_not_echoed(desk, company):
    version = desk.get(url("provider_new", "stripe")).context["form"]["api_version"].field.choices[0][0]
    data = provider_form(api_version=version, test_key="sk_" + "live_51TheWrongMode")
    page = desk.post(url("provider_new", "stripe"), data)
    assert (page.status_code, page.refusal_code) == (422, "provider_invalid")
    assert "sk_" + "live_51TheWrongMode" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_refusals_of_providers_are_words(desk, bank):
    second = save_provider(ident=None, values={"kind": "stripe", "code": "s", "name": "Stripe"}, actor="test")
    without_key = desk.post(url("provider_state", second.pk, "activate"))
    assert "has no key for it. Enter it first." in text_of(without_key)
    taken = desk.post(
        url("provider_edit", second.pk), provider_form(payment_methods=[bank.method.pk], api_version=second.api_version)
    )
    assert "A payment method belongs to one provider, and &#x27;Toy bank&#x27; has one of these" in text_of(taken)
    used = bank.pay(100).provider
    deleted = desk.post(url("provider_delete", used.pk))
    assert "it cannot be deleted" in text_of(deleted)
    assert desk.post(url("provider_delete", second.pk)).status_code == 302
    assert not Provider.objects.filter(pk=second.pk).exists()


def test_an_event_shows_its_body_without_what_opens_something(desk, books):
    event = books.gateway.event
    page = desk.get(url("inbox_event", event.pk))
    assert "payment_intent.succeeded" in text_of(page)
    assert b"pi_1_secret_2" not in page.content
    assert "•••" in page.content.decode()
    replayed = desk.post(url("inbox_replay", event.pk), follow=True)
    assert replayed.context["state"] == "ignored"


# -- files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(ledger) -> Provider:
    """A generic provider that pays by cheque."""
    values = {
        "kind": "generic",
        "code": "clerk",
        "name": "Clerk",
        "payment_methods": [PaymentMethod.objects.get(code="cheque")],
    }
    provider = save_provider(ident=None, values=values, actor="test")
    return set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor="test")


def test_requests_go_out_by_file_and_results_come_in(desk, ledger, clerk):
    cheque = PaymentMethod.objects.get(code="cheque")
    kind = TransactionType.objects.get(classification="payment", is_default=True)
    data = {"amount": "12.50", "type": kind.pk, "payment_method": cheque.pk, "then": "post", "confirm_in_advance": "on"}
    page = reviewed(desk, url("transaction_new", ledger.account.pk, "payment"), data, follow=True)
    assert page.context["state"] == "pending"
    assert "An integrator carries it out" in text_of(page)
    asked = PaymentRequest.objects.get()
    PaymentRequest.objects.update(created_at=datetime(2026, 5, 1, tzinfo=UTC))

    where = url("provider_export", clerk.pk)
    looked = desk.post(where, {"file_format": "csv", "mark": "on", "look": "1"})
    assert "1 would be written" in text_of(looked)
    bank_file = desk.post(where, {"file_format": "pain.008"})
    assert "creditor" in text_of(bank_file), "no bank details of ours: refused in words"
    file = desk.post(where, {"file_format": "csv", "mark": "on"})
    assert file["Content-Disposition"].startswith("attachment")
    assert asked.public_id in file.content.decode()
    asked.refresh_from_db()
    assert asked.state == "under_processing"

    page = desk.get(url("provider", clerk.pk))  # its connection broke off: nobody has the file
    name = MarkedFile.objects.get().message
    there = url("provider_export_again", clerk.pk, name)
    assert f'href="{there}"' in page.content.decode()
    assert "1 requests, which are under processing" in text_of(desk.get(there))
    again = desk.post(there)
    assert (again.content, again["Content-Disposition"]) == (file.content, file["Content-Disposition"])
    assert desk.get(url("provider_export_again", clerk.pk, "MSG-NONE")).status_code == 404

    rows = "request;result;reference;error_code;amount;booked_on\n"
    rows += f"{asked.public_id};posted;CHQ-1;;12,500;04.05.2026\nprq_nobody;posted;CHQ-2;;;\n"

    def results(**more: str) -> Any:
        upload = SimpleUploadedFile("results.csv", rows.encode(), content_type="text/csv")
        return desk.post(url("provider_results", clerk.pk), {"file": upload, **more})

    unsaid = results()
    assert "is a day in another format than ISO" in text_of(unsaid)
    unsaid = results(date_format="%d.%m.%Y")
    assert "12,500 can be 12.50 or 12,500.00" in text_of(unsaid)
    said = {"date_format": "%d.%m.%Y", "number_format": "1.234,56"}
    checked = results(**said)
    assert "Checked: nothing is taken in yet" in text_of(checked)
    asked.refresh_from_db()
    assert asked.state == "under_processing"
    taken = results(keep="1", **said)
    assert "Taken in" in text_of(taken)
    assert "prq_nobody" in text_of(taken)
    asked.refresh_from_db()
    assert asked.state == "posted"


def test_a_provider_that_executes_itself_has_no_files(desk, bank):
    assert desk.get(url("provider_export", bank.provider.pk)).status_code == 422


# -- customers -------------------------------------------------------------------------------------------------------


def test_a_customers_page_says_what_is_open_and_leads_nowhere_else(bank):
    invoice = bank.ledger.invoice(120, due="10/06")
    bank.ledger.payment(20, to=[invoice])
    link = link_for("pay", invoice.id, actor="test")
    answer = Client().get(link.path)
    page = text_of(answer)
    assert all(words in page for words in ("Test company", "€100.00", "open of €120.00", "Due 10 Jun 2026", "Ann"))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "script" not in answer.content.decode()
    assert not answer.cookies


@pytest.mark.parametrize("way", ["get", "post"])
def test_links_that_are_no_good_get_a_page_that_says_so(bank, way):
    invoice = bank.ledger.invoice(120)
    link = link_for("pay", invoice.id, 2, actor="test")
    visit = getattr(Client(enforce_csrf_checks=True), way)
    changed = f"{link.path[:-1]}{'a' if link.path[-1] != 'a' else 'b'}"
    for path in (changed, f"{changed}/back", "/pay/nothing", "/pay/" + "x" * 500):
        answer = visit(path)
        assert answer.status_code == 404, path
        assert "This link cannot be used" in text_of(answer)
    with clock.frozen(NOW + timedelta(hours=3)):
        late = visit(link.path)
    assert late.status_code == 410
    assert "Ask for a new one" in text_of(late)
    assert late["Cache-Control"] == "no-store"


def test_a_link_opens_only_what_it_names(bank):
    """Kinds and objects cannot be exchanged, and another company's invoice is not found by ours."""
    invoice = bank.ledger.invoice(120)
    path = link_for("pay", invoice.id, actor="test").path
    with company_at_work(), pytest.raises(Exception, match="invoice"):
        link_for("pay", invoice.id, actor="test")
    assert Client().get(path.replace("/pay/pay~", "/pay/register~")).status_code == 404


def test_what_is_paid_or_withdrawn_offers_nothing_to_pay(bank):
    paid, withdrawn = bank.ledger.invoice(120), bank.ledger.invoice(30)
    links = [link_for("pay", each.id, actor="test").path for each in (paid, withdrawn)]
    bank.ledger.payment(120, to=[paid])
    bank.ledger.cancel(withdrawn)
    thanks, sorry = (Client().get(path) for path in links)
    assert "Paid. Thank you!" in text_of(thanks)
    assert "This invoice was withdrawn" in text_of(sorry)
    for answer in (thanks, sorry):
        assert b"<button" not in answer.content
    again = Client().post(links[0])
    assert again.status_code == 409
    assert "is paid: nothing is left to pay" in text_of(again)


def test_an_invoice_that_is_being_charged_is_not_paid_a_second_time(bank):
    invoice = bank.ledger.invoice(120)
    path = link_for("pay", invoice.id, actor="test").path
    bank.bank.script = [take_time]
    bank.pay(12_000, to=[invoice])
    page = Client().get(path)
    assert "Your payment is being processed" in text_of(page)
    assert b"<button" not in page.content


def test_a_gateway_without_a_page_is_told_and_nothing_stays_open(bank):
    """The toy has no pages of its own: the customer hears it, and the invoice can be paid another way."""
    invoice = bank.ledger.invoice(120)
    answer = Client().post(link_for("pay", invoice.id, actor="test").path)
    assert answer.status_code == 502
    assert "nothing was charged" in text_of(answer)
    assert "page to pay on" not in text_of(answer), "what the gateway said is the company's business"
    assert not PaymentRequest.objects.filter(state="requires_action").exists()


def test_registering_leads_to_the_gateway_and_remembers_the_way_back(bank):
    path = link_for("register", bank.ledger.account.pk, actor="test").path
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path)
    assert answer.status_code == 200
    assert 'content="0; url=https://toy.example/register"' in answer.content.decode()
    cookie = answer.cookies["subledger_page"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", path)
    back = client.get(f"{path}/back")
    assert "Nothing is registered yet" in text_of(back)


def test_the_desk_makes_links_and_says_until_when(desk, bank):
    invoice = bank.ledger.invoice(120)
    account = bank.ledger.account.pk
    for where in (
        url("invoice_link", invoice.id),
        url("account_card_link", account),
        url("account_page_link", account),
    ):
        page = desk.post(where, {"hours": "24"})
        assert re.search(r'value="http://testserver/pay/[\w~.:-]+"', page.content.decode())
        assert page["Cache-Control"] == "no-store"
    bank.ledger.payment(120, to=[invoice])
    settled = desk.post(url("invoice_link", invoice.id), {"hours": "24"})
    assert (settled.status_code, settled.context["error"].code) == (409, "already_paid")


def test_the_link_to_the_customers_page_can_be_mailed_at_once(desk, bank):
    account = bank.ledger.account
    Customer.objects.filter(pk=account.customer_id).update(email="ana@example.com")
    bank.ledger.invoice(120)
    page = desk.get(url("account_page_link", account.pk))
    [mail] = re.findall(r'href="(/messages/new/account/[^"]+)"', page.content.decode())
    assert "Send it by mail" in text_of(page)
    chosen = desk.get(unescape(mail)).content.decode()
    selected = re.search(r'<option value="(\d+)" selected>([^<]+)<', chosen)
    assert "customer's page" in unescape(selected[2])


@pytest.mark.parametrize(("name", "hours"), [("account_page_link", 720), ("account_card_link", 168)])
def test_the_desk_offers_a_link_for_as_long_as_it_usually_is_good(desk, bank, name, hours):
    page = desk.get(url(name, bank.ledger.account.pk)).content.decode()
    assert re.findall(r'<option value="(\d+)" selected', page) == [str(hours)]


def test_customers_pages_know_no_company_but_the_links(bank, company):
    invoice = bank.ledger.invoice(120)
    path = link_for("pay", invoice.id, actor="test").path
    with company_at_work() as other, company_scope(other.pk):
        assert invoice.number in text_of(Client().get(path))


def test_a_customer_hears_nothing_of_our_secrets(bank, caplog):
    """A key that cannot be opened is trouble of the installation's, not of whoever wants to pay."""
    Provider.objects.filter(pk=bank.provider.pk).update(sealed_test_key="sealed by somebody else")
    invoice = bank.ledger.invoice(120)
    answer = Client().post(link_for("pay", invoice.id, actor="test").path)
    assert "does not work at the moment" in text_of(answer)
    assert "SECRET" not in text_of(answer).upper()
    assert "SUBLEDGER_SECRET_KEY" in caplog.text


def test_only_what_a_browser_does_is_answered(bank):
    path = link_for("pay", bank.ledger.invoice(120).id, actor="test").path
    assert [getattr(Client(), verb)(path).status_code for verb in ("head", "put", "delete")] == [200, 405, 405]


def test_the_desk_revokes_a_link_where_it_makes_them(desk, bank):
    invoice = bank.ledger.invoice(120)
    link = link_for("pay", invoice.id, actor="test")
    where = url("invoice_link", invoice.id)
    assert link.id in desk.get(where).content.decode()
    done = desk.post(where, {"revoke": link.id}, follow=True)
    assert "opens nothing any more" in text_of(done)
    assert link.id not in done.content.decode()
    assert Client().get(link.path).status_code == 410
