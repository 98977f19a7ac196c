from __future__ import annotations

from subledger.kernel.sentences import say
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
        "journal.close": Permission(title=say("Close and reopen accounting periods"), roles=frozenset({"accountant"})),
        "journal.rates": Permission(title=say("Enter exchange rates"), roles=frozenset({"accountant"})),
    },
    scopes={"periods": frozenset({"journal.close"}), "exchange_rates": frozenset({"journal.rates"})},
    reads=frozenset({"journal_entries"}),
    tables=TABLES,
    chart=[
        LedgerSeed("1000", say("Cash on hand"), "asset"),
        LedgerSeed("1010", say("Bank"), "asset"),
        LedgerSeed("4900", say("Realised exchange gains"), "income"),
        LedgerSeed("5900", say("Realised exchange losses"), "expense"),
    ],
    invariants=JOURNAL,
    guards=PRESENT.triggers(),
    reports=REPORTS,
    month_end=ITEMS,
    imports=IMPORTS,
    events=EVENTS,
)
