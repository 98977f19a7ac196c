"""Imports that workers carry out: killed, cancelled, refused, and with no more permission than was given."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.factories import configure, make_company
from tests.gateways.worker import eventually, worker_process

from subledger.companies.models import Company
from subledger.companies.queries import today_of_company
from subledger.imports import files, spools
from subledger.imports.jobs import end_stopped_imports, forget_rejected_rows
from subledger.imports.models import ImportBatch, ImportChunk, ImportOrder, ImportRun, StagedRejection, StagedRow
from subledger.imports.orders import order_of
from subledger.imports.outcomes import import_standing, rejected_content, report_on
from subledger.imports.services import order_import
from subledger.kernel.errors import DomainError
from subledger.platform import clock
from subledger.platform.callers import Caller, calling
from subledger.platform.scope import company_scope
from subledger.reports.proof import prove
from subledger.runs.models import Run
from subledger.runs.services import worker
from subledger.runs.services.control import cancel_run
from subledger.runs.states import OPEN, RunState
from subledger.transactions.models import Transaction

SETTINGS = "tests.imports.worker_settings"
CARD = "4242424242424242"


def payments(count: int, *, bad: tuple[int, ...] = ()) -> bytes:
    rows = [f"A{n % 3},{'x' if n in bad else n + 1},2026-05-0{1 + n % 5},R{n}" for n in range(count)]
    return ("account,amount,posted_on,reference\n" + "\n".join(rows) + "\n").encode()


def ordered(content: bytes, name: str = "bank.csv", **options: Any) -> ImportOrder:
    order = order_of("payments", **{"create_missing": True, **options})
    return order_import(order, io.BytesIO(content), name=name, actor="test")


def carried_out(row: ImportOrder) -> ImportOrder:
    worker.work(row.run_id)
    row.refresh_from_db()
    return row


def state(row: ImportOrder) -> str:
    return str(Run.objects.get(pk=row.run_id).state)


def rejected(row: ImportOrder) -> list[str]:
    return b"".join(rejected_content(row)).decode().splitlines()


def holds() -> None:
    assert {f.invariant.name: f.rows for f in prove(everywhere=False) if f.broken} == {}


def nothing_is_left() -> bool:
    return not (StagedRow.objects.exists() or StagedRejection.objects.exists() or ImportChunk.objects.exists())


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "PART", 4)


@pytest.mark.usefixtures("company", "small_parts")
@pytest.mark.parametrize("skip_bad", [False, True])
def test_a_worker_imports_what_was_ordered_and_forgets_the_file(skip_bad: bool):
    row = ordered(payments(10), skip_bad=skip_bad)
    assert not Transaction.objects.exists()
    assert import_standing(row.pk)[0].created == 0
    assert carried_out(row).ended_at
    assert state(row) == RunState.COMPLETED
    run = ImportRun.objects.get(pk=row.pk)
    assert (run.is_kept, run.read, run.created, run.totals) == (True, 10, 10, {"eur": 5_500})
    assert report_on(row).created_also["accounts"] == 3
    assert list(Transaction.objects.order_by("id").values_list("posted_on", flat=True)) == sorted(
        Transaction.objects.values_list("posted_on", flat=True)
    )
    assert nothing_is_left()
    assert ImportBatch.objects.filter(import_id=row.pk).count() == (4 if skip_bad else 1)
    holds()
    again = carried_out(ordered(payments(10), skip_bad=skip_bad))
    assert (report_on(again).created, report_on(again).unchanged) == (0, 10)


@pytest.mark.usefixtures("company", "small_parts")
def test_one_bad_row_undoes_the_whole_file_and_its_rejected_rows_can_be_had_for_a_week(monkeypatch):
    row = carried_out(ordered(payments(10, bad=(3, 7))))
    assert state(row) == RunState.COMPLETED_WITH_ERRORS
    assert not Transaction.objects.exists()
    run = ImportRun.objects.get(pk=row.pk)
    assert (run.is_kept, run.read, run.created, run.rejected) == (False, 10, 0, 2)
    assert row.rejected_name == "bank.csv.rejected.csv"
    assert [line.split(",")[4:6] for line in rejected(row)] == [
        ["line", "column"], ["5", "amount"], ["9", "amount"],
    ]  # fmt: skip
    now = clock.now()
    forget_rejected_rows()
    assert files.is_kept(row.pk, files.REJECTED)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=8))
    forget_rejected_rows()
    row.refresh_from_db()
    assert row.rejected_name == ""
    assert nothing_is_left()


@pytest.mark.usefixtures("company", "small_parts")
def test_the_good_rows_are_imported_part_by_part_and_the_bad_ones_told_in_the_order_of_lines():
    row = carried_out(ordered(payments(12, bad=(2, 9)), skip_bad=True))
    assert (report_on(row).created, report_on(row).rejected) == (10, 2)
    assert [line.split(",")[4] for line in rejected(row)] == ["line", "4", "11"]
    holds()


@pytest.mark.usefixtures("company", "small_parts")
def test_a_part_knows_of_rows_of_its_documents_that_were_refused_when_the_file_was_read():
    rows = [*(f"A1,I{n % 4},2026-05-04,{n + 1}" for n in range(12)), "A1,I2,2026-05-04"]
    content = ("account,number,posted_on,unit_price\n" + "\n".join(rows) + "\n").encode()
    order = order_of("invoices", create_missing=True, skip_bad=True)
    row = carried_out(order_import(order, io.BytesIO(content), name="items.csv", actor="test"))
    assert (report_on(row).created, report_on(row).codes) == (3, {"row_incomplete": 1, "document_rejected": 3})
    assert set(Transaction.objects.values_list("back_office_code", flat=True)) == {"I0", "I1", "I3"}


@pytest.mark.wide
@pytest.mark.usefixtures("company", "small_parts")
def test_cancelling_leaves_what_is_whole_and_says_which_rows_were_not_done():
    row = ordered(payments(12), skip_bad=True)
    for _ in range(5):  # entering and selecting, preparing, and two parts
        worker._enter(row.run_id, None)
        worker._turn(row.run_id)
        if Transaction.objects.count() >= 8:
            break
    done = Transaction.objects.count()
    assert 0 < done < 12
    cancel_run(run_id=row.run_id, actor="test")
    end_stopped_imports()
    row.refresh_from_db()
    run = ImportRun.objects.get(pk=row.pk)
    assert (run.is_kept, run.created, run.rejected) == (True, done, 12 - done)
    assert run.codes == {"row_not_done": 12 - done}
    left = rejected(row)
    assert len(left) == 1 + 12 - done
    assert not StagedRow.objects.exists()
    # What was not done is imported from the rejected file itself.
    rest = carried_out(ordered(("\n".join(left) + "\n").encode(), skip_bad=True))
    assert report_on(rest).created == 12 - done
    assert Transaction.objects.count() == 12
    holds()


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("skip_bad", [False, True])
def test_what_only_reading_all_of_the_file_tells_is_told_by_the_run(skip_bad: bool):
    from subledger.imports.services import why_broken

    row = ordered(b"account,amount,posted_on\n", skip_bad=skip_bad)
    worker.work(row.run_id)
    assert "has a header and no rows" in why_broken(row)
    end_stopped_imports()
    row.refresh_from_db()
    assert row.ended_at
    assert not ImportRun.objects.get(pk=row.pk).is_kept
    assert nothing_is_left()


@pytest.mark.usefixtures("company")
def test_a_file_that_lacks_a_column_is_refused_when_it_is_ordered():
    with pytest.raises(DomainError, match="no column for amount"):
        ordered(b"account,posted_on\nA1,2026-05-04\n")
    assert not Run.objects.exists()
    assert not ImportChunk.objects.exists()


@pytest.mark.usefixtures("company")
def test_a_worker_may_do_no_more_than_whoever_ordered_the_import_might():
    class Refused(DomainError):
        code = "permission_denied"

    given = frozenset({"imports.run", "transactions.post:payment", "accounts.edit", "customers.edit"})
    with calling(Caller("user:ana", given, lambda permission: Refused(permission))):
        row = ordered(payments(3))
    assert carried_out(row).ended_at
    assert Transaction.objects.count() == 3
    # What was given is frozen: it is asked for where the deed is done, in the worker.
    less = ordered(payments(6))
    ImportOrder.objects.filter(pk=less.pk).update(permissions=["imports.run"])
    assert carried_out(less).ended_at
    [step] = Run.objects.get(pk=less.run_id).steps.all()
    assert (step.outcome, Transaction.objects.count()) == ("failed", 3)


@pytest.mark.usefixtures("company")
def test_the_file_is_sealed_while_it_waits():
    row = ordered(f"account,amount,posted_on,reference\nA1,5,2026-05-04,{CARD}\n".encode())
    [sealed] = ImportChunk.objects.filter(import_id=row.pk).values_list("sealed", flat=True)
    assert CARD not in sealed
    assert "A1,5" not in sealed
    assert carried_out(row).rejected_name
    assert CARD not in "".join(rejected(row))


# -- killed workers


@pytest.fixture
def kept_company(committed_db: None) -> Iterator[Company]:
    company = make_company(time_zone="Europe/Rome")
    with company_scope(company.pk):
        configure()
        yield company


@pytest.mark.wide
@pytest.mark.usefixtures("kept_company")
@pytest.mark.parametrize(("skip_bad", "part"), [(False, 0), (True, -1), (True, 2)])
def test_a_killed_worker_loses_the_part_in_hand_and_another_goes_on_and_nothing_is_twice(
    skip_bad: bool, part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SUBLEDGER_TEST_KILLS", str(tmp_path / "killed"))
    monkeypatch.setenv("SUBLEDGER_TEST_PART", "250")
    monkeypatch.setattr(spools, "PART", 250)
    lines = 4 * spools.PART if skip_bad else 50
    row = ordered(_recent(lines), name=f"kill-{part}.csv", skip_bad=skip_bad)
    with worker_process(tmp_path / "first", settings=SETTINGS) as first:
        eventually(lambda: first.process.poll() is not None, 120)
    assert (tmp_path / "killed").exists()
    assert state(row) in OPEN
    assert Transaction.objects.count() == max(part, 0) * spools.PART
    with worker_process(tmp_path / "second", settings=SETTINGS):
        eventually(lambda: state(row) not in OPEN, 240)
    row.refresh_from_db()
    assert state(row) == RunState.COMPLETED
    run = ImportRun.objects.get(pk=row.pk)
    assert (run.read, run.created, Transaction.objects.count()) == (lines, lines, lines)
    assert not StagedRow.objects.filter(import_id=row.pk).exists()
    assert Transaction.objects.values("back_office_code").distinct().count() == lines
    holds()


def _recent(lines: int) -> bytes:
    on = today_of_company().isoformat()
    rows = "".join(f"A{n % 3},{n + 1},{on},R{n}\n" for n in range(lines))
    return f"account,amount,posted_on,reference\n{rows}".encode()
