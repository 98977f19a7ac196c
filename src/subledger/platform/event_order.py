"""In which order those who follow the table of events read it, and how far they may.

The order is that of the database transactions that wrote the events, within one by id. An event may be read once no
transaction that began to write before it is still running: by id alone, what was numbered early and committed late
would be passed over. Numbers of transactions belong to one PostgreSQL cluster; events that came from another are above
every number of this one, and all of them are there.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from django.db import connection
from django.db.models import Max, Q, QuerySet

from .models import Event

LAST = 2**63 - 1  # above every id

# Transactions of other databases of the cluster write no event of ours, and may run for hours. One that ends between
# the snapshot and the look at the locks is seen by whoever reads events after this.
HORIZON = """
    WITH ours AS (
        SELECT l.transactionid::text::bigint AS xid
          FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock'
           AND (a.pid IS NULL OR a.datid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    ), now AS (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS coming)
    SELECT least(coming, pg_current_xact_id_if_assigned()::text::bigint,
                 (SELECT min(x::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) x
                   WHERE x::text::bigint & 4294967295 IN (SELECT xid FROM ours))), coming
      FROM now
"""


# The same order for statements, of rows of events called e: after a position, and settled.
AFTER = """e.id > %(floor)s AND e.recorded_in >= %(recorded_in)s
           AND (e.recorded_in, e.id) > (%(recorded_in)s, %(event_id)s)"""
SETTLED = "(e.recorded_in < %(running)s OR e.recorded_in >= %(coming)s)"


class Horizon(NamedTuple):
    """``running`` is the oldest transaction that is still writing, ``coming`` the first that has not begun."""

    running: int
    coming: int


class Position(Protocol):
    """How far somebody has read: to (``recorded_in``, ``event_id``), of events above ``floor``."""

    floor: int
    recorded_in: int
    event_id: int


def horizon() -> Horizon:
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return Horizon(*cursor.fetchone())


def pending_after(position: Position) -> QuerySet[Event]:
    """Events after the position that nothing can come before any more; of another cluster all are there."""
    running, coming = horizon()
    after = Q(recorded_in__gt=position.recorded_in) | Q(recorded_in=position.recorded_in, pk__gt=position.event_id)
    settled = Q(recorded_in__lt=running) | Q(recorded_in__gte=coming)
    return Event.unscoped.filter(after, settled, pk__gt=position.floor, recorded_in__gte=position.recorded_in)


def begins_anew(position: Position, at: Horizon) -> bool:
    """Move a position that has come from another cluster, once all that came with it is read; whether it was moved.

    What is written in this cluster has higher ids and lower transactions.
    """
    if position.recorded_in < at.coming or pending_after(position).exists():
        return False
    position.floor, position.recorded_in, position.event_id = _last_of_another_cluster(at.coming), 0, 0
    return True


def _last_of_another_cluster(coming: int) -> int:
    """The id of the last event that was written in another cluster, from which the books were restored; or 0."""
    return Event.unscoped.filter(recorded_in__gte=coming).aggregate(last=Max("pk"))["last"] or 0
