"""What lines came to is kept by day: in every currency, by whatever door, for whoever posts at once, merged or not."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.transaction import atomic
from tests.factories import Ledger, make_company, refused_by

from subledger.journal.jobs import merge_daily_totals
from subledger.journal.models import DailyTotal, DailyTotalPart, JournalLine, LedgerAccount
from subledger.journal.services import NewRate, enter_rates
from subledger.journal.totals import MOVED
from subledger.platform.scope import company_scope, current_company_id
from subledger.reports.catalogue import report_named
from subledger.reports.proof import prove

SUMS = "lines, debit_minor, credit_minor, base_debit_minor, base_credit_minor"


def kept() -> dict[tuple[object, ...], tuple[int, ...]]:
    sums = ", ".join(f"sum({name})::bigint" for name in SUMS.split(", "))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ledger_account_id, currency, effective_on, {sums} FROM ({MOVED}) m GROUP BY 1, 2, 3",
            {"company": current_company_id()},
        )
        return {row[:3]: row[3:] for row in cursor.fetchall()}


def added_up() -> dict[tuple[object, ...], tuple[int, ...]]:
    found: dict[tuple[object, ...], Counter[str]] = {}
    for line in JournalLine.objects.select_related("entry"):
        sums = found.setdefault((line.ledger_account_id, line.currency, line.entry.effective_on), Counter())
        sums.update(lines=1, **{name: getattr(line, name) for name in SUMS.split(", ")[1:]})
    return {key: tuple(sums[name] for name in SUMS.split(", ")) for key, sums in found.items()}


@pytest.fixture
def busy(ledger: Ledger) -> Ledger:
    """Several days, accounts and currencies, a cancellation, and what is realised by exchange."""
    enter_rates(
        rates=[NewRate("usd", date(2026, 5, on), Decimal(rate)) for on, rate in ((1, "0.90"), (6, "0.95"))],
        actor="test",
    )
    invoice = ledger.invoice(100, tax=19, on="04/05")
    ledger.payment(40, on="05/05")
    ledger.payment(2, on="05/05")
    ledger.cancel(invoice)
    dollars = ledger.open("Dora", currency="usd")
    ledger.invoice(50, account=dollars, on="05/05")
    ledger.payment(50, account=dollars, on="06/05")
    return ledger


def test_days_are_kept_as_their_lines_add_up(busy: Ledger):
    assert kept() == added_up()
    assert {currency for _, currency, _ in kept()} == {"eur", "usd"}
    assert not DailyTotal.objects.exists()


def test_merging_changes_nothing_that_is_read(busy: Ledger):
    before, reports = kept(), [report_named("trial-balance").run(base=base) for base in (False, True)]
    assert DailyTotalPart.objects.count() > len(before), "several of a day"
    assert merge_daily_totals()["parts"] > len(before)
    assert merge_daily_totals()["parts"] == 0
    assert (DailyTotalPart.objects.count(), DailyTotal.objects.count()) == (0, len(before))
    busy.payment(3, on="05/05")
    assert kept() == added_up() != before
    merge_daily_totals()
    assert DailyTotal.objects.count() == len(kept())
    assert kept() == added_up()
    assert [finding for finding in prove() if finding.broken] == []
    assert reports[0].rows
    assert [report_named("trial-balance").run(base=base).totals for base in (False, True)] != [
        r.totals for r in reports
    ]


def test_what_is_refused_adds_nothing(busy: Ledger):
    before = kept()
    line = JournalLine.objects.first()
    assert line
    with refused_by("journal_entry_balances"):
        JournalLine(
            entry_id=line.entry_id, position=99, ledger_account_id=line.ledger_account_id, currency="eur",
            debit_minor=5, credit_minor=0, base_debit_minor=5, base_credit_minor=0,
        ).save(force_insert=True)  # fmt: skip
    assert kept() == before


def test_only_triggers_write_daily_totals(busy: Ledger):
    merge_daily_totals()
    busy.payment(1)
    for model in (DailyTotal, DailyTotalPart):
        table = model._meta.db_table
        columns = f"company_id, ledger_account_id, currency, effective_on, {SUMS}"
        refused = [
            f"UPDATE {table} SET debit_minor = debit_minor + 1",
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 1",
            f"TRUNCATE {table}",
            *([f"DELETE FROM {table}"] if model is DailyTotal else []),
        ]
        for statement in refused:
            with refused_by("daily_total_is_derived"), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_company_reads_its_own_days_alone(busy: Ledger):
    with company_scope(make_company().pk):
        assert kept() == {}
        assert report_named("trial-balance").run().rows == []


def test_nobody_who_posts_waits_for_another_that_posts_to_the_same_days(committed_db: None):
    """Nor for who merges: both wait for nothing but accounts and numbers."""
    company = make_company()
    with company_scope(company.pk):
        ledger = Ledger()
        ledger.payment(10)
        bank, receivable = (LedgerAccount.objects.get(code=code).pk for code in ("1010", "1200"))
        insert = """
            INSERT INTO journal_journalline (entry_id, position, ledger_account_id, currency, debit_minor, credit_minor,
                                             base_debit_minor, base_credit_minor)
            VALUES (%(entry)s, 1, %(bank)s, 'eur', 5, 0, 5, 0), (%(entry)s, 2, %(receivable)s, 'eur', 0, 5, 0, 5)
        """
        entered = threading.Event()
        done = threading.Event()
        problems: list[BaseException] = []

        def write(at_end: threading.Event | None) -> None:
            with atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute("SELECT next_id()")
                [entry] = cursor.fetchone()
                cursor.execute(
                    "INSERT INTO journal_journalentry (id, company_id, effective_on, source, source_id, recorded_at)"
                    " VALUES (%s, %s, '2026-05-20', 'transaction', %s, now())",
                    [entry, company.pk, entry],
                )
                cursor.execute(insert, {"entry": entry, "bank": bank, "receivable": receivable})
                if at_end is not None:
                    entered.set()
                    assert at_end.wait(20)

        def hold() -> None:
            try:
                with company_scope(company.pk):
                    write(done)
            except BaseException as problem:
                problems.append(problem)
            finally:
                connection.close()

        holder = threading.Thread(target=hold)
        holder.start()
        try:
            assert entered.wait(20)
            write(None)
            merge_daily_totals()
            write(None)
        finally:
            done.set()
            holder.join()
        assert not problems
        merge_daily_totals()
        assert kept() == added_up()
        assert sum(lines for lines, *_ in kept().values()) == 2 + 3 * 2
