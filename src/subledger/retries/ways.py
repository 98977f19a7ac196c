"""Whether an account pays by something else than what failed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db import connection

from subledger.gateways.models import Provider
from subledger.gateways.ways_to_collect import ways_of

from .models import Retry

WAYS = "SELECT account_id, preference_id FROM ({ways}) AS w WHERE account_id = ANY(%(of_accounts)s) AND NOT is_expired"


def other_ways(rows: Sequence[Retry], *, on: date, changed: Collection[int] = ()) -> set[int]:
    """Those of these retries whose account is collected by another card, mandate or account now, or by one that is the
    same and was ``changed``."""
    found: set[int] = set()
    for provider in Provider.objects.filter(pk__in={row.provider_id for row in rows}):
        own = [row for row in rows if row.provider_id == provider.pk]
        ways, params = ways_of(provider, on=on)
        with connection.cursor() as cursor:
            cursor.execute(WAYS.format(ways=ways), {**params, "of_accounts": sorted({row.account_id for row in own})})
            now = dict(cursor.fetchall())
        found |= {
            row.pk
            for row in own
            if row.account_id in now and (now[row.account_id] != row.preference_id or row.preference_id in changed)
        }
    return found
