"""What a bank's return of a payment finds under way: the accounts to be locked, and pay-backs that only wait."""

from __future__ import annotations

from collections.abc import Collection

from subledger.accounts.locks import lock_accounts
from subledger.gateways.charges import account_of
from subledger.gateways.models import Charge, PaymentRequest
from subledger.gateways.port import Declined
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.money import Money

from .outstanding import NotToLeave, may_have_left


def lock_accounts_of(request_ids: Collection[int], *, returned: Collection[int]) -> None:
    """The accounts of requests, and those on which payments that are paid back or returned stand by now."""
    rows = PaymentRequest.objects.filter(pk__in=request_ids)
    charges = Charge.objects.filter(refund_requests__in=rows)
    if returned:
        charges = charges | Charge.objects.filter(request__in=returned)
    elsewhere = [account_of(charge) for charge in charges.distinct()]  # payments that were moved
    lock_accounts([*rows.values_list("account_id", flat=True), *elsewhere])


def pay_backs_that_wait(returned: Collection[int]) -> dict[int, Declined]:
    """Cancellations that wait to pay back what a bank has returned, by id, with why they are taken back: so the return
    cancels the payment. What has left, or may have, may move its money all the same. The accounts are locked."""
    waiting = PaymentRequest.objects.filter(
        type=RequestType.PAYMENT_CANCELLATION,
        state=RequestState.PENDING,
        charge__request__in=returned,
        charge__request__state=RequestState.POSTED,
    )
    held = list(waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk"))  # who begins it has it
    perhaps = may_have_left(held)
    return {
        row.pk: NotToLeave(
            Money(0, row.currency), Money(row.amount_minor, row.currency), RequestType.PAYMENT_CANCELLATION
        ).reason
        for row in held
        if row.pk not in perhaps
    }
