"""Money that is on its way out of accounts and in no balance yet: it reduces the credit that more may be paid from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Sum

from .models import Transaction
from .rules.facts import Leaving
from .states import Classification, TransactionState

# Rooms above put in here what they are giving back beside pending refunds, by account, in minor units.
reporters: list[Callable[[Sequence[int]], Mapping[int, int]]] = []
# And in here how people call each of those, pending refunds included, by account.
namers: list[Callable[[Sequence[int]], Mapping[int, Sequence[Leaving]]]] = []


def going_out(account_ids: Sequence[int]) -> dict[int, int]:
    """What is on its way out of these accounts: refunds that wait for their gateway, and what rooms above tell."""
    if not account_ids:
        return {}
    pending = Transaction.objects.filter(
        account_id__in=account_ids,
        posted_on=None,  # as all that is pending; with it the index by account serves
        state=TransactionState.PENDING,
        classification=Classification.REFUND,
    )
    found: dict[int, int] = dict(
        pending.order_by().values("account_id").annotate(sum=Sum("amount_minor")).values_list("account_id", "sum")
    )
    for report in reporters:
        for account_id, minor in report(account_ids).items():
            found[account_id] = found.get(account_id, 0) + minor
    return found


def leaving(account_ids: Sequence[int]) -> dict[int, list[Leaving]]:
    """The same one by one, as far as anybody names it; the oldest first."""
    found: dict[int, list[Leaving]] = {}
    for name in namers if account_ids else ():
        for account_id, rows in name(account_ids).items():
            found.setdefault(account_id, []).extend(rows)
    return found
