from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .ageing import AGREED
from .defaults import DEFAULTS
from .event_types import EVENTS
from .invariants import PROMISES
from .letters import TAGS as TAGS_OF_MESSAGES
from .reminders import REMINDERS
from .sql import PRESENT
from .tables import TABLES

_DESK = frozenset({"billing_manager", "agent"})

ROOM = Room(
    name="promises",
    permissions={
        "promises.make": Permission(title=say("Make and withdraw promises to pay"), roles=_DESK),
        "promises.dispute": Permission(title=say("Open and close disputes of invoices"), roles=_DESK),
    },
    scopes={
        "invoices": frozenset({"promises.make", "promises.dispute"}),
        "promises": frozenset({"promises.make"}),
        "disputes": frozenset({"promises.dispute"}),
    },
    tables=TABLES,
    agreed_days=AGREED,
    message_holds=REMINDERS,
    message_tags=TAGS_OF_MESSAGES,
    invariants=PROMISES,
    guards=PRESENT.triggers(),
    events=EVENTS,
    defaults=DEFAULTS,
)
