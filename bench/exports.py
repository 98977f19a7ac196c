"""Files of long lists: the memory that a CSV takes, and how long a run writes a workbook."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.db import connection

from bench import books, product
from bench.alone import RSS_UNIT
from bench.bulk import RUNNER
from bench.frame import Bench, Result, at_most, compare, within
from subledger.reports.orders import order_report_file
from subledger.runs.queries import files_of, run_by_id
from subledger.runs.services.worker import work
from subledger.transactions.states import Classification

TITLE = "Files of long lists"
DATABASE = "bench_exports"
AMOUNT_MINOR = 10_000
SHORT_DAY = "2025-01-01"  # of which a 365th of them are
SPAN = {"from": "2025-01-01", "to": "2025-12-31"}
WORKBOOK_SECONDS = 60
TIMEOUT_SECONDS = 600


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    rows, sheet_rows = size.transactions, size.transactions // 10
    with books.fresh_books(bench, DATABASE), tempfile.TemporaryDirectory(prefix="subledger-bench-") as folder:
        accounts = books.open_accounts(size.page_accounts)
        books.load_even(Classification.INVOICE, accounts, sheet_rows, AMOUNT_MINOR)
        books.tidy()
        case = f"XLSX of {sheet_rows:,} transactions, by a run"
        seconds = [seconds_to_write(sheet_rows) for _ in range(size.rounds)]
        yield within(case, unit="seconds", ours=seconds, limit=WORKBOOK_SECONDS)
        books.load_even(Classification.INVOICE, accounts, rows - sheet_rows, AMOUNT_MINOR)
        books.tidy()
        connection.close()
        file = Path(folder) / "transactions.csv"
        yield compare(
            f"CSV of {rows:,} transactions: the most memory of the command",
            unit="MB",
            ours=partial(most_memory, bench, file, rows, SPAN),
            yardstick_name="ours with those of one day",
            yardstick=partial(most_memory, bench, file, None, {"from": SHORT_DAY, "to": SHORT_DAY}),
            bound=at_most(1.2),
            rounds=size.rounds,
        )


def seconds_to_write(rows: int) -> float:
    ordered = order_report_file(report="transactions", parameters=SPAN, actor=books.ACTOR)
    started = time.perf_counter()
    work(ordered.pk)
    seconds = time.perf_counter() - started
    [made] = files_of(ordered.pk)
    if made.facts["rows"] != rows:
        raise RuntimeError(f"The workbook has {made.facts['rows']} rows: {run_by_id(ordered.pk).error}")
    return seconds


def most_memory(bench: Bench, file: Path, rows: int | None, span: dict[str, str]) -> float:
    """Of ``subledger report transactions`` in a process of its own, in MB."""
    days = [text for name, day in span.items() for text in (f"--{name}", day)]
    command = [sys.executable, "-m", "subledger.cli", "report", "transactions", *days, "--out", str(file)]
    environment = {**os.environ, **product.environment(bench.server.conninfo_of(DATABASE))}
    finished = subprocess.run(
        [sys.executable, "-c", RUNNER, *command, "--company", books.COMPANY], env=environment, capture_output=True,
        text=True, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    with file.open("rb") as written:
        lines = sum(1 for _ in written) - 1
    if finished.returncode or (rows is not None and lines != rows):
        raise RuntimeError(f"The file has {lines} rows:\n{finished.stdout}{finished.stderr}")
    return int(finished.stdout.split()[-1]) * RSS_UNIT / 1e6
