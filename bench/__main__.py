"""``python -m bench [NAME …] [--quick]``: measure, print a line for each case, record the full runs."""

import argparse
import sys
import time
from collections.abc import Sequence

from bench import bulk, fifo, posting, reads, report
from bench.frame import FULL, QUICK, Bench, Result, Skipped
from bench.server import running_server

BENCHMARKS = {"posting": posting, "bulk": bulk, "fifo": fifo, "reads": reads}


def main(arguments: Sequence[str]) -> int:
    """Return 0 when every promise measured was kept, 1 when one was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=sys.modules["bench"].__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHMARKS)}; all by default"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, one round, nothing recorded")
    args = parser.parse_args(arguments)
    names = args.names or list(BENCHMARKS)
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")

    outcomes: dict[str, list[Result | Skipped]] = {}
    with running_server() as server:
        bench = Bench(server, QUICK if args.quick else FULL)
        for name in names:
            module, started = BENCHMARKS[name], time.perf_counter()
            print(f"{module.TITLE} ({name})", flush=True)
            outcomes[module.TITLE] = []
            for outcome in module.run(bench):
                outcomes[module.TITLE].append(outcome)
                print(f"  {report.line(outcome)}", flush=True)
            print(f"  took {time.perf_counter() - started:.0f} s", flush=True)
        if not args.quick:
            report.record(bench, outcomes)
            print(f"Recorded in {report.RESULTS.name}; rendered {report.PAGE.name}.")
    measured = [outcome for found in outcomes.values() for outcome in found if isinstance(outcome, Result)]
    return 1 if any(outcome.kept is False for outcome in measured) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
