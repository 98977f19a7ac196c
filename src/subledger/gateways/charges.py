"""Whose money a payment stands for: the charge behind it, and the payments that stand for a charge by now.

A charge has a payment of its own. Beside it may stand what was restored: the payment by which a won dispute, or a
refund that came back, returns what was taken. Each may have been moved from account to account.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification, TransactionState

from .models import Charge, PaymentRequest, Provider, Restoration
from .states import RequestType


def charge_of(payment_id: int) -> Charge | None:
    """The gateway's money behind a posted payment: it is the charge's own, or restores what was taken of that."""
    behind = _behind(payment_id)
    charges = Charge.objects.select_related("provider", "request", "request__preference")
    found: Charge | None = charges.filter(payment_id__in=behind).first()
    if found is None:
        found = charges.filter(restorations__payment_id__in=behind).first()
    return found


def answered_by(payment_id: int) -> Transaction | None:
    """The refund that a restored payment answers, so that both come to nothing; None where it is credit by itself, as
    the charge's own payment is, or was moved away from it."""
    is_restored = Restoration.objects.filter(payment_id=payment_id).exists()
    meant = Transaction.objects.filter(pk=payment_id).values_list("intended_ids", flat=True)[0] if is_restored else ()
    found: Transaction | None = Transaction.objects.filter(pk__in=meant or ()).first()
    return found


def payment_now(payment_id: int) -> Transaction:
    """A payment where it stands by now, wherever it was moved."""
    payment: Transaction = Transaction.objects.get(pk=payment_id)
    while (moved := Transaction.objects.filter(moved_from=payment).first()) is not None:
        payment = moved
    return payment


def payment_of(charge: Charge) -> Transaction:
    """The payment that stands for a charge by now: its own, else the latest that was restored as credit by itself."""
    own = payment_now(charge.payment_id)
    if own.state == TransactionState.POSTED:
        return own
    for restored in charge.restorations.order_by("-pk"):
        payment = payment_now(restored.payment_id)
        if payment.state == TransactionState.POSTED and answered_by(payment.pk) is None:
            return payment
    return own


def paid_back_by(row: PaymentRequest) -> int | None:
    """The payment whose money a refund or cancellation pays back, where a gateway captured it."""
    if row.charge is None:
        return None
    is_cancelled = row.type == RequestType.PAYMENT_CANCELLATION and row.transaction_id is not None
    payment = payment_now(row.transaction_id or 0) if is_cancelled else payment_of(row.charge)
    return int(payment.pk)


def account_of(charge: Charge) -> int:
    """The account that a charge's money stands on by now."""
    return int(payment_of(charge).account_id)


MOST_CHARGES = 100  # of an account that are looked at, the newest


def charges_on_each(
    account_ids: Sequence[int], *, provider: Provider, currencies: Collection[str]
) -> dict[int, list[Charge]]:
    """The same of several accounts: a few statements for all of them, and some more for each payment that was moved,
    cancelled or restored since."""
    found: dict[int, list[Charge]] = {ident: [] for ident in account_ids}
    captured = Charge.objects.filter(provider=provider, currency__in=currencies).select_related("request")
    behind: set[int] = set()  # the payments that were moved here, as they were posted first
    moved = set(
        Transaction.objects.filter(account_id__in=account_ids, classification=Classification.PAYMENT)
        .exclude(moved_from=None)
        .values_list("moved_from_id", flat=True)
    )
    while moved:
        behind |= moved
        before = Transaction.objects.filter(pk__in=moved).exclude(moved_from=None)
        moved = set(before.values_list("moved_from_id", flat=True))
    restored = Restoration.objects.filter(payment_id__in=behind).values("charge")
    here = captured.filter(Q(account_id__in=account_ids) | Q(payment_id__in=behind) | Q(pk__in=restored))
    rank = Window(RowNumber(), partition_by=F("account_id"), order_by=F("id").desc())
    rows = list(here.annotate(place=rank).filter(place__lte=MOST_CHARGES).prefetch_related("disputes").order_by("-id"))
    own = Transaction.objects.filter(
        pk__in=[charge.payment_id for charge in rows], state=TransactionState.POSTED, moved_to=None
    )
    stands = dict(own.values_list("pk", "account_id"))  # as they were posted first
    for charge in rows:
        account_id = stands.get(charge.payment_id) or account_of(charge)
        if account_id in found:
            found[account_id].append(charge)
    return found


def _behind(payment_id: int) -> list[int]:
    """A payment, and what it was moved here from."""
    behind = [payment_id]
    while before := Transaction.objects.filter(pk=behind[-1]).values_list("moved_from_id", flat=True).first():
        behind.append(before)
    return behind
