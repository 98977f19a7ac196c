"""One seeded run: a few steps in a random order, some of them killed; then rest; then the checks."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random

from django.db import connection

from subledger.gateways import due_work
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import NoticeRefused
from subledger.gateways.services import inbox, links, reconciliation, worker
from subledger.gateways.states import OPEN
from subledger.kernel.errors import DomainError
from subledger.transactions.states import Classification as C

from .actors import Step, Worker, steps
from .checks import faults_of
from .world import Killed, Stage, World

SHORTEST, LONGEST = 5, 15  # steps
KILLED = 0.12  # of the steps that do something
DEEPEST = 40  # boundaries that a step passes before it is killed, at most
# Until nothing is open: the reconciler's ladder, the longest a page is good for, and a day.
REST = (
    *[timedelta(minutes=6)] * 3,
    *[timedelta(hours=2)] * 2,
    *[timedelta(hours=25)] * 6,
)
LEAST_ROUNDS = 3
TOLD = 0.15
# As the sweeps do (gateways/jobs.py).
BACKGROUND = (
    (due_work.with_events_due, inbox.process),
    (due_work.with_requests_pending, worker.work_off),
    (due_work.with_requests_to_look_up, reconciliation.look_up),
)


class Broken(AssertionError):
    """A run that ended with the books and the gateway at odds: the seed, how to replay it, what is wrong."""

    def __init__(self, seed: int, faults: list[str], log: list[str], module: str) -> None:
        self.seed, self.faults, self.log = seed, faults, log
        told = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"seed {seed}; replay it by: python -m {module} {seed}\n{told}")


class Play:
    """What is played in a world: who does what, and what has to be true. Rooms above the gateways play more."""

    module = "tests.gateways.simulation"
    shortest, longest = SHORTEST, LONGEST

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random = world, random

    def begin(self) -> None:
        ledger, world = self.world.desk.ledger, self.world
        sizes = [self.random.randint(2, 90) for _ in range(3)]
        accounts = [world.accounts[0], world.accounts[0], world.accounts[1]]
        ledger.post(*[ledger.new(C.INVOICE, size, account=one) for size, one in zip(sizes, accounts, strict=True)])

    def steps(self, workers: Sequence[Worker]) -> list[tuple[Step, int]]:
        return steps(workers)

    def look(self) -> Iterable[str]:
        """What is wrong after a step."""
        return ()

    def turn(self) -> bool:
        """What else runs by itself while all come to rest; whether there is more of it."""
        return False

    def faults(self) -> Iterable[str]:
        """What is wrong at rest."""
        return faults_of(self.world)


def run(stage: Stage, seed: int, play: type[Play] = Play) -> list[str]:
    """The log of a run. Broken."""
    random = Random(seed)
    with stage.world() as world:
        try:
            playing = play(world, random)
            faults = _play(world, random, playing) or _rest(world, random, playing) or list(playing.faults())
        except Exception as error:
            told = "".join(traceback.format_exception(error)[-6:])
            raise Broken(seed, [told], world.log, play.module) from error
        if faults:
            raise Broken(seed, faults, world.log, play.module)
        return world.log


def _play(world: World, random: Random, playing: Play) -> list[str]:
    playing.begin()
    workers = [Worker("worker A"), Worker("worker B")]
    choices = playing.steps(workers)
    functions, weights = [step for step, _ in choices], [weight for _, weight in choices]
    left = random.randint(playing.shortest, playing.longest)
    while left:
        [step] = random.choices(functions, weights)
        if _take(world, random, step, workers):
            left -= 1
            if faults := list(playing.look()):
                return faults
    return []


def _take(world: World, random: Random, step: Step, workers: list[Worker]) -> bool:
    """Do one step; whether there was something to do."""
    dies = random.random() < KILLED and not getattr(step, "spared", False)
    world.boundaries.arm(random.randint(1, DEEPEST) if dies else 0)
    try:
        said = step(world, random)
    except DomainError as refusal:
        said = f"{step.__name__}: {refusal.code}"
    except NoticeRefused as refusal:
        said = f"{step.__name__}: {refusal.reason}"
    except Killed as where:
        connection.set_rollback(False)  # a lone statement's own transaction: it was not sent
        said = f"{step.__name__} is killed {where}"
        worker = getattr(step, "__self__", None)
        if worker in workers:
            worker.die()
    finally:
        world.boundaries.arm(0)
    if said:
        world.say(said)
    return said is not None


def _rest(world: World, random: Random, playing: Play) -> list[str]:
    """Everybody goes home, the gateway is well again, and what runs by itself comes to its end."""
    world.control("POST", "faults", [])
    for rounds, by in enumerate(REST, 1):
        world.advance(by)
        waiting = world.control("GET", "deliveries")
        random.shuffle(waiting)
        # Most of what was to be told is never told: nothing may depend on it. Refunds and disputes made at the gateway
        # itself can be known by nothing else.
        for delivery in waiting:
            needed = delivery["type"].startswith(("charge.refund", "charge.dispute", "refund."))
            [sent] = world.control("POST", "deliveries/take", {"ids": [delivery["id"]]})
            if needed or random.random() < TOLD:
                inbox.receive(provider=world.desk.provider, body=sent["body"].encode(), headers=sent["headers"])
        for has_work, work in BACKGROUND:
            if any(provider_id == world.provider_id for _, provider_id in has_work(world.now)):
                work(world.provider_id)
        links.close_settled(world.provider_id)
        more = playing.turn()
        if faults := list(playing.look()):
            return faults
        if rounds >= LEAST_ROUNDS and not more and not PaymentRequest.objects.filter(state__in=sorted(OPEN)).exists():
            break
    world.say(f"at rest; {PaymentRequest.objects.filter(state__in=sorted(OPEN)).count()} open")
    return []
