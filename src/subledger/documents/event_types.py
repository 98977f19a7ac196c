"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "logo.changed": "the logo on documents is another one; its bytes",
    "logo.removed": "documents bear no logo any more",
}
