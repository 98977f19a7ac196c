"""What the overview shows of transactions."""

from __future__ import annotations

from typing import Any

from subledger.accounts.queries import currencies_of_accounts
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.charts import Strip, strip
from subledger.page_kit.columns import DayColumn, MoneyColumn, NameColumn, WordColumn
from subledger.page_kit.navigation import Action
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.platform.scope import current_company_id
from subledger.transactions import labels
from subledger.transactions.models import Transaction
from subledger.transactions.pages.ageing import open_items_url
from subledger.transactions.pages.transactions import (
    NumberColumn,
    StandingColumn,
    new_actions,
    standing,
    transaction_url,
)
from subledger.transactions.queries import with_open
from subledger.transactions.reports.receivables import ageing
from subledger.transactions.rules.ageing import BUCKETS
from subledger.transactions.states import TransactionState
from subledger.transactions.sums import OpenNow, open_now

RECENT = (
    NumberColumn("number", say("Number"), link=transaction_url, strong=True),
    WordColumn("classification", labels.TYPE),
    NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
    DayColumn("posted_on", say("Posted")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    StandingColumn("open_minor", labels.STATUS),
)


def actions(request: Any, company: Any) -> list[Action]:
    return new_actions(request)


def _open_now(request: Any) -> OpenNow:
    """Read once for all parts of the page."""
    found: OpenNow | None = getattr(request, "open_now", None)
    if found is None:
        found = request.open_now = open_now(today=today())
    return found


def tiles(request: Any, company: Any) -> list[dict[str, Any]]:
    currency, now, listed = company.base_currency, _open_now(request), page_url("transactions")
    return [
        {
            "label": say("Balance"),
            "minor": now.balance,
            "currency": currency,
            "hint": say("owed, less credit"),
        },
        {
            "label": labels.OPEN,
            "minor": now.unsettled,
            "currency": currency,
            "hint": say("open debits"),
            "url": f"{listed}?settlement=owed",
        },
        {
            "label": labels.OVERDUE,
            "minor": now.outstanding,
            "currency": currency,
            "hint": say("past its due date"),
            "tone": "bad" if now.outstanding else "good",
            "url": f"{page_url('invoices')}?settlement=overdue",
        },
        {
            "label": labels.UNAPPLIED,
            "minor": now.unallocated,
            "currency": currency,
            "hint": say("paid or credited, not used yet"),
            "url": f"{listed}?settlement=unapplied",
        },
    ]


def strips(request: Any, company: Any) -> list[Strip]:
    """The ageing of each currency as one strip, the company's first; its parts lead to the open items in them."""
    day = today()
    rows = ageing(as_of=day).as_dicts()
    return [
        strip(
            title=say("Open amounts by days overdue"),
            currency=row["currency"],
            labels=[bucket.label for bucket in BUCKETS],
            minors=[row[bucket.name] for bucket in BUCKETS],
            urls=[open_items_url(bucket.name, row["currency"], day) for bucket in BUCKETS],
        )
        for row in sorted(rows, key=lambda row: (row["currency"] != company.base_currency, row["currency"]))
        if any(row[bucket.name] for bucket in BUCKETS)
    ]


def currencies(request: Any, company: Any) -> list[str]:
    """Those of accounts, the company's first."""
    return sorted(
        {*currencies_of_accounts(), company.base_currency}, key=lambda one: (one != company.base_currency, one)
    )


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    now, listed = _open_now(request), page_url("transactions")
    drafts = standing(Transaction.objects.filter(state=TransactionState.DRAFT)).filter(is_failed=False).count()
    return [
        {
            "label": say("Drafts to post or reject"),
            "count": drafts,
            "url": f"{listed}?state=untried",
            "icon": "pencil",
        },
        {
            "label": say("Overdue invoices"),
            "count": now.overdue,
            "url": f"{page_url('invoices')}?settlement=overdue",
            "icon": "alert-circle",
        },
        {
            "label": labels.UNAPPLIED,
            "count": now.credits,
            "url": f"{listed}?settlement=unapplied",
            "icon": "coins",
        },
        {
            "label": say("On the suspense account"),
            "count": now.in_suspense,
            "url": f"{listed}?settlement=suspense",
            "icon": "alert-triangle",
        },
    ]


def latest(request: Any, company: Any) -> list[dict[str, Any]]:
    rows = with_open(
        Transaction.objects.select_related("account").filter(
            company_id=current_company_id(), posted_on__isnull=False, mirrors__isnull=True
        )
    )
    listed = page_url("transactions")
    return [
        {
            "title": say("Latest postings"),
            "table": table(RECENT, standing(rows).order_by("-id")[:10]),
            "url": listed,
        }
    ]
