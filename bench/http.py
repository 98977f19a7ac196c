"""Payments over HTTP, each with a key of its own, through ``serve`` with its processes and without its worker: what
programs get.

Beside pgbench's TPC-B with as many clients, on the same server in the same run. Then how long an answer takes at half
of what was reached, which is where a server that is not overloaded lives.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial

from bench import books, tpcb
from bench.crowd import serving
from bench.frame import Bench, Bound, Result, at_least, compare, within
from bench.http_client import Job
from subledger.companies.services import create_api_key
from subledger.transactions.states import Classification

TITLE = "Payments over HTTP"
DATABASE = "bench_http"
INVOICE_MINOR = 10_000
CLIENTS: dict[int, Bound] = {1: at_least(0.35), 8: at_least(0.35), 32: at_least(0.5)}
ROUNDS = 3  # at least: one of a machine that others use says little
LATENCY_MS = 50.0
UNBOUNDED = "1000000000"  # requests a minute and key: the limit is not what is measured


def run(bench: Bench) -> Iterator[Result]:
    size = bench.size
    tpcb.prepare(bench)
    rounds = max(size.rounds, ROUNDS)
    with books.fresh_books(bench, DATABASE):
        payers = books.open_accounts(size.posting_accounts)
        books.load_even(Classification.INVOICE, payers, size.posting_invoices, INVOICE_MINOR)
        books.tidy()
        _, key = create_api_key(name="bench", scopes=("read", "write"), actor=books.ACTOR)
        accounts = [account.public_id for account in payers]
        with serving(bench, DATABASE, SUBLEDGER_API_RATE_LIMIT=UNBOUNDED) as port:
            for clients, bound in CLIENTS.items():
                job = Job(port, key, accounts, INVOICE_MINOR, clients, size.seconds)
                yield from measured(bench, job, bound, rounds)


def measured(bench: Bench, job: Job, bound: Bound, rounds: int) -> Iterator[Result]:
    """Rates in turns with pgbench; what single answers took meanwhile; and their 99th percentile at half load."""
    found: list[dict[str, float]] = []

    def rate() -> float:
        found.append(asked(job))
        return found[-1]["per_second"]

    name = f"{job.clients} client{'s' if job.clients > 1 else ''}"
    reached = compare(
        f"keyed payment, {name}",
        unit="payments / s",
        ours=rate,
        yardstick_name=f"pgbench TPC-B, {name}",
        yardstick=partial(tpcb.transactions_per_second, bench, job.clients),
        bound=bound,
        rounds=rounds,
        before_each=bench.server.checkpoint,
    )
    yield reached
    for part in ("p50", "p99"):
        ours = [each[part] for each in found]
        yield Result(f"{name}, as fast as answered: {part}", "ms", ours, "the limit at half load", [LATENCY_MS], None)
    half = Job(**{**asdict(job), "per_second": statistics.median(reached.ours) / 2})
    late = [asked(half)["p99"] for _ in range(rounds)]
    yield within(f"{name}, at half load: p99", unit="ms", ours=late, limit=LATENCY_MS)


def asked(job: Job) -> dict[str, float]:
    """What the clients found, who have a process of their own."""
    finished = subprocess.run(
        [sys.executable, "-m", "bench.http_client"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        timeout=job.seconds + 120,
    )
    if finished.returncode:
        raise RuntimeError(f"The clients failed:\n{finished.stderr}")
    answer: dict[str, float] = json.loads(finished.stdout)
    return answer
