"""A payment that failed, charged anew: the same draft, by the same card or by another of the account's."""

from __future__ import annotations

from dataclasses import replace

from django.db.transaction import atomic

from subledger.gateways.models import PaymentRequest
from subledger.gateways.queries import request_by_id
from subledger.gateways.states import RequestState, RequestType
from subledger.kernel.errors import NotFound
from subledger.platform.callers import as_follows, demand
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Post, Posted
from subledger.transactions.services.carriers import update_draft
from subledger.transactions.states import Classification, TransactionState

from .submission import Requested, post


def failed_draft(row: PaymentRequest) -> Transaction | None:
    """The draft that a failed payment left, to be charged anew; None where there is none."""
    if row.type != RequestType.PAYMENT or row.state != RequestState.REJECTED or not row.transaction_id:
        return None
    found: Transaction | None = Transaction.objects.filter(
        pk=row.transaction_id, state=TransactionState.DRAFT, classification=Classification.PAYMENT
    ).first()
    return found


@atomic
def charge_again(*, request_id: int, preference_id: int, actor: str) -> Requested | Posted:
    """Ask for a failed payment once more, of the way to pay that is named; the draft says it from now on.

    The gateway is called by who asked or by a worker, with no transaction open. Raises what `requesting.post` does;
    NotFound: nothing waits to be charged anew.
    """
    demand("gateways.charge")
    draft = failed_draft(request_by_id(request_id))
    if draft is None:
        raise NotFound(PaymentRequest, request_id, noun="failed payment")
    if draft.payment_preference_id != preference_id:
        with as_follows():  # who may charge chooses what with
            update_draft(
                transaction_id=draft.pk, new=replace(_said(draft), payment_preference_id=preference_id), actor=actor
            )
    [answer] = post(orders=[Post(draft_id=draft.pk)], actor=actor)
    assert isinstance(answer, Requested | Posted)
    return answer


def _said(draft: Transaction) -> NewTransaction:
    return NewTransaction(
        classification=Classification.PAYMENT,
        account_id=draft.account_id,
        amount_minor=draft.amount_minor,
        type_id=draft.type_id,
        category_id=draft.category_id,
        payment_method_id=draft.payment_method_id,
        issued_on=draft.issued_on,
        received_on=draft.received_on,
        received_by=draft.received_by,
        back_office_code=draft.back_office_code,
        issue_reason=draft.issue_reason,
        intended_ids=tuple(draft.intended_ids or ()),
        metadata=draft.metadata,
    )
