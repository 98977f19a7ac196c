"""What a payment that failed leaves: a draft, which is posted again as any other draft is."""

from __future__ import annotations

from subledger.gateways.models import PaymentRequest
from subledger.gateways.states import RequestState, RequestType
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification, TransactionState


def failed_draft(row: PaymentRequest) -> Transaction | None:
    """The draft that a failed payment left, to be charged anew; None where there is none."""
    if row.type != RequestType.PAYMENT or row.state != RequestState.REJECTED or not row.transaction_id:
        return None
    found: Transaction | None = Transaction.objects.filter(
        pk=row.transaction_id, state=TransactionState.DRAFT, classification=Classification.PAYMENT
    ).first()
    return found
