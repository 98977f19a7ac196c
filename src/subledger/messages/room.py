"""What messages declare to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .defaults import DEFAULTS
from .event_types import EVENTS
from .invariants import MESSAGES
from .sql import PRESENT
from .tables import TABLES

_DESK = frozenset({"billing_manager", "agent"})

ROOM = Room(
    name="messages",
    permissions={
        "messages.send": Permission(title=say("Send messages to customers"), roles=_DESK),
        "messages.suppress": Permission(title=say("Suppress addresses and lift that"), roles=_DESK),
        "messages.configure": Permission(
            title=say("Change message templates and settings"),
            roles=frozenset({"billing_manager"}),
            parts={"templates": say("Change message templates"), "settings": say("Change message settings")},
        ),
    },
    scopes={
        "messages": frozenset({"messages.send", "messages.suppress"}),
        "suppressions": frozenset({"messages.suppress"}),
        "message_templates": frozenset({"messages.configure:templates"}),
        "message_settings": frozenset({"messages.configure:settings"}),
    },
    invariants=MESSAGES,
    guards=PRESENT.triggers(),
    tables=TABLES,
    defaults=DEFAULTS,
    events=EVENTS,
)
