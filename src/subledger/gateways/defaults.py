"""What every company needs to collect through gateways, beside what transactions bring."""

from __future__ import annotations

from subledger.kernel.sentences import said, say
from subledger.platform.scope import current_company_id
from subledger.transactions.models import TransactionType
from subledger.transactions.ready_words import ready_names
from subledger.transactions.states import Classification


def _paid_back(actor: str) -> None:
    name = say("Paid back through the gateway")
    TransactionType.objects.create(
        company_id=current_company_id(),
        code="paid_back",
        name=said(name),
        **ready_names(name),
        classification=Classification.PAYMENT_CANCELLATION,
    )


DEFAULTS = {"type of payments that a gateway gave back": _paid_back}
