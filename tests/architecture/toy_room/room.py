from __future__ import annotations

from subledger.attachments.attachable import Attachable
from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import JournalSource, LedgerSeed, Permission, Room, RuleSeed, Series

from .agreed_days import AGREED
from .consequences import BUY, CHRISTEN
from .defaults import DEFAULTS
from .documents import DOCUMENT_KINDS
from .figures import FIGURES
from .imports import IMPORTS
from .invariants import INVARIANTS
from .letters import HOLDS, KINDS, TAGS, toy_by_id
from .made_kinds import MADE_KINDS
from .models import Toy
from .month_end import ITEMS
from .reports import REPORTS
from .runs import RUNS
from .sql import PRESENT
from .tables import GUARDING, TABLES

ROOM = Room(
    name="toys",
    permissions={"toys.edit": Permission(title="Add toys", roles=frozenset({"agent"}))},
    scopes={"toys": frozenset({"toys.edit"})},
    series=[Series("toy", "TOY", 4, "SELECT number FROM toys_toy WHERE company_id = %(company)s")],
    chart=[LedgerSeed("4711", "Toys lent out", "income")],
    rules=[RuleSeed("refund", "write_off", "total", "5100", None)],
    sources={"toy": JournalSource(title="Toy lent out", prefix=Toy.PREFIX)},
    reads=frozenset({"toy_names"}),
    invariants=INVARIANTS,
    figures=FIGURES,
    guards=PRESENT.triggers(),
    reports=REPORTS,
    month_end=ITEMS,
    tables=TABLES,
    guarding=GUARDING,
    imports=IMPORTS,
    runs=RUNS,
    consequences=[BUY],
    agreed_days=AGREED,
    listeners=[CHRISTEN],
    made_kinds=MADE_KINDS,
    attachable=[Attachable(name="toy", resource="toys", prefix=Toy.PREFIX, read=toy_by_id)],
    events={"toy.added": "a toy came, with its name"},
    references={"toy_of_id": "toy"},
    words={"large": "Large as a bear"},
    document_kinds=DOCUMENT_KINDS,
    message_kinds=KINDS,
    message_tags=TAGS,
    message_holds=HOLDS,
    defaults={**DEFAULTS, "message templates of toys": lambda actor: standard_templates(KINDS)},
)
