"""What webhooks declare to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .figures import FIGURES
from .invariants import WEBHOOKS
from .made_kinds import MADE_KINDS
from .sql import PRESENT

ROOM = Room(
    name="webhooks",
    permissions={
        "webhooks.edit": Permission(title=say("Manage webhook endpoints and their secrets")),
        "webhooks.replay": Permission(title=say("Send webhooks again"), roles=frozenset({"billing_manager"})),
    },
    scopes={"webhook_endpoints": frozenset({"webhooks.edit", "webhooks.replay"})},
    reads=frozenset({"webhook_deliveries"}),
    invariants=WEBHOOKS,
    guards=PRESENT.triggers(),
    figures=FIGURES,
    made_kinds=MADE_KINDS,
    events={
        "webhook_endpoint.created": say("an address is told of events from now on"),
        "webhook_endpoint.changed": say("its address, filters or description, as [before, after]"),
        "webhook_endpoint.enabled": say("events are delivered again, from where it stood"),
        "webhook_endpoint.disabled": say(
            "nothing is delivered until it is enabled: by a person, gone (410), or failing"
        ),
        "webhook_endpoint.secret_rotated": say("a new secret signs, and until when the old one does"),
        "webhook_endpoint.tested": say("an event that is delivered to this endpoint alone"),
        "webhook_endpoint.replayed": say("events are sent again: which, and how many"),
        "webhook_endpoint.deleted": say("it is told of nothing more"),
    },
)
