"""What accounts pay by as they stand: something else than what failed, or the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from subledger.gateways.models import Provider
from subledger.gateways.ways_to_collect import ways_of
from subledger.platform.rows import typed_rows
from subledger.transactions.models import Transaction

from .documents import PAYMENT
from .models import Retry

WAYS = """
    SELECT account_id, preference_id, is_expired OR is_barred AS is_unfit FROM ({ways}) AS w
     WHERE account_id = ANY(%(of_accounts)s)
"""


class WayNow(NamedTuple):
    """``is_unfit``: it has expired, or was declined for good."""

    account_id: int
    preference_id: int
    is_unfit: bool


def ways_now(rows: Sequence[Retry], *, on: date) -> Mapping[int, WayNow]:
    """By retry: what its provider collects by on its account, where there is anything."""
    found: dict[int, WayNow] = {}
    for provider in Provider.objects.filter(pk__in={row.provider_id for row in rows}):
        own = [row for row in rows if row.provider_id == provider.pk]
        ways, params = ways_of(provider, on=on)
        text, wanted = WAYS.format(ways=ways), {**params, "of_accounts": sorted({row.account_id for row in own})}
        now = {way.account_id: way for way in typed_rows(WayNow, text, wanted)}
        found |= {row.pk: now[row.account_id] for row in own if row.account_id in now}
    return found


def charged_by(row: Retry, *, on: date) -> int | None:
    """The way to pay by which a retry would be made: that of its draft, else its account's, if there is any."""
    if row.document_kind == PAYMENT:
        draft = Transaction.objects.filter(pk=row.document_id, payment_preference_id__isnull=False).first()
        if draft is not None:
            return draft.payment_preference_id
    way = ways_now([row], on=on).get(row.pk)
    return way.preference_id if way is not None else None


def other_ways(rows: Sequence[Retry], *, on: date, changed: Collection[int] = ()) -> set[int]:
    """Those of these retries whose account is collected by another card, mandate or account now, or by one that is the
    same and was ``changed``."""
    now = ways_now(rows, on=on)
    return {
        row.pk
        for row in rows
        if (way := now.get(row.pk)) is not None
        and not way.is_unfit
        and (way.preference_id != row.preference_id or way.preference_id in changed)
    }
