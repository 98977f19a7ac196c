"""What of gateways waits for a person, on the overview."""

from __future__ import annotations

from typing import Any

from subledger.gateways.models import InboxEvent, PaymentRequest, UnbookedFact
from subledger.gateways.states import InboxState, RequestState
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import TransactionState


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": "Payments that need authentication",
            "count": PaymentRequest.objects.filter(state=RequestState.REQUIRES_ACTION).count(),
            "url": f"{page_url('gateways')}?state=requires_action",
            "icon": "user",
        },
        {
            "label": "Payments that need review",
            "count": PaymentRequest.objects.filter(state=RequestState.UNKNOWN).count(),
            "url": f"{page_url('gateways')}?state=unknown",
            "icon": "alert-triangle",
        },
        {
            "label": "Payments that failed",
            "count": Transaction.objects.filter(
                pk__in=PaymentRequest.objects.filter(state=RequestState.REJECTED).values("transaction_id"),
                state=TransactionState.DRAFT,
            ).count(),
            "url": f"{page_url('gateways')}?state=rejected",
            "icon": "credit-card-off",
        },
        {
            "label": "Facts of banks and gateways to look into",
            "count": UnbookedFact.objects.filter(resolved_at=None).count(),
            "url": f"{page_url('unbooked')}?state=open",
            "icon": "alert-triangle",
        },
        {
            "label": "Events of gateways that failed",
            "count": InboxEvent.objects.filter(state=InboxState.FAILED).count(),
            "url": f"{page_url('inbox')}?state=failed",
            "icon": "inbox",
        },
    ]
