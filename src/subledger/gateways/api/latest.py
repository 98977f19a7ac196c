"""Of a payment or refund that a gateway moves, or moved: the latest request for it, told with the transaction."""

from __future__ import annotations

from collections.abc import Sequence

from ninja import Schema

from subledger.api_kit.parts import AddedField
from subledger.api_kit.resources import JsonObject
from subledger.gateways.models import PaymentRequest
from subledger.gateways.queries import latest_requests_of
from subledger.gateways.states import RequestState, RequestType
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

MOVED_BY_GATEWAYS = {Classification.PAYMENT, Classification.REFUND}


class TransactionRequestOut(Schema):
    """Of a payment or refund that a gateway moves, or moved: the latest request for it."""

    id: str
    type: RequestType
    state: RequestState
    error_code: str | None
    error_message: str | None


def latest_requests(rows: Sequence[Transaction]) -> dict[int, JsonObject]:
    """The latest payment request of each payment and refund that has one."""
    wanted = [row.pk for row in rows if row.classification in MOVED_BY_GATEWAYS]
    return {row.transaction_id: _serialise(row) for row in latest_requests_of(wanted)} if wanted else {}


def _serialise(row: PaymentRequest) -> JsonObject:
    return {
        "id": row.public_id, "type": row.type, "state": row.state, "error_code": row.error_code or None,
        "error_message": row.error_message or None,
    }  # fmt: skip


# What posts at once goes through no gateway, so a transaction that was just posted has none.
LATEST_REQUEST = AddedField(
    of="transaction",
    name="payment_request",
    type=TransactionRequestOut | None,
    serialise=latest_requests,
    comes_later=True,
)
