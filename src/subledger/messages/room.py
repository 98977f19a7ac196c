"""What messages declare to the house."""

from __future__ import annotations

from subledger.platform.invariants import Guard
from subledger.platform.rooms import Permission, Room

from .defaults import DEFAULTS
from .tables import TABLES

_DESK = frozenset({"billing_manager", "agent"})

ROOM = Room(
    name="messages",
    permissions={
        "messages.send": Permission(title="Send messages to customers", roles=_DESK),
        "messages.suppress": Permission(title="Suppress addresses and lift that", roles=_DESK),
        "messages.configure": Permission(
            title="Change message templates and settings", roles=frozenset({"billing_manager"})
        ),
    },
    scopes={
        "messages": frozenset({"messages.send", "messages.suppress"}),
        "suppressions": frozenset({"messages.suppress"}),
        "message_templates": frozenset({"messages.configure"}),
        "message_settings": frozenset({"messages.configure"}),
    },
    guards=[
        Guard("messages_message", "message_keeps_what_it_says"),
        Guard("messages_message", "messages_message_append_only"),
        Guard("messages_messageattachment", "messages_messageattachment_append_only"),
        Guard("messages_filecontent", "messages_filecontent_append_only"),
    ],
    tables=TABLES,
    defaults=DEFAULTS,
)
