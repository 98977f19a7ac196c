"""Why a payment that is due is not to leave all the same, by the last look before it would.

What it was to be collected by is gone; or a room above knows a reason, for what nobody asked for by hand: an invoice
that is disputed, or promised. Pages are asked for by their customers. Rooms above put themselves in here (`looks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from subledger.gateways.models import Instrument, PaymentRequest
from subledger.gateways.rules.outcomes import NotDueCode
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.sentences import say

Why = tuple[NotDueCode, str]
# Given requests that were made to be posted as new, each meant for documents (``order["intended_ids"]``), what says of
# some of them that they are not to leave, by id.
looks: list[Callable[[Sequence[PaymentRequest]], Mapping[int, Why]]] = []


def stopped(rows: Sequence[PaymentRequest]) -> dict[int, Why]:
    """Of payment requests that wait, those that are not to leave, by id."""
    waiting = [row for row in rows if row.state == RequestState.PENDING and row.type == RequestType.PAYMENT and row.pk]
    if not waiting:
        return {}
    found: dict[int, Why] = {}
    # A page has no way to pay beforehand: its customer pays there, whatever was agreed on.
    by_itself = [
        row for row in waiting if row.transaction_id is None and row.preference_id and row.order.get("intended_ids")
    ]
    for look in looks if by_itself else ():
        found.update(look(by_itself))
    found.update(dict.fromkeys(_with_nothing_to_collect_by(waiting), _METHOD_REMOVED))
    return found


_METHOD_REMOVED: Why = (
    NotDueCode.METHOD_REMOVED,
    say("The card or mandate that it was to be collected by was removed in the meantime."),
)


def _with_nothing_to_collect_by(rows: Sequence[PaymentRequest]) -> list[int]:
    chosen = {row.preference_id for row in rows if row.preference_id}
    if not chosen:
        return []
    cards = Instrument.objects.filter(pk__in=chosen, removed_at__isnull=False)
    gone = set(cards.values_list("pk", flat=True))
    return [row.pk for row in rows if row.preference_id in gone]
