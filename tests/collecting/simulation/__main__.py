"""``python -m tests.collecting.simulation SEED [COUNT]``: replay a run with its log, or COUNT runs from SEED on."""

from tests.gateways.simulation.__main__ import replay

if __name__ == "__main__":
    replay(__file__)
