"""What the journal keeps under Configuration: the chart of accounts."""

from __future__ import annotations

from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.page_kit.columns import Column, NameColumn, WordColumn
from subledger.page_kit.kinds import IN_USE, Kind, active, words

JOURNAL = (
    Kind(
        "ledger-accounts",
        "Chart of accounts",
        "ledger account",
        LedgerAccount,
        "The accounts of the general journal.",
        ("code", "name", "kind", "description", "is_active"),
        (
            Column("code", "Code", sort="code", strong=True),
            NameColumn("name", "Name", sort="name"),
            WordColumn("kind", "Kind", sort="kind"),
            active(),
        ),
        choices={"kind": words(LedgerKind)},
        labels=IN_USE,
        sort="code",
    ),
)
