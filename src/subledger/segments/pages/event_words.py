"""What events of segments are called on pages."""

from __future__ import annotations

from subledger.kernel.sentences import say

EVENT_WORDS = {
    "segment.created": say("Segment written"),
    "segment.changed": say("Segment changed"),
    "segment.deleted": say("Segment deleted"),
}
THINGS = {"segment": say("Segment")}
EVENT_LABELS = {"about": say("About"), "criteria": say("Criteria")}
