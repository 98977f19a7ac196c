"""Listeners: what rooms do after something happened, from the table of events, each by a cursor of its own.

A room declares its listeners (`Room.listeners`). Each is given events in sets, in the scope of their company, in order,
at least once: what a listener does is found again by a natural key. It may lag; it loses nothing.

A set that fails holds up its own company alone: what that company has to say waits in a `ListenerBacklog`, in order, to
be tried again later and later, while the cursor goes on with the others.

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
from datetime import timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter

from django.db.models import Q, QuerySet
from django.db.transaction import atomic

from . import clock, jobs
from .declarations import ListenerDeclaration
from .event_order import LAST, begins_anew, horizon, pending_after, types_recorded_since
from .models import Event, ListenerBacklog, ListenerCursor
from .outages import PASSING
from .rooms import RoomsInvalid, declared, event_types
from .scope import company_scope
from .statements import fresh_ids

logger = logging.getLogger("subledger.worker")
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener(ListenerDeclaration):
    """``hears`` are types of events (none: all), ``makes`` those that its own work may record: all that anybody hears.

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
    """Those that rooms declare; RoomsInvalid where they would wake each other without end, or name no type there is."""
    found = tuple(declared(Listener))
    check_types(found, event_types())
    check_cycles(found)
    return found


def check_types(all_: Iterable[Listener], known: Iterable[str]) -> None:
    """RoomsInvalid where a listener names a type of event that no room declares: it would be deaf to it for ever."""
    known = set(known)
    for one in all_:
        for said, types in (("hears", one.hears), ("makes", one.makes)):
            if unknown := sorted(types - known):
                raise RoomsInvalid(
                    f"Listener {one.name!r} {said} {', '.join(unknown)}, which no room declares. Correct the name, or "
                    "declare the type among the events of its room."
                )


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

    Another worker that is at it is left alone. A set that fails is left for later, with what follows of its company.
    """
    heard = 0
    while not jobs.is_stopping():
        with atomic():
            cursor = _held(listener)
            events = _next(cursor, listener.at_once) if cursor is not None else []
            if cursor is None or not events:
                break
            company_id = events[0].company_id
            wanted = [one for one in events if not listener.hears or one.type in listener.hears]
            if wanted and not _backlogs(listener).filter(company_id=company_id).exists():
                if _heard(listener, wanted):
                    heard += len(wanted)
                else:
                    _keep_for_later(cursor, company_id)
            _move(cursor, events[-1])
    return heard + _hear_backlogs(listener)


def waiting(listener: Listener) -> int:
    """How many events a listener has yet to hear."""
    cursor = ListenerCursor.objects.filter(pk=listener.name).first()
    if cursor is None:
        return 0
    return pending_after(cursor).count() + sum(_left(one, cursor).count() for one in _backlogs(listener))


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


def _heard(listener: Listener, events: Sequence[Event]) -> bool:
    """Whether a listener could do what a set of one company asks of it; nothing of what it could not do is left."""
    try:
        with atomic(), company_scope(events[0].company_id):
            _handle(listener, events)
    except PASSING:
        raise
    except Exception:
        logger.exception(
            "listener %s failed on events of company %s; it hears them again later, and others meanwhile",
            listener.name, events[0].company_id,
        )  # fmt: skip
        return False
    return True


def _handle(listener: Listener, events: Sequence[Event]) -> None:
    """RoomsInvalid where it recorded what it does not declare and somebody hears: a cycle would go unseen, and on
    for ever."""
    [before] = fresh_ids(1)
    listener.handle(events)
    undeclared = types_recorded_since(before) - listener.makes
    for one in {*listeners(), listener}:
        if woken := sorted(undeclared & one.hears if one.hears else undeclared):
            raise RoomsInvalid(
                f"Listener {listener.name!r} recorded {', '.join(woken)}, which {one.name!r} hears, without declaring "
                "that it makes them. Add them to its makes."
            )


def _move(position: ListenerCursor | ListenerBacklog, last: Event) -> None:
    position.recorded_in, position.event_id = last.recorded_in or 0, last.pk
    position.moved_at, position.failed_at = clock.now(), None
    position.save()


def _keep_for_later(cursor: ListenerCursor, company_id: int) -> None:
    """From here on, what a company has to say waits by itself."""
    now = clock.now()
    ListenerBacklog.objects.create(
        listener=cursor.name, company_id=company_id, floor=cursor.floor, recorded_in=cursor.recorded_in,
        event_id=cursor.event_id, moved_at=now, failed_at=now, tries=1, next_at=now + _pause(1),
    )  # fmt: skip


def _pause(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 12)), LONGEST_PAUSE)


def _backlogs(listener: Listener) -> QuerySet[ListenerBacklog]:
    return ListenerBacklog.objects.filter(listener=listener.name)


def _left(backlog: ListenerBacklog, cursor: ListenerCursor) -> QuerySet[Event]:
    """What waits in a backlog: up to where the cursor has come, which passed it over."""
    passed = Q(recorded_in__lt=cursor.recorded_in) | Q(recorded_in=cursor.recorded_in, pk__lte=cursor.event_id)
    restored = Q(pk__lte=cursor.floor)
    return pending_after(backlog).filter(passed | restored, company_id=backlog.company_id)


def _hear_backlogs(listener: Listener) -> int:
    """Try those again whose time has come; one that has caught up is gone, and its company is heard with the others."""
    heard = 0
    for ident in list(_backlogs(listener).filter(next_at__lte=clock.now()).order_by("pk").values_list("pk", flat=True)):
        while not jobs.is_stopping():
            with atomic():
                cursor = _held(listener)
                backlog = _backlogs(listener).filter(pk=ident).first()
                if cursor is None or backlog is None:
                    break
                events = list(_left(backlog, cursor).order_by("recorded_in", "pk")[: listener.at_once])
                if not events and backlog.recorded_in > cursor.recorded_in:  # it has come from another cluster
                    backlog.floor, backlog.recorded_in, backlog.event_id = cursor.floor, 0, 0
                    events = list(_left(backlog, cursor).order_by("recorded_in", "pk")[: listener.at_once])
                if not events:
                    backlog.delete()
                    break
                wanted = [one for one in events if not listener.hears or one.type in listener.hears]
                if wanted and not _heard(listener, wanted):
                    backlog.tries += 1
                    backlog.next_at = clock.now() + _pause(backlog.tries)
                    backlog.failed_at = backlog.failed_at or clock.now()
                    backlog.save()
                    break
                backlog.tries = 0
                _move(backlog, events[-1])
                heard += len(wanted)
    return heard


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
