"""The general journal through side doors: it balances, it stays, and it stays closed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.transaction import atomic
from tests.factories import Ledger, day, make_company, refused_by

from subledger.journal.models import JournalEntry, JournalLine, LedgerAccount, PeriodClose, Source
from subledger.journal.services import close_period
from subledger.platform.scope import company_scope
from subledger.platform.statements import fresh_ids


@pytest.fixture
def chart(ledger: Ledger) -> dict[str, int]:
    return dict(LedgerAccount.objects.values_list("code", "pk"))


def _entry(on: str = "20/05", **fields) -> JournalEntry:
    [ident] = fresh_ids(1)
    company_id = LedgerAccount.objects.values_list("company_id", flat=True)[0]
    return JournalEntry.objects.create(
        id=ident,
        company_id=company_id,
        effective_on=day(on),
        source="transaction",
        source_id=ident,
        recorded_at="2026-05-20T12:30Z",
        **fields,
    )


def _line(
    entry: JournalEntry, position: int, ledger_account: int, debit: int = 0, credit: int = 0, **fields
) -> JournalLine:
    base = {"base_debit_minor": debit, "base_credit_minor": credit}
    return JournalLine(
        entry=entry,
        position=position,
        ledger_account_id=ledger_account,
        account_id=1,
        currency=fields.pop("currency", "eur"),
        debit_minor=debit,
        credit_minor=credit,
        **{**base, **fields},
    )


def _write(*lines: JournalLine) -> None:
    JournalLine.objects.bulk_create(lines)


def test_an_unbalanced_entry_is_refused(chart: dict[str, int]):
    with refused_by("journal_entry_balances"):
        entry = _entry()
        _write(_line(entry, 1, chart["1010"], debit=100), _line(entry, 2, chart["1200"], credit=99))


def test_a_single_line_is_refused(chart: dict[str, int]):
    with refused_by("journal_entry_balances"):
        _line(_entry(), 1, chart["1010"], debit=100).save(force_insert=True)


def test_an_entry_that_balances_only_across_currencies_is_refused(chart: dict[str, int]):
    with refused_by("journal_entry_balances"):
        entry = _entry()
        _write(_line(entry, 1, chart["1010"], debit=100), _line(entry, 2, chart["1200"], credit=100, currency="usd"))


def test_an_entry_that_does_not_balance_in_base_currency_is_refused(chart: dict[str, int]):
    with refused_by("journal_entry_balances"):
        entry = _entry()
        _write(
            _line(entry, 1, chart["1010"], debit=100, base_debit_minor=120),
            _line(entry, 2, chart["1200"], credit=100, base_credit_minor=110),
        )


def test_one_unbalanced_entry_refuses_the_whole_set(chart: dict[str, int]):
    with refused_by("journal_entry_balances"):
        good, bad = _entry(), _entry()
        _write(
            _line(good, 1, chart["1010"], debit=5),
            _line(good, 2, chart["1200"], credit=5),
            _line(bad, 1, chart["1010"], debit=5),
            _line(bad, 2, chart["1200"], credit=6),
        )


def test_a_line_is_a_debit_or_a_credit(chart: dict[str, int]):
    with refused_by("journal_line_one_side"):
        entry = _entry()
        _write(_line(entry, 1, chart["1010"], debit=-100), _line(entry, 2, chart["1200"], credit=-100))


def test_a_line_of_no_entry_or_of_another_companys_account_is_refused(chart: dict[str, int]):
    foreign = make_company()
    with company_scope(foreign.pk):
        theirs = LedgerAccount.objects.get(code="1010").pk
    with refused_by("journal_entry_balances"):
        entry = _entry()
        _write(_line(entry, 1, theirs, debit=100), _line(entry, 2, chart["1200"], credit=100))
    with refused_by("journal_entry_balances"):
        ghost = JournalEntry(id=1)
        _write(_line(ghost, 1, chart["1010"], debit=100), _line(ghost, 2, chart["1200"], credit=100))


def test_a_late_line_is_refused_though_it_balances(committed_db: None):
    """The entry was committed: not even two lines that cancel out may be added to it."""
    company = make_company()
    with company_scope(company.pk):
        entry = JournalEntry.objects.get(pk=Ledger().payment(10).id)
        bank = LedgerAccount.objects.get(code="1010").pk
        with refused_by("journal_entry_balances"):
            _write(_line(entry, 8, bank, debit=100), _line(entry, 9, bank, credit=100))


@pytest.mark.parametrize(
    ("table", "change"), [("journalentry", "effective_on = '2026-01-01'"), ("journalline", "position = position + 10")]
)
def test_entries_and_lines_are_never_edited_deleted_or_truncated(ledger: Ledger, table: str, change: str):
    ledger.payment(10)
    name = f"journal_{table}"
    for statement in (f"UPDATE {name} SET {change}", f"DELETE FROM {name}", f"TRUNCATE {name} CASCADE"):
        with refused_by(f"{name}_append_only"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_orm_is_refused_like_raw_sql(ledger: Ledger):
    ident = ledger.payment(10).id
    with refused_by("journal_journalentry_append_only"):
        JournalEntry.objects.filter(pk=ident).update(effective_on="2026-01-01")
    with refused_by("journal_journalline_append_only"):
        JournalLine.objects.filter(entry_id=ident).update(debit_minor=1)
    with refused_by("journal_journalline_append_only"):
        JournalLine.objects.filter(entry_id=ident).delete()


def test_an_entry_in_a_closed_period_is_refused_and_the_next_day_is_not(chart: dict[str, int]):
    close_period(through=day("10/05"), actor="test")
    with refused_by("journal_period_open"):
        _entry(on="10/05")
    with atomic():
        _entry(on="11/05")


def test_a_closing_is_never_deleted(ledger: Ledger):
    close_period(through=day("10/05"), actor="test")
    with refused_by("journal_periodclose_append_only"):
        PeriodClose.objects.all().delete()


def test_two_open_closings_of_one_day_are_refused(ledger: Ledger):
    close = close_period(through=day("10/05"), actor="test")
    with refused_by("period_close_once"):
        PeriodClose.objects.create(
            company_id=close.company_id, through=close.through, closed_at=close.closed_at, closed_by="x"
        )


def test_a_source_is_never_deleted(ledger: Ledger):
    with refused_by("journal_source_append_only"):
        Source.objects.filter(code="release").delete()
