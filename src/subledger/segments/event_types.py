"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

from subledger.kernel.sentences import say

EVENTS = {
    "segment.created": say("its name, what it is about, and its criteria"),
    "segment.changed": say("its name, description and criteria, as [before, after]"),
    "segment.deleted": say("its name, what it was about, and its criteria"),
}
