"""Events as entries of a timeline, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from subledger.companies.queries import names_of
from subledger.platform.models import Event

__all__ = ["entries_of", "in_words"]

MARKS: dict[str, tuple[str, str]] = {  # the last word of an event's type -> icon, tone
    "noted": ("note", ""),
    "posted": ("check", "good"),
    "drafted": ("pencil", ""),
    "draft_changed": ("pencil", ""),
    "updated": ("pencil", ""),
    "changed": ("pencil", ""),
    "created": ("plus", ""),
    "opened": ("plus", ""),
    "cancelled": ("ban", "warn"),
    "rejected": ("x", "bad"),
    "written_off": ("eraser", "warn"),
    "moved": ("arrows-exchange", ""),
    "state_changed": ("lock", "warn"),
    "closed": ("lock", ""),
    "reopened": ("lock-open", "warn"),
    "activated": ("bolt", "good"),
    "pending": ("hourglass", ""),
    "returned": ("arrow-back-up", "warn"),
    "declined": ("x", "bad"),
    "under_processing": ("send", ""),
    "requires_action": ("user", "warn"),
    "unknown": ("alert-triangle", "bad"),
    "sent_again": ("send", ""),
    "effective": ("bolt", "good"),
    "not_effective": ("ban", "warn"),
    "secrets_changed": ("key", "warn"),
    "instrument_registered": ("credit-card", "good"),
    "instrument_removed": ("credit-card", "warn"),
    "dispute_open": ("alert-triangle", "bad"),
    "dispute_won": ("check", "good"),
    "dispute_lost": ("x", "bad"),
}


# Beside the title; what a state was and is, its name says.
SHOWN_ELSEWHERE = frozenset({"number", "currency", "was", "state", "payment_request_id", "expires_at"})


def in_words(type_: str) -> str:
    """``invoice.written_off`` as Invoice written off; a note is a Note."""
    if type_.endswith(".noted"):
        return "Note"
    return type_.replace(".", " ").replace("_", " ").capitalize()


def _facts(event: Event) -> str:
    """What an event tells beyond its name, one line a fact."""
    lines = []
    for name, value in event.data.items():
        if name == "text":
            lines.append(str(value))
        elif isinstance(value, list) and len(value) == 2:
            before, after = value
            lines.append(f"{_word(name)}: {before or '–'} → {after or '–'}")
        elif value and name not in SHOWN_ELSEWHERE and isinstance(value, str):
            lines.append(f"{_word(name)}: {value}")
    return "\n".join(lines)


def _word(name: str) -> str:
    return name.replace("_", " ").capitalize()


def entries_of(events: Iterable[Event], names: dict[int, tuple[str, str]] | None = None) -> list[dict[str, Any]]:
    """Entries for parts/timeline.html; ``names`` has (text, url) of the objects that are not the page's own."""
    entries, events = [], list(events)
    people = names_of(event.actor for event in events)
    for event in events:
        icon, tone = MARKS.get(event.type.rpartition(".")[2], ("clock", ""))
        name, url = (names or {}).get(event.object_id, ("", ""))
        entries.append(
            {
                "at": event.at,
                "title": " ".join(filter(None, (in_words(event.type), name))),
                "actor": people[event.actor],
                "text": _facts(event),
                "icon": icon,
                "tone": tone,
                "url": url,
                "minor": event.data.get("amount"),
                "currency": event.data.get("currency") if "amount" in event.data else None,
            }
        )
    return entries
