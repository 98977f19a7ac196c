"""What was shown is what is done: a form carries what it showed, and what comes to something else is shown anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.api.client import ApiClient
from tests.pages.conftest import token_in
from tests.pages.test_documents import items, type_of

from subledger.accounts.services import update_account
from subledger.catalog.models import TaxRate
from subledger.transactions.models import Transaction
from subledger.transactions.services.drafts import save_drafts, update_draft
from subledger.transactions.states import Classification as C


def _says(answer, *texts: str) -> None:
    shown = " ".join(answer.content.decode().replace("\xa0", " ").split())
    assert all(text in shown for text in texts), [text for text in texts if text not in shown]


def _posted(kind: C) -> list[int]:
    rows = Transaction.objects.filter(classification=kind, state="posted")
    return list(rows.order_by("pk").values_list("amount_minor", flat=True))


@pytest.fixture
def act(ledger):
    def address(ident: int, action: str) -> str:
        return reverse("backoffice:transaction_action", args=[ident, action])

    return address


@pytest.fixture
def new(ledger):
    def address(kind: str) -> str:
        return reverse("backoffice:transaction_new", args=[ledger.account.pk, kind])

    return address


def test_an_invoice_whose_tax_rate_changed_is_shown_anew(desk, ledger, new):
    rate = TaxRate.objects.get(code="standard")
    TaxRate.objects.filter(pk=rate.pk).update(percent=Decimal(18))
    line = {"price": "100", "tax_rate": rate.pk}
    typed = {"type": type_of("invoice"), "then": "post", "once": "a", **items(line)}
    review = desk.post(new("invoice"), typed)
    _says(review, "Post it for good?", ">118.00<")
    TaxRate.objects.filter(pk=rate.pk).update(percent=Decimal(11))
    again = desk.post(new("invoice"), {**typed, **token_in(review)})
    assert (again.status_code, again.refusal_code) == (409, "outcome_differs")
    _says(again, "It comes to 111.00 EUR on 20 May 2026 now", ">111.00<", "Post it for good?")
    assert _posted(C.INVOICE) == []
    assert desk.post(new("invoice"), {**typed, **token_in(again)}).status_code == 302
    assert _posted(C.INVOICE) == [11_100]


def test_a_draft_that_was_changed_is_not_posted_by_the_page_that_showed_it(desk, ledger, act):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 1)], actor="test")
    shown = desk.get(act(draft.pk, "post"))
    update_draft(transaction_id=draft.pk, new=ledger.new(C.PAYMENT, 999), actor="test")
    refused = desk.post(act(draft.pk, "post"), token_in(shown))
    assert (refused.status_code, refused.refusal_code) == (409, "outcome_differs")
    _says(refused, "It comes to 999.00 EUR")
    assert _posted(C.PAYMENT) == []
    assert desk.post(act(draft.pk, "post"), token_in(refused)).status_code == 302
    assert _posted(C.PAYMENT) == [99_900]


def test_nothing_is_posted_from_a_page_that_showed_nothing_of_it(desk, ledger, act):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 1)], actor="test")
    for typed in ({}, {"reviewed": ""}, {"reviewed": "0" * 40}):
        assert desk.post(act(draft.pk, "post"), typed).status_code == 200
    assert _posted(C.PAYMENT) == []


def test_another_day_than_the_one_shown_is_shown_first(desk, ledger, act):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 1)], actor="test")
    typed = {"posted_on": "2026-05-11"}
    asked = desk.post(act(draft.pk, "post"), {**typed, **token_in(desk.get(act(draft.pk, "post")))})
    assert asked.status_code == 200
    _says(asked, "11 May 2026")
    assert desk.post(act(draft.pk, "post"), {**typed, **token_in(asked)}).status_code == 302


def test_a_payment_above_what_is_owed_is_shown_before_it_is_done(desk, ledger, new):
    invoice = ledger.invoice(50)
    typed = {"type": type_of("payment"), "then": "post", "amount": "500"}
    asked = desk.post(new("payment"), {**typed, "once": "a"})
    assert asked.status_code == 200
    _says(asked, "Post it for good?", ">500.00<", f"{invoice.number}: ", "Left unapplied", ">450.00<")
    assert _posted(C.PAYMENT) == []
    assert desk.post(new("payment"), {**typed, "once": "a", **token_in(asked)}).status_code == 302
    assert _posted(C.PAYMENT) == [50_000]


def test_a_payment_that_fits_is_posted_without_a_question(desk, ledger, new):
    ledger.invoice(50)
    typed = {"type": type_of("payment"), "then": "post", "amount": "50", "once": "a"}
    assert desk.post(new("payment"), typed).status_code == 302
    assert _posted(C.PAYMENT) == [5_000]


def test_a_payment_between_shows_a_write_off_anew(desk, ledger, act):
    invoice = ledger.invoice(100)
    shown = desk.get(act(invoice.id, "write_off"))
    ledger.payment(40)
    typed = {"type": type_of("write_off"), "amount": "100.00", **token_in(shown)}
    assert desk.post(act(invoice.id, "write_off"), typed).refusal_code == "amount_not_whole"
    asked = desk.post(act(invoice.id, "write_off"), {**typed, "amount": "60.00"})
    assert asked.refusal_code == "outcome_differs"
    _says(asked, "It comes to 60.00 EUR")
    assert ledger.state(invoice) == "posted"
    assert desk.post(act(invoice.id, "write_off"), {**typed, "amount": "60.00", **token_in(asked)}).status_code == 302
    assert ledger.state(invoice) == "written_off"


def test_a_move_shows_whose_account_it_goes_to(desk, ledger, act):
    other = ledger.open("Ben")
    payment = ledger.payment(70)
    typed = {"type": type_of("payment_cancellation"), "to_account": other.number}
    asked = desk.post(act(payment.id, "move"), typed)
    assert (asked.status_code, ledger.state(payment)) == (200, "posted")
    _says(asked, "To account", "Ben")
    third = ledger.open("Cid")
    elsewhere = desk.post(act(payment.id, "move"), {**typed, "to_account": third.number, **token_in(asked)})
    _says(elsewhere, "Cid")
    assert ledger.state(payment) == "posted"
    assert desk.post(act(payment.id, "move"), {**typed, **token_in(asked)}).status_code == 302
    assert (ledger.balance(), ledger.balance(other), ledger.balance(third)) == (0, -70, 0)


def test_of_a_settled_invoice_nothing_is_owed_and_its_page_says_so(desk, ledger, act):
    invoice = ledger.invoice(100)
    ledger.payment(100)
    answer = desk.get(act(invoice.id, "write_off"), follow=True)
    assert answer.redirect_chain[0][0] == reverse("backoffice:transaction", args=[invoice.id])
    _says(answer, f"Nothing of invoice {invoice.number} is owed: it is settled.")
    refused = desk.post(act(invoice.id, "write_off"), {"type": type_of("write_off"), "amount": "0"})
    assert (refused.status_code, refused.refusal_code) == (409, "already_settled")
    assert "A payment of 0.00" not in refused.content.decode()


def test_the_api_posts_a_draft_at_the_total_it_was_looked_at(company, ledger):
    api = ApiClient(company)
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 1)], actor="test")
    update_draft(transaction_id=draft.pk, new=ledger.new(C.PAYMENT, 999), actor="test")
    path = f"payments/{draft.public_id}/post"
    refused = api.post(path, {"expected_total": 100}, expect=409)
    assert (refused["code"], refused["param"]) == ("draft_differs", "/expected_total")
    assert "comes to 999.00 EUR, and 1.00 EUR was given" in refused["detail"]
    assert api.post(path, {"expected_total": 99_900})["amount"] == 99_900


def test_all_that_a_refund_asks_is_asked_once_beside_its_amounts(desk, ledger, new):
    ledger.payment(100)
    update_account(account_id=ledger.account.pk, changes={"credit_limit_minor": 5_000}, actor="test")
    typed = {"type": type_of("refund"), "amount": "180", "then": "post", "once": "a"}
    review = desk.post(new("refund"), typed)
    assert review.status_code == 200
    _says(
        review,
        "Post it for good?",
        "above the credit limit of 50.00 EUR",
        '<input type="checkbox" name="confirm_credit_limit"',
        '<input type="checkbox" name="confirm_above_credit"',
    )
    ticked = {"confirm_above_credit": "on"}
    refused = desk.post(new("refund"), {**typed, **ticked, **token_in(review)})
    assert (refused.status_code, refused.refusal_code) == (409, "credit_limit_exceeded")
    _says(refused, "Post it for good?")
    errors = refused.context["form"].errors
    assert list(errors) == ["confirm_credit_limit"], "it is said beside the box that answers it"
    assert _posted(C.REFUND) == []
    both = {**ticked, "confirm_credit_limit": "on"}
    assert desk.post(new("refund"), {**typed, **both, **token_in(review)}).status_code == 302
    assert _posted(C.REFUND) == [18_000]


def test_a_question_is_asked_of_what_is_not_reviewed_otherwise(desk, ledger, new):
    invoice = ledger.invoice(10)
    wanted = Transaction.objects.get(pk=invoice.id).public_id
    typed = {"type": type_of("payment"), "amount": "10", "intended": [wanted], "posted_on": "2010-01-04",
             "then": "post", "once": "a"}  # fmt: skip
    review = desk.post(new("payment"), typed)
    assert review.status_code == 200
    _says(review, "Post it for good?", '<input type="checkbox" name="confirm_posted_on"')
    assert desk.post(new("payment"), {**typed, "confirm_posted_on": "on", **token_in(review)}).status_code == 302
    assert _posted(C.PAYMENT) == [1_000]


def test_the_action_that_posts_a_draft_asks_at_once(desk, ledger, act):
    ledger.payment(100)
    [draft] = save_drafts(new=[ledger.new(C.REFUND, 180)], actor="test")
    shown = desk.get(act(draft.pk, "post"))
    _says(shown, '<input type="checkbox" name="confirm_above_credit"')
    refused = desk.post(act(draft.pk, "post"), token_in(shown))
    assert (refused.status_code, list(refused.context["form"].errors)) == (409, ["confirm_above_credit"])
    assert _posted(C.REFUND) == []
    assert desk.post(act(draft.pk, "post"), {**token_in(shown), "confirm_above_credit": "on"}).status_code == 302
    assert _posted(C.REFUND) == [18_000]


def test_a_draft_of_another_day_shows_it_and_one_posted_back_is_asked_about(desk, ledger, act):
    [draft] = save_drafts(new=[ledger.new(C.INVOICE, 180, issued_on=date(2026, 5, 19))], actor="test")
    _says(desk.get(act(draft.pk, "post")), "Invoice date", "19 May 2026")
    back = {"posted_on": "2026-04-01"}
    shown = desk.post(act(draft.pk, "post"), back)
    _says(shown, "lies before the invoice date", '<input type="checkbox" name="confirm_due_on"')
    assert _posted(C.INVOICE) == []
    answer = desk.post(act(draft.pk, "post"), {**back, **token_in(shown), "confirm_due_on": "on"})
    assert (answer.status_code, _posted(C.INVOICE)) == (302, [18_000])
