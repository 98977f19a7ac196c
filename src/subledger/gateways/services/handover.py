"""Drafts handed over to the gateways that carry them out, in sets: each is pending, and a request stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from subledger.gateways.models import Charge, Provider
from subledger.gateways.states import ClaimKind, RequestType
from subledger.transactions.models import Transaction
from subledger.transactions.services.carriers import Requested
from subledger.transactions.services.drafts import change_gateway_state
from subledger.transactions.states import Classification

from .outstanding import beyond
from .requests import Wanted, request

__all__ = ["Handover", "claims_of", "submit"]


@dataclass(frozen=True, slots=True)
class Handover:
    """A draft that was checked, who carries it out, and by which preference or from which charge."""

    draft: Transaction
    provider: Provider
    preference_id: int | None
    charge: Charge | None
    batch_id: int | None = None


def claims_of(draft: Transaction) -> frozenset[tuple[ClaimKind, int]]:
    """What the request for a draft keeps others from paying: itself, and the invoices that it is meant for."""
    return frozenset((ClaimKind.TRANSACTION, ident) for ident in (draft.pk, *(draft.intended_ids or ())))


def submit(wanted: Sequence[Handover], *, actor: str) -> list[Requested]:
    """Make the requests that carry out drafts, and hand the drafts over to them. Their accounts are locked.

    Raises: as `requests.request`; TransitionNotAllowed.
    """
    more = beyond([one.draft for one in wanted])
    asked = [
        Wanted(
            provider=one.provider,
            type=RequestType.PAYMENT if one.draft.classification == Classification.PAYMENT else RequestType.REFUND,
            account_id=one.draft.account_id,
            amount_minor=one.draft.amount_minor,
            currency=one.draft.currency,
            preference_id=one.preference_id,
            transaction_id=one.draft.pk,
            charge_id=one.charge.pk if one.charge else None,
            order=more[one.draft.pk],
            claims=claims_of(one.draft),
            batch_id=one.batch_id,
        )
        for one in wanted
    ]
    idents = request(wanted=asked, actor=actor)
    facts = {one.draft.pk: {"payment_request_id": str(ident)} for one, ident in zip(wanted, idents, strict=True)}
    change_gateway_state(facts=facts, action="submit", actor=actor)
    return [
        Requested(ident, one.draft.pk, one.draft.account_id, one.draft.amount_minor)
        for one, ident in zip(wanted, idents, strict=True)
    ]
