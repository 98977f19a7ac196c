"""What the room declares."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .defaults import make_letterhead
from .event_types import EVENTS
from .sql import PRESENT
from .tables import TABLES

ROOM = Room(
    name="documents",
    permissions={
        "documents.renew": Permission(
            title=say("Reprint documents that are kept as they were printed"),
            roles=frozenset({"billing_manager", "agent"}),
        ),
    },
    scopes={"printed_copies": frozenset({"documents.renew"})},
    tables=TABLES,
    defaults={"letterhead": make_letterhead},
    guards=PRESENT.triggers(),
    events=EVENTS,
)
