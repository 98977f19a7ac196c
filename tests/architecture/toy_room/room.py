from __future__ import annotations

from subledger.platform.invariants import Guard
from subledger.platform.rooms import LedgerSeed, Permission, Room, Series

from .consequences import BUY, CHRISTEN
from .imports import IMPORTS
from .invariants import INVARIANTS
from .reports import REPORTS
from .tables import GUARDING, TABLES

ROOM = Room(
    name="toys",
    permissions={"toys.edit": Permission(title="Add toys", roles=frozenset({"agent"}))},
    scopes={"toys": frozenset({"toys.edit"})},
    series=[Series("toy", "TOY", 4, "SELECT number FROM toys_toy WHERE company_id = %(company)s")],
    chart=[LedgerSeed("4711", "Toys lent out", "income")],
    invariants=INVARIANTS,
    guards=[Guard("toys_toy", "toy_keeps_its_number"), Guard("toys_toy", "toys_toy_append_only")],
    reports=REPORTS,
    tables=TABLES,
    guarding=GUARDING,
    imports=IMPORTS,
    consequences=[BUY],
    listeners=[CHRISTEN],
    events={"toy.added": "a toy came, with its name"},
)
