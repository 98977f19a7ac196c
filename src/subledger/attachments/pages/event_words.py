"""What events of attached files are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say

EVENT_WORDS = {"attachment.added": say("File attached"), "attachment.removed": say("Attached file removed")}
THINGS = {"attachment": say("Attached file")}
EVENT_LABELS = {"file": say("File")}
SILENT = frozenset({"sha256", "bytes"})
