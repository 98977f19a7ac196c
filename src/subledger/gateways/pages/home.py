"""What of gateways waits for a person, on the overview."""

from __future__ import annotations

from typing import Any

from subledger.gateways.models import InboxEvent, PaymentRequest, UnbookedFact
from subledger.gateways.queries import failed_at_gateway
from subledger.gateways.states import InboxState, RequestState
from subledger.kernel.sentences import say
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification, TransactionState


def failed_payments() -> dict[str, Any]:
    """Those that a gateway refused and nobody has charged again or rejected; one alone is opened at once."""
    drafts = Transaction.objects.filter(state=TransactionState.DRAFT, classification=Classification.PAYMENT)
    found = list(drafts.annotate(is_failed=failed_at_gateway()).filter(is_failed=True).values_list("pk", flat=True))
    listed = f"{page_url('transactions')}?state=failed"
    return {
        "label": say("Payments that failed"),
        "count": len(found),
        "url": page_url("transaction", found[0]) if len(found) == 1 else listed,
        "icon": "credit-card",
    }


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": say("Payments that need authentication"),
            "count": PaymentRequest.objects.filter(state=RequestState.REQUIRES_ACTION).count(),
            "url": f"{page_url('gateways')}?state=requires_action",
            "icon": "user",
        },
        {
            "label": say("Payments that need review"),
            "count": PaymentRequest.objects.filter(state=RequestState.UNKNOWN).count(),
            "url": f"{page_url('gateways')}?state=unknown",
            "icon": "alert-triangle",
        },
        failed_payments(),
        {
            "label": say("Unbooked reports of banks and gateways"),
            "count": UnbookedFact.objects.filter(resolved_at=None).count(),
            "url": f"{page_url('unbooked')}?state=open",
            "icon": "alert-triangle",
        },
        {
            "label": say("Events of gateways that failed"),
            "count": InboxEvent.objects.filter(state=InboxState.FAILED).count(),
            "url": f"{page_url('inbox')}?state=failed",
            "icon": "inbox",
        },
    ]
