"""Delivering what is due: a turn of one process, over all endpoints that nobody else delivers to.

Each endpoint is a *lane*: it has its own lease, reads its events, and has so many chains on their way and no more, so
that one which is slow or fails holds up no other. A lane begins with few chains and has more once it has taken a
message quickly. When the time of a turn is over, chains end with the message on its way; while a slow one of those is
waited for, the other lanes go on. The database is asked and told in sets, with no transaction open while anything is
sent.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection

from subledger.companies.event_objects import event_object
from subledger.kernel import ids
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.platform import clock, jobs
from subledger.platform.models import Event
from subledger.platform.network import refuse_in_transaction
from subledger.platform.outages import outage_of
from subledger.platform.scope import company_scope
from subledger.webhooks import due_work
from subledger.webhooks.models import WebhookEndpoint
from subledger.webhooks.rules.answers import Verdict
from subledger.webhooks.rules.retries import FAILURES_IN_A_ROW
from subledger.webhooks.states import EndpointState

from . import leases
from .endpoints import secrets_of
from .event_queue import queue_events
from .outcomes import Attempt, Taken, take_in
from .sender import Chain, Ended, Message, Sender, Sent

logger = logging.getLogger("subledger.worker")

API_VERSION = "v1"
TURN_SECONDS = 20
LONGEST_END = 60  # seconds after it in which slow ones are waited for and others go on
TIRED_SECONDS = 1  # whoever takes longer after the end of a turn gets nothing new in it
CHAINS_AT_ONCE = 64  # of one endpoint that answers
CHAINS_OF_SLOW = 16  # of one that has taken nothing yet, or not within:
SLOW_MS = 5_000
LEAST = 8  # for fewer the database is not asked
CHAINS_OF_ALL = 512
LONGEST_CHAIN = 16
QUEUED_AGAIN_SECONDS = 0.25  # while there is something to send
LOOK_SECONDS = 1  # for other endpoints, while some are being delivered to
GATHER_SECONDS = 0.05

# What is due and waits for no earlier event of its object that is not due yet; objects on their way apart. Of the
# objects whose turn is next, each with what follows in its order.
CLAIM = """
    WITH due AS (
        SELECT d.object_id, d.event_id
          FROM webhooks_webhookdelivery d
         WHERE d.endpoint_id = %(endpoint)s AND d.state = 'pending' AND d.next_at <= %(now)s
           AND d.object_id <> ALL (%(under_way)s)
           AND NOT EXISTS (SELECT FROM webhooks_webhookdelivery b
                            WHERE b.endpoint_id = d.endpoint_id AND b.object_id = d.object_id AND b.state = 'pending'
                              AND b.event_id < d.event_id AND b.next_at > %(now)s)
         ORDER BY d.event_id, d.id LIMIT %(objects)s
    )
    SELECT chain.id, chain.event_id, o.object_id
      FROM (SELECT object_id, min(event_id) AS event_id FROM due GROUP BY object_id) o
     CROSS JOIN LATERAL (
           SELECT d.id, d.event_id
             FROM webhooks_webhookdelivery d
            WHERE d.endpoint_id = %(endpoint)s AND d.object_id = o.object_id AND d.state = 'pending'
              AND NOT EXISTS (SELECT FROM webhooks_webhookdelivery b
                               WHERE b.endpoint_id = d.endpoint_id AND b.object_id = d.object_id
                                 AND b.state = 'pending' AND b.event_id <= d.event_id AND b.next_at > %(now)s)
            ORDER BY d.event_id, d.id LIMIT %(each)s) chain
     ORDER BY o.event_id, o.object_id, chain.event_id, chain.id
"""

_one_turn = threading.Lock()  # of a process: a job more of the kind would only hold a place


@dataclass(slots=True)
class Counts:
    queued: int = 0
    delivered: int = 0
    failed: int = 0


@dataclass(slots=True, eq=False)
class Lane:
    """One endpoint during a turn."""

    company_id: int
    endpoint_id: int
    good_until: float
    under_way: dict[int, Chain] = field(default_factory=dict)  # by object
    began: dict[int, float] = field(default_factory=dict)  # when each of them was sent
    most: int = CHAINS_OF_SLOW
    attempts: list[Attempt] = field(default_factory=list)
    is_dry: bool = False  # nothing more is due
    is_lost: bool = False  # somebody else has the lease
    queued_at: float = 0.0  # when its events were read last, to their end

    def note(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        is_quick = attempt.answer.verdict is Verdict.DELIVERED and attempt.answer.took_ms < SLOW_MS
        self.most = CHAINS_AT_ONCE if is_quick else CHAINS_OF_SLOW


def deliver(*, seconds: float = TURN_SECONDS) -> Counts:
    """Deliver what is due, for so long at most; what it came to. No transaction may be open."""
    refuse_in_transaction(say("Delivering webhooks"))
    if not _one_turn.acquire(blocking=False):
        return Counts()
    try:
        turn = Turn()
        return turn.run(time.monotonic() + seconds)
    finally:
        _one_turn.release()


class Turn:
    def __init__(self) -> None:
        self.lease = os.urandom(16).hex()
        self.lanes: dict[int, Lane] = {}
        self.counts = Counts()
        self._look_at = 0.0
        self._tired: set[int] = set()  # endpoints that are slow after the end of the turn

    def run(self, until: float) -> Counts:
        if not self._take_lanes():
            return self.counts
        with Sender() as sender:
            try:
                while self.lanes:
                    is_over = self._is_over(sender, until)
                    if not is_over:
                        self._go_on(sender)
                    self._take_in(sender.ended(GATHER_SECONDS if self._is_busy() else 0.001))
                    self._let_go(is_over)
            finally:
                leases.release(self.lanes, self.lease)
        return self.counts

    def _is_over(self, sender: Sender, until: float) -> bool:
        """Whether nothing new is sent any more. Past its time, others go on as long as a slow one is waited for."""
        now = time.monotonic()
        if jobs.is_stopping() or now >= until + LONGEST_END:
            sender.is_last = True
            return True
        if now < until:
            return False
        sender.is_last = True
        self._tired |= {
            lane.endpoint_id
            for lane in self.lanes.values()
            if any(began <= now - TIRED_SECONDS for began in lane.began.values())
        }
        return not any(self.lanes[ident].under_way for ident in self._tired & self.lanes.keys())

    def _go_on(self, sender: Sender) -> None:
        if time.monotonic() >= self._look_at:
            self._take_lanes()
        self._renew()
        room = CHAINS_OF_ALL - sum(len(lane.under_way) for lane in self.lanes.values())
        for lane in self.lanes.values():
            free = lane.most - len(lane.under_way)
            if lane.is_lost or lane.endpoint_id in self._tired or free < lane.most // 2 or room < LEAST:
                continue
            chains = self._chains_or_none(lane, min(free, room))
            sender.send(chains)
            room -= len(chains)

    def _chains_or_none(self, lane: Lane, share: int) -> list[Chain]:
        """What goes out next; nothing where it cannot be made, which concerns no other endpoint."""
        try:
            with company_scope(lane.company_id):
                return self._chains(lane, share)
        except DomainError as refusal:  # such as a secret that was sealed with another key
            logger.error("deliver_webhooks company=%s endpoint=%s: %s", lane.company_id, lane.endpoint_id, refusal)
        except Exception as error:
            if outage_of(error) is not None:
                raise
            logger.exception("deliver_webhooks company=%s endpoint=%s", lane.company_id, lane.endpoint_id)
        lane.is_dry = True
        return []

    def _take_lanes(self) -> bool:
        """Lease endpoints that have something to do; whether there are any now."""
        self._look_at = time.monotonic() + LOOK_SECONDS
        found = {one.id: one.company_id for one in due_work.with_something_to_do(clock.now())}
        found = {
            ident: company for ident, company in found.items() if ident not in self.lanes and ident not in self._tired
        }
        if found:
            ours, good_until = leases.take(found, self.lease)
            self.lanes |= {ident: Lane(found[ident], ident, good_until) for ident in sorted(ours)}
        return bool(self.lanes)

    def _renew(self) -> None:
        soon = time.monotonic() + leases.RENEWED_BELOW
        ending = {lane.endpoint_id for lane in self.lanes.values() if lane.good_until < soon and not lane.is_lost}
        if not ending:
            return
        ours, good_until = leases.renew(ending, self.lease)
        for ident in ending:
            lane = self.lanes[ident]
            if ident in ours:
                lane.good_until = good_until
            else:
                lane.is_lost = True

    def _chains(self, lane: Lane, most: int) -> list[Chain]:
        """What goes out next of an endpoint: one chain an object."""
        endpoint = WebhookEndpoint.objects.filter(pk=lane.endpoint_id, state=EndpointState.ACTIVE).first()
        if endpoint is None or (endpoint.paused_until is not None and endpoint.paused_until > clock.now()):
            lane.is_dry = True
            return []
        is_failing = endpoint.failures >= FAILURES_IN_A_ROW
        if is_failing and lane.under_way:
            return []  # one is enough to find out whether it is back
        room = 1 if is_failing else most
        claimed = self._claim(lane, room, 1 if is_failing else LONGEST_CHAIN)
        lane.is_dry = False
        if not claimed or (len({one[2] for one in claimed}) < room and self._may_have_more(lane)):
            queued = queue_events(endpoint, self.lease)
            self.counts.queued += queued.made
            lane.queued_at = 0.0 if queued.may_have_more else time.monotonic()
            if queued.made:
                claimed = self._claim(lane, room, 1 if is_failing else LONGEST_CHAIN)
            lane.is_dry = not claimed and not queued.heard
        by_object: dict[int, list[tuple[int, int]]] = {}
        for delivery_id, event_id, object_id in claimed:
            by_object.setdefault(object_id, []).append((delivery_id, event_id))
        chains = [
            Chain(lane, object_id, tuple(messages)) for object_id, messages in _messages(endpoint, by_object).items()
        ]
        lane.under_way |= {chain.object_id: chain for chain in chains}
        lane.began |= dict.fromkeys((chain.object_id for chain in chains), time.monotonic())
        return chains

    def _may_have_more(self, lane: Lane) -> bool:
        return time.monotonic() - lane.queued_at >= QUEUED_AGAIN_SECONDS

    def _claim(self, lane: Lane, objects: int, each: int) -> list[tuple[int, int, int]]:
        facts: dict[str, Any] = {
            "endpoint": lane.endpoint_id, "now": clock.now(), "under_way": list(lane.under_way), "objects": objects,
            "each": each,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, facts)
            return list(cursor.fetchall())

    def _is_busy(self) -> bool:
        return any(lane.under_way for lane in self.lanes.values())

    def _take_in(self, ended: Iterable[Sent | Ended]) -> None:
        over: list[Chain] = []
        for one in ended:
            lane = one.chain.holder
            assert isinstance(lane, Lane)
            if isinstance(one, Sent):
                lane.note(Attempt(one.message.delivery_id, one.answer))
            else:
                over.append(one.chain)
        for lane in self.lanes.values():
            if lane.attempts:
                taken = self._written_down(lane)
                lane.attempts = []
                self.counts.delivered += taken.delivered
                self.counts.failed += taken.failed
        for chain in over:  # only now: what it delivered is not claimed again
            lane = chain.holder
            assert isinstance(lane, Lane)
            del lane.under_way[chain.object_id], lane.began[chain.object_id]
            lane.is_dry = False  # of that object there may be more

    def _written_down(self, lane: Lane) -> Taken:
        """What became of messages is kept, whatever the answers hold: where that cannot be, their status is."""
        with company_scope(lane.company_id):
            try:
                return take_in(lane.endpoint_id, lane.attempts)
            except Exception as error:
                if outage_of(error) is not None:
                    raise
                logger.exception("deliver_webhooks company=%s endpoint=%s", lane.company_id, lane.endpoint_id)
                return take_in(lane.endpoint_id, [one.bare for one in lane.attempts])

    def _let_go(self, is_over: bool) -> None:
        done = [
            lane.endpoint_id
            for lane in self.lanes.values()
            if not lane.under_way and (is_over or lane.is_dry or lane.is_lost or lane.endpoint_id in self._tired)
        ]
        if done:
            leases.release(done, self.lease)
            for ident in done:
                del self.lanes[ident]


def _messages(endpoint: WebhookEndpoint, by_object: dict[int, list[tuple[int, int]]]) -> dict[int, list[Message]]:
    """What is sent of each object, in order."""
    if not by_object:
        return {}
    wanted = [event_id for pairs in by_object.values() for _, event_id in pairs]
    events = Event.objects.in_bulk(wanted)
    secrets = tuple(secrets_of(endpoint))
    return {
        object_id: [
            Message(delivery_id, endpoint.url, ids.encode(Event.PREFIX, event_id), body_of(events[event_id]), secrets)
            for delivery_id, event_id in pairs
        ]
        for object_id, pairs in by_object.items()
    }


def body_of(event: Event) -> bytes:
    """What is sent of an event: the object that the API answers with, and of which version of the API it is."""
    return orjson.dumps(event_object(event) | {"api_version": API_VERSION}, option=orjson.OPT_UTC_Z)
