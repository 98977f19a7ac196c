"""Posting in bulk, beside what pgbench commits one by one with a single client."""

from collections.abc import Iterator
from functools import partial

from bench import tpcb
from bench.frame import Bench, Result, at_least, compare

TITLE = "Posting in bulk"


def run(bench: Bench) -> Iterator[Result]:
    tpcb.prepare(bench)
    yield compare(
        f"import of {bench.size.bulk_payments:,} payments",
        unit="payments / s",
        yardstick_name="pgbench TPC-B, 1 client",
        yardstick=partial(tpcb.transactions_per_second, bench, 1),
        bound=at_least(8),
        rounds=bench.size.rounds,
        before_each=bench.server.checkpoint,
    )
