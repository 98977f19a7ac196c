"""What events of journal are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.journal.models import LedgerAccount
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "ledger_account.created": "Ledger account created",
    "rate.entered": "Exchange rate entered",
    "period.closed": "Period closed",
    "period.reopened": "Period reopened",
    "month_end.done": "Marked as done at a month's end",
    "month_end.undone": "To be looked at again at a month's end",
}
THINGS = {
    "period": "Period",
    "month_end_mark": "Month-end",
    "ledgeraccount": "Ledger account",
    "ledger_account": "Ledger account",
}
EVENT_LABELS = {
    "through": "Through",
    "month": "Month",
    "item": "Line",
    "words": "It said",
}
NAMED = {
    "ledger_account": Named(
        lambda idents: LedgerAccount.objects.filter(pk__in=idents),
        str,
        lambda row: page_url("entry", "ledger-accounts", row.public_id),
    ),
}
