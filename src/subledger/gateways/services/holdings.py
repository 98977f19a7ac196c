"""What a gateway holds of a payment, and what the books gave back of it without asking the gateway.

The same money goes back once. Where the books gave it back by hand (a payment cancelled without its gateway), what the
gateway tells of it later is in the books already, as far as that goes: it is taken in, and posted for the rest alone.
The callers hold the lock of the account.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Sum

from subledger.gateways import refund_errors
from subledger.gateways.charges import answered_by, charge_of, payment_now, payment_of
from subledger.gateways.models import Charge, Dispute, PaymentRequest, Restoration
from subledger.gateways.queries import taken_back
from subledger.gateways.registry import kind_named
from subledger.gateways.states import DisputeState, RequestState, RequestType
from subledger.kernel.money import Money
from subledger.platform.callers import demand
from subledger.platform.models import Event
from subledger.transactions.models import Transaction
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.states import Classification, TransactionState


class GivenBack(NamedTuple):
    """``minor`` of what a gateway tells of is in the books already, by the cancellation ``transaction_id``."""

    minor: int
    transaction_id: int | None


NOTHING = GivenBack(0, None)


def given_back_by_hand(charge: Charge, minor: int) -> GivenBack:
    """How much of ``minor``, which the gateway gave back of a charge, the books gave back by hand before."""
    payment = payment_now(charge.payment_id)
    if payment.state != TransactionState.CANCELLED or _was_paid_back(charge, payment.pk):
        return NOTHING
    cancelled_by = Transaction.objects.filter(cancels=payment).values_list("pk", flat=True).first()
    given_back = sum(
        rows.aggregate(sum=Sum("in_books_minor", default=0))["sum"]
        for rows in (PaymentRequest.objects.filter(charge=charge), Dispute.objects.filter(charge=charge))
    )
    given_back += PaymentRequest.objects.filter(pk=charge.request_id).values_list("in_books_minor", flat=True)[0]
    left = max(payment.amount_minor - given_back, 0)
    return GivenBack(min(left, minor), cancelled_by) if left else NOTHING


def _was_paid_back(charge: Charge, payment_id: int) -> bool:
    """Whether it was the gateway's own pay-back, or a bank's return, that cancelled the payment."""
    asked = PaymentRequest.objects.filter(
        charge=charge, type=RequestType.PAYMENT_CANCELLATION, transaction_id=payment_id, in_books_minor=0
    )
    idents = list(asked.values_list("pk", flat=True))
    if Event.objects.filter(object_id__in=idents, type="payment_request.posted").exists():
        return True
    return was_returned(charge) and not charge.request.in_books_minor


def was_returned(charge: Charge) -> bool:
    """Whether its bank returned the payment once, though it may have moved after all since."""
    told = Event.objects.filter(object_id=charge.request_id, type="payment_request.rejected", data__was="posted")
    returned: bool = told.exists()
    return returned


def is_returned(charge: Charge) -> bool:
    """Whether the payer has the money back by the bank: what a charge is of was captured before it was rejected."""
    return PaymentRequest.objects.filter(pk=charge.request_id, state=RequestState.REJECTED).exists()


def refuse_by_hand(payment_id: int) -> None:
    """Refuse to undo a payment in the books alone while it is a gateway's to give the money back.

    What an integrator or a bank collected is in our own hands by then: there, a person may know better.

    Raises:
        HeldByGateway: its gateway has to be asked. Restored: it answers a refund. PaidBackAlready: nothing is left of
            it to give back, or the bank returned it.
    """
    charge = charge_of(payment_id)
    if charge is None:
        return
    demand(permission_for("cancel", Classification.PAYMENT))
    payment = Transaction.objects.get(pk=payment_id)
    if payment.state != TransactionState.POSTED:
        return  # posting says so better
    executes = kind_named(charge.provider.kind).executes
    if executes:
        refuse_apart(charge, payment)
    refuse_returned(charge, payment.number)
    refuse_taken_back(charge, payment.number)
    if not executes:
        return
    types = charge.provider.cancellation_types.filter(is_active=True).order_by("name")
    if charge.refundable_minor >= payment.amount_minor:
        raise refund_errors.HeldByGateway(payment.number, charge.provider.name, [kind.name for kind in types])
    raise paid_back_in_part(charge, payment.number)


def refuse_move(payment_id: int) -> None:
    """Refuse to move a payment whose money went back, in whole or in part: its refund stays where it is, and the
    payment moved away would be credit that nobody holds.

    Raises:
        PaidBackAlready; Restored: it answers a refund, which would stay behind.
    """
    charge = charge_of(payment_id)
    if charge is None:
        return
    demand(permission_for("move", Classification.PAYMENT))
    payment = Transaction.objects.get(pk=payment_id)
    if payment.state != TransactionState.POSTED:
        return  # posting says so better
    refuse_apart(charge, payment)
    if is_returned(charge):
        raise refund_errors.PaidBackAlready(
            payment.number or "", Money(charge.captured_minor, charge.currency), Money(0, charge.currency), "moved"
        )
    if charge.refundable_minor < payment.amount_minor:
        raise paid_back_in_part(charge, payment.number, "moved")


def refuse_apart(charge: Charge, payment: Transaction) -> None:
    """Refuse to treat what only answers a refund as if it were money beside that of the charge's own payment.

    Raises:
        Restored
    """
    refund = answered_by(payment.pk)
    if refund is not None:
        raise refund_errors.Restored(
            payment.number or "", refund.number or "", charge.provider.name, payment_of(charge).number or ""
        )


def keep_restored(payments: Iterable[tuple[int, int]]) -> None:
    """Keep that payments, each with its charge, stand for money of the charge which the gateway has again."""
    Restoration.objects.bulk_create(
        Restoration(charge_id=charge_id, payment_id=payment_id) for charge_id, payment_id in payments
    )


def refuse_returned(charge: Charge, number: str | None) -> None:
    """Refuse to undo a payment that was returned: its return is a refund beside it, and cancelled it would count twice.

    Raises:
        PaidBackAlready
    """
    if is_returned(charge):
        raise refund_errors.PaidBackAlready(
            number or "", Money(charge.captured_minor, charge.currency), Money(0, charge.currency)
        )


def refuse_taken_back(charge: Charge, number: str | None) -> None:
    """Refuse to give back what the gateway has said that a dispute took back, though it has reported no dispute yet.

    Raises:
        TakenBack
    """
    if taken_back(charge=charge):
        left = Money(charge.refundable_minor, charge.currency)
        raise refund_errors.TakenBack(number or "", charge.provider.name, left)


def paid_back_in_part(charge: Charge, number: str | None, deed: str = "cancelled") -> refund_errors.PaidBackAlready:
    back = Money(charge.captured_minor - charge.refundable_minor, charge.currency)
    left = Money(charge.refundable_minor, charge.currency)
    is_disputed = charge.disputes.exclude(state=DisputeState.WON).exists()
    return refund_errors.PaidBackAlready(number or "", back, left, deed, is_disputed)
