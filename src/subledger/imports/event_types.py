"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "import.finished": "counts of an import that was kept, or was not",
    "import.refused": "counts of an import that was kept, or was not",
}
