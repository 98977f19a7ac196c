"""Outgoing webhooks: events delivered by one worker to a local receiver, each object's in order, over kept connections.

The receiver is a process of its own on the same two cores, which reads and counts what it is sent.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from django.conf import settings

from bench import books
from bench.frame import Bench, Result, at_least
from subledger.platform.events import NewEvent, record_events
from subledger.webhooks.models import WebhookEndpoint
from subledger.webhooks.services import delivery
from subledger.webhooks.services.endpoints import create_endpoint

TITLE = "Outgoing webhooks"
DATABASE = "bench_webhooks"
PROMISED = 500  # deliveries a second
OF_AN_OBJECT = 5  # events of one object, one after the other
WRITTEN_AT_ONCE = 100
TIMEOUT_SECONDS = 600
HOST = "127.0.0.1"


def run(bench: Bench) -> Iterator[Result]:
    events = bench.size.webhook_events
    with books.fresh_books(bench, DATABASE), receiver() as url:
        settings.WEBHOOK_HOSTS = (HOST,)
        for endpoints in (1, 5):
            WebhookEndpoint.objects.filter(state="active").update(state="deleted", sealed_secret="")
            for _ in range(endpoints):
                create_endpoint(url=url, filters=["inbox_event.replayed"], actor=books.ACTOR)
            samples = [rate_of(url, events // endpoints, endpoints, turn) for turn in range(bench.size.rounds)]
            case = f"{events:,} deliveries, {endpoints} endpoint{'s' if endpoints > 1 else ''}, order kept"
            yield Result(case, "deliveries / s", samples, "the promise", [float(PROMISED)], at_least(1))


def rate_of(url: str, events: int, endpoints: int, turn: int) -> float:
    """Deliveries a second, from the first look at the events to the last outcome that is written down."""
    urlopen(Request(url, method="DELETE"))
    write(events, first_object=1 + turn * events)
    books.tidy()
    began, wanted, delivered = time.perf_counter(), events * endpoints, 0
    while delivered < wanted:
        counts = delivery.deliver(seconds=TIMEOUT_SECONDS)
        delivered += counts.delivered
        if counts.failed or time.perf_counter() - began > TIMEOUT_SECONDS:
            raise RuntimeError(f"Of {wanted} deliveries {delivered} arrived, {counts.failed} failed.")
    seconds = time.perf_counter() - began
    with urlopen(url) as answer:
        told = json.load(answer)
    if told["count"] != wanted or (endpoints == 1 and told["disordered"]):
        raise RuntimeError(f"The receiver saw something else: {told}.")
    return wanted / seconds


def write(events: int, *, first_object: int) -> None:
    """So many events, each object's in order, mixed."""
    objects = events // OF_AN_OBJECT
    for number in range(1, OF_AN_OBJECT + 1):
        for start in range(0, objects, WRITTEN_AT_ONCE):
            record_events(
                [
                    NewEvent(
                        "inbox_event.replayed", "inbox_event", first_object + toy, {"number": number, "amount": 11900}
                    )
                    for toy in range(start, min(start + WRITTEN_AT_ONCE, objects))
                ],
                actor=books.ACTOR,
            )


@contextmanager
def receiver() -> Iterator[str]:
    """A receiver as a process of its own; its address."""
    command = [sys.executable, "-m", "bench.webhook_receiver"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://{HOST}:{process.stdout.readline().strip()}/"
        finally:
            process.terminate()
