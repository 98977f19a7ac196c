"""What open requests hold, so that nothing else is asked to pay it meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from .models import Claim, PaymentRequest
from .queries import requests
from .states import ClaimKind, RequestState

# A request that led its customer to a page, and one on whose page they can still pay: `is_page` as a condition. The
# texts bring no parameters, so that statements compose.
_LED_TO_PAGE = "({request}.transaction_id IS NULL AND {request}.action_url <> '')"
_PAGE = f"({{request}}.state = 'requires_action' AND {_LED_TO_PAGE})"
# What is asked of open requests for a document, for the set statements of others. A page on which its customer can
# still pay collects nothing by itself.
_COLLECTED = f"""EXISTS (
    SELECT FROM gateways_claim gc JOIN gateways_paymentrequest gr ON gr.id = gc.request_id
     WHERE gc.kind = 'transaction' AND gc.object_id = {{document}} AND gc.is_open
       AND NOT {_PAGE.format(request="gr")})"""
# Documents that a request ever held, of any company.
CLAIMED = "SELECT gc.object_id AS document_id FROM gateways_claim gc WHERE gc.kind = 'transaction'"
_COLLECTED_UNTIL = f"""
    SELECT max((gr.executed_at AT TIME ZONE gz.time_zone)::date) AS ended_on
      FROM gateways_claim gc JOIN gateways_paymentrequest gr ON gr.id = gc.request_id
      JOIN companies_company gz ON gz.id = gr.company_id
     WHERE gc.kind = 'transaction' AND gc.object_id = {{document}} AND NOT gc.is_open
       AND NOT {_LED_TO_PAGE.format(request="gr")}
       AND (gr.executed_at AT TIME ZONE gz.time_zone)::date > (gr.created_at AT TIME ZONE gz.time_zone)::date"""


def page(request: str) -> str:
    """`is_page` as a condition on a row of requests of the statement."""
    return _PAGE.format(request=request)


def collected(document: str) -> str:
    """A condition: something that is under way pays the document, and it is no page. ``document`` is an expression of
    the statement."""
    return _COLLECTED.format(document=document)


def collected_until(document: str) -> str:
    """A SELECT of one row, ``ended_on``: the day, by the time of the company, on which what collected the document last
    came to its end, of what was under way for longer than the day on which it began; NULL where nothing was."""
    return _COLLECTED_UNTIL.format(document=document)


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
