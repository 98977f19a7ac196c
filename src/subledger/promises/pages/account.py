"""What the page of an account says of promises and disputes on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum

from subledger.accounts.models import Account
from subledger.kernel.sentences import say
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.promises.pages.promises import NextColumn, invoice_url
from subledger.promises.queries import disputes, promises
from subledger.promises.states import DisputeState, PromiseState
from subledger.transactions import labels

PROMISES = (
    Column("document", say("Invoice"), link=invoice_url, strong=True),
    DayColumn("made_on", say("Made")),
    MoneyColumn("unpaid_minor", say("Unpaid"), lead=True),
    NextColumn("next_on", say("Next day")),
    BadgeColumn("state", say("State")),
)
DISPUTES = (
    Column("document", say("Invoice"), link=lambda row: page_url("dispute", row.pk), strong=True),
    Column("reason", labels.REASON),
    DayColumn("follow_up_on", say("Follow up on")),
    MoneyColumn("open_minor", labels.OPEN, lead=True),
)
SHOWN = 10


def tiles(request: Any, account: Account) -> list[dict[str, Any]]:
    """What is promised and disputed of it, where anything is."""
    found = []
    listed = promises().filter(account_id=account.pk, state=PromiseState.OPEN)
    promised = listed.aggregate(minor=Sum("unpaid_minor"))["minor"]
    if promised:
        found.append({
            "label": say("Promised"), "minor": promised, "currency": account.currency,
            "hint": say("under open promises to pay"),
            "url": f"{page_url('promises')}?state=open&q={account.number}",
        })  # fmt: skip
    held = disputes().filter(account_id=account.pk, state=DisputeState.OPEN)
    disputed = held.aggregate(minor=Sum("open_minor"), number=Count("pk"))
    if disputed["number"]:
        found.append({
            "label": say("Disputed"), "minor": disputed["minor"] or 0, "currency": account.currency, "tone": "bad",
            "hint": say("open on disputed invoices"),
            "url": f"{page_url('disputes')}?state=open&q={account.number}",
        })  # fmt: skip
    return found


def tables(request: Any, account: Account) -> list[dict[str, Any]]:
    found = []
    rows = list(promises().filter(account_id=account.pk, state=PromiseState.OPEN).order_by("-id")[:SHOWN])
    if rows:
        found.append({
            "title": say("Promises to pay"), "table": table(PROMISES, rows),
            "url": f"{page_url('promises')}?q={account.number}", "label": say("All promises"),
        })  # fmt: skip
    held = list(disputes().filter(account_id=account.pk, state=DisputeState.OPEN).order_by("-id")[:SHOWN])
    if held:
        found.append({
            "title": say("Disputed invoices"), "table": table(DISPUTES, held),
            "url": f"{page_url('disputes')}?q={account.number}", "label": say("All disputes"),
        })  # fmt: skip
    return found
