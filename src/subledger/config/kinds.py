"""Everything that is kept under Configuration, in its groups."""

from __future__ import annotations

from subledger.accounts.pages.kinds import ACCOUNTS
from subledger.catalog.pages.kinds import CATALOGUE
from subledger.companies.pages.kinds import ROLES
from subledger.journal.pages.kinds import JOURNAL
from subledger.page_kit.kinds import Kind
from subledger.transactions.pages.kinds import POSTING_RULES, TRANSACTIONS

GROUPS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    ("Accounts", ACCOUNTS),
    ("Transactions", TRANSACTIONS),
    ("Products and taxes", CATALOGUE),
    ("General journal", (*JOURNAL, *POSTING_RULES)),
    ("People", ROLES),
)
KINDS: dict[str, Kind] = {kind.slug: kind for _, kinds in GROUPS for kind in kinds}
