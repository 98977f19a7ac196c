from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .reports import REPORTS
from .sql import PRESENT

_DESK = frozenset({"billing_manager", "agent"})

ROOM = Room(
    name="desk",
    permissions={
        "desk.contact": Permission(title=say("Record contacts with customers who owe, and follow up"), roles=_DESK),
        "desk.assign": Permission(title=say("Give accounts to collectors"), roles=frozenset({"billing_manager"})),
    },
    scopes={
        "collection_contacts": frozenset({"desk.contact"}),
        "accounts": frozenset({"desk.assign"}),
    },
    reports=REPORTS,
    guards=PRESENT.triggers(),
    events=EVENTS,
    words={
        "follow_up": say("Follow-up"),
        "broken_promise": say("Broken promise"),
        "failed_payment": say("Payment that failed"),
    },
)
