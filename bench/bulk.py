"""Posting in bulk: the import command on a bank's list, beside what pgbench commits one by one and what SQL stores."""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

from django.db import connection

from bench import books, product, same_rows, tpcb
from bench.alone import RSS_UNIT
from bench.frame import Bench, Result, Yardstick, at_least, compare_all, within
from subledger.transactions.models import Allocation, OpenItem
from subledger.transactions.states import Classification

TITLE = "Posting in bulk"
DATABASE = "bench_bulk"
BEFORE = "bench_bulk_before"  # the books as the first import meets them
BY_SQL = "bench_bulk_sql"
INVOICE_MINOR = 10_000
PAID_ON = "2026-01-15"
SEED = 20131
TIMEOUT_SECONDS = 600
MEMORY_MB = 400  # whatever the file
# Tells the most memory of the command and its children. Asked for by this process it would be this process's own: what
# a process held before it became another program counts as the other's.
RUNNER = (
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
)

_references = count(1)  # a bank's own, never the same twice


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    tpcb.prepare(bench)
    with books.fresh_books(bench, DATABASE), tempfile.TemporaryDirectory(prefix="subledger-bench-") as folder:
        accounts = books.open_accounts(size.posting_accounts)
        invoices = size.rounds * size.bulk_payments
        books.load_even(Classification.INVOICE, accounts, invoices, INVOICE_MINOR)
        books.tidy()
        connection.close()
        bench.server.drop_database(BEFORE)
        bench.server.create_database(BEFORE, copy_of=DATABASE)
        peaks: list[float] = []
        yield from compare_all(
            f"import of {size.bulk_payments:,} payments on {size.posting_accounts:,} accounts, the whole command",
            unit="payments / s",
            ours=partial(payments_per_second, bench, Path(folder) / "payments.csv", peaks),
            yardsticks=[
                Yardstick("pgbench TPC-B, 1 client", partial(tpcb.transactions_per_second, bench, 1), at_least(8)),
                Yardstick("SQL that stores the same rows", partial(by_sql, bench, peaks), at_least(0.7)),
            ],
            rounds=size.rounds,
            before_each=bench.server.checkpoint,
        )
        yield within(
            f"import of {size.bulk_payments:,} payments: the most memory of its processes",
            unit="MB",
            ours=peaks,
            limit=MEMORY_MB,
        )


def payments_per_second(bench: Bench, file: Path, peaks: list[float]) -> float:
    """``subledger import payments FILE`` in a process of its own, from its start to its end.

    ``peaks`` is told the most memory, in MB, that it or the process in which it reads the file held.
    """
    write_payments(file, bench.size.bulk_payments)
    before = Allocation.objects.count()
    command = [sys.executable, "-m", "subledger.cli", "import", "payments", str(file), "--company", books.COMPANY]
    environment = {**os.environ, **product.environment(bench.server.conninfo_of(DATABASE))}
    started = time.perf_counter()
    finished = subprocess.run(
        [sys.executable, "-c", RUNNER, *command], env=environment, capture_output=True, text=True,
        timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    made = Allocation.objects.count() - before
    if finished.returncode or made != bench.size.bulk_payments:
        raise RuntimeError(f"The import made {made} allocations:\n{finished.stdout}{finished.stderr}")
    peaks.append(int(finished.stdout.split()[-1]) * RSS_UNIT / 1e6)
    return bench.size.bulk_payments / seconds


def by_sql(bench: Bench, peaks: list[float]) -> float:
    connection.close()
    if len(peaks) == 1:  # after the first import
        same_rows.take_aside(bench, imported=DATABASE, before=BEFORE)
    return same_rows.payments_per_second(bench, BY_SQL, before=BEFORE)


def write_payments(file: Path, payments: int) -> None:
    """One payment for each of so many open invoices, in random order."""
    numbers = list(
        OpenItem.objects.filter(is_debit=True)
        .order_by("order_on", "transaction_id")
        .values_list("account__number", flat=True)[:payments]
    )
    random.Random(SEED).shuffle(numbers)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["account", "amount", "posted_on", "method", "reference"])
        amount = f"{INVOICE_MINOR // 100}.{INVOICE_MINOR % 100:02d}"
        for number in numbers:
            writer.writerow([number, amount, PAID_ON, "bank_transfer", f"E2E-{next(_references):010d}"])
