"""Balances and aged receivables, beside the bare SQL sums over the same rows."""

from collections.abc import Iterator

from bench import reads_sql
from bench.data import AS_OF
from bench.frame import Bench, Result, at_most, compare

TITLE = "Reading"
DATABASE = "bench_reads"
ROUNDS = 5  # short measurements: a median of five costs nothing


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    bench.server.drop_database(DATABASE)
    bench.server.create_database(DATABASE)
    with bench.server.connect(DATABASE) as plain:
        reads_sql.prepare(plain, size)
        queries = {
            f"balance of one account, {size.large_account:,} transactions": reads_sql.BALANCE,
            f"balance of every account, {size.transactions:,} transactions": reads_sql.BALANCES,
            f"aged receivables today, {size.transactions:,} transactions": reads_sql.AGED_NOW,
            f"aged receivables as of {AS_OF}, {size.transactions:,} transactions": reads_sql.AGED_AS_OF,
        }
        for case, query in queries.items():
            yield compare(
                case,
                unit="seconds",
                yardstick_name="bare SQL sum",
                yardstick=reads_sql.seconds_of(plain, query),
                bound=at_most(3),
                rounds=ROUNDS,
            )
