"""``python -m tests.gateways.simulation SEED [COUNT]``: replay a run with its log, or COUNT runs from SEED on."""

import os
import sys

import pytest


def replay(main: str) -> None:
    """The play beside whose ``__main__`` this is called."""
    seed, count = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    os.environ.update(SIMULATION_SEED=str(seed), SIMULATION_COUNT=str(count))
    here = os.path.dirname(main)  # noqa: PTH120
    sys.exit(pytest.main([f"{here}/test_simulation.py", "-k", "replayed", "-s", "-q", "-n0", "-p", "no:cacheprovider"]))


if __name__ == "__main__":
    replay(__file__)
