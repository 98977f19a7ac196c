from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .defaults import DEFAULTS
from .event_types import EVENTS
from .imports import IMPORTS
from .sql import PRESENT
from .tables import TABLES

ROOM = Room(
    name="catalog",
    permissions={
        "products.edit": Permission(
            title=say("Create and change products"), roles=frozenset({"billing_manager", "accountant"})
        ),
    },
    scopes={"products": frozenset({"products.edit"})},
    imports=IMPORTS,
    tables=TABLES,
    defaults=DEFAULTS,
    guards=PRESENT.triggers(),
    events=EVENTS,
)
