"""Listeners: what rooms do after something happened, from the table of events, each by a cursor of its own.

A room declares its listeners (`Room.listeners`). Each is given events in sets, in the scope of their company, in order,
at least once: what a listener does is found again by a natural key. It may lag; it loses nothing.

The order is that of the database transactions that wrote the events, within one by id. An event is heard once no
transaction that began to write before it is still running: by id alone, what was numbered early and committed late
would be passed over.

Numbers of transactions belong to one PostgreSQL cluster. Books that were restored into another are noticed by a cursor
that is ahead of its cluster: what was not heard there is heard first, then the cursor begins anew above it. A worker
does so in its first seconds; it must run before the new cluster has counted as far as the old one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter

from django.db.transaction import atomic

from . import clock, jobs
from .declarations import ListenerDeclaration
from .event_order import LAST, begins_anew, horizon, pending_after
from .models import Event, ListenerCursor
from .rooms import RoomsInvalid, declared
from .scope import company_scope

logger = logging.getLogger("subledger.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener(ListenerDeclaration):
    """``hears`` are types of events (none: all), ``makes`` those that its own work may record.

    ``handle`` is given at most ``at_once`` events of one company in one transaction, with the cursor's move.
    ``from_start``: a new listener hears what happened before it came, as far back as events know their transaction.
    """

    name: str
    about: str
    handle: Callable[[Sequence[Event]], None]
    hears: frozenset[str] = frozenset()
    makes: frozenset[str] = frozenset()
    at_once: int = 500
    from_start: bool = False


@cache
def listeners() -> tuple[Listener, ...]:
    """Those that rooms declare; RoomsInvalid where they would wake each other without end."""
    found = tuple(declared(Listener))
    check_cycles(found)
    return found


def check_cycles(all_: Iterable[Listener]) -> None:
    """RoomsInvalid where what a listener records makes it hear again, by itself or through others."""
    all_ = tuple(all_)
    wakes = {
        one.name: [other.name for other in all_ if one.makes and (not other.hears or one.makes & other.hears)]
        for one in all_
    }

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise RoomsInvalid(
                f"Listeners wake each other without end: {' → '.join([*path[path.index(name) :], name])}."
                " Let one of them hear fewer types of events."
            )
        for other in wakes[name]:
            walk(other, (*path, name))

    for one in all_:
        walk(one.name, ())


def hear(listener: Listener) -> int:
    """Let a listener hear what waits for it, a set of one company in a transaction of its own; how many it heard.

    Another worker that is at it is left alone. What ``handle`` raises is raised, and the set is heard again.
    """
    heard = 0
    while not jobs.is_stopping():
        with atomic():
            cursor = _held(listener)
            if cursor is None:
                return heard
            events = _next(cursor, listener.at_once)
            if not events:
                return heard
            wanted = [one for one in events if not listener.hears or one.type in listener.hears]
            if wanted:
                with company_scope(wanted[0].company_id):
                    listener.handle(wanted)
            last = events[-1]
            ListenerCursor.objects.filter(pk=cursor.pk).update(
                recorded_in=last.recorded_in, event_id=last.pk, moved_at=clock.now(), failed_at=None
            )
            heard += len(wanted)
    return heard


def waiting(listener: Listener) -> int:
    """How many events a listener has yet to hear."""
    cursor = ListenerCursor.objects.filter(pk=listener.name).first()
    return 0 if cursor is None else pending_after(cursor).count()


@jobs.sweep(seconds=2)
def hear_events() -> jobs.Counts:
    """Every listener hears what waits for it; one that fails holds up no other."""
    heard = 0
    for listener in listeners():
        try:
            heard += hear(listener)
        except Exception:
            logger.exception("listener %s failed; it hears the same again soon", listener.name)
            ListenerCursor.objects.filter(pk=listener.name, failed_at=None).update(failed_at=clock.now())
    return {"heard": heard}


def _held(listener: Listener) -> ListenerCursor | None:
    """The cursor, locked; None where somebody else holds it. It is made on first need, and moved after a restore."""
    if not ListenerCursor.objects.filter(pk=listener.name).exists():
        _make_cursor(listener)
    cursor = ListenerCursor.objects.select_for_update(skip_locked=True).filter(pk=listener.name).first()
    if cursor is not None and begins_anew(cursor, horizon()):
        cursor.save(update_fields=["floor", "recorded_in", "event_id"])
    return cursor


def _make_cursor(listener: Listener) -> None:
    start = (0, 0) if listener.from_start else (horizon().running - 1, LAST)
    fresh = ListenerCursor(name=listener.name, recorded_in=start[0], event_id=start[1], moved_at=clock.now())
    ListenerCursor.objects.bulk_create([fresh], ignore_conflicts=True)


def _next(cursor: ListenerCursor, at_once: int) -> list[Event]:
    """What comes next, of the company of the first of it."""
    events = list(pending_after(cursor).order_by("recorded_in", "pk")[:at_once])
    return next((list(group) for _, group in groupby(events, key=attrgetter("company_id"))), [])
