"""What segments declare to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .sql import PRESENT

ROOM = Room(
    name="segments",
    permissions={
        "segments.edit": Permission(
            title=say("Write, change and delete segments"), roles=frozenset({"agent", "billing_manager"})
        ),
    },
    scopes={"segments": frozenset({"segments.edit"})},
    guards=PRESENT.triggers(),
    words={"owes": say("Owes"), "in_credit": say("In credit"), "even": say("Nothing open")},
    events=EVENTS,
)
