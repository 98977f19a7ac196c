"""Where the money of a transaction is collected, paid back, and the transaction entered once more."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from subledger.accounts.states import AccountState
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import may
from subledger.page_kit.url_ids import page_url
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.states import DRAFTABLE, WITH_ITEMS, Classification, TransactionState

__all__ = ["collect_url", "copy_url", "is_collectable", "may_collect", "refund_url"]


def may_collect(request: HttpRequest) -> bool:
    return may(request, permission_for("post", Classification.PAYMENT))


def is_collectable(request: HttpRequest, row: Any) -> bool:
    """Whether something of an invoice is to be collected; ``row`` knows what is open of it."""
    return bool(
        row.classification == Classification.INVOICE
        and row.state == TransactionState.POSTED
        and row.open_minor
        and row.account.customer_id
        and row.account.state != AccountState.TERMINATED
        and may_collect(request)
    )


def collect_url(invoice: Any, way: str = "") -> str:
    """The form that collects one invoice."""
    asked = {"invoice": invoice.public_id, **({"way": way} if way else {})}
    return f"{page_url('account_collect', invoice.account_id)}?{urlencode(asked)}"


def refund_url(request: HttpRequest, credit: Any) -> str:
    """Where what is free of a credit is paid back: through who collected it, else by a refund; "" where one may not."""
    if not may(request, "transactions.refund") or credit.account.state == AccountState.TERMINATED:
        return ""
    through = next(iter(contributions("credit", "refund", request, credit)), "")
    query = urlencode({"amount": credit.open_minor})
    return through or f"{page_url('transaction_new', credit.account_id, 'refund')}?{query}"


def copy_url(request: HttpRequest, row: Any) -> str:
    """The form of a new invoice or credit note that says the same; "" for everything else, or where one may not."""
    kind = row.classification
    if (
        kind not in DRAFTABLE & WITH_ITEMS
        or row.account.state == AccountState.TERMINATED
        or not may(request, "transactions.draft")
    ):
        return ""
    return f"{page_url('transaction_new', row.account_id, kind)}?{urlencode({'copy': row.public_id})}"
