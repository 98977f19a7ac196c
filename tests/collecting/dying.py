"""Working on a payment run until SIGKILL: ``python -m tests.collecting.dying COMPANY RUN POINT BATCH``."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import Any

import django

POINTS = (
    "all is selected, and not committed",
    "selected",
    "a batch is done, and not committed",
    "two batches are committed",
    "all is recorded",
)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(company_id: int, run_id: int, point: str, batch: int) -> None:
    django.setup()
    from subledger.platform.scope import company_scope
    from subledger.runs import registry
    from subledger.runs.services import worker

    small = replace(registry.kind_named("payments"), batch=batch)
    known = {**registry._kinds(), "payments": small}
    registry._kinds = lambda: known
    batches, real, select = [0], worker._do_set, worker.select

    def selected(*arguments: Any) -> None:
        select(*arguments)
        if point == POINTS[0]:
            die()

    def done(*arguments: Any) -> None:
        if point == POINTS[1] or (point == POINTS[3] and batches[0] == 2):
            die()
        real(*arguments)
        batches[0] += 1
        if point == POINTS[2]:
            die()

    worker.select, worker._do_set = selected, done  # type: ignore[assignment]
    if point == POINTS[4]:
        worker._end = lambda run: die()  # type: ignore[assignment]
    with company_scope(company_id):
        worker.carry_out(run_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
