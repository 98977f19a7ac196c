"""Jobs for the tests of workers: they say in the trail when they begin and end, and in which process."""

from __future__ import annotations

import os
import time

from subledger.platform import events, jobs
from subledger.platform.errors import SealedWithAnotherKey
from subledger.platform.events import NewEvent, record_events

_DECLARED = events.event_types
SAMPLES = ("sample.begun", "sample.ended", "sample.kept")
events.event_types = lambda: {**_DECLARED(), **dict.fromkeys(SAMPLES, "a sample")}


def say(what: str, ident: int) -> None:
    record_events([NewEvent(f"sample.{what}", "sample", ident, {"pid": os.getpid()})], actor="worker")


@jobs.job
def sample_dawdle(*, ident: int, milliseconds: int) -> jobs.Counts:
    """A batch that takes its time."""
    say("begun", ident)
    time.sleep(milliseconds / 1000)
    say("ended", ident)
    return {"done": 1}


@jobs.job
def sample_until_stopped(*, ident: int) -> jobs.Counts:
    """Batch after batch, until the worker is to end."""
    say("begun", ident)
    while not jobs.is_stopping():
        time.sleep(0.02)
    say("ended", ident)
    return {"done": 1}


@jobs.job
def sample_fail(*, ident: int) -> jobs.Counts:
    say("begun", ident)
    raise RuntimeError("a sample of trouble")


@jobs.job
def sample_refuse(*, ident: int) -> jobs.Counts:
    raise SealedWithAnotherKey
