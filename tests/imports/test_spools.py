"""A file larger than a part: its rows pass through the database, and come to the answers of one that is held."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from tests.imports.conftest import refused

from subledger.accounts.models import Account, Customer
from subledger.imports import spools
from subledger.imports.errors import DocumentTooLong
from subledger.imports.models import ImportPart, ImportRun, StagedRejection, StagedRow
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

CARD = "4242424242424242"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "PART", 3)


@pytest.fixture(params=[False, True], ids=["whole", "in parts"])
def skip_bad(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def nothing_is_staged() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^import_(rows|arrivals|rejections)_'")
        [temporary] = cursor.fetchone()
    return not StagedRow.objects.exists() and not StagedRejection.objects.exists() and not temporary


def payments(rows: list[str]) -> str:
    return "account,amount,posted_on,reference\n" + "\n".join(rows) + "\n"


@pytest.mark.usefixtures("company", "small_parts")
def test_payments_of_many_parts_are_posted_in_the_order_of_days_then_of_the_file(bring: Callable, skip_bad: bool):
    days = [date(2026, 5, 1 + n % 9) for n in range(20)]
    rows = [f"A{n % 4},{n + 1},{on},R{n}" for n, on in enumerate(days)]
    report = bring("payments", payments(rows), create_missing=True, skip_bad=skip_bad)
    assert (report.read, report.created, report.rejected, report.created_also["accounts"]) == (20, 20, 0, 4)
    assert report.totals == {"eur": sum(range(1, 21)) * 100}
    posted = Transaction.objects.order_by("id").values_list("posted_on", "amount_minor")
    assert list(posted) == sorted((on, (n + 1) * 100) for n, on in enumerate(days))
    assert ImportPart.objects.filter(run_id=report.run_id).count() > 3
    assert nothing_is_staged()
    assert bring("payments", payments(rows), skip_bad=skip_bad).unchanged == 20


@pytest.mark.usefixtures("company", "small_parts")
def test_twins_that_stand_apart_are_told_by_their_count(bring: Callable, skip_bad: bool):
    rows = [f"A{n % 3},{5 + n % 2},2026-05-0{1 + n % 2}," for n in range(24)]
    random.Random(5).shuffle(rows)
    assert bring("payments", payments(rows), create_missing=True, skip_bad=skip_bad).created == 24
    assert bring("payments", payments(rows), skip_bad=skip_bad).unchanged == 24
    more = bring("payments", payments([*rows, *rows[:2]]), skip_bad=skip_bad)
    assert (more.duplicates, more.created) == (24, 2)
    assert Transaction.objects.count() == 26


@pytest.mark.usefixtures("company", "small_parts")
def test_a_code_that_stands_twice_is_told_with_its_first_line_however_far_apart(bring: Callable):
    rows = [
        "A1,5,2026-05-04,same",
        *(f"A1,{n},2026-05-0{1 + n % 5},c{n}" for n in range(1, 12)),
        "A1,5,2026-05-09,same",
    ]
    text = "account,amount,posted_on,back_office_code\n" + "\n".join(rows) + "\n"
    report = bring("payments", text, create_missing=True, skip_bad=True)
    assert refused(report) == [(14, "back_office_code", "duplicate_in_file")]
    assert "line 2 already" in report.rejections[0].reason
    assert report.created == 12


@pytest.mark.usefixtures("company", "small_parts")
def test_a_customer_that_stands_twice_is_refused_in_a_later_part(bring: Callable):
    text = "customer,name\n" + "".join(f"C{n},N{n}\n" for n in range(10)) + "C0,Other\n"
    report = bring("customers", text, skip_bad=True)
    assert refused(report) == [(12, "customer", "duplicate_in_file")]
    assert Customer.objects.count() == 10


@pytest.mark.usefixtures("company", "small_parts")
def test_rows_of_one_document_are_one_document_wherever_they_stand(bring: Callable, skip_bad: bool):
    rows = [f"A1,I{n % 5},2026-05-0{1 + n % 5},{n + 1}" for n in range(25)]
    text = "account,number,posted_on,unit_price\n" + "\n".join(rows) + "\n"
    report = bring("invoices", text, create_missing=True, skip_bad=skip_bad)
    assert (report.read, report.created) == (25, 5)
    sizes = [t.items.count() for t in Transaction.objects.filter(classification=Classification.INVOICE)]
    assert sizes == [5] * 5
    assert bring("invoices", text, skip_bad=skip_bad).unchanged == 5


@pytest.mark.usefixtures("company", "small_parts")
def test_a_bad_row_far_down_undoes_all_and_every_reason_is_told_in_the_order_of_lines(bring: Callable, tmp_path):
    rows = [f"A1,{'x' if n % 4 == 3 else n + 1},2026-05-0{9 - n % 9},R{n}" for n in range(20)]
    bad = [n + 2 for n in range(20) if n % 4 == 3]
    report = bring("payments", payments(rows), create_missing=True, rejected_to=tmp_path / "bad.csv")
    assert not report.is_kept
    assert refused(report) == [(line, "amount", "amount_invalid") for line in bad]
    assert report.codes == {"amount_invalid": 5}
    assert not Transaction.objects.exists()
    assert not Account.objects.filter(system_role=None).exists()
    told = (tmp_path / "bad.csv").read_text().splitlines()
    assert [line.split(",")[4] for line in told[1:]] == [str(line) for line in bad]
    assert nothing_is_staged()
    kept = bring("payments", payments(rows), create_missing=True, skip_bad=True, rejected_to=tmp_path / "kept.csv")
    assert (kept.created, kept.rejected) == (15, 5)
    assert (tmp_path / "kept.csv").read_text() == (tmp_path / "bad.csv").read_text()
    assert ImportRun.objects.get(pk=kept.run_id).rejected == 5
    assert nothing_is_staged()


@pytest.mark.usefixtures("company", "small_parts")
def test_cells_are_what_they_were_after_they_passed_through_the_database(bring: Callable):
    rows: list[list[object]] = [["account", "amount", "posted_on", "reference"]]
    rows += [["A1", n + 0.5, date(2026, 5, 1 + n), f'"ü,\n{n}' if n else None] for n in range(9)]
    report = bring("payments", rows, suffix=".xlsx", create_missing=True)
    assert report.created == 9, report.rejections
    kept = Transaction.objects.order_by("id").values_list("amount_minor", "metadata")
    assert [(minor, said.get("reference", "")) for minor, said in kept] == [
        (n * 100 + 50, f'"ü,\n{n}' if n else "") for n in range(9)
    ]


@pytest.mark.usefixtures("company", "small_parts")
def test_a_row_with_a_card_number_is_sealed_while_it_is_staged(bring: Callable, monkeypatch: pytest.MonkeyPatch):
    seen: list[str] = []
    real = spools.RowSpool.arrange

    def looked_at(spool: spools.RowSpool, today: date) -> spools.Facts:
        facts = real(spool, today)
        seen.extend(StagedRow.objects.order_by("line").values_list("cells", flat=True))
        return facts

    monkeypatch.setattr(spools.RowSpool, "arrange", looked_at)
    rows = [f"A{n},{n + 1},2026-05-04,{CARD if n == 5 else n}" for n in range(8)]
    report = bring("payments", payments(rows), create_missing=True, skip_bad=True)
    assert refused(report) == [(7, "reference", "card_number_refused")]
    assert len(seen) == 8
    assert seen[5].startswith("sealed:")
    assert CARD not in "".join(seen)


@pytest.mark.usefixtures("company", "small_parts")
def test_an_old_day_among_the_others_of_a_long_file_is_asked_for_and_a_long_history_is_not(bring: Callable):
    recent = [f"A1,{n},2026-05-04,R{n}" for n in range(1, 12)]
    report = bring("payments", payments([*recent, "A1,5,2016-05-04,old"]), create_missing=True, skip_bad=True)
    assert refused(report) == [(13, "posted_on", "posting_day_old")]
    history = [f"A1,{n},2016-05-04,H{n}" for n in range(1, 12)]
    assert bring("payments", payments(history), skip_bad=True).created == 11


@pytest.mark.usefixtures("company")
def test_rows_of_one_old_invoice_are_no_history(bring: Callable):
    text = "account,number,posted_on,unit_price\n" + "A1,I1,2016-05-04,1\n" * 12
    report = bring("invoices", text, create_missing=True)
    assert {one.code for one in report.rejections} == {"posting_day_old", "document_rejected"}


@pytest.mark.usefixtures("company", "small_parts")
def test_more_rows_of_one_document_than_memory_should_hold_are_refused(bring: Callable, monkeypatch):
    monkeypatch.setattr(spools, "LONGEST", 5)
    text = "account,number,posted_on,unit_price\n" + "A1,I1,2026-05-04,1\n" * 6
    for skip_bad in (True, False):
        with pytest.raises(DocumentTooLong, match="6 rows of the file belong together"):
            bring("invoices", text, create_missing=True, skip_bad=skip_bad)
    assert nothing_is_staged()
