"""The overview: how much is open, what waits for a person, what was posted last."""

from __future__ import annotations

from typing import Any

from subledger.gateways.models import InboxEvent, PaymentRequest, UnbookedFact
from subledger.gateways.states import InboxState, RequestState
from subledger.page_kit import labels
from subledger.page_kit.access import today
from subledger.page_kit.addresses import page_url
from subledger.page_kit.charts import ageing_chart
from subledger.page_kit.columns import DayColumn, MoneyColumn, NameColumn, WordColumn
from subledger.page_kit.pages import DetailPage
from subledger.page_kit.tables import table
from subledger.platform.scope import current_company_id
from subledger.transactions.figures import ageing_now, open_now
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.pages.transactions import (
    NumberColumn,
    StandingColumn,
    new_actions,
    standing,
    transaction_url,
)
from subledger.transactions.queries import with_open
from subledger.transactions.states import Classification, TransactionState

RECENT = (
    NumberColumn("number", "Number", link=transaction_url, strong=True),
    WordColumn("classification", labels.TYPE),
    NameColumn("account.name", "Account", link=lambda row: page_url("account", row.account_id)),
    DayColumn("posted_on", "Posted"),
    MoneyColumn("amount_minor", "Amount", lead=True),
    StandingColumn("open_minor", labels.STATUS),
)


class HomePage(DetailPage):
    title = "Overview"
    template_name = "companies/home.html"

    def extra(self) -> dict[str, Any]:
        day = today()
        company = self.request.staff.company  # type: ignore[attr-defined]
        currency = company.base_currency
        now = open_now(today=day)
        drafts = Transaction.objects.filter(state=TransactionState.DRAFT).count()
        open_items = OpenItem.objects.filter(account__system_role=None)
        overdue = open_items.filter(
            is_debit=True, order_on__lt=day, transaction__classification=Classification.INVOICE
        ).count()
        unused = open_items.filter(is_debit=False).count()
        suspense = OpenItem.objects.filter(account__system_role="suspense").count()
        listed = page_url("transactions")
        todo = [
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
            {
                "label": "Payments that need authentication",
                "count": PaymentRequest.objects.filter(state=RequestState.REQUIRES_ACTION).count(),
                "url": f"{page_url('gateways')}?state=requires_action",
                "icon": "user",
            },
            {
                "label": "Payments that need review",
                "count": PaymentRequest.objects.filter(state=RequestState.UNKNOWN).count(),
                "url": f"{page_url('gateways')}?state=unknown",
                "icon": "alert-triangle",
            },
            {
                "label": "Payments that failed",
                "count": Transaction.objects.filter(
                    pk__in=PaymentRequest.objects.filter(state=RequestState.REJECTED).values("transaction_id"),
                    state=TransactionState.DRAFT,
                ).count(),
                "url": f"{page_url('gateways')}?state=rejected",
                "icon": "credit-card-off",
            },
            {
                "label": "Facts of banks and gateways to look into",
                "count": UnbookedFact.objects.filter(resolved_at=None).count(),
                "url": f"{page_url('unbooked')}?state=open",
                "icon": "alert-triangle",
            },
            {
                "label": "Events of gateways that failed",
                "count": InboxEvent.objects.filter(state=InboxState.FAILED).count(),
                "url": f"{page_url('inbox')}?state=failed",
                "icon": "inbox",
            },
        ]
        rows = with_open(
            Transaction.objects.select_related("account").filter(
                company_id=current_company_id(), posted_on__isnull=False
            )
        )
        return {
            "page_subtitle": f"{company.name} · all customers, in {currency.upper()}",
            "actions": new_actions(self.request),
            "tiles": [
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
            ],
            "chart": ageing_chart(
                minors=ageing_now(today=day), currency=currency, title="Open amounts by days overdue"
            ),
            "todo": [item for item in todo if item["count"]],
            "recent": {
                "title": "Latest postings",
                "table": table(RECENT, standing(rows).order_by("-id")[:10]),
                "url": listed,
            },
        }
