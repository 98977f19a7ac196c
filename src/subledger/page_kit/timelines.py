"""Events as entries of a timeline, in the words of the audit list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from subledger.kernel.sentences import joined
from subledger.page_kit.event_words import sentence
from subledger.page_kit.faces import merged
from subledger.page_kit.trail import Trail
from subledger.platform.models import Event

__all__ = ["entries_of", "sentence"]

MARKS: dict[str, tuple[str, str]] = {  # the last word of an event's type -> icon, tone; rooms have more
    "noted": ("note", ""),
    "updated": ("pencil", ""),
    "changed": ("pencil", ""),
    "created": ("plus", ""),
    "opened": ("plus", ""),
    "cancelled": ("ban", "warn"),
    "rejected": ("x", "bad"),
    "state_changed": ("lock", "warn"),
    "closed": ("lock", ""),
    "reopened": ("lock-open", "warn"),
    "activated": ("bolt", "good"),
}


def entries_of(events: Iterable[Event], *, own: int = 0) -> list[dict[str, Any]]:
    """Entries for parts/timeline.html. What an event is about is named and linked, unless it is the page's ``own``."""
    seen, marks = Trail(events), MARKS | merged("marks")
    entries = []
    for event in seen.events:
        icon, tone = marks.get(event.type.rpartition(".")[2], ("clock", ""))
        thing = seen.about(event) if event.object_id != own else None
        minor, currency = seen.amount(event) or (None, None)
        entries.append(
            {
                "at": event.at,
                "title": joined(filter(None, (seen.title(event), thing.name if thing else "")), " "),
                "actor": seen.who(event),
                "text": "\n".join(seen.facts(event)),
                "icon": icon,
                "tone": tone,
                "url": thing.url if thing else "",
                "minor": minor,
                "currency": currency,
            }
        )
    return entries
