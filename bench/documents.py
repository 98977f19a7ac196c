"""Documents as files, beside what was asked: invoices a minute on two cores, a long statement in seconds."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.frame import Bench, Result, at_least, at_most

TITLE = "Documents"
A_MINUTE = 1000.0
STATEMENT_SECONDS = 2.0
CORES = 2


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    invoices, entries = (400, 10_000) if size.name == "full" else (60, 2_000)
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        list(pool.map(print_invoices, [1] * CORES))  # fonts are read once a process
        rates = []
        for _ in range(size.rounds):
            started = time.perf_counter()
            list(pool.map(print_invoices, [invoices // CORES] * CORES))
            rates.append(60 * invoices / (time.perf_counter() - started))
    yield Result(
        f"{invoices} invoices of 3 items as PDF/A, on {CORES} cores",
        unit="documents a minute",
        ours=rates,
        yardstick_name="asked for",
        yardstick=[A_MINUTE],
        bound=at_least(1),
    )
    print_statement(20)
    yield Result(
        f"a statement of {entries:,} transactions as PDF/A",
        unit="seconds",
        ours=[print_statement(entries) for _ in range(size.rounds)],
        yardstick_name="asked for",
        yardstick=[STATEMENT_SECONDS],
        bound=at_most(1),
    )


def print_invoices(count: int) -> int:
    """So many, each with a number of its own: nothing of one is of use to the next."""
    _find_samples()
    from tests.documents.samples import invoice

    from subledger.documents.brands import Brand
    from subledger.documents.printouts import printout_of

    made = (printout_of(invoice(number=f"INV{at:08d}"), Brand()) for at in range(count))
    return sum(len(one.content) for one in made)


def print_statement(entries: int) -> float:
    _find_samples()
    from tests.documents.samples import statement

    from subledger.documents.brands import Brand
    from subledger.documents.printouts import printout_of

    document = statement(entries)
    started = time.perf_counter()
    printout_of(document, Brand())
    return time.perf_counter() - started


def _find_samples() -> None:
    root = str(Path(__file__).parent.parent)
    if root not in sys.path:
        sys.path.insert(0, root)
