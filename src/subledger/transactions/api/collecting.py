"""Payments, refunds and cancellations, posted or moved by a gateway: asked for, carried out, and told as they stand.

Three steps, none inside another's transaction: what is posted or asked for is committed (bound to the Idempotency-Key,
if one came), the gateway is called where there is one, the row is read again. A process that dies after the first
leaves a key that is bound: the request repeated skips to the second, where a request that was sent is never sent again.
See ADRs 16 and 20.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db.transaction import atomic

from subledger.gateways.errors import PaymentDeclined
from subledger.gateways.queries import request_by_id
from subledger.gateways.services.agreeing import save_drafts
from subledger.gateways.services.requesting import Requested, made_already, post
from subledger.gateways.services.working import work_off
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.platform.idempotency import Kind, bind
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Order, Posted

logger = logging.getLogger(__name__)


def carry_out(make_order: Callable[[], Order], *, actor: str) -> int:
    """Post, or have the gateway move the money; the id of the transaction that was asked for, as far as it came.

    The order is made here, because what it names need not be there any more when a repetition is answered.

    Raises:
        PaymentDeclined: the gateway said no. What posting and `requesting.post` refuse.
    """
    return carried_out(lambda: post(orders=[make_order()], actor=actor)[0])


def carried_out(ask: Callable[[], Posted | Requested | DomainError]) -> int:
    """The same for anything that asks for one payment request, or makes one transaction at once."""
    answer = made_already() or ask()
    if isinstance(answer, DomainError):
        raise answer
    return answer.id if isinstance(answer, Posted) else _end_of(answer.request_id)


def save_draft(make_new: Callable[[], NewTransaction], *, actor: str) -> int:
    """Keep a draft, and have the key that is being answered stand for it; its id."""
    made = made_already()
    if made is not None:
        return made.id if isinstance(made, Posted) else made.transaction_id or 0
    new = make_new()
    with atomic():
        [draft] = save_drafts(new=[new], actor=actor)
        bind(Kind.TRANSACTION, draft.pk)
    return draft.pk


def _end_of(request_id: int) -> int:
    """Have the request carried out now, and tell what became of it."""
    row = request_by_id(request_id)
    if row.state == RequestState.PENDING:
        try:
            work_off(row.provider_id, request_ids=[request_id])
        except DomainError:  # a key that cannot be opened, say: the request stands, and a worker tries again
            logger.exception("Payment request %s was not carried out at once", row.number)
        row = request_by_id(request_id)
    if row.state == RequestState.REJECTED:
        is_cancellation = row.type == RequestType.PAYMENT_CANCELLATION
        raise PaymentDeclined(
            row.error_code, row.error_message, transaction_id=row.transaction_id, is_cancellation=is_cancellation
        )
    assert row.transaction_id is not None  # what is asked for by hand always has one
    return row.transaction_id
