"""A month's end: what each line says of worked books, and marks that hold what was shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from tests.endings import close_books
from tests.factories import Ledger

from subledger.companies.models import Company
from subledger.imports.models import ImportRun
from subledger.journal.errors import MonthEndUnseen, PeriodInvalid
from subledger.journal.models import MonthEndMark
from subledger.journal.month_end import Looked, Month, lines_of, month_to_close
from subledger.journal.services import NewRate, enter_rates, mark_done, take_back_mark
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.platform.callers import Caller, calling
from subledger.platform.checked import keep_check
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

MAY = Month(date(2026, 5, 1))


def looked(name: str, month: Month = MAY) -> Looked:
    [line] = lines_of(month, only=[name])
    assert line.looked is not None
    return line.looked


def outcome(name: str) -> str:
    [line] = lines_of(MAY, only=[name])
    return line.outcome


@pytest.mark.parametrize(
    ("closed", "today", "month"),
    [
        (None, date(2026, 5, 20), "2026-04"),
        (date(2026, 2, 28), date(2026, 5, 20), "2026-03"),
        (date(2026, 3, 10), date(2026, 5, 20), "2026-03"),
        (date(2026, 4, 30), date(2026, 5, 20), "2026-04"),
        (date(2025, 12, 31), date(2026, 1, 1), "2025-12"),
    ],
)
def test_the_month_to_close_is_the_first_that_is_over_and_open(company: Company, closed, today, month):
    if closed:
        close_books(through=closed)
    assert str(month_to_close(today)) == month


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "May", "2026-5", "0000-01", "٢026-05"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(PeriodInvalid, match=r"is not a month\. Write it as 2026-05"):
        Month.read(text)


def test_a_month_knows_its_ends():
    february = Month.read("2028-02")
    assert (february.last, str(february.before), str(february.after)) == (date(2028, 2, 29), "2028-01", "2028-03")


def test_an_empty_month_has_nothing_left_but_its_check(company: Company):
    stands = {line.item.name: line.looked.is_clear for line in lines_of(MAY) if line.looked}
    assert [name for name, is_clear in stands.items() if not is_clear] == ["check"]
    assert list(stands) == [
        "drafts", "suspense", "unapplied-credit", "payment-requests", "unbooked-facts", "imports", "tie-out",
        "exchange-rates", "gaps", "check",
    ]  # fmt: skip


def test_each_line_counts_what_is_left_and_adds_it_up_by_currency(ledger: Ledger):
    enter_rates(rates=[NewRate("usd", date(2026, 5, 2), Decimal("0.9"))], actor="test")
    dollars = ledger.open("Dora", currency="usd")
    ledger.payment(30, on="04/05")
    ledger.payment(5, account=dollars, on="06/05")
    ledger.payment(20, account=ledger.system("suspense"), on="07/05")
    ledger.payment(9, on="20/05", account=ledger.open("June"))
    drafts = [replace(ledger.new(C.PAYMENT, 10), issued_on=date(2026, 5, 4)), ledger.new(C.INVOICE, 80)]
    save_drafts(new=drafts, actor="test")
    assert looked("suspense").words == "1 item: 20.00 EUR."
    assert looked("unapplied-credit").words == "3 credits: 39.00 EUR, 5.00 USD."
    assert looked("drafts").words.startswith("2 drafts: 90.00 EUR")
    april = Month(date(2026, 4, 1))
    assert [looked(name, april).words for name in ("suspense", "unapplied-credit", "drafts")] == ["None."] * 3


def test_credit_that_was_applied_since_stood_open_at_the_months_end(ledger: Ledger):
    ledger.payment(70, on="20/04")
    ledger.invoice(50, on="05/05")
    april = Month(date(2026, 4, 1))
    assert looked("unapplied-credit", april).words == "1 credit: 70.00 EUR."
    assert looked("unapplied-credit").words == "1 credit: 20.00 EUR."


def test_ageing_and_ledger_are_compared_to_the_cent_in_each_currency(ledger: Ledger):
    enter_rates(rates=[NewRate("usd", date(2026, 5, 2), Decimal("0.9"))], actor="test")
    dollars = ledger.open("Dora", currency="usd")
    sold = ledger.invoice("316.15", on="04/05", due="01/06")
    ledger.payment("100.10", on="10/05", to=[sold])
    ledger.invoice(50, account=dollars, on="04/05", due="01/06")
    ledger.payment(20, account=ledger.system("suspense"), on="07/05")
    found = looked("tie-out")
    assert (found.words, found.is_clear) == ("Ageing, open items and ledger agree to the cent.", True)
    assert list(found.lines) == [
        "EUR: aged receivables 216.05, 1200 Accounts receivable 216.05, difference 0.00",
        "USD: aged receivables 50.00, 1200 Accounts receivable 50.00, difference 0.00",
        "EUR: open items 216.05, 1200 Accounts receivable 216.05, difference 0.00",
        "USD: open items 50.00, 1200 Accounts receivable 50.00, difference 0.00",
        "EUR: suspense -20.00, 2100 Unidentified receipts (suspense) -20.00, difference 0.00",
    ]
    # as of the month's last day: what was paid after it is open then
    assert looked("tie-out", Month(date(2026, 4, 1))).words == "Nothing is open, in the ageing as in the ledger."


def test_a_cent_that_the_ledger_lacks_is_shown(ledger: Ledger):
    ledger.invoice(100, on="04/05", due="01/06")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_dailytotalpart DISABLE TRIGGER USER")
        cursor.execute("UPDATE journal_dailytotalpart SET debit_minor = 9999 WHERE debit_minor > 0")
        cursor.execute("ALTER TABLE journal_dailytotalpart ENABLE TRIGGER USER")
    found = looked("tie-out")
    assert not found.is_clear
    assert list(found.lines) == [
        "EUR: aged receivables 100.00, 1200 Accounts receivable 99.99, difference 0.01",
        "EUR: open items 100.00, 1200 Accounts receivable 99.99, difference 0.01",
    ]


def test_a_number_that_is_missing_is_counted(ledger: Ledger):
    ledger.invoice(10)
    assert looked("gaps").is_clear
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_numberseries SET next_value = next_value + 1 WHERE code = 'invoice'")
    assert (looked("gaps").is_clear, looked("gaps").lines) == (False, ["Invoice: 2 given, 1 there."])


def test_a_currency_without_a_rate_of_the_month_is_named(ledger: Ledger):
    assert looked("exchange-rates") == Looked("Every account is in EUR.", True)
    enter_rates(rates=[NewRate("usd", date(2026, 3, 2), Decimal("0.9"))], actor="test")
    ledger.open("Dora", currency="usd")
    ledger.open("Gil", currency="gbp")
    found = looked("exchange-rates")
    assert (found.words, found.is_clear) == ("GBP, USD without a rate in the month.", False)
    assert list(found.lines) == [
        "GBP: no rate through 2026-05-31.", "USD: none in the month; the rate of 2026-03-02 counts.",
    ]  # fmt: skip
    enter_rates(
        rates=[NewRate(c, date(2026, 5, 31), Decimal("0.9")) for c in ("usd", "gbp")], is_confirmed=True, actor="test"
    )
    assert looked("exchange-rates") == Looked("Each of GBP, USD has a rate in the month.", True)


def test_the_check_counts_once_the_month_is_over(company: Company):
    assert looked("check") == Looked("The books were never checked.", False)
    keep_check(breaches=0)
    assert looked("check") == Looked("No fault on 2026-05-20 12:30 UTC, before the month was over.", False)
    with clock.frozen(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        keep_check(breaches=0)
    assert looked("check") == Looked("No fault on 2026-06-01 08:00 UTC.", True)
    keep_check(breaches=2)
    assert looked("check") == Looked("2 faults found on 2026-05-20 12:30 UTC.", False)


def test_files_with_rejected_rows_count_in_the_month_of_the_company(company: Company):
    Company.objects.filter(pk=company.pk).update(time_zone="Europe/Rome")
    for at, rejected, is_kept in (
        (datetime(2026, 5, 31, 21, 59, tzinfo=UTC), 3, False),
        (datetime(2026, 5, 31, 22, 0, tzinfo=UTC), 4, True),  # June in Rome
        (datetime(2026, 5, 2, 9, 0, tzinfo=UTC), 1, True),
        (datetime(2026, 5, 3, 9, 0, tzinfo=UTC), 0, True),
    ):
        ImportRun.objects.create(
            company_id=company.pk, kind="payments", file_name="f.csv", sha256="0" * 64, is_kept=is_kept, read=9,
            created=0, unchanged=0, rejected=rejected, at=at, actor="test",
        )  # fmt: skip
    assert looked("imports").words == "2 files with 4 rejected rows, 1 not imported at all."


def test_a_line_is_marked_as_it_was_shown_and_what_changed_since_is_seen(ledger: Ledger):
    ledger.payment(30, on="04/05")
    shown = outcome("unapplied-credit")
    ledger.payment(1, on="05/05")
    with pytest.raises(MonthEndUnseen, match=r"has changed since. It says now: 2 credits: 31.00 EUR") as refused:
        mark_done(month=MAY, item="unapplied-credit", expected_outcome=shown, actor="ann")
    mark = mark_done(month=MAY, item="unapplied-credit", expected_outcome=refused.value.outcome, actor="ann")
    assert (mark.words, mark.done_by) == ("2 credits: 31.00 EUR.", "ann")
    again = mark_done(month=MAY, item="unapplied-credit", expected_outcome=refused.value.outcome, actor="bob")
    assert again.pk == mark.pk, "marked already, as it is"
    ledger.payment(2, on="06/05")
    [line] = lines_of(MAY, only=["unapplied-credit"])
    assert (line.has_changed, line.mark) == (True, mark)
    anew = mark_done(month=MAY, item="unapplied-credit", expected_outcome=line.outcome, actor="bob")
    assert [row.done_by for row in MonthEndMark.objects.filter(undone_at=None)] == ["bob"]
    take_back_mark(month=MAY, item="unapplied-credit", actor="cy")
    take_back_mark(month=MAY, item="unapplied-credit", actor="cy")
    kept = MonthEndMark.objects.order_by("pk").values_list("pk", "undone_by")
    assert list(kept) == [(mark.pk, "bob"), (anew.pk, "cy")]


def test_only_who_may_close_marks_and_no_line_is_made_up(company: Company):
    with pytest.raises(PeriodInvalid, match=r"no line 'cookies' at a month's end\. Choose one of: drafts, "):
        mark_done(month=MAY, item="cookies", expected_outcome="", actor="ann")

    class Refused(DomainError):
        code = "no"

    nobody = Caller("bob", frozenset({"view"}), lambda permission: Refused(permission))
    for deed in (
        lambda: mark_done(month=MAY, item="drafts", expected_outcome="", actor="bob"),
        lambda: take_back_mark(month=MAY, item="drafts", actor="bob"),
    ):
        with calling(nobody), pytest.raises(Refused, match=r"journal.close"):
            deed()
