"""What events of journal are called on pages, and what they speak of."""

from __future__ import annotations

from subledger.journal.models import LedgerAccount
from subledger.kernel.sentences import say
from subledger.page_kit.faces import Named
from subledger.page_kit.url_ids import page_url

EVENT_WORDS = {
    "ledger_account.created": say("Ledger account created"),
    "rate.entered": say("Exchange rate entered"),
    "period.closed": say("Period closed"),
    "period.reopened": say("Period reopened"),
    "month_end.done": say("Marked as done at a month's end"),
    "month_end.undone": say("To be looked at again at a month's end"),
}
THINGS = {
    "period": say("Period"),
    "month_end_mark": say("Month-end"),
    "ledgeraccount": say("Ledger account"),
    "ledger_account": say("Ledger account"),
}
EVENT_LABELS = {
    "through": say("Through"),
    "month": say("Month"),
    "item": say("Line"),
    "words": say("It said"),
}
NAMED = {
    "ledger_account": Named(
        lambda idents: LedgerAccount.objects.filter(pk__in=idents),
        str,
        lambda row: page_url("entry", "ledger-accounts", row.public_id),
    ),
}
