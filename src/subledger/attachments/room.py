"""What attachments declare to the house."""

from __future__ import annotations

from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .sql import PRESENT

_DESK = frozenset({"billing_manager", "agent"})

ROOM = Room(
    name="attachments",
    permissions={
        "attachments.add": Permission(title="Attach files", roles=_DESK),
        "attachments.remove": Permission(title="Remove attached files", roles=frozenset({"billing_manager"})),
    },
    scopes={"attachments": frozenset({"attachments.add", "attachments.remove"})},
    guards=PRESENT.triggers(),
    events=EVENTS,
)
