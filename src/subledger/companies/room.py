from __future__ import annotations

from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .sql import PRESENT
from .tables import TABLES

_EVERYBODY = frozenset({"agent", "billing_manager", "accountant", "auditor"})

ROOM = Room(
    name="companies",
    permissions={
        "view": Permission(title="See everything of the company", roles=_EVERYBODY),
        "export": Permission(title="Download lists, reports and the journal", roles=_EVERYBODY),
        "notes.add": Permission(title="Add notes", roles=_EVERYBODY - {"auditor"}),
        "views.share": Permission(
            title="Share saved views of lists with the company", roles=frozenset({"billing_manager", "accountant"})
        ),
        "configuration.edit": Permission(
            title="Change definitions, types, methods, posting rules, the chart of accounts and taxes",
            roles=frozenset({"accountant"}),
        ),
        "people.edit": Permission(title="Manage people, roles and API keys"),
        "companies.create": Permission(title="Create companies"),
    },
    scopes={"companies": frozenset({"companies.create"})},
    tables=TABLES,
    reads=frozenset({"roles", "members", "api_keys", "events"}),
    guards=PRESENT.triggers(),
    events=EVENTS,
)
