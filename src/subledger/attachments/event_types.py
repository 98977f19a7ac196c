"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "attachment.added": "the file: id, name, bytes, SHA-256, note; about the record that it was attached to",
    "attachment.removed": "the file: id, name, bytes, SHA-256",
}
