"""What dunning declares to the house."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import LedgerSeed, Permission, Room

from .defaults import DEFAULTS
from .event_types import EVENTS
from .guards import GUARDING
from .invariants import DUNNING
from .letters import KINDS
from .listeners import LISTENERS
from .printouts import DOCUMENT_KINDS
from .reports import REPORTS
from .runs import RUNS
from .sql import PRESENT
from .tables import TABLES

ROOM = Room(
    name="dunning",
    permissions={
        "dunning.configure": Permission(
            title=say("Change dunning plans and their levels"), roles=frozenset({"billing_manager"})
        ),
    },
    scopes={
        "dunning_plans": frozenset({"dunning.configure"}),
        "dunning_levels": frozenset({"dunning.configure"}),
        "dunning_rates": frozenset({"dunning.configure"}),
        "dunning_minimums": frozenset({"dunning.configure"}),
    },
    reads=frozenset({"dunning_records", "late_charges"}),
    chart=[LedgerSeed("4400", say("Late fees and interest"), "income")],
    invariants=DUNNING,
    guards=PRESENT.triggers(),
    guarding=GUARDING,
    reports=REPORTS,
    runs=RUNS,
    tables=TABLES,
    listeners=LISTENERS,
    document_kinds=DOCUMENT_KINDS,
    message_kinds=KINDS,
    defaults={"message templates of dunning": lambda actor: standard_templates(KINDS), **DEFAULTS},
    events=EVENTS,
    words={
        "to_print": say("To print"),
        "printed": say("Printed"),
        "lapsed": say("Lapsed"),
        "overtaken": say("Overtaken"),
        "silent": say("No message"),
        "go_on": say("Go on"),
        "stop": say("End, and do nothing"),
        "hand_over": say("Handed over"),
        "late_fee": say("Late fee"),
        "late_interest": say("Late interest"),
        "promised": say("Promised"),
        "under_way": say("Being collected"),
        "below_minimum": say("Below the smallest amount"),
    },
)
