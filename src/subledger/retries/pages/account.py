"""What the page of an account says of retries on it."""

from __future__ import annotations

from typing import Any

from subledger.accounts.models import Account
from subledger.kernel.sentences import say
from subledger.page_kit.columns import Column, DayColumn, MoneyColumn
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.retries.queries import account_retries

from .retries import PlaceColumn, StandingColumn, document_url

SHOWN = 10
COMING = (
    Column("document_number", say("Document"), link=document_url, strong=True),
    DayColumn("failed_on", say("Failed")),
    DayColumn("due_on", say("Tried again")),
    PlaceColumn("number", say("Try")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    StandingColumn("state", say("State"), css="col-why"),
)


def tables(request: Any, account: Account) -> list[dict[str, Any]]:
    rows = account_retries(account.pk, most=SHOWN)
    if not rows:
        return []
    return [
        {
            "title": say("Coming retries"),
            "table": table(COMING, rows),
            "url": f"{page_url('retries')}?q={account.number}",
            "label": say("All retries"),
        }
    ]
