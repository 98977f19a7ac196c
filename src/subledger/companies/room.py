from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room

from .event_types import EVENTS
from .sql import PRESENT
from .tables import TABLES

_EVERYBODY = frozenset({"agent", "billing_manager", "accountant", "auditor"})

ROOM = Room(
    name="companies",
    permissions={
        "view": Permission(title=say("See everything of the company"), roles=_EVERYBODY),
        "export": Permission(title=say("Download lists, reports and the journal"), roles=_EVERYBODY),
        "notes.add": Permission(title=say("Add notes"), roles=_EVERYBODY - {"auditor"}),
        "views.share": Permission(
            title=say("Share saved views of lists with the company"), roles=frozenset({"billing_manager", "accountant"})
        ),
        "configuration.edit": Permission(
            title=say("Change definitions, types, methods, posting rules, the chart of accounts and taxes"),
            roles=frozenset({"accountant"}),
        ),
        "numbers.edit": Permission(
            title=say("Say how documents are numbered, and which number comes next"), roles=frozenset({"accountant"})
        ),
        "people.edit": Permission(title=say("Manage people, roles and API keys")),
        "companies.create": Permission(title=say("Create companies")),
    },
    scopes={"companies": frozenset({"companies.create"}), "number_series": frozenset({"numbers.edit"})},
    tables=TABLES,
    reads=frozenset({"roles", "members", "api_keys", "events"}),
    guards=PRESENT.triggers(),
    events=EVENTS,
)
