"""Who delivers to an endpoint: one process at a time, for a while, by the database's clock.

A lease is a name on the endpoint's cursor. Its holder renews it while it delivers, and sends nothing once so little of
it is left that an answer might come after its end. One who was killed, or stopped for a while, loses it.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from django.db import connection

SECONDS = 60
RENEWED_BELOW = 40  # seconds that are left

TAKE = """
    UPDATE webhooks_webhookcursor
       SET lease = %(lease)s, leased_until = clock_timestamp() + %(seconds)s * interval '1 second'
     WHERE endpoint_id = ANY (%(endpoints)s) AND (leased_until IS NULL OR leased_until < clock_timestamp())
    RETURNING endpoint_id
"""
RENEW = """
    UPDATE webhooks_webhookcursor SET leased_until = clock_timestamp() + %(seconds)s * interval '1 second'
     WHERE endpoint_id = ANY (%(endpoints)s) AND lease = %(lease)s AND leased_until >= clock_timestamp()
    RETURNING endpoint_id
"""
RELEASE = """
    UPDATE webhooks_webhookcursor SET lease = '', leased_until = NULL
     WHERE endpoint_id = ANY (%(endpoints)s) AND lease = %(lease)s
    RETURNING endpoint_id
"""


def take(endpoints: Collection[int], lease: str) -> tuple[set[int], float]:
    """Those of the endpoints that are ours now, and until when by `time.monotonic`."""
    return _with_end(TAKE, endpoints, lease)


def renew(endpoints: Collection[int], lease: str) -> tuple[set[int], float]:
    """Those that are ours still, and until when."""
    return _with_end(RENEW, endpoints, lease)


def release(endpoints: Collection[int], lease: str) -> None:
    _write(RELEASE, endpoints, lease)


def _with_end(statement: str, endpoints: Collection[int], lease: str) -> tuple[set[int], float]:
    began = time.monotonic()  # before the database's clock was read, so ours ends first
    return _write(statement, endpoints, lease), began + SECONDS


def _write(statement: str, endpoints: Collection[int], lease: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"endpoints": sorted(endpoints), "lease": lease, "seconds": SECONDS})
        return {ident for [ident] in cursor.fetchall()}
