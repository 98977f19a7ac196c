from __future__ import annotations

from subledger.platform.rooms import Room

from .event_types import EVENTS
from .letters import KINDS

ROOM = Room(
    name="people",
    message_kinds=KINDS,
    events=EVENTS,
)
