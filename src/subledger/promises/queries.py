"""Reads of promises and disputes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Least

from subledger.documents.values import Hold as PaymentHold
from subledger.kernel.errors import NotFound
from subledger.kernel.money import Money
from subledger.transactions.models import OpenItem

from .holds import holds_of
from .models import Instalment, InvoiceDispute, Promise, PromiseDefinition
from .rules.instalments import GRACE_DAYS, Agreed
from .states import LIVING, DisputeState, PromiseState


def grace_days() -> int:
    """How many days after an agreed day a promise is broken, unless it says otherwise itself."""
    found = PromiseDefinition.objects.values_list("grace_days", flat=True).first()
    return GRACE_DAYS if found is None else found


def promises() -> QuerySet[Any]:
    """With ``open_minor`` of the invoice and ``unpaid_minor`` of the promise; ``next_on`` of an open one."""
    opened = OpenItem.objects.filter(pk=OuterRef("document_id")).values("open_minor")
    rows = Promise.objects.select_related("document", "account").annotate(
        open_minor=Coalesce(Subquery(opened), Value(0), output_field=BigIntegerField())
    )
    return rows.annotate(unpaid_minor=Least("open_minor", "promised_minor", output_field=BigIntegerField()))


def promise_by_id(ident: int) -> Any:
    """NotFound outside the company."""
    row = promises().filter(pk=ident).first()
    if row is None:
        raise NotFound(Promise, ident)
    return row


def broken_on(document_ids: Iterable[int]) -> Mapping[int, date]:
    """Since when the promise of each document is broken, where it is, and no other has replaced it."""
    latest = Promise.objects.filter(document_id__in=list(document_ids)).order_by("document_id", "-id")
    rows = latest.distinct("document_id").values_list("document_id", "state", "ended_on")
    return {document: on for document, state, on in rows if state == PromiseState.BROKEN and on is not None}


def payment_holds(document_ids: Sequence[int]) -> dict[int, PaymentHold]:
    """What holds each of these invoices, for what is printed of it: a dispute, else what is left of its promise."""
    found: dict[int, PaymentHold] = {}
    holds = {ident: one for ident, one in holds_of(document_ids).items() if one.reason}
    parts = instalments_of([one.promise_id for one in holds.values() if one.promise_id is not None])
    currencies = dict(OpenItem.objects.filter(pk__in=list(holds)).values_list("pk", "transaction__currency"))
    for ident, hold in holds.items():
        if hold.is_disputed or hold.promise_id is None:
            found[ident] = PaymentHold(is_disputed=True)
            continue
        left, agreed = hold.open_minor, list[tuple[Money, date]]()
        for one in reversed(parts[hold.promise_id]):  # what is open is the last part of what was promised
            part = min(one.minor, left)
            agreed = [(Money(part, currencies[ident]), one.agreed_on), *agreed] if part else agreed
            left -= part
        found[ident] = PaymentHold(agreed=agreed)
    return found


def instalments_of(promise_ids: Iterable[int]) -> Mapping[int, tuple[Agreed, ...]]:
    """The instalments of each promise in the order of their days."""
    found: dict[int, list[Agreed]] = {}
    rows = Instalment.objects.filter(promise_id__in=list(promise_ids)).order_by("agreed_on")
    for promise_id, agreed_on, minor in rows.values_list("promise_id", "agreed_on", "minor"):
        found.setdefault(promise_id, []).append(Agreed(agreed_on, minor))
    return {ident: tuple(ones) for ident, ones in found.items()}


def promises_of(document_id: int) -> Sequence[Any]:
    """All promises that were made for an invoice, the latest first."""
    return list(promises().filter(document_id=document_id).order_by("-id"))


def living_promise_of(document_id: int) -> Any | None:
    """The one that is open or kept; None where there is none."""
    return promises().filter(document_id=document_id, state__in=sorted(LIVING)).first()


def broken_to_follow_up() -> QuerySet[Any]:
    """Broken promises that somebody has to act on: their invoice is open, and no newer promise stands for it."""
    newer = Promise.objects.filter(document_id=OuterRef("document_id"), pk__gt=OuterRef("pk"))
    return promises().filter(~Exists(newer), state=PromiseState.BROKEN, open_minor__gt=0)


def disputes() -> QuerySet[Any]:
    """With ``open_minor`` of the invoice."""
    opened = OpenItem.objects.filter(pk=OuterRef("document_id")).values("open_minor")
    return InvoiceDispute.objects.select_related("document", "account").annotate(
        open_minor=Coalesce(Subquery(opened), Value(0), output_field=BigIntegerField())
    )


def dispute_by_id(ident: int) -> Any:
    """NotFound outside the company."""
    row = disputes().filter(pk=ident).first()
    if row is None:
        raise NotFound(InvoiceDispute, ident)
    return row


def disputes_of(document_id: int) -> Sequence[Any]:
    """All disputes of an invoice, the latest first."""
    return list(disputes().filter(document_id=document_id).order_by("-id"))


def disputes_to_answer(*, today: date) -> QuerySet[Any]:
    """Open disputes that are to be looked at again by now, or have no such day."""
    return disputes().filter(Q(follow_up_on=None) | Q(follow_up_on__lte=today), state=DisputeState.OPEN)
