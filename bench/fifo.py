"""First in, first out over a whole company, beside bare SQL that stores the same pairs and open amounts."""

from collections.abc import Iterator
from functools import partial

from bench import fifo_sql
from bench.data import create_documents
from bench.frame import Bench, Result, at_most, compare

TITLE = "Allocation"
DATABASE = "bench_fifo"


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    bench.server.drop_database(DATABASE)
    bench.server.create_database(DATABASE)
    with bench.server.connect(DATABASE) as plain:
        create_documents(plain, size, invoices=size.invoices, payments=size.payments)
        yield compare(
            f"{size.invoices:,} invoices × {size.payments:,} payments, {size.accounts:,} accounts",
            unit="seconds",
            yardstick_name="bare SQL FIFO",
            yardstick=partial(fifo_sql.allocate, plain),
            bound=at_most(3),
            rounds=size.rounds,
            before_each=bench.server.checkpoint,
        )
