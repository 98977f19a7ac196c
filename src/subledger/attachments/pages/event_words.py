"""What events of attached files are called on pages."""

from __future__ import annotations

EVENT_WORDS = {"attachment.added": "File attached", "attachment.removed": "Attached file removed"}
THINGS = {"attachment": "Attached file"}
EVENT_LABELS = {"file": "File"}
SILENT = frozenset({"sha256", "bytes"})
