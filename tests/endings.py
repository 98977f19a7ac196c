"""What cannot be undone, done as a person does it: what it comes to is looked at, and agreed to."""

from __future__ import annotations

from datetime import date

from subledger.accounts.models import Account
from subledger.accounts.services import change_account_state
from subledger.accounts.termination import termination_of
from subledger.journal.closure import closing_of, reopening
from subledger.journal.models import PeriodClose
from subledger.journal.services import close_period, reopen_period


def terminate(account_id: int, *, reason: str = "left", actor: str = "test") -> Account:
    """Whatever is left on it."""
    outcome = termination_of(Account.objects.get(pk=account_id)).outcome
    return change_account_state(
        account_id=account_id, action="terminate", reason=reason, expected_outcome=outcome, actor=actor
    )


def close_books(*, through: date, actor: str = "test") -> PeriodClose:
    """Whatever is unfinished inside, and today too."""
    return close_period(through=through, expected_outcome=closing_of(through).outcome, actor=actor)


def reopen_books(*, reason: str = "late", actor: str = "test") -> PeriodClose:
    return reopen_period(reason=reason, expected_outcome=reopening().outcome, actor=actor)
