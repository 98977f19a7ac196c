"""In which order those who follow the table of events read it, and how far they may.

The order is that of the database transactions that wrote the events, within one by id. An event may be read once no
transaction that began to write before it is still running: by id alone, what was numbered early and committed late
would be passed over. Numbers of transactions belong to one PostgreSQL cluster; events that came from another are above
every number of this one, and all of them are there.

Each statement sees the books at a moment of its own. The horizon is asked for first; what is read after it may hold
events of transactions that had not begun then, and those wait. So "above every number of this cluster" is asked of the
statement that reads, never of the horizon before it.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from django.db import connection
from django.db.models import BigIntegerField, Max, Q, QuerySet
from django.db.models.expressions import RawSQL

from .models import Event

LAST = 2**63 - 1  # above every id

# The first number that nothing which a statement sees can have, unless it came from another cluster.
COMING = """(SELECT greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                    pg_current_xact_id_if_assigned()::text::bigint + 1))"""

# Transactions of other databases of the cluster write no event of ours, and may run for hours: they are known by the
# lock that each holds on its own number. One with no lock may be ours all the same: the number is given, and is in
# snapshots, before the lock is taken, and taking it waits while somebody looks at the locks.
# From the snapshot's xmax on, transactions may run that it does not list, however high the reader's own number is.
HORIZON = f"""
    WITH others AS (
        SELECT l.transactionid::text::bigint AS xid
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock'
           AND a.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
    ), now AS (SELECT {COMING} AS coming)
    SELECT least(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_xact_id_if_assigned()::text::bigint,
                 (SELECT min(x::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) x
                   WHERE x::text::bigint & 4294967295 NOT IN (SELECT xid FROM others))), coming
      FROM now
"""


# The same order for statements, of rows of events called e: after a position, and settled.
AFTER = """e.id > %(floor)s AND e.recorded_in >= %(recorded_in)s
           AND (e.recorded_in, e.id) > (%(recorded_in)s, %(event_id)s)"""
SETTLED = f"(e.recorded_in < %(running)s OR e.recorded_in >= {COMING})"


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
    after = Q(recorded_in__gt=position.recorded_in) | Q(recorded_in=position.recorded_in, pk__gt=position.event_id)
    settled = Q(recorded_in__lt=horizon().running) | _of_another_cluster()
    return Event.unscoped.filter(after, settled, pk__gt=position.floor, recorded_in__gte=position.recorded_in)


def begins_anew(position: Position, at: Horizon) -> bool:
    """Move a position that has come from another cluster, once all that came with it is read; whether it was moved.

    What is written in this cluster has higher ids and lower transactions. ``at`` was asked for while the caller held
    the position: one that somebody else moved since would seem to come from elsewhere.
    """
    if position.recorded_in < at.coming or pending_after(position).exists():
        return False
    last = Event.unscoped.filter(_of_another_cluster()).aggregate(last=Max("pk"))["last"]
    position.floor, position.recorded_in, position.event_id = last or 0, 0, 0
    return True


def types_recorded_since(event_id: int) -> set[str]:
    """Of what the transaction that is open has recorded above an id."""
    own = RawSQL("txid_current()", (), output_field=BigIntegerField())
    recorded = Event.unscoped.filter(pk__gt=event_id, recorded_in=own).values_list("type", flat=True)
    return set(recorded.distinct().order_by())


def _of_another_cluster() -> Q:
    """Events of the cluster from which the books were restored."""
    return Q(recorded_in__gte=RawSQL(COMING, (), output_field=BigIntegerField()))
