"""Retries on pages and by API: one answer at both, and what each says."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.api.client import ApiClient
from tests.gateways.generic.office import said as element
from tests.gateways.toy import succeed
from tests.pages.conftest import member, seat
from tests.retries.conftest import HARD, SOFT, Retrying, on

from subledger.companies.models import Company
from subledger.gateways.services import execution
from subledger.kernel.ids import encode
from subledger.retries.models import DeclineCode, Retry, RetryPlan
from subledger.transactions.rules.orders import Post, Posted
from subledger.transactions.services.posting import execute

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(books: Retrying, company: Company) -> Any:
    """On the day that most tests are of: a session does not last for days."""
    with on("08/06"):
        return seat(member(company, "administrator"), company)


def url(name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=args)


def said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def failed(books: Retrying, *script: Any) -> Posted:
    invoice = books.ledger.invoice(75)
    books.collect(invoice, *script)
    return invoice


def test_the_invoice_says_when_it_is_tried_again(books: Retrying, desk: Any):
    with on("05/06"):
        invoice = failed(books, SOFT)
    with on("08/06"):
        books.due(SOFT)
        page = said(desk.get(url("transaction", invoice.id)))
        assert "Tries again on 13 Jun 2026 (2 of 4)." in page
        assert "Stop retrying" in page
        assert "Retry now" in page
        assert "Failed payments and retries" in page
        request = said(desk.get(url("payment_request", books.retry().failed_request_id)))
        assert "Tries again on 13 Jun 2026 (2 of 4)." in request
        assert "Coming retries" in said(desk.get(url("account", books.ledger.account.pk)))
        listed = said(desk.get(url("retries") + "?state=coming"))
        assert "2 of 4" in listed
        assert "Declined for now" in listed


def test_a_failed_payment_by_hand_says_so_too(books: Retrying, desk: Any):
    with on("08/06"):
        books.bank.script = [SOFT]
        row = books.house.desk.pay(7500, to=[books.ledger.invoice(75)])
        page = said(desk.get(url("transaction", row.transaction_id)))
        assert "The charge failed" in page
        assert "Tries again on 11 Jun 2026 (1 of 4)." in page


@pytest.mark.parametrize("by", ["another card", "a transfer"])
def test_what_was_paid_is_nowhere_said_to_be_tried_again_before_a_worker_hears_of_it(
    books: Retrying, desk: Any, company: Company, by: str
):
    api = ApiClient(company)
    with on("08/06"):
        invoice, books.bank.script = books.ledger.invoice(75), [SOFT]
        request = books.house.desk.pay(7500, to=[invoice])
        row = books.retry()
        assert "Retry now" in said(desk.get(url("transaction", request.transaction_id)))
        if by == "another card":
            execute([Post(draft_id=request.transaction_id)], actor="test")
        else:
            books.ledger.payment(75, to=[invoice])
        pages = [
            url("transaction", request.transaction_id), url("transaction", invoice.id), url("retries"),
            url("payment_request", request.pk), url("account", books.ledger.account.pk),
        ]  # fmt: skip
        for page in pages:
            text = said(desk.get(page))
            assert "Retry now" not in text, page
            assert "Stop retrying" not in text, page
            assert "Tries again" not in text, page
            assert "Coming retries" not in text, page
        assert desk.get(url("retry_make", row.pk)).status_code == 409
        told = api.get(f"retries/{row.public_id}")
        assert (told["state"], told["stop_reason"]) == ("stopped", "settled")
        assert Retry.objects.get(pk=row.pk).state == "scheduled", "nobody has heard of it yet"
        made = api.post(f"retries/{row.public_id}/make")
        assert (made["state"], made["stop_reason"], made["made_request"]) == ("stopped", "settled", None)


def test_stopped_and_made_on_pages(books: Retrying, desk: Any):
    with on("08/06"):
        invoice = failed(books, SOFT)
        row = books.retry()
        books.bank.script = [SOFT]
        answer = desk.post(url("retry_make", row.pk))
        assert answer.status_code == 302
        assert "was tried again, and declined" in said(desk.get(answer["Location"]))
        row = books.retry()
        assert desk.post(url("retry_stop", row.pk), {"note": "Cash on Friday"}).status_code == 302
        row.refresh_from_db()
        assert (row.stop_reason, row.stop_note) == ("by_hand", "Cash on Friday")
        assert desk.get(url("retry_stop", row.pk)).status_code == 409
        assert "Stop retrying" not in said(desk.get(url("transaction", invoice.id)))


def test_what_is_not_tried_again_is_work_for_people(books: Retrying, desk: Any):
    with on("08/06"):
        invoice = failed(books, HARD)
        home = said(desk.get(url("home")))
        assert "Payments that are not tried again" in home
        listed = said(desk.get(url("retries") + "?state=to_see_to"))
        assert "Declined for good" in listed
        page = said(desk.get(url("transaction", invoice.id)))
        assert "the customer has to register another" in page
        work = said(desk.get(url("work_list")))
        assert "Payment that failed" in work
        books.ledger.payment(75, to=[invoice])
        assert "Payments that are not tried again" not in said(desk.get(url("home")))


def test_plans_and_codes_are_configured_on_pages(books: Retrying, desk: Any):
    plan = RetryPlan.objects.get()
    typed = {"name": "Paydays", "code": "paydays", "days": "2, 4", "paydays": "1,15", "hours": "", "is_active": "on"}
    assert desk.post(url("entry_new", "retry-plans"), typed).status_code == 302
    made = RetryPlan.objects.get(code="paydays")
    assert (made.days, made.paydays, made.hours) == ([2, 4], [1, 15], [])
    taken = {**typed, "code": "twice", "providers": [books.house.generic.pk]}
    refused = desk.post(url("entry_new", "retry-plans"), taken)
    assert refused.status_code == 422
    assert "names one of these providers already" in said(refused)
    for wrong, why in (("0", "is not possible"), ("2, x", ""), (",".join(["1"] * 13), "are too many")):
        refused = desk.post(url("entry", "retry-plans", plan.public_id), {**typed, "code": "standard", "days": wrong})
        assert refused.status_code == 422, wrong
        assert why in said(refused)
    code = {"code": " X9 ", "decline_class": "hard", "provider": books.house.generic.pk}
    assert desk.post(url("entry_new", "decline-codes"), code).status_code == 302
    assert DeclineCode.objects.get().code == "X9"
    assert desk.post(url("entry_new", "decline-codes"), code).status_code == 422


def test_by_api(books: Retrying, company: Company):
    api = ApiClient(company)
    with on("08/06"):
        invoice = failed(books, SOFT)
        [told] = api.get("retries", state="scheduled")["data"]
        assert {name: told[name] for name in ("state", "number", "of", "due_on", "decline_class", "code")} == {
            "state": "scheduled", "number": 1, "of": 4, "due_on": "2026-06-11", "decline_class": "soft",
            "code": "insufficient_funds",
        }  # fmt: skip
        assert told["document"] == encode("txn", invoice.id)
        short = {name: told[name] for name in ("id", "state", "due_on", "number", "of", "stop_reason")}
        assert api.get(f"invoices/{encode('txn', invoice.id)}")["retry"] == short
        assert api.get(f"payment_requests/{told['failed_request']}")["retry"] == short
        books.bank.script = [succeed]
        made = api.post(f"retries/{told['id']}/make")
        assert (made["state"], books.ledger.unsettled(invoice)) == ("made", 0)
        assert api.post(f"retries/{told['id']}/stop", {}, expect=409)["code"] == "transition_not_allowed"
        assert api.get(f"invoices/{encode('txn', invoice.id)}")["retry"] is None
    assert Retry.objects.count() == 1


def test_a_card_that_was_declined_for_good_says_so_and_is_allowed_again(books: Retrying, desk: Any):
    """On its page, on the account's, on the form that collects, and on what retries it; each with the way out."""
    card, account = books.house.desk.card, books.ledger.account
    declined = "Declined for good on 8 Jun 2026: The bank says the card is stolen: do not try it again."
    with on("08/06"):
        failed(books, HARD)
        row = books.retry()
        for page in (url("account_card", account.pk, card.pk), url("account_ways", account.pk)):
            assert declined in said(desk.get(page)), page
        assert "that takes its place" in said(desk.get(url("account_card", account.pk, card.pk)))
        assert "declined for good" in said(desk.get(url("account", account.pk)))
        form = said(desk.get(url("account_collect", account.pk)))
        assert declined in form
        assert "Choose what to charge" in form, "nothing is chosen for whoever collects"
        assert f"{card} was declined for good." in said(desk.get(url("retry_make", row.pk)))
        allow = url("account_way_allow", account.pk, card.pk)
        assert allow in said(desk.get(url("account_card", account.pk, card.pk)))
        assert declined in said(desk.get(allow))
        assert desk.post(allow).status_code == 302
        assert declined not in said(desk.get(url("account_ways", account.pk)))
        assert desk.post(allow).status_code == 302, "pressed twice"


def test_of_an_integrators_mandate_likewise(books: Retrying, desk: Any):
    account = books.house.debtor()
    with on("08/06"):
        invoice = books.ledger.invoice(20, account=account)
        run = books.house.run(provider=books.house.generic)
        execution.reject(elements=[element(one, error_code="MD01") for one in books.house.requests(run)], actor="test")
        page = said(desk.get(url("account_ways", account.pk)))
        assert page.count("Declined for good") >= 2
        allow = url("account_way_allow", account.pk, books.house.request_for(invoice).preference_id)
        assert allow in page
        assert desk.post(allow).status_code == 302
        assert "Declined for good" not in said(desk.get(url("account_ways", account.pk)))


def test_declined_for_good_by_api(books: Retrying, company: Company):
    api, account, card = ApiClient(company), books.ledger.account, books.house.desk.card
    ways = f"accounts/{account.public_id}/payment_preferences"
    with on("08/06"):
        failed(books, HARD)
        [told] = api.get(ways)["data"]
        request = books.retry().failed_request
        assert (told["declined"]["code"], told["declined"]["payment_request"]) == ("stolen_card", request.public_id)
        body = {
            "account": account.public_id, "state": "posted", "amount": 7500, "confirm_in_advance": True,
            "method": books.house.desk.method.public_id,
        }  # fmt: skip
        refused = api.post("payments", body, expect=422)
        assert (refused["code"], refused["param"]) == ("payment_preference_declined", "/payment_preference")
        assert "declined for good. Choose another way to pay" in refused["detail"]
        assert api.post(f"{ways}/{card.public_id}/allow")["declined"] is None
        assert api.post("payments", body, expect=201)["state"] == "posted"
