"""Payment requests as rows: made in sets, each with what it claims, so that nothing is asked for twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from subledger.gateways import errors, refund_errors
from subledger.gateways.made_kinds import REQUEST
from subledger.gateways.models import Charge, Claim, PaymentRequest, Provider
from subledger.gateways.states import ClaimKind, RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.platform import clock, idempotency
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids

from .unbooked import refuse_booked_before


@dataclass(slots=True, kw_only=True)
class Wanted:
    """One request to be made, checked by the caller as far as its own facts go."""

    provider: Provider
    type: RequestType
    account_id: int
    amount_minor: int
    currency: str
    preference_id: int | None = None
    transaction_id: int | None = None
    charge_id: int | None = None
    order: dict[str, Any] = field(default_factory=dict)
    claims: frozenset[tuple[ClaimKind, int]] = frozenset()
    state: RequestState = RequestState.PENDING
    batch_id: int | None = None  # of those that it is made together with


def request(*, wanted: Sequence[Wanted], actor: str) -> list[int]:
    """Make requests, in one set; their ids. The caller holds the accounts' locks, or nothing of theirs is touched.

    Raises:
        PaymentUnderWay: an open request pays one of the same things already; nothing is kept.
        NothingToRefund: of the charge less is left, refunds that are under way included.
        HeldBack: it is said that an earlier request for the same moved its money, and the books could not take that.
        What has left already (made at the gateway itself) is not asked.
    """
    at = clock.now()
    ids = fresh_ids(len(wanted))
    rows = [
        PaymentRequest(
            id=ident,
            company_id=current_company_id(),
            provider=one.provider,
            mode=one.provider.mode,
            type=one.type,
            state=one.state,
            account_id=one.account_id,
            preference_id=one.preference_id,
            amount_minor=one.amount_minor,
            currency=one.currency,
            transaction_id=one.transaction_id,
            charge_id=one.charge_id,
            order=one.order,
            batch_id=one.batch_id,
            created_at=at,
            created_by=actor,
        )
        for ident, one in zip(ids, wanted, strict=True)
    ]
    claims = [
        Claim(request_id=ident, kind=kind, object_id=object_id)
        for ident, one in zip(ids, wanted, strict=True)
        for kind, object_id in sorted(one.claims)
    ]
    refuse_booked_before([row for row in rows if row.state == RequestState.PENDING], claims)
    try:
        with atomic():
            PaymentRequest.objects.bulk_create(rows)
            Claim.objects.bulk_create(claims)
    except IntegrityError as error:
        raise _translated(error, wanted) from error
    if len(ids) == 1:
        # Asked for again under the same key, it is found and never made again.
        idempotency.bind(REQUEST, ids[0])
    record_events(
        [
            NewEvent(
                "payment_request.created",
                "payment_request",
                row.pk,
                {"type": row.type, "amount": row.amount_minor, "currency": row.currency, "account_id": row.account_id},
            )
            for row in rows
        ],
        actor=actor,
    )
    return ids


def _translated(error: IntegrityError, wanted: Sequence[Wanted]) -> DomainError:
    """A guard's refusal: somebody else was first."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "payment_request_one_open":
        held = _under_way({claim for one in wanted for claim in one.claims})
        if held:
            return held
    if name == "refunds_within_captured":
        charges: Mapping[int, Charge] = Charge.objects.in_bulk([one.charge_id for one in wanted if one.charge_id])
        for one in wanted:
            charge = charges.get(one.charge_id or 0)
            if charge and charge.refundable_minor < one.amount_minor:
                return refund_errors.NothingToRefund(
                    Money(one.amount_minor, one.currency), Money(charge.refundable_minor, charge.currency)
                )
    raise error


def refuse_claimed(claims: Iterable[tuple[ClaimKind, int]]) -> None:
    """PaymentUnderWay: an open request pays one of these things already. What is asked about a new one comes after."""
    held = _under_way(claims)
    if held:
        raise held


def _under_way(claims: Iterable[tuple[ClaimKind, int]]) -> errors.PaymentUnderWay | None:
    wanted: dict[ClaimKind, list[int]] = {}
    for kind, object_id in claims:
        wanted.setdefault(kind, []).append(object_id)
    for kind in sorted(wanted):
        open_ones = Claim.objects.select_related("request").filter(kind=kind, object_id__in=wanted[kind], is_open=True)
        held = open_ones.order_by("object_id").first()
        if held:
            return errors.PaymentUnderWay(held.request.number)
    return None
