"""Retries as rows, for tests of other things."""

from __future__ import annotations

from typing import Any

from subledger.accounts.models import AccountPaymentPreference, PaymentPreference
from subledger.gateways.models import PaymentRequest
from subledger.platform import clock
from subledger.retries.models import Retry, RetryPlan


def keep_retry(row: PaymentRequest, document: Any, **fields: Any) -> Retry:
    """A retry that is scheduled after a request, of an invoice."""
    chosen = row.preference or AccountPaymentPreference.objects.filter(account_id=row.account_id).first()
    if chosen is None:
        preference = PaymentPreference.objects.first()
        chosen = AccountPaymentPreference.objects.create(account_id=row.account_id, preference=preference)
    at = clock.now()
    values = {
        "company_id": row.company_id, "account_id": row.account_id, "provider_id": row.provider_id,
        "plan": RetryPlan.objects.get(code="standard"), "preference": chosen, "failed_request": row,
        "document_kind": "invoices", "document_id": document.pk, "document_number": str(document),
        "amount_minor": row.amount_minor, "currency": row.currency, "decline_class": "soft",
        "code": "insufficient_funds", "failed_on": at.date(), "number": 2, "of": 4, "used_days": 2,
        "state": "scheduled", "due_at": at, "due_on": at.date(), "created_at": at, **fields,
    }  # fmt: skip
    made: Retry = Retry.objects.create(**values)
    return made
