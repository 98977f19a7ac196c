"""What attachments declare to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .sql import PRESENT

_DESK = frozenset({"billing_manager", "agent"})

ROOM = Room(
    name="attachments",
    permissions={
        "attachments.add": Permission(title=say("Attach files"), roles=_DESK),
        "attachments.remove": Permission(title=say("Remove attached files"), roles=frozenset({"billing_manager"})),
    },
    scopes={"attachments": frozenset({"attachments.add", "attachments.remove"})},
    guards=PRESENT.triggers(),
    events=EVENTS,
)
