"""``python -m tools.mutants [MODULE …] [--minutes N]``: the figures, then the mutants that nothing noticed.

Ends with 0 where each survivor is one of those in ``accepted.toml``; with 1 where there is a new one, or one that is
named there is noticed by now or is no more; with 2 where time was up.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from .judges import JUDGES
from .running import Session

ROOT = Path(__file__).parents[2]
ACCEPTED = Path(__file__).with_name("accepted.toml")
OPTIONS = (
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-m",
    "not slow",
    "--no-header",
    "--no-summary",
    "--tb=no",
    "--assert=plain",
)
FINE, DIFFERENT, OUT_OF_TIME = 0, 1, 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="as in transactions.rules.allocation; none: all")
    parser.add_argument("--minutes", type=float, default=20, help="for all of them together")
    said = parser.parse_args()
    os.chdir(ROOT)
    unknown = set(said.modules) - JUDGES.keys()
    if unknown:
        parser.error(f"no tests are named for {', '.join(sorted(unknown))} in tools/mutants/judges.py")
    deadline = time.monotonic() + said.minutes * 60
    modules = said.modules or list(JUDGES)
    if len(modules) == 1:
        return judge(modules[0], deadline)
    ended = [one_by_itself(module, deadline) for module in modules]
    return max(ended)


def one_by_itself(module: str, deadline: float) -> int:
    """In a process of its own: pytest imports a module once."""
    minutes = max(deadline - time.monotonic(), 0) / 60
    return subprocess.run([sys.executable, "-m", "tools.mutants", module, "--minutes", str(minutes)]).returncode


def judge(module: str, deadline: float) -> int:
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    session = Session(module, deadline)
    ended = pytest.main([*OPTIONS, *JUDGES[module]], plugins=[session])
    if ended != pytest.ExitCode.OK:
        sys.stdout.write(f"{module}: {session.trouble or 'the tests could not be run'}\n")
        return DIFFERENT
    found = session.outcome
    accepted: dict[str, str] = tomllib.loads(ACCEPTED.read_text()).get(module, {})
    survived = found.survived
    lines = [
        f"{module}: {found.noticed} noticed, {len(survived)} not ({len(accepted)} accepted), {found.seconds:.0f} s"
    ]
    lines += [f"  new, line {line}: {name}" for name, line in survived.items() if name not in accepted]
    if not found.out_of_time:
        lines += [f"  noticed, or no more: {name}" for name in accepted if name not in survived]
    different = len(lines) > 1
    if found.out_of_time:
        lines.append(f"  time was up with {found.out_of_time} to go")
    sys.stdout.write("\n".join(lines) + "\n")
    return OUT_OF_TIME if found.out_of_time else DIFFERENT if different else FINE


if __name__ == "__main__":
    sys.exit(main())
