"""Posting one by one: a payment beside pgbench, an invoice with its payment beside two Django ledgers."""

from collections.abc import Iterator
from functools import partial

from bench import peer_ledgers, tpcb
from bench.frame import Bench, Result, Skipped, at_least, compare

TITLE = "Posting one at a time"


def run(bench: Bench) -> Iterator[Result | Skipped]:
    tpcb.prepare(bench)
    for writers in (1, 8):
        yield compare(
            f"one payment, {writers} writer{'s' if writers > 1 else ''}",
            unit="payments / s",
            yardstick_name=f"pgbench TPC-B, {writers} client{'s' if writers > 1 else ''}",
            yardstick=partial(tpcb.transactions_per_second, bench, writers),
            bound=at_least(0.5),
            rounds=bench.size.rounds,
            before_each=bench.server.checkpoint,
        )
    for peer, ratio in ((peer_ledgers.HORDAK, 3), (peer_ledgers.LEDGER, 20)):
        case = f"an invoice and its payment, beside {peer}"
        try:
            peer_ledgers.prepare(bench, peer)
        except peer_ledgers.PeerUnavailable as unavailable:
            yield Skipped(case, f"{peer} cannot be had here: {unavailable}")
            continue
        yield compare(
            case,
            unit="pairs / s",
            yardstick_name=peer,
            yardstick=partial(peer_ledgers.pairs_per_second, bench, peer),
            bound=at_least(ratio),
            rounds=bench.size.rounds,
            before_each=bench.server.checkpoint,
        )
