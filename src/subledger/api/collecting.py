"""Payments, refunds and cancellations that a gateway may have to move: asked for, carried out, and told as they stand.

Three steps, none inside another's transaction: the payment request is committed (bound to the Idempotency-Key, if one
came), the gateway is called, the row is read again. A process that dies after the first leaves a key that is bound: the
request repeated skips to the second, where a request that was sent is never sent again. See ADR 16.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from subledger.gateways.errors import PaymentDeclined
from subledger.gateways.queries import request_by_id
from subledger.gateways.services.requesting import Requested, post
from subledger.gateways.services.working import work_off
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.platform.idempotency import made_before
from subledger.transactions.rules.orders import Order, Posted

logger = logging.getLogger(__name__)


def carry_out(order: Order, *, actor: str) -> int:
    """Post, or have the gateway move the money; the id of the transaction that was asked for, as far as it came.

    Raises:
        PaymentDeclined: the gateway said no. What posting and `requesting.post` refuse.
    """

    def ask() -> Posted | Requested | DomainError:
        return post(orders=[order], actor=actor)[0]

    return carried_out(ask)


def carried_out(ask: Callable[[], Posted | Requested | DomainError]) -> int:
    """The same for anything that asks for one payment request, or posts at once."""
    request_id = made_before()
    if request_id is None:
        answer = ask()
        if isinstance(answer, DomainError):
            raise answer
        if isinstance(answer, Posted):
            return answer.id
        request_id = answer.request_id
    return _end_of(request_id)


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
