"""Random histories of one account, as steps that the reference, the pure allocator and the services can all walk."""

from __future__ import annotations

import random
from typing import NamedTuple


class Step(NamedTuple):
    """One thing that happens. ``target`` and ``intended`` are numbers of earlier steps.

    It is entered on the day ``entered``, which never goes back, and counts from ``day``: the same one, or where it is
    backdated an earlier one, never before what it is about.
    """

    verb: str  # invoice, credit_note, payment, refund, cancel_invoice, cancel_payment, write_off
    day: int
    entered: int
    amount: int = 0
    due: int = 0
    target: int = -1
    intended: tuple[int, ...] = ()


WEIGHTS = {
    "invoice": 9,
    "payment": 8,
    "credit_note": 3,
    "refund": 2,
    "cancel_invoice": 3,
    "cancel_payment": 3,
    "write_off": 1,
}


def random_ledger(seed: int, *, steps: int, backdated: float = 0.3) -> list[Step]:
    """Few days and small amounts on purpose: ties on due date, on posting date and on both, and exact fits."""
    chance = random.Random(seed)
    days = chance.choice([1, 3, 6])
    ledger: list[Step] = []
    live: dict[str, list[int]] = {"invoice": [], "payment": []}
    entered = 0
    for _ in range(chance.randint(3, steps)):
        entered = min(entered + (chance.random() < days / steps), days)
        goes_back = chance.random() < backdated
        verb = chance.choices(list(WEIGHTS), WEIGHTS.values())[0]
        if verb in ("cancel_invoice", "cancel_payment", "write_off"):
            kind = "payment" if verb == "cancel_payment" else "invoice"
            if live[kind]:
                target = live[kind].pop(chance.randrange(len(live[kind])))
                day = chance.randint(ledger[target].day, entered) if goes_back else entered
                ledger.append(Step(verb, day, entered, target=target))
                continue
            verb = kind
        day = chance.randint(0, entered) if goes_back else entered
        intended: tuple[int, ...] = ()
        if verb in ("payment", "credit_note") and live["invoice"] and chance.random() < 0.6:
            intended = tuple(chance.sample(live["invoice"], chance.randint(1, min(3, len(live["invoice"])))))
        ledger.append(Step(verb, day, entered, chance.randint(1, 12), day + chance.randint(0, 3), -1, intended))
        if verb in live:
            live[verb].append(len(ledger) - 1)
    return ledger
