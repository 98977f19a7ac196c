from __future__ import annotations

from subledger.platform.rooms import LedgerSeed, Permission, Room

from .event_types import EVENTS
from .imports import IMPORTS
from .invariants import JOURNAL
from .rates import ITEMS
from .reports import REPORTS
from .sql import PRESENT
from .tables import TABLES

ROOM = Room(
    name="journal",
    permissions={
        "journal.close": Permission(title="Close and reopen accounting periods", roles=frozenset({"accountant"})),
        "journal.rates": Permission(title="Enter exchange rates", roles=frozenset({"accountant"})),
    },
    scopes={"periods": frozenset({"journal.close"}), "exchange_rates": frozenset({"journal.rates"})},
    reads=frozenset({"journal_entries"}),
    tables=TABLES,
    chart=[
        LedgerSeed("1000", "Cash", "asset"),
        LedgerSeed("1010", "Bank", "asset"),
        LedgerSeed("4900", "Realised exchange gains", "income"),
        LedgerSeed("5900", "Realised exchange losses", "expense"),
    ],
    invariants=JOURNAL,
    guards=PRESENT.triggers(),
    reports=REPORTS,
    month_end=ITEMS,
    imports=IMPORTS,
    events=EVENTS,
)
