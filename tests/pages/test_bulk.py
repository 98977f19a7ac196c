"""Many transactions ticked in the list: looked at, confirmed once, done by a run."""

from __future__ import annotations

import re
from datetime import date

import pytest
from tests.factories import Ledger, company_at_work
from tests.pages.conftest import token_in

from subledger.page_kit.url_ids import page_url
from subledger.runs.models import Run
from subledger.runs.services.worker import work
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.pages import bulk
from subledger.transactions.services.drafts import reject_drafts, save_drafts
from subledger.transactions.states import Classification as C


@pytest.fixture
def drafts(ledger):
    return save_drafts(new=[ledger.new(C.INVOICE, amount) for amount in (10, 20, 30)], actor="test")


ALL = {"all": "1", "list": page_url("transactions")}


def url_of(act):
    return page_url("transactions_bulk", act)


def ticked(*rows):
    return {"chosen": [row.public_id for row in rows]}


def shown_form(page):
    """What the form that was shown sends."""
    found = dict(re.findall(r'name="(chosen|once)" value="([^"]*)"', page.content.decode()))
    return {**found, **token_in(page)}


def states(rows):
    found = Transaction.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk].state for row in rows]


def test_the_list_has_ticks_and_the_acts_that_the_person_may_do(sit, drafts):
    page = sit("administrator").get(page_url("transactions")).content.decode()
    assert page.count("data-tick ") == 3
    assert re.findall(r'formaction="[^"]*/many/(\w+)/"', page) == [
        "post", "print", "send", "remind", "write_off", "reject",
    ]  # fmt: skip
    page = sit("auditor").get(page_url("transactions")).content.decode()
    assert re.findall(r'formaction="[^"]*/many/(\w+)/"', page) == ["print"]


def test_drafts_that_are_ticked_are_looked_at_and_posted_once(desk, drafts, ledger):
    posted = Transaction.objects.get(pk=ledger.invoice(7, on="04/05").id)
    page = desk.post(url_of("post"), ticked(*drafts, posted))
    text = page.content.decode()
    assert "Post 3 of 4?" in text
    assert "It is not a draft (1)" in text
    assert page_url("transaction", posted.pk) in text
    assert states(drafts) == ["draft"] * 3
    form = shown_form(page)
    answers = [desk.post(url_of("post"), form) for _ in range(2)]
    [run] = Run.objects.all()
    assert [answer["Location"] for answer in answers] == [page_url("run", run.pk)] * 2
    work(run.pk)
    assert states(drafts) == ["posted"] * 3
    assert Transaction.objects.get(pk=drafts[0].pk).number in desk.get(page_url("run_steps", run.pk)).content.decode()


def test_what_changed_between_is_shown_again(desk, drafts):
    form = shown_form(desk.post(url_of("post"), ticked(*drafts)))
    reject_drafts(transaction_ids=[drafts[0].pk], reason=Reason.objects.first(), actor="test")
    page = desk.post(url_of("post"), form)
    assert page.status_code == 200
    assert "changed after they were shown" in page.content.decode()
    assert "Post 2 of 3?" in page.content.decode()
    assert not Run.objects.exists()
    assert desk.post(url_of("post"), shown_form(page)).status_code == 302


def test_another_day_is_shown_before_it_is_done(desk, drafts):
    form = shown_form(desk.post(url_of("post"), ticked(*drafts)))
    page = desk.post(url_of("post"), {**form, "posted_on": "2026-05-11"})
    assert page.status_code == 200
    assert not Run.objects.exists()
    done = desk.post(url_of("post"), {**shown_form(page), "posted_on": "2026-05-11"})
    assert done.status_code == 302
    work(Run.objects.get().pk)
    assert {str(row.posted_on) for row in Transaction.objects.filter(state="posted")} == {"2026-05-11"}


def test_drafts_that_bear_another_day_are_said_before_they_are_posted(desk, drafts, ledger):
    """All due later than they are dated; of what is not, each is asked for on its own page."""
    dated = save_drafts(new=[ledger.new(C.INVOICE, 5, issued_on=date(2026, 5, day)) for day in (18, 19)], actor="test")
    both = [*drafts, *dated]
    text = desk.post(url_of("post"), ticked(*drafts)).content.decode()
    assert "Dated otherwise" not in text
    text = desk.post(url_of("post"), ticked(*both)).content.decode()
    assert re.search(r"Dated otherwise</dt>\s*<dd[^>]*>2: 18 May 2026 to 19 May 2026", text)
    page = desk.post(url_of("post"), {**ticked(*both), "posted_on": "2026-04-01", "reviewed": "x", "once": "o"})
    assert "Post 3 of 5?" in page.content.decode()
    assert "lies before the invoice date" in page.content.decode()


def test_a_day_on_which_none_can_be_posted_is_refused_beside_it_and_can_be_changed(desk, drafts):
    form = shown_form(desk.post(url_of("post"), ticked(*drafts)))
    page = desk.post(url_of("post"), {**form, "posted_on": "2027-03-01"})
    text = page.content.decode()
    assert "This can be done to none of them." in text
    assert "Look again</button>" in text
    assert "has not come yet" in page.context["form"].errors["posted_on"][0]
    again = desk.post(url_of("post"), {**shown_form(page), "posted_on": "2026-05-11"})
    assert "Post 3 of 3?" in again.content.decode()


def test_what_is_owed_and_what_is_paid_out_are_not_one_sum(desk, ledger, drafts):
    other = ledger.open("Bob")
    ledger.payment(50, on="04/05", account=other)
    refunds = save_drafts(new=[ledger.new(C.REFUND, 20, account=other)], actor="test")
    facts = desk.post(url_of("post"), ticked(*drafts, *refunds)).context["facts"]
    assert [(label, re.sub("<[^>]+>", "", value)) for label, value in facts] == [
        ("3 invoices in EUR", "60.00EUR"), ("1 refund in EUR", "20.00EUR"),
    ]  # fmt: skip


def test_a_rejection_asks_for_its_reason(desk, drafts):
    form = shown_form(desk.post(url_of("reject"), ticked(*drafts)))
    page = desk.post(url_of("reject"), form)
    assert page.status_code == 422
    done = desk.post(url_of("reject"), {**shown_form(page), "reason": Reason.objects.get(code="duplicate").pk})
    work(Run.objects.get().pk)
    assert (done.status_code, states(drafts)) == (302, ["rejected"] * 3)


def test_everything_that_the_filter_lets_through_is_taken_as_it_was_then(desk, drafts, ledger):
    ledger.invoice(7, on="04/05")
    page = desk.post(url_of("post"), {**ticked(drafts[0]), **ALL, "criteria": "state=draft&sort=number"})
    assert "Post 3 of 3?" in page.content.decode()
    form = shown_form(page)
    [later] = save_drafts(new=[ledger.new(C.INVOICE, 40)], actor="test")
    assert desk.post(url_of("post"), form).status_code == 302
    work(Run.objects.get().pk)
    assert states([*drafts, later]) == [*["posted"] * 3, "draft"]


def test_all_that_match_are_of_the_list_that_was_looked_at(desk, drafts, ledger):
    save_drafts(new=[ledger.new(C.PAYMENT, 5)], actor="test")
    page = desk.get(page_url("invoices")).content.decode()
    assert f'name="list" value="{page_url("invoices")}"' in page
    for name, count in (("invoices", 3), ("payments", 1), ("transactions", 4)):
        page = desk.post(url_of("post"), {"all": "1", "list": page_url(name), "criteria": "state=draft"})
        assert f"Post {count} of {count}?" in page.content.decode(), name
    assert desk.post(url_of("post"), {"all": "1", "criteria": "state=draft"}).status_code == 302


def test_all_on_one_account_are_taken_on_its_own_tab(desk, drafts, ledger):
    save_drafts(new=[ledger.new(C.INVOICE, 5, account=ledger.open("Bob"))], actor="test")
    tab = page_url("account_transactions", drafts[0].account_id)
    assert desk.get(tab).content.decode().count("data-tick ") == 3
    page = desk.post(url_of("post"), {"all": "1", "list": tab, "criteria": "state=draft"})
    assert "Post 3 of 3?" in page.content.decode()
    none = desk.post(url_of("post"), {"list": tab, "criteria": "state=draft"})
    assert none.headers["Location"] == f"{tab}?state=draft"
    for wrong in ("", "/nowhere/", page_url("accounts"), "https://example.com/"):
        assert desk.post(url_of("post"), {"all": "1", "list": wrong}).headers["Location"] == page_url("transactions")
    with company_at_work():
        other = page_url("account_transactions", Ledger().account.pk)
    assert desk.post(url_of("post"), {"all": "1", "list": other}).status_code == 404


def test_too_many_and_none_lead_back_to_the_list(desk, drafts, monkeypatch):
    none = desk.post(url_of("post"), {"criteria": "state=draft"}, follow=True)
    assert "Tick one at least" in none.content.decode()
    assert none.redirect_chain[0][0].endswith("?state=draft")
    monkeypatch.setattr(bulk, "MOST", 1)
    monkeypatch.setattr("subledger.transactions.services.bulk.MOST", 1)
    many = desk.post(url_of("post"), {**ALL, "criteria": ""}, follow=True)
    assert "Narrow the filter" in many.content.decode()


def test_the_failed_ones_are_tried_again(desk, ledger):
    ledger.payment(50, on="04/05")
    rows = save_drafts(new=[ledger.new(C.REFUND, 50), ledger.new(C.INVOICE, 10)], actor="test")
    form = shown_form(desk.post(url_of("post"), ticked(*rows)))
    desk.post(url_of("post"), form)
    ledger.refund(50, on="05/05")
    run = Run.objects.get()
    work(run.pk)
    page = desk.get(page_url("run", run.pk)).content.decode()
    [again] = re.findall(r'href="([^"]*/many/post/\?run=\w+)"', page)
    assert "This can be done to none of them." in desk.get(again).content.decode()
    ledger.payment(100, on="06/05")
    assert "Post 1 of 1?" in desk.get(again).content.decode()


def test_who_may_not_is_refused(sit, drafts):
    for act in ("post", "reject", "write_off", "send"):
        assert sit("auditor").post(url_of(act), ticked(*drafts)).status_code == 403
    assert sit("auditor").post(url_of("print"), ticked(*drafts)).status_code == 200


def test_another_companys_transactions_are_not_there(desk, ledger):
    with company_at_work():
        foreign = Transaction.objects.get(pk=Ledger().invoice(10, on="04/05").id)
    assert desk.post(url_of("print"), ticked(foreign)).status_code == 404
