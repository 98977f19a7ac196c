"""``python -m bench [NAME …] [--quick | --of N] [--strict]``: measure, print each case, record the full runs."""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

from bench import product, report
from bench.frame import FULL, QUICK, Bench, Result, Skipped, scaled
from bench.server import running_server

BENCHMARKS = (
    "instructions", "http", "posting", "bulk", "fifo", "large", "reads", "pages", "gateways", "webhooks", "crowd",
    "documents", "exports", "dunning", "payment-runs", "charges", "one-account",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Return 0; with ``--strict`` 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=sys.modules["bench"].__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHMARKS)}; all by default")
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help="small sizes, one round, nothing recorded")
    sizes.add_argument("--of", type=int, metavar="N", help="books of N invoices; recorded where N is the full size")
    parser.add_argument("--strict", action="store_true", help="end with status 1 when a promise is broken")
    args = parser.parse_args(arguments)
    if unknown := sorted(set(args.names) - set(BENCHMARKS)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")

    size = QUICK if args.quick else FULL if args.of is None else scaled(FULL, args.of)
    signal.signal(signal.SIGTERM, _end)
    outcomes: dict[str, list[Result | Skipped]] = {}
    with running_server() as server:
        product.set_up(server)
        bench = Bench(server, size)
        for name in args.names or BENCHMARKS:
            module, started = import_module(f"bench.{name.replace('-', '_')}"), time.perf_counter()
            load = os.getloadavg()[0]
            print(f"{module.TITLE} ({name}), load average before: {load:.2f}", flush=True)
            found = outcomes[module.TITLE] = []
            for outcome in module.run(bench):
                found.append(outcome)
                print(f"  {report.line(outcome)}", flush=True)
            print(f"  took {time.perf_counter() - started:.0f} s", flush=True)
            if size == FULL:  # at once: what was measured stays, should a later one fail
                report.record(bench, {module.TITLE: found}, load=load)
                print(f"  recorded in {report.RESULTS.name}; rendered {report.PAGE.name}", flush=True)
    broken = [o for found in outcomes.values() for o in found if isinstance(o, Result) and not o.kept]
    return 1 if args.strict and broken else 0


def _end(number: int, frame: FrameType | None) -> None:
    """What was begun is ended, servers and all, by whoever began it."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
