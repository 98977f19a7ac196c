"""Promises follow the money in the posting's own transaction, and the clock breaks them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import day, refused_by
from tests.pages.conftest import member, seat
from tests.promises.conftest import Promises, broken_invariants, is_on, next_day

from subledger.companies.models import Company
from subledger.kernel.errors import TransitionNotAllowed
from subledger.platform import clock
from subledger.promises.due_work import companies_with_broken
from subledger.promises.errors import NothingToPromise, PromiseInvalid, PromiseStands
from subledger.promises.holds import holds_of
from subledger.promises.models import Instalment, Promise, PromiseDefinition
from subledger.promises.queries import broken_to_follow_up
from subledger.promises.services.disputes import close_dispute
from subledger.promises.services.promises import break_promises, withdraw_promise
from subledger.reports.catalogue import report_named
from subledger.transactions.services.allocation import allocate_accounts
from subledger.transactions.sums import ageing_now

BUCKETS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_91_120", "days_over_120")


def aged(on: str, **asked: Any) -> dict[str, int]:
    """The ageing of the one account there is, in major units, without its empty buckets."""
    rows = report_named("aged-receivables").run(as_of=day(on), **asked).as_dicts()
    return {name: rows[0][name] // 100 for name in BUCKETS if rows[0][name]} if rows else {}


def state(promise: Promise) -> tuple[str, date | None]:
    promise.refresh_from_db()
    return promise.state, promise.ended_on


def test_worked_example_of_7_10(books: Promises):
    with is_on("12/06"):
        invoice = books.invoice(300, on="20/05", due="10/06")
        promise = books.promise(invoice, ("01/07", 100), ("01/08", 100), ("01/09", 100))
    with next_day("01/07") as broken:
        books.payment(100)
        assert broken == 0
    with next_day("15/07"):
        assert aged("15/07") == {"not_due": 200}
        assert aged("15/07", by="due") == {"days_31_60": 200}
        assert ageing_now(today=day("15/07"), account_id=books.account.pk)[0] == 200_00  # type: ignore[arg-type]
    with next_day("03/08") as broken:
        assert (broken, aged("03/08")) == (0, {"days_1_30": 100, "not_due": 100})
    with next_day("04/08") as broken:
        assert broken == 1
        assert state(promise) == ("broken", day("04/08"))
        assert aged("04/08") == {"days_31_60": 200}  # of no promise any more
        assert aged("03/08") == {"days_1_30": 100, "not_due": 100}  # as of a day it is what it was
        assert [row.pk for row in broken_to_follow_up()] == [promise.pk]
        assert books.told(invoice) == ["promise.made", "promise.broken"]
        assert break_promises() == 0
    assert broken_invariants() == []


def test_the_clock_of_the_company_breaks_and_late_workers_say_since_when(books: Promises):
    invoice = books.invoice(50, due="10/06")
    promise = books.promise(invoice, ("01/07", None), grace_days=0)
    with is_on("30/06"):
        assert companies_with_broken(clock.now()) == []
    with is_on("09/07"):
        assert promise.company_id in companies_with_broken(clock.now())
        assert break_promises() == 1
        assert promise.company_id not in companies_with_broken(clock.now())
    assert state(promise) == ("broken", day("01/07"))


def test_the_posting_that_settles_keeps_and_the_one_that_reopens_reopens(books: Promises):
    invoice = books.invoice(100, due="10/06")
    promise = books.promise(invoice, ("01/07", None))
    with is_on("25/06"):
        books.payment(40, on="24/06")
        assert state(promise) == ("open", None)
        rest = books.payment(60, on="25/06")
        assert state(promise) == ("kept", day("25/06"))
        assert promise.ended_by == "test"
    with is_on("02/07"):
        books.cancel(rest)
        assert state(promise) == ("open", None)
        assert promise.open_since == day("02/07")
    with next_day("20/07") as broken:  # taken back after the last day: since then, not before
        assert broken == 1
        books.payment(60)
    assert state(promise) == ("broken", day("04/07"))
    assert books.told(invoice) == ["promise.made", "promise.kept", "promise.reopened", "promise.broken"]
    assert broken_invariants() == []


def test_credit_that_was_free_keeps_when_it_is_allocated(books: Promises):
    invoice = books.invoice(100, due="10/06")
    promise = books.promise(invoice, ("01/07", None))
    books.credit_note(100)
    assert state(promise)[0] == "kept"
    other = books.invoice(70, due="20/06")
    second = books.promise(other, ("01/07", None))
    paid = books.payment(70, to=[other])
    assert state(second)[0] == "kept"
    books.cancel(paid)
    assert state(second)[0] == "open"
    allocate_accounts(account_ids=[books.account.pk], actor="test")
    assert broken_invariants() == []


def test_what_is_cancelled_or_written_off_takes_its_promise_along(books: Promises):
    cancelled, lost = books.invoice(100, due="10/06"), books.invoice(50, due="10/06")
    first, second = books.promise(cancelled, ("01/07", None)), books.promise(lost, ("01/07", None))
    books.cancel(cancelled)
    books.write_off(lost)
    for promise, why in ((first, "cancelled"), (second, "written_off")):
        assert state(promise)[0] == "withdrawn"
        assert promise.end_reason == why
    assert books.told(lost) == ["promise.made", "promise.withdrawn"]
    assert broken_invariants() == []


def test_withdrawn_by_hand_what_it_held_is_due_as_the_invoice_says(books: Promises):
    invoice = books.invoice(100, on="20/05", due="25/05")
    promise = books.promise(invoice, ("01/07", None), note="Ana, by phone.")
    with is_on("20/06"):
        assert aged("20/06") == {"not_due": 100}
        withdraw_promise(promise_id=promise.pk, note="She cannot.", actor="test")
        assert aged("20/06") == {"days_1_30": 100}
        assert aged("19/06") == {"not_due": 100}
        with pytest.raises(TransitionNotAllowed):
            withdraw_promise(promise_id=promise.pk, actor="test")
        again = books.promise(invoice, ("21/06", None))
    assert (promise.pk != again.pk, state(promise)[0]) == (True, "withdrawn")


def test_what_cannot_be_promised(books: Promises):
    settled, draft = books.invoice(10), books.invoice(20)
    books.payment(10, to=[settled])
    with pytest.raises(NothingToPromise):
        books.promise(settled, ("01/07", None))
    books.promise(draft, ("01/07", None))
    with pytest.raises(PromiseStands):
        books.promise(draft, ("02/07", None))
    with pytest.raises(PromiseInvalid) as refusal:
        books.promise(books.invoice(30), ("01/07", 10), ("02/07", 10))
    assert refusal.value.param == "/instalments/1/amount"
    assert "20.00 EUR" in str(refusal.value)
    lost = books.invoice(40)
    books.write_off(lost)
    with pytest.raises(NothingToPromise):
        books.promise(lost, ("01/07", None))


def test_what_was_paid_before_and_is_taken_back_is_not_promised(books: Promises):
    invoice = books.invoice(300, on="20/05", due="25/05")
    before = books.payment(100, on="20/05")
    promise = books.promise(invoice, ("01/07", 100), ("01/08", 100))
    books.cancel(before)
    assert state(promise)[0] == "open"
    with is_on("20/06"):
        assert aged("20/06") == {"days_1_30": 100, "not_due": 200}
        hold = holds_of([invoice.id], as_of=day("20/06"))[invoice.id]  # type: ignore[arg-type]
        assert (hold.reached_minor, hold.held_minor) == (100_00, 200_00)
        books.payment(100, on="20/06")  # the oldest debt first: no instalment is covered
        assert holds_of([invoice.id], as_of=day("20/06"))[invoice.id].held_minor == 200_00  # type: ignore[arg-type]
    assert broken_invariants() == []


def test_holds_of_documents(books: Promises):
    free, promised, disputed = (books.invoice(100, due="25/05") for _ in range(3))
    books.promise(promised, ("01/07", 60), ("01/08", 40), waives_interest=True)
    dispute = books.dispute(disputed)
    asked = [free.id, promised.id, disputed.id]
    found = holds_of(asked, as_of=day("15/07"))  # type: ignore[arg-type]
    assert {ident: (one.is_disputed, one.reached_minor, one.held_minor) for ident, one in found.items()} == {
        free.id: (False, 100_00, 0),
        promised.id: (False, 60_00, 40_00),
        disputed.id: (True, 100_00, 0),
    }
    assert (found[promised.id].next_on, found[promised.id].waives_interest) == (day("01/08"), True)
    close_dispute(dispute_id=dispute.pk, outcome="rejected", actor="test")
    assert not holds_of(asked, as_of=day("15/07"))[disputed.id].is_disputed  # type: ignore[arg-type]


def test_open_items_show_a_line_for_each_agreed_day_and_match_the_ageing(books: Promises):
    invoice = books.invoice(300, on="20/05", due="25/05")
    books.invoice(50, on="20/05", due="25/05")
    books.promise(invoice, ("01/06", 100), ("01/07", 200))
    on = day("15/06")
    with is_on("15/06"):
        items = report_named("open-items")
        lines = [(row["due_on"], row["days_late"], row["unsettled"] // 100) for row in items.run(as_of=on).as_dicts()]
        assert lines == [(day("25/05"), 21, 50), (day("01/06"), 14, 100), (day("01/07"), 0, 200)]
        for bucket, amount in aged("15/06").items():
            assert sum(row["unsettled"] for row in items.run(as_of=on, late=bucket).as_dicts()) == amount * 100
        assert [row["unsettled"] for row in items.run(as_of=on, by="due").as_dicts()] == [300_00, 50_00]
        totals = report_named("ageing-totals").run(as_of=on).as_dicts()[0]
        assert (totals["days_1_30"], totals["not_due"], totals["total"]) == (150_00, 200_00, 350_00)
        group = report_named("group-balances").run(as_of=on, account=books.account.number).as_dicts()[0]
        assert (group["days_1_30"], group["not_due"], group["total"]) == (150_00, 200_00, 350_00)


def test_the_strip_of_a_report_leads_to_its_rows_counted_alike(books: Promises):
    invoice = books.invoice(300, on="20/05", due="25/05")
    books.promise(invoice, ("01/07", None))
    with is_on("15/06"):
        desk = seat(member(invoice_company(books), "administrator"))
        asked = {"as_of": "2026-06-15", "by": "due"}
        page = desk.get(reverse("backoffice:aged_receivables"), asked).content.decode()
        assert "by=due&amp;late=days_1_30" in page
        assert "300.00" in desk.get(reverse("backoffice:open_items"), {**asked, "late": "days_1_30"}).content.decode()


def invoice_company(books: Promises) -> Company:
    return Company.objects.get(pk=books.account.company_id)


def test_days_of_grace_are_the_companys_and_may_be_said(books: Promises):
    PromiseDefinition.objects.update(grace_days=10)
    usual = books.promise(books.invoice(10), ("01/07", None))
    said = books.promise(books.invoice(20), ("01/07", None), grace_days=0)
    assert (usual.grace_days, said.grace_days) == (10, 0)
    with pytest.raises(PromiseInvalid) as refusal:
        books.promise(books.invoice(30), ("01/07", None), grace_days=366)
    assert refusal.value.param == "/grace_days"


def test_the_database_refuses_what_must_never_be(books: Promises):
    invoice = books.invoice(100)
    promise = books.promise(invoice, ("01/07", None))
    with refused_by("instalments_sum"):
        Instalment.objects.create(promise=promise, agreed_on=date(2026, 8, 1), minor=1)
    with refused_by("promise_stays"):
        Promise.objects.filter(pk=promise.pk).update(promised_minor=99)
    with refused_by("promise_one_living"):
        promise.pk = None
        promise.save(force_insert=True)
    with refused_by("promise_ended"):
        Promise.objects.update(state="kept")
    withdraw_promise(promise_id=Promise.objects.get().pk, actor="test")
    with refused_by("promise_stays"):
        Promise.objects.update(state="open", ended_on=None, ended_at=None, end_reason=None)
    dispute = books.dispute(invoice)
    close_dispute(dispute_id=dispute.pk, outcome="settled", actor="test")
    with refused_by("invoice_dispute_stays"):
        type(dispute).objects.update(reason="Another.")


def test_a_posting_without_promises_asks_for_none(books: Promises):
    """What follows stands in triggers: no statement more, with a promise or without."""
    invoice = books.invoice(100)
    books.payment(10)
    with CaptureQueriesContext(connection) as without:
        books.payment(10)
    books.promise(invoice, ("01/07", None))
    with CaptureQueriesContext(connection) as with_promise:
        books.payment(80)
    assert len(with_promise) == len(without)
    assert Promise.objects.get().state == "kept"
