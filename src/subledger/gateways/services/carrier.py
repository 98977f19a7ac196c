"""The carrier of what gateways move: `transactions.services.carriers` asks it for every order."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from subledger.gateways.errors import PaymentDeclined
from subledger.gateways.queries import request_by_id
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import NOT_LEFT
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Order
from subledger.transactions.services.carriers import Answer, Ended, Requested
from subledger.transactions.services.previews import Preview

from .method_agreement import agreed_document
from .previews import foresee
from .provider_choice import handed_over
from .submission import post, request_of
from .worker import work_off

logger = logging.getLogger(__name__)


class GatewayCarrier:
    def agreed(self, new: NewTransaction) -> NewTransaction:
        return agreed_document(new)

    def foresee(self, order: Order, *, actor: str) -> list[Preview]:
        return foresee(order, actor=actor)

    def moved(self, draft_ids: Sequence[int]) -> frozenset[int]:
        return handed_over(draft_ids)

    def begin(self, orders: Sequence[Order], *, actor: str, collect: bool) -> list[Answer]:
        return post(orders=orders, actor=actor, collect=collect)

    def asked(self, request_id: int) -> Requested:
        return request_of(request_id)

    def end(self, asked: Requested) -> Ended:
        row = request_by_id(asked.request_id)
        failure = declined = None
        if row.state == RequestState.PENDING:
            try:
                work_off(row.provider_id, request_ids=[row.pk])
            except DomainError as error:  # a key that cannot be opened, say: the request stands, a worker tries again
                logger.exception("Payment request %s was not carried out at once", row.number)
                failure = error
            row = request_by_id(row.pk)
        if row.state == RequestState.REJECTED:
            declined = PaymentDeclined(
                row.error_code,
                row.error_message,
                transaction_id=row.transaction_id,
                type_=RequestType(row.type),
                is_taken_back=row.error_code in kind_named(row.provider.kind).taken_back,
                is_disputed=row.charge is not None and row.charge.disputes.exists(),
                is_ours=row.error_code in NOT_LEFT,
            )
        return Ended(transaction_id=row.transaction_id, request_id=row.pk, declined=declined, failure=failure)
