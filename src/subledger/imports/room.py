from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .month_end import ITEMS
from .runs import RUNS
from .sql import PRESENT

ROOM = Room(
    name="imports",
    permissions={
        "imports.run": Permission(
            title=say("Import files, of what one may enter by hand"), roles=frozenset({"billing_manager", "accountant"})
        )
    },
    scopes={"imports": frozenset({"imports.run"})},
    month_end=ITEMS,
    runs=RUNS,
    guards=PRESENT.triggers(),
    events=EVENTS,
)
