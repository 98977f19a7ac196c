"""A file that takes long: how far it is while it goes on, who stops it, and what stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from tests.factories import configure, make_company
from tests.imports.test_runs import carried_out, holds, nothing_is_left, ordered, payments, state
from typer.testing import CliRunner

from subledger.cli.main import app
from subledger.companies.models import Company
from subledger.imports import cli, spools
from subledger.imports.jobs import end_stopped_imports
from subledger.imports.models import ImportRun
from subledger.imports.outcomes import report_on
from subledger.platform.scope import company_scope
from subledger.runs import progress
from subledger.runs.errors import RunOver
from subledger.runs.models import Run, RunStage
from subledger.runs.queries import in_hand
from subledger.runs.services import worker
from subledger.runs.services.control import cancel_run, pause_run, resume_run
from subledger.runs.states import RunState
from subledger.transactions.models import Transaction


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "PART", 4)
    monkeypatch.setattr(progress, "EVERY", 0)


@pytest.fixture
def kept_company(committed_db: None) -> Iterator[Company]:
    company = make_company(time_zone="Europe/Rome")
    with company_scope(company.pk):
        configure()
        yield company


def elsewhere(deed: Callable[[], Any]) -> threading.Thread:
    """Begun in a thread with a connection of its own."""

    def do() -> None:
        try:
            deed()
        finally:
            connections.close_all()

    thread = threading.Thread(target=copy_context().run, args=(do,))
    thread.start()
    return thread


@contextmanager
def at_written(rows: int, deed: Callable[[], Any]) -> Iterator[None]:
    """``deed`` is done once so many rows of a whole file are written, and before the part behind them."""
    done: list[bool] = []

    def hear(doing: str, reached: int, target: int | None) -> None:
        if doing == "Writing" and reached >= rows and not done:
            done.append(True)
            deed()

    with progress.listening(hear):
        yield
    assert done


@pytest.mark.usefixtures("kept_company")
def test_how_far_a_whole_file_is_can_be_seen_while_it_is_one_transaction():
    row = ordered(payments(12))
    seen: list[str] = []

    def look() -> None:
        seen.append(str(in_hand(Run.objects.get(pk=row.run_id))))
        assert not Transaction.objects.exists()

    with at_written(12, lambda: elsewhere(look).join(30)):
        worker.work(row.run_id)
    assert seen == ["Writing: 8 of 12"], "the part before this one was told, though nothing is committed"
    assert state(row) == RunState.COMPLETED
    assert in_hand(Run.objects.get(pk=row.run_id)) is None
    assert set(RunStage.objects.filter(run=row.run_id).values_list("doing", "reached", "target")) == {("", None, None)}
    assert Transaction.objects.count() == 12
    holds()


def waiting(run_id: int, deed: Callable[..., Any], threads: list[threading.Thread]) -> Callable[[], None]:
    """Somebody does it in another process meanwhile; who works on the run goes on once he is known to wait."""

    def begin() -> None:
        threads.append(elsewhere(lambda: deed(run_id=run_id, actor="ana")))
        for _ in range(3_000):
            if progress.is_release_requested(run_id):
                return
            threads[0].join(0.01)
        raise AssertionError("nobody waits")

    return begin


@pytest.mark.usefixtures("kept_company")
def test_cancelling_waits_for_no_whole_file():
    row, threads = ordered(payments(12)), []
    with at_written(4, waiting(row.run_id, cancel_run, threads)):
        worker.work(row.run_id)
    threads[0].join(30)
    assert state(row) == RunState.CANCELLED
    assert not Transaction.objects.exists()
    end_stopped_imports()
    assert not ImportRun.objects.get(pk=row.pk).is_kept
    assert nothing_is_left()


@pytest.mark.usefixtures("kept_company")
def test_a_whole_file_that_is_paused_is_undone_and_begun_anew_when_it_is_resumed():
    row, threads = ordered(payments(12)), []
    with at_written(8, waiting(row.run_id, pause_run, threads)):
        worker.work(row.run_id)
    threads[0].join(30)
    assert state(row) == RunState.PAUSED
    assert not Transaction.objects.exists()
    assert not RunStage.objects.filter(run=row.run_id).exclude(doing="").exists()
    resume_run(run_id=row.run_id, actor="ana")
    assert report_on(carried_out(row)).created == 12
    assert Transaction.objects.count() == 12
    holds()


@pytest.mark.usefixtures("kept_company")
def test_who_may_not_stop_a_run_does_not_interrupt_it(monkeypatch: pytest.MonkeyPatch):
    row = ordered(payments(12))

    def refuse(*permissions: str) -> None:
        raise PermissionError(permissions)

    def try_it() -> None:
        with pytest.raises(PermissionError):
            cancel_run(run_id=row.run_id, actor="eve")

    with monkeypatch.context() as patched:
        patched.setattr("subledger.runs.services.control.demand", refuse)
        with at_written(4, lambda: elsewhere(try_it).join(30)):
            worker.work(row.run_id)
    assert state(row) == RunState.COMPLETED


# -- the command, interrupted


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C once eight rows are written, or two parts are."""

    @contextmanager
    def press() -> Iterator[Callable[..., None]]:
        def on_progress(doing: str, reached: int, target: int | None) -> None:
            if doing == "Writing" and (reached, target) in ((8, 12), (2, None)):
                raise KeyboardInterrupt

        yield on_progress

    monkeypatch.setattr(cli, "_progress", press)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")


def bring(path: Path, company: Company, *options: str) -> Any:
    arguments = ["import", "payments", str(path), "--create-missing", "--company", company.code, *options]
    return CliRunner().invoke(app, arguments)


@pytest.mark.usefixtures("interrupted")
def test_an_interrupted_command_undoes_a_whole_file_and_says_so(company: Company, tmp_path: Path):
    path = tmp_path / "bank.csv"
    path.write_bytes(payments(12))
    done = bring(path, company)
    assert done.exit_code == 130
    assert "Interrupted. Nothing was imported: import the file again." in done.stderr
    assert not Transaction.objects.exists()
    assert Run.objects.get().state == RunState.CANCELLED
    assert not ImportRun.objects.get().is_kept
    assert nothing_is_left()


def test_an_interrupted_command_says_what_stays_and_how_to_go_on(
    company: Company, tmp_path: Path, interrupted: None, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "bank.csv"
    path.write_bytes(payments(12))
    done = bring(path, company, "--skip-bad")
    assert done.exit_code == 130
    kept = Transaction.objects.count()
    assert 0 < kept < 12
    rest = tmp_path / "bank.csv.rejected.csv"
    assert f"12 rows of payments read, {kept} created" in done.stderr
    assert "Interrupted. What was imported stays. The rest is in" in done.stderr
    assert rest.name in done.stderr
    monkeypatch.undo()
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    assert bring(rest, company, "--skip-bad").exit_code == 0
    assert Transaction.objects.count() == 12
    holds()


def test_who_interrupts_the_command_as_soon_as_the_import_is_ordered_leaves_nothing_for_a_worker(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from subledger.imports import services

    order_import = services.order_import

    def order(*arguments: Any, **options: Any) -> None:
        order_import(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "order_import", order)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    path = tmp_path / "bank.csv"
    path.write_bytes(payments(3))
    done = bring(path, company, "--skip-bad")
    assert done.exit_code == 130
    assert "Interrupted. Nothing was imported: import the file again." in done.stderr
    assert Run.objects.get().state == RunState.CANCELLED
    assert list(tmp_path.iterdir()) == [path]
    assert nothing_is_left()


def test_who_interrupts_an_import_that_is_over_is_told_what_came_of_it(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from subledger.imports import services

    def carry_out(row: Any) -> None:
        carried_out(row)
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "carry_out", carry_out)
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    path = tmp_path / "bank.csv"
    path.write_bytes(payments(3))
    done = bring(path, company)
    assert "3 created" in done.stderr
    assert Transaction.objects.count() == 3
    with pytest.raises(RunOver):
        cancel_run(run_id=Run.objects.get().pk, actor="test")
