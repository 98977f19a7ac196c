from __future__ import annotations

from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import Room

from .event_types import EVENTS
from .letters import KINDS

ROOM = Room(
    name="people",
    message_kinds=KINDS,
    defaults={"message templates of people": lambda actor: standard_templates(KINDS)},
    events=EVENTS,
)
