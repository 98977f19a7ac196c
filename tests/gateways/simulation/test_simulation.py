"""Runs of many seeds. `python -m tests.gateways.simulation SEED` replays one, with its log."""

from __future__ import annotations

import os

import pytest

from .mutations import MUTATIONS
from .running import Broken, run
from .world import stage

FAST, MANY, PART = 40, 2_000, 100
BITES_WITHIN = 600  # twice what the slowest to be found took


@pytest.fixture
def theatre(committed_db):
    with stage() as found:
        yield found


def _run(theatre, seeds) -> None:
    broken = []
    for seed in seeds:
        try:
            run(theatre, seed)
        except Broken as error:
            broken.append(error)
    assert not broken, "\n".join(str(error) for error in broken)


@pytest.mark.wide
@pytest.mark.parametrize("part", range(2))
def test_a_few_runs(theatre, part):
    _run(theatre, range(part * FAST // 2, (part + 1) * FAST // 2))


@pytest.mark.slow
@pytest.mark.parametrize("mistake", sorted(MUTATIONS))
def test_mistakes_are_found(theatre, mistake):
    """The simulation bites: a product with one of these mistakes does not get through so many runs."""
    found = []
    with MUTATIONS[mistake]():
        for seed in range(BITES_WITHIN):
            try:
                run(theatre, seed)
            except Broken as error:
                found.append(error)
                break
    assert found, f"{mistake} went unnoticed in {BITES_WITHIN} runs"
    print(f"{mistake}: after {found[0].seed + 1} runs, {found[0].faults[0]}")  # noqa: T201


@pytest.mark.slow
@pytest.mark.parametrize("part", range(MANY // PART))
def test_many_runs(theatre, part):
    _run(theatre, range(1_000 + part * PART, 1_000 + (part + 1) * PART))


@pytest.mark.skipif("SIMULATION_SEED" not in os.environ, reason="python -m tests.gateways.simulation SEED runs it")
def test_replayed(theatre, capsys):
    first, count = int(os.environ["SIMULATION_SEED"]), int(os.environ.get("SIMULATION_COUNT", "1"))
    failed = []
    for seed in range(first, first + count):
        faults: list[str] = []
        try:
            log = run(theatre, seed)
        except Broken as error:
            log, faults = error.log, error.faults
            failed.append(seed)
        with capsys.disabled():
            if count == 1 or faults:
                print(f"\nseed {seed}", *log, *[f"BROKEN: {fault}" for fault in faults], sep="\n")  # noqa: T201
    assert not failed, f"broken seeds: {failed}"
