"""What people configure of the journal: the chart of accounts."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid, use_of
from subledger.kernel.sentences import say
from subledger.platform.configuration import (
    CODE,
    DESCRIPTION,
    IN_USE,
    NAME,
    Change,
    ConfigurationField,
    ConfigurationTable,
)

from .models import JournalLine, LedgerAccount, LedgerKind


def _ledger_account(change: Change) -> None:
    """Reports of the past tell an account by its kind, and whoever relies on it chose that kind."""
    if not change.changes("kind"):
        return
    row = change.row
    use = use_of(row)
    if not use and JournalLine.objects.filter(ledger_account_id=row.pk).exists():
        use = say("an account with entries in the journal")
    if use:
        raise ConfigurationInvalid(
            say(
                "{name!r} keeps its kind: it is {use}. Make another ledger account, and choose that one there.",
                name=row.name,
                use=use,
            ),
            param="/kind",
        )


LEDGER_ACCOUNTS = ConfigurationTable(
    model=LedgerAccount,
    name="ledger_accounts",
    title=say("Chart of accounts"),
    noun=say("ledger account"),
    about=say("The accounts of the general journal."),
    group=say("General journal"),
    position=40,
    fields=(CODE, NAME, ConfigurationField(name="kind", choices=LedgerKind), DESCRIPTION, IN_USE),
    columns=("code", "name", "kind", "is_active"),
    sort="code",
    guard=_ledger_account,
)

TABLES = (LEDGER_ACCOUNTS,)
