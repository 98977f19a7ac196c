"""Why a payment that is due is not to leave all the same, by the last look before it would.

What it was to be collected by, or paid out to, is gone; or, of what nobody asked for by hand, it is not for recurring
payments any more, was declined for good, or a room above knows a reason: an invoice that is disputed, or promised.
Pages are asked for by their customers. Rooms above put themselves in here (`looks`, `automatic`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from subledger.accounts.models import AccountPaymentPreference
from subledger.gateways.models import BarredWay, PaymentRequest
from subledger.gateways.rules.outcomes import NotDueCode
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.sentences import say

Why = tuple[NotDueCode, str]
# Given requests that were made to be posted as new, each meant for documents (``order["intended_ids"]``), what says of
# some of them that they are not to leave, by id.
looks: list[Callable[[Sequence[PaymentRequest]], Mapping[int, Why]]] = []


# And what says which of some requests for drafts were made by nobody's hand: a draft that failed is charged again.
automatic: list[Callable[[Sequence[PaymentRequest]], Collection[int]]] = []


def stopped(rows: Sequence[PaymentRequest]) -> dict[int, Why]:
    """Of payment and refund requests that wait, those that are not to leave, by id."""
    waiting = [row for row in rows if row.state == RequestState.PENDING and row.pk]
    found: dict[int, Why] = {}
    # A page has no way to pay beforehand: its customer pays there, whatever was agreed on.
    by_itself = [
        row
        for row in waiting
        if row.type == RequestType.PAYMENT
        and row.transaction_id is None
        and row.preference_id
        and row.order.get("intended_ids")
    ]
    for look in looks if by_itself else ():
        found.update(look(by_itself))
    found.update(_by_what_there_is([row for row in waiting if _uses_preference(row)], {row.pk for row in by_itself}))
    return found


def _uses_preference(row: PaymentRequest) -> bool:
    """A refund of a charge, and a payment cancellation, pay back where the money came from."""
    is_free_refund = row.type == RequestType.REFUND and row.charge_id is None
    return row.preference_id is not None and (row.type == RequestType.PAYMENT or is_free_refund)


_METHOD_REMOVED: Why = (
    NotDueCode.METHOD_REMOVED,
    say("The card or mandate that it was to be collected by was removed in the meantime."),
)
_ACCOUNT_REMOVED: Why = (
    NotDueCode.METHOD_REMOVED,
    say("The bank account that it was to be paid out to was removed in the meantime."),
)
_NOT_RECURRING: Why = (
    NotDueCode.NOT_RECURRING,
    say("What it was to be collected by is not used for recurring payments any more."),
)
_BARRED: Why = (
    NotDueCode.DECLINED_FOR_GOOD,
    say("What it was to be collected by was declined for good in the meantime."),
)


def _by_what_there_is(rows: Sequence[PaymentRequest], by_itself: Collection[int]) -> dict[int, Why]:
    """Those whose way to pay is gone, and those of nobody's hand whose way to pay is for recurring payments no more, or
    was declined for good."""
    chosen = {row.preference_id for row in rows}
    if not chosen:
        return {}
    is_barred = Exists(BarredWay.objects.filter(preference=OuterRef("pk"), ended_at=None))
    unfit = AccountPaymentPreference.ever.filter(pk__in=chosen).filter(
        Q(released_at__isnull=False) | Q(instrument__removed_at__isnull=False) | Q(is_recurring=False) | is_barred
    )
    gone: set[int] = set()
    unwilling: dict[int, Why] = {}
    columns = ("pk", "released_at", "instrument__removed_at", "is_recurring")
    for ident, released_at, removed_at, is_recurring in unfit.values_list(*columns):
        if released_at is not None or removed_at is not None:
            gone.add(ident)
        else:
            unwilling[ident] = _BARRED if is_recurring else _NOT_RECURRING
    found: dict[int, Why] = {}
    kept: list[PaymentRequest] = []
    for row in rows:
        if row.preference_id in gone:
            found[row.pk] = _METHOD_REMOVED if row.type == RequestType.PAYMENT else _ACCOUNT_REMOVED
        elif (why := unwilling.get(row.preference_id or 0)) is None:
            continue
        elif row.pk in by_itself:
            found[row.pk] = why
        elif row.type == RequestType.PAYMENT and row.transaction_id is not None:
            kept.append(row)
    for made in automatic if kept else ():
        own = made(kept)
        found.update({row.pk: unwilling[row.preference_id or 0] for row in kept if row.pk in own})
    return found
