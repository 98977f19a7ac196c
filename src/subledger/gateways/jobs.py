"""What workers do for gateways: carry out requests, work off events, look up what has no end yet, ask for events.

Each is done for one provider at a time, so that a slow gateway holds up no other. All of them take rows that others
leave alone (SKIP LOCKED), so two workers do no harm; all of them may be repeated, so a killed one does none either.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict

from subledger.platform import clock, jobs

from . import due_work
from .port import GatewayUnavailable
from .queries import provider_by_id
from .services import batches, inbox, links, polling, reconciliation, withdrawal, worker

# Requests of one batch, so that providers take turns: about so many seconds' worth where calls are rationed.
BATCH = 2_000
BATCH_SECONDS = 10

logger = logging.getLogger("subledger.worker")


@jobs.job
def work_requests(provider_id: int) -> jobs.Counts:
    """Carry out what is pending with a provider, a batch of it; what is left waits for the next turn."""
    rationed = provider_by_id(provider_id).calls_per_second
    batch = min(rationed * BATCH_SECONDS, BATCH) if rationed else BATCH
    worked = worker.work_off(provider_id, limit=batch)
    if worked.sent == batch:
        jobs.wake("work_requests", provider_id=provider_id)
    return asdict(worked)


@jobs.job
def take_notices(provider_id: int) -> jobs.Counts:
    """Work off a provider's events whose time has come."""
    return {"tried": inbox.process(provider_id)}


@jobs.job
def look_up_open(provider_id: int) -> jobs.Counts:
    """Ask a gateway what became of requests that were sent and have no end yet."""
    return {"asked": reconciliation.look_up(provider_id)}


@jobs.job
def poll_events(provider_id: int) -> jobs.Counts:
    """Ask a gateway that cannot reach us for its events; they are worked off like those that are delivered."""
    try:
        new = polling.poll(provider_id)
    except GatewayUnavailable as error:
        logger.warning("poll_events provider_id=%s: %s Asked again soon.", provider_id, error)
        return {"new": 0}
    if new:
        jobs.wake("take_notices", provider_id=provider_id)
    return {"new": new}


@jobs.job
def close_pages(provider_id: int) -> jobs.Counts:
    """Close a provider's pages over what was settled another way; whatever changes what their account owes wakes it."""
    return {"closed": links.close_settled(provider_id)}


@jobs.job
def take_back_stranded(provider_id: int) -> jobs.Counts:
    """Take back a provider's requests on accounts that were terminated, as far as they have not left."""
    return {"taken_back": withdrawal.take_back_stranded(provider_id)}


@jobs.job
def take_back_batch(batch_id: int) -> jobs.Counts:
    """Take back what has not left of requests that were made together and are withdrawn."""
    after, taken_back = 0, 0
    while not jobs.is_stopping():
        number, last = batches.take_back(batch_id, after=after)
        taken_back += number
        if last is None:
            break
        after = last
    return {"taken_back": taken_back}


@jobs.sweep(seconds=5)
def sweep_gateways() -> jobs.Counts:
    """Wake whoever has something to do, whether or not somebody was woken for it."""
    at = clock.now()
    _wake("work_requests", due_work.with_requests_pending(at))
    _wake("take_notices", due_work.with_events_due(at))
    _wake("look_up_open", due_work.with_requests_to_look_up(at))
    for company_id, batch_id in due_work.with_batches_to_take_back():
        with jobs.of_company(company_id):
            jobs.wake("take_back_batch", batch_id=batch_id)
    return {}


@jobs.sweep(seconds=20)
def sweep_polls() -> jobs.Counts:
    """Wake the polls of providers that are asked for their events."""
    _wake("poll_events", due_work.with_events_to_ask_for())
    return {}


@jobs.sweep(seconds=30)
def sweep_pages() -> jobs.Counts:
    """Close customers' pages that nobody was woken for, or whose gateway did not answer then; tell of those that nobody
    acts on."""
    closed = _each(links.close_settled, due_work.with_pages_open())
    return {"closed": closed, "reminded": _each(links.remind, due_work.with_customers_to_remind())}


def _each(work: Callable[[int], int], found: Iterable[due_work.ProviderKey]) -> int:
    """Do it of each provider; a company of whose keys one cannot be opened holds up none."""
    done = 0
    for company_id, provider_id in found:
        with jobs.of_company(company_id, provider_id=provider_id):
            done += work(provider_id)
    return done


def _wake(name: str, found: Iterable[due_work.ProviderKey]) -> None:
    for company_id, provider_id in found:
        with jobs.of_company(company_id):
            jobs.wake(name, provider_id=provider_id)
