"""Actions on transactions and accounts: each page says what will happen, does it, and refuses with the reason."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from tests.factories import company_at_work, day
from tests.pages.conftest import reviewed

from subledger.accounts.models import Account, AccountPaymentPreference, Customer
from subledger.journal.services import close_period
from subledger.kernel.errors import NotFound
from subledger.page_kit.url_ids import page_url
from subledger.platform.models import Event
from subledger.transactions.models import Reason, Transaction, TransactionDefinition, TransactionType
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def do(desk, posted, action: str, makes: str = "", **typed):
    ident = getattr(posted, "id", None) or posted.pk
    if makes:
        typed["type"] = TransactionType.objects.get(classification=makes, is_default=True).pk
    url = reverse("backoffice:transaction_action", args=[ident, action])
    asked = desk.get(url)
    assert asked.status_code == 200
    assert b"consequences" in asked.content
    form = asked.context["form"]
    if "amount" in form.fields:  # shown, and sent as it is shown
        typed.setdefault("amount", form["amount"].value())
    return reviewed(desk, url, typed, shown=asked)


def test_a_draft_is_posted_on_a_chosen_day(desk, ledger):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 10)], actor="test")
    assert do(desk, draft, "post", posted_on="2026-05-11").status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.posted_on) == ("posted", day("11/05"))


def test_a_draft_is_rejected_for_a_reason(desk, ledger):
    [draft] = save_drafts(new=[ledger.new(C.PAYMENT, 10)], actor="test")
    assert do(desk, draft, "reject").status_code == 422
    reason = Reason.objects.get(code="duplicate")
    assert do(desk, draft, "reject", reason=reason.pk).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.rejection_reason) == ("rejected", reason)


def test_an_invoice_is_cancelled_and_its_page_says_so(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06")
    payment = ledger.payment(100, to=[invoice])
    done = do(desk, invoice, "cancel", "invoice_cancellation", issue_reason="Billed twice", note="Called by phone")
    page = desk.get(done["Location"]).content.decode()
    assert ledger.state(invoice) == "cancelled"
    assert ledger.unallocated(payment) == 100
    assert '<s><span class="money' in page
    assert "invoice cancelled" in page
    assert "ICN00000001" in page
    again = desk.get(reverse("backoffice:transaction_action", args=[invoice.id, "cancel"]))
    assert again.status_code == 409
    assert again.refusal_code == "transition_not_allowed"


def test_an_invoice_is_written_off(desk, ledger):
    invoice = ledger.invoice(119, on="04/05", due="01/06", tax=19)
    ledger.payment(50, to=[invoice])
    assert do(desk, invoice, "write_off", "write_off").status_code == 302
    assert (ledger.state(invoice), ledger.balance()) == ("written_off", 0)


def test_a_payment_is_moved_to_an_account_named_by_number(desk, ledger):
    payment = ledger.payment(70)
    other = ledger.open("Bob")
    refused = do(desk, payment, "move", "payment_cancellation", to_account="ACR9999999999")
    assert refused.status_code == 404
    assert b'value="ACR9999999999"' in refused.content
    assert refused.refusal_code == "not_found"
    assert do(desk, payment, "move", "payment_cancellation", to_account=other.number).status_code == 302
    assert (ledger.balance(), ledger.balance(other)) == (0, -70)


def test_a_payment_cannot_be_moved_to_another_companys_account(desk, ledger):
    payment = ledger.payment(70)
    with company_at_work() as stranger:
        from tests.factories import Ledger

        Account.objects.filter(pk=Ledger().account.pk).update(code="ELSEWHERE")
        assert stranger
    assert do(desk, payment, "move", "payment_cancellation", to_account="ELSEWHERE").status_code == 404
    assert ledger.state(payment) == "posted"


def test_a_closed_period_is_said_with_what_to_do_next(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06")
    close_period(through=day("10/05"), actor="test")
    refused = do(desk, invoice, "cancel", "invoice_cancellation", posted_on="2026-05-10", issue_reason="kept as typed")
    content = refused.content.decode()
    assert refused.status_code == 409
    assert refused.refusal_code == "period_closed"
    assert "Post on 11 May 2026 or later" in content
    assert 'value="kept as typed"' in content


def test_notes_are_on_the_timeline_with_their_author(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06")
    done = desk.post(reverse("backoffice:transaction_note", args=[invoice.id]), {"note": "Promised for <Friday>"})
    page = desk.get(done["Location"]).content.decode()
    assert "Promised for &lt;Friday&gt;" in page
    actor = Event.objects.get(type="transaction.noted").actor
    assert actor.startswith("user:person-")
    timeline = reverse("backoffice:account_timeline", args=[ledger.account.pk])
    assert f" · {actor.removeprefix('user:')}<" in desk.get(timeline).content.decode()
    get_user_model().objects.filter(username=actor.removeprefix("user:")).update(first_name="Ana Bianchi")
    for url in (timeline, reverse("backoffice:transaction", args=[invoice.id]), reverse("backoffice:events")):
        assert "Ana Bianchi" in (shown := desk.get(url).content.decode())
        assert actor not in shown.replace(f'value="{actor}"', "")  # the criterion names who by it
    assert (
        "Promised for &lt;Friday&gt;"
        in desk.get(reverse("backoffice:account_timeline", args=[ledger.account.pk])).content.decode()
    )
    assert desk.post(reverse("backoffice:transaction_note", args=[invoice.id]), {"note": " "}).status_code == 422


def test_a_customer_is_created_with_an_account(desk, ledger):
    form = desk.get(reverse("backoffice:customer_new")).content.decode()
    assert re.search(r'<input[^>]*name="opens_account"[^>]*checked', form)
    assert '<option value="IT">Italy</option>' in form
    done = desk.post(reverse("backoffice:customer_new"), {"name": "Zoë", "code": "Z-1", "opens_account": "on"})
    account = Account.objects.get(customer__code="Z-1")
    assert done["Location"] == f"/accounts/{account.public_id}/"
    assert (account.name, account.currency) == ("Zoë", "eur")
    taken = desk.post(reverse("backoffice:customer_new"), {"name": "Zoë", "code": "Z-1", "opens_account": "on"})
    assert taken.refusal_code == "code_taken"
    assert Account.objects.filter(name="Zoë").count() == 1


def test_nobody_sells_the_product_of_write_offs(desk, ledger):
    product = TransactionDefinition.objects.get().write_off_product
    form = desk.get(reverse("backoffice:transaction_new", args=[ledger.account.pk, "invoice"])).content.decode()
    assert f'<option value="{product.pk}">' not in form
    assert "items-0-product" in form


def test_a_customer_and_an_account_are_created_and_changed(desk, ledger):
    done = desk.post(reverse("backoffice:customer_new"), {"name": "Zoë & Söhne", "country": "de", "code": "Z-1"})
    customer = Customer.objects.get(code="Z-1")
    assert (done.status_code, customer.country) == (302, "DE")
    url = reverse("backoffice:account_new", args=[customer.pk])
    typed = {"currency": "USD", "credit_limit": "1500.00", "credit_period_unit": "days", "code": "Z-usd"}
    assert desk.post(url, typed).status_code == 302
    account = Account.objects.get(code="Z-usd")
    assert (account.name, account.currency, account.credit_limit_minor) == ("Zoë & Söhne", "usd", 150_000)
    edit = reverse("backoffice:account_edit", args=[account.pk])
    shown = desk.get(edit).content.decode()
    assert 'value="1500.00"' in shown
    assert 'name="currency"' not in shown
    assert desk.post(edit, {"name": "Zoë, dollars", "code": "Z-usd", "credit_period_unit": "days"}).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.credit_limit_minor) == ("Zoë, dollars", None)
    taken = desk.post(url, typed)
    assert taken.status_code == 422
    assert taken.refusal_code == "code_taken"
    wide = desk.post(
        edit,
        {"name": "Zoë", "credit_period_operator": "plus", "credit_period_value": "5", "credit_period_unit": "days"},
    )
    assert wide.refusal_code == "credit_period_outside_proximity"


@pytest.mark.parametrize(
    ("actions", "state"),
    [(["suspend"], "suspended"), (["suspend", "reactivate"], "active"), (["terminate"], "terminated")],
)
def test_an_account_changes_its_state(desk, ledger, actions, state):
    for action in actions:
        url = reverse("backoffice:account_state", args=[ledger.account.pk, action])
        assert desk.get(url).status_code == 200
        assert desk.post(url, {"reason": "Asked for by letter"}).status_code == 302
    ledger.account.refresh_from_db()
    assert ledger.account.state == state
    assert "Asked for by letter" in desk.get(reverse("backoffice:account", args=[ledger.account.pk])).content.decode()


@pytest.mark.wide
def test_a_way_to_pay_is_removed_and_what_was_paid_by_it_keeps_saying_so(desk, books):
    way = {"payment_preference_id": books.way.pk}
    paid = books.ledger.payment(5, **way)
    account = page_url("account", books.account.pk)
    release = page_url("account_preference_release", books.account.pk, books.way.pk)
    assert release in desk.get(account).content.decode()
    assert "Remove Direct debit IT60 as a payment method" in desk.get(release).content.decode()
    shown = desk.post(release, follow=True).content.decode()
    assert "Direct debit IT60 (preferred)" not in shown
    assert "Payment method removed" in shown
    assert release not in shown
    assert desk.post(release).status_code == 404
    assert Transaction.objects.get(pk=paid.id).payment_preference_id == books.way.pk
    assert str(AccountPaymentPreference.ever.get(pk=books.way.pk)) == "Direct debit IT60"
    with pytest.raises(NotFound, match="payment preference"):
        books.ledger.payment(5, **way)


def test_search_goes_straight_to_what_bears_the_number(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="01/06", back_office_code="SAP-77")
    row = Transaction.objects.get(pk=invoice.id)
    here = reverse("backoffice:transaction", args=[invoice.id])
    for text in (invoice.number, invoice.number.lower(), "SAP-77", row.reference_number):
        assert desk.get(reverse("backoffice:search"), {"q": text})["Location"] == here, text
    account = desk.get(reverse("backoffice:search"), {"q": ledger.account.number})
    assert account["Location"] == reverse("backoffice:account", args=[ledger.account.pk])
    found = desk.get(reverse("backoffice:search"), {"q": "ann"})
    assert ledger.account.number in found.content.decode()
    assert "Nothing found" in desk.get(reverse("backoffice:search"), {"q": "no such thing \0"}).content.decode()


@pytest.mark.wide
def test_criteria_narrow_the_list_and_nonsense_is_said(desk, ledger):
    invoice, payment = ledger.invoice(100, on="04/05", due="15/05"), ledger.payment(30)
    listed = reverse("backoffice:transactions")

    def numbers(**criteria: str) -> set[str]:
        content = desk.get(listed, criteria).content.decode()
        return {each.number for each in (invoice, payment) if each.number in content}

    assert numbers() == {invoice.number, payment.number}
    assert numbers(classification="payment") == {payment.number}
    assert numbers(settlement="partial") == {invoice.number}
    assert numbers(settlement="settled") == {payment.number}
    assert numbers(settlement="overdue") == {invoice.number}
    assert numbers(posted_on_to="2026-05-04") == {invoice.number}
    assert numbers(q=invoice.number[:9]) == {invoice.number}
    assert numbers(q="nobody") == set()
    refused = desk.get(listed, {"posted_on_from": "2026-02-30"})
    assert refused.status_code == 422
    assert b"is not a day" in refused.content
    assert desk.get(listed, {"after": "nonsense"}).status_code == 400
