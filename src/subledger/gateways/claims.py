"""What open requests hold, so that nothing else is asked to pay it meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef

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
