"""The types of events that this room records, each with what it tells. All are on the account."""

from __future__ import annotations

EVENTS = {
    "account.contacted": "how, with whom, what was said, and the day to follow up on",
    "account.followed_up": "what was to be followed up on is done; a word on it",
    "account.collector_changed": "who collects it, as [before, after]",
}
