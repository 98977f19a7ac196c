from __future__ import annotations

from subledger.attachments.attachable import Attachable
from subledger.kernel.sentences import say
from subledger.platform.rooms import Permission, Room, Series

from .defaults import DEFAULTS
from .event_types import EVENTS
from .imports.kinds import IMPORTS
from .models import Account, Customer
from .queries import account_by_id, customer_by_id
from .sql import PRESENT
from .tables import TABLES

_DESK = frozenset({"agent", "billing_manager"})
_CODES = "SELECT code FROM accounts_account WHERE company_id = %(company)s AND code <> ''"
_NUMBERS = "SELECT number FROM accounts_account WHERE company_id = %(company)s"

ROOM = Room(
    name="accounts",
    permissions={
        "customers.edit": Permission(title=say("Create and change customers"), roles=_DESK),
        "accounts.edit": Permission(title=say("Open and change receivable accounts"), roles=_DESK),
        "accounts.state": Permission(
            title=say("Suspend, reactivate and terminate accounts"), roles=frozenset({"billing_manager"})
        ),
    },
    scopes={
        "customers": frozenset({"customers.edit"}),
        "contact_persons": frozenset({"customers.edit"}),
        "accounts": frozenset({"accounts.edit", "accounts.state", "notes.add"}),
    },
    series=[
        Series("customer", "CUS", taken="SELECT code FROM accounts_customer WHERE company_id = %(company)s"),
        Series("account", "ACR", 10, _NUMBERS, taken=_CODES),
    ],
    guards=PRESENT.triggers(),
    imports=IMPORTS,
    tables=TABLES,
    defaults=DEFAULTS,
    attachable=(
        Attachable(name="customer", resource="customers", prefix=Customer.PREFIX, read=customer_by_id),
        Attachable(name="account", resource="accounts", prefix=Account.PREFIX, read=account_by_id),
    ),
    words={"fifo": say("Oldest first"), "against_item_fifo": say("Chosen, then oldest first")},
    events=EVENTS,
)
