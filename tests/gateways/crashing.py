"""A worker that dies by SIGKILL at a chosen point: ``python -m tests.gateways.crashing COMPANY PROVIDER POINT``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

POINTS = ("before the call", "after the answer", "during taking in", "after taking in", "during the claim")


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def die_after(function: Callable[..., Any]) -> Callable[..., Any]:
    """Do it, and die before anybody hears of it."""

    def last(*arguments: Any, **options: Any) -> Any:
        function(*arguments, **options)
        die()

    return last


def main(company_id: int, provider_id: int, point: str) -> None:
    django.setup()
    from subledger.gateways.services import outcomes, worker
    from subledger.platform.scope import company_scope

    if point == "before the call":
        worker.Calls._carry_out = die  # type: ignore[method-assign]
    elif point == "after the answer":
        worker.apply_outcomes = die
    elif point == "during taking in":
        outcomes.execute = die_after(outcomes.execute)
    elif point == "after taking in":
        worker.apply_outcomes = die_after(worker.apply_outcomes)
    elif point == "during the claim":
        worker.record_events = die_after(worker.record_events)
    with company_scope(company_id):
        worker.work_off(provider_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
