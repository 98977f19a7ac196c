"""What guards the chart of accounts when it is configured."""

from __future__ import annotations

from subledger.companies.entries import Change, ConfigurationInvalid, Kept, use_of

from .models import JournalLine, LedgerAccount


def _ledger_account(change: Change) -> None:
    """Reports of the past tell an account by its kind, and whoever relies on it chose that kind."""
    if not change.changes("kind"):
        return
    row = change.row
    use = use_of(row)
    if not use and JournalLine.objects.filter(ledger_account_id=row.pk).exists():
        use = "an account with entries in the journal"
    if use:
        raise ConfigurationInvalid(
            f"{row.name!r} keeps its kind: it is {use}. Make another ledger account, and choose that one there.",
            param="/kind",
        )


KEPT = (Kept(model=LedgerAccount, guard=_ledger_account),)
