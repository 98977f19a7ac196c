"""What the pages of an invoice, of a payment that failed and of its request say of retries, and what can be done."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from subledger.gateways.models import PaymentRequest
from subledger.kernel.sentences import say
from subledger.page_kit.columns import DayColumn, MoneyColumn, WordColumn
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.rendering import render_to_string
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.retries.models import Retry
from subledger.retries.queries import latest_by_request, retries_of
from subledger.retries.states import LIVE, TO_SEE_TO, RetryState
from subledger.transactions.models import Transaction
from subledger.transactions.states import Classification

from .retries import PlaceColumn, StandingColumn, request_url
from .words import retry_words

MEANT = {Classification.INVOICE, Classification.PAYMENT}
CHAIN = (
    DayColumn("failed_on", say("Failed"), link=request_url, strong=True),
    WordColumn("decline_class", say("Decline")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    DayColumn("due_on", say("Tried again")),
    PlaceColumn("number", say("Try")),
    StandingColumn("state", say("State"), css="col-why"),
)


def _read(row: Any) -> list[Retry]:
    """Read once for all parts of the page."""
    found: list[Retry] | None = getattr(row, "retries_told", None)
    if found is None:
        found = retries_of(row.pk) if row.classification in MEANT else []
        row.retries_told = found
    return found


def _notice(row: Retry) -> SafeString:
    context = {"words": retry_words(row), "retry": row, "waits": row.state == RetryState.WAITING}
    return render_to_string("retries/notice.html", context)


def _is_told(row: Retry) -> bool:
    return row.state in LIVE or row.stop_reason in TO_SEE_TO


def _actions(request: Any, row: Retry) -> list[Action]:
    if row.state not in LIVE:
        return []
    found = []
    if may(request, "gateways.charge"):
        found.append(Action(say("Retry now"), page_url("retry_make", row.pk), "refresh", rank=60))
    if may(request, "retries.stop"):
        found.append(Action(say("Stop retrying"), page_url("retry_stop", row.pk), "ban"))
    return found


def actions(request: Any, row: Transaction) -> list[Action]:
    found = _read(row)
    return _actions(request, found[0]) if found else []


def notices(request: Any, row: Any) -> list[SafeString]:
    found = _read(row)
    is_open = bool(getattr(row, "open_minor", 0)) or row.classification == Classification.PAYMENT
    return [_notice(found[0])] if found and is_open and _is_told(found[0]) else []


def tables(request: Any, row: Transaction) -> list[dict[str, Any]]:
    found = _read(row)
    return [{"title": say("Failed payments and retries"), "table": table(CHAIN, found)}] if found else []


def _of_request(row: PaymentRequest) -> Retry | None:
    return latest_by_request([row.pk]).get(row.pk)


def request_actions(request: Any, row: PaymentRequest) -> list[Action]:
    found = _of_request(row)
    return _actions(request, found) if found else []


def request_notices(request: Any, row: PaymentRequest) -> list[SafeString]:
    found = _of_request(row)
    return [_notice(found)] if found and (_is_told(found) or found.stop_reason) else []
