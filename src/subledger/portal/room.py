from __future__ import annotations

from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import Room

from .letters import KINDS, TAGS

ROOM = Room(
    name="portal",
    message_kinds=KINDS,
    message_tags=TAGS,
    defaults={"message templates of the customer's page": lambda actor: standard_templates(KINDS)},
)
