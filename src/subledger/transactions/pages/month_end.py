"""Where the lines of a month's end lead that are about transactions, and its reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from subledger.kernel.sentences import say
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import TransactionDefinition


def links(request: Any, month: Any) -> Iterator[tuple[str, str, str]]:
    """Name of a line, label, address."""
    open_then = f"{page_url('open_items')}?{urlencode({'as_of': month.last})}"
    receivable = TransactionDefinition.objects.select_related("receivable").get().receivable
    yield "drafts", say("Drafts"), f"{page_url('transactions')}?state=draft"
    yield "suspense", say("Suspense accounts"), f"{page_url('accounts')}?type=system"
    yield "unapplied-credit", say("Open items"), open_then
    yield "tie-out", say("Aged receivables"), f"{page_url('aged_receivables')}?{urlencode({'as_of': month.last})}"
    days = {"ledger_account": receivable.code, "period_from": month.first, "period_to": month.last}
    yield "tie-out", say("Ledger account"), f"{page_url('ledger_account')}?{urlencode(days)}"
