"""What the overview shows of transactions."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from subledger.accounts.queries import currencies_of_accounts
from subledger.page_kit.access import today
from subledger.page_kit.charts import Strip, strip
from subledger.page_kit.columns import DayColumn, MoneyColumn, NameColumn, WordColumn
from subledger.page_kit.navigation import Action
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.platform.scope import current_company_id
from subledger.transactions import labels
from subledger.transactions.models import OpenItem, Transaction
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
from subledger.transactions.states import Classification, TransactionState
from subledger.transactions.sums import open_now

RECENT = (
    NumberColumn("number", "Number", link=transaction_url, strong=True),
    WordColumn("classification", labels.TYPE),
    NameColumn("account.name", "Account", link=lambda row: page_url("account", row.account_id)),
    DayColumn("posted_on", "Posted"),
    MoneyColumn("amount_minor", "Amount", lead=True),
    StandingColumn("open_minor", labels.STATUS),
)


def actions(request: Any, company: Any) -> list[Action]:
    return new_actions(request)


def tiles(request: Any, company: Any) -> list[dict[str, Any]]:
    currency, now, listed = company.base_currency, open_now(today=today()), page_url("transactions")
    return [
        {
            "label": "Balance",
            "minor": now.balance,
            "currency": currency,
            "hint": "owed, less credit",
        },
        {
            "label": labels.OPEN,
            "minor": now.unsettled,
            "currency": currency,
            "hint": "open debits",
            "url": f"{listed}?settlement=open",
        },
        {
            "label": labels.OVERDUE,
            "minor": now.outstanding,
            "currency": currency,
            "hint": "past its due date",
            "tone": "bad" if now.outstanding else "good",
            "url": f"{listed}?settlement=overdue",
        },
        {
            "label": labels.UNAPPLIED,
            "minor": now.unallocated,
            "currency": currency,
            "hint": "paid or credited, not used yet",
        },
    ]


def strips(request: Any, company: Any) -> list[Strip]:
    """The ageing of each currency as one strip, the company's first; its parts lead to the open items in them."""
    day = today()
    rows = ageing(as_of=day).as_dicts()
    return [
        strip(
            title="Open amounts by days overdue",
            currency=row["currency"],
            labels=[bucket.label for bucket in BUCKETS],
            minors=[row[bucket.name] for bucket in BUCKETS],
            urls=[open_items_url(bucket.name, row["currency"], day) for bucket in BUCKETS],
        )
        for row in sorted(rows, key=lambda row: (row["currency"] != company.base_currency, row["currency"]))
        if any(row[bucket.name] for bucket in BUCKETS)
    ]


def open_items_url(bucket: str, currency: str, day: date) -> str:
    return f"{page_url('open_items')}?{urlencode({'as_of': day, 'late': bucket, 'currency': currency})}"


def currencies(request: Any, company: Any) -> list[str]:
    """Those of accounts, the company's first."""
    return sorted(
        {*currencies_of_accounts(), company.base_currency}, key=lambda one: (one != company.base_currency, one)
    )


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    day, listed = today(), page_url("transactions")
    drafts = standing(Transaction.objects.filter(state=TransactionState.DRAFT)).filter(is_failed=False).count()
    open_items = OpenItem.objects.filter(account__system_role=None)
    overdue = open_items.filter(
        is_debit=True, order_on__lt=day, transaction__classification=Classification.INVOICE
    ).count()
    unused = open_items.filter(is_debit=False).count()
    suspense = OpenItem.objects.filter(account__system_role="suspense").count()
    return [
        {
            "label": "Drafts to post or reject",
            "count": drafts,
            "url": f"{listed}?state=draft",
            "icon": "pencil",
        },
        {
            "label": "Overdue invoices",
            "count": overdue,
            "url": f"{listed}?settlement=overdue&classification=invoice",
            "icon": "alert-circle",
        },
        {
            "label": labels.UNAPPLIED,
            "count": unused,
            "url": f"{listed}?settlement=open",
            "icon": "coins",
        },
        {
            "label": "On the suspense account",
            "count": suspense,
            "url": f"{page_url('accounts')}?type=system",
            "icon": "alert-triangle",
        },
    ]


def latest(request: Any, company: Any) -> list[dict[str, Any]]:
    rows = with_open(
        Transaction.objects.select_related("account").filter(company_id=current_company_id(), posted_on__isnull=False)
    )
    listed = page_url("transactions")
    return [
        {
            "title": "Latest postings",
            "table": table(RECENT, standing(rows).order_by("-id")[:10]),
            "url": listed,
        }
    ]
