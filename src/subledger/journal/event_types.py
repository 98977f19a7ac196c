"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "ledger_account.created": "code",
    "rate.entered": "currency, day, rate (on the company)",
    "month_end.done": (
        "a line of a month's end was marked as done, with what it said; the mark was taken back (on the month end mark)"
    ),
    "month_end.undone": (
        "a line of a month's end was marked as done, with what it said; the mark was taken back (on the month end mark)"
    ),
    "period.closed": "through which day; the reason of reopening",
    "period.reopened": "through which day; the reason of reopening",
}
