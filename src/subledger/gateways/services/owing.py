"""What requests ask for, and what is still owed of that when they leave.

A request that is meant for invoices never leaves over more than is open of them then, but for what it was meant to
exceed them by when it was asked for: a payment in advance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Sum

from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import Declined
from subledger.gateways.states import RequestType
from subledger.kernel.money import Money
from subledger.transactions.models import OpenItem, Transaction

BEYOND = "beyond_minor"  # in what a request says (rules/orders.py): by how much it exceeded its invoices from the first


def beyond(amount_minor: int, intended_ids: Sequence[int]) -> dict[str, int]:
    """What a request over an amount is to keep of its being more than its invoices are open for."""
    more = amount_minor - _open(intended_ids) if intended_ids else 0
    return {BEYOND: more} if more > 0 else {}


def owed_less(rows: Iterable[PaymentRequest]) -> Mapping[int, Money]:
    """What is still owed of what payment requests ask for, by id; those alone that ask for more."""
    payments = [row for row in rows if row.type == RequestType.PAYMENT]
    drafts = dict(
        Transaction.objects.filter(
            pk__in=[row.transaction_id for row in payments if row.transaction_id], intended_ids__isnull=False
        ).values_list("pk", "intended_ids")
    )
    meant = {row.pk: drafts.get(row.transaction_id) or row.order.get("intended_ids") or () for row in payments}
    wanted = {ident for idents in meant.values() for ident in idents}
    left = dict(OpenItem.objects.filter(pk__in=wanted).values_list("pk", "open_minor")) if wanted else {}
    found = {}
    for row in payments:
        if not meant[row.pk]:
            continue
        owed = sum(left.get(ident, 0) for ident in meant[row.pk]) + row.order.get(BEYOND, 0)
        if owed < row.amount_minor:
            found[row.pk] = Money(owed, row.currency)
    return found


def not_owed(owed: Money) -> Declined:
    """Why a request did not leave."""
    if not owed.minor:
        return Declined("already_settled", "What it was to pay was settled in the meantime.")
    return Declined("less_is_owed", f"Of what it was to pay, {owed} is left: less than it asks for.")


def _open(idents: Sequence[int]) -> int:
    found = OpenItem.objects.filter(pk__in=list(idents)).aggregate(sum=Sum("open_minor", default=0))
    return int(found["sum"])
