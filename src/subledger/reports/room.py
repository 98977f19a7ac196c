from __future__ import annotations

from subledger.messages.defaults import standard_templates
from subledger.platform.rooms import Room

from .checks import BOOKS_CHECK
from .letters import KINDS
from .long_files import LIST_FILE, REPORT_FILE
from .month_end import ITEMS
from .packs import MONTH_EXPORT

ROOM = Room(
    name="reports",
    scopes={
        "month_exports": frozenset({"export"}),
        "report_exports": frozenset({"export"}),
        "books_checks": frozenset({"journal.close"}),
    },
    reads=frozenset({"reports"}),
    month_end=ITEMS,
    runs=[BOOKS_CHECK, MONTH_EXPORT, LIST_FILE, REPORT_FILE],
    message_kinds=KINDS,
    defaults={"message templates of reports": lambda actor: standard_templates(KINDS)},
)
