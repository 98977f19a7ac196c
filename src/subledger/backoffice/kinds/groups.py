from __future__ import annotations

from subledger.backoffice.columns import Column
from subledger.companies.models import Role
from subledger.companies.permissions import permissions

from .books import CATALOGUE, JOURNAL
from .kind import NAMED, Kind
from .receivables import ACCOUNTS, TRANSACTIONS

PEOPLE = (
    Kind(
        "roles",
        "Roles",
        "role",
        Role,
        "What each role may do.",
        ("name", "code", "permissions"),
        (*NAMED, Column("permission_count", "Permissions", css="col-number", lead=True)),
        choices={"permissions": list(permissions().items())},
        permission="people.edit",
    ),
)

GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Accounts", ACCOUNTS),
    ("Transactions", TRANSACTIONS),
    ("Products and taxes", CATALOGUE),
    ("General journal", JOURNAL),
    ("People", PEOPLE),
)
KINDS: dict[str, Kind] = {kind.slug: kind for _, kinds in GROUPS for kind in kinds}
