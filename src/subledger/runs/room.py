"""What runs declare to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .invariants import RUNS
from .sql import PRESENT

_MANAGER = frozenset({"billing_manager"})

ROOM = Room(
    name="runs",
    permissions={
        "runs.edit": Permission(title=say("Write run definitions and put them in force or not"), roles=_MANAGER),
        "runs.execute": Permission(title=say("Execute, schedule, pause, resume and cancel runs"), roles=_MANAGER),
    },
    scopes={
        "run_definitions": frozenset({"runs.edit", "runs.execute"}),
        "runs": frozenset({"runs.execute"}),
    },
    invariants=RUNS,
    guards=PRESENT.triggers(),
    words={"effective": say("Active"), "not_effective": say("Inactive")},
    events=EVENTS,
)
