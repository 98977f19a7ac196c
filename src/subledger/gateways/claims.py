"""What open requests hold, so that nothing else is asked to pay it meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from .models import Claim, PaymentRequest
from .queries import requests
from .states import ClaimKind, RequestState


def is_page(row: PaymentRequest) -> bool:
    """Whether a request is a page of the gateway's on which its customer can still pay."""
    return row.state == RequestState.REQUIRES_ACTION and row.transaction_id is None and bool(row.action_url)


def holding(document_ids: Collection[int]) -> list[PaymentRequest]:
    """The open requests that hold any of these documents, the newest first."""
    if not document_ids:
        return []
    held = Claim.objects.filter(kind=ClaimKind.TRANSACTION, object_id__in=list(document_ids), is_open=True)
    return list(requests().filter(Exists(held.filter(request=OuterRef("pk")))))


def held_by(request_ids: Collection[int]) -> Mapping[int, int]:
    """The documents that these requests hold, each with its request."""
    if not request_ids:
        return {}
    held = Claim.objects.filter(request__in=list(request_ids), kind=ClaimKind.TRANSACTION, is_open=True)
    return dict(held.values_list("object_id", "request_id"))


def pages_and_others(document_ids: QuerySet[Any]) -> tuple[list[PaymentRequest], set[int]]:
    """What open requests hold of documents, however many, that a query gives: the pages on which their customers can
    still pay, the newest first, and the documents that other requests hold."""
    held = Claim.objects.filter(kind=ClaimKind.TRANSACTION, object_id__in=document_ids, is_open=True)
    claims = list(held.values_list("request_id", "object_id", "request__state"))
    at_customers = {ident for ident, _, state in claims if state == RequestState.REQUIRES_ACTION}
    pages = [row for row in requests().filter(pk__in=at_customers) if is_page(row)] if at_customers else []
    idents = {row.pk for row in pages}
    return pages, {document for ident, document, _ in claims if ident not in idents}
