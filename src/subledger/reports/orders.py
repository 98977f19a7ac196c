"""What people order of reports, as runs: the check of the books, the reports of a month."""

from __future__ import annotations

from subledger.journal.month_end import Month
from subledger.runs.models import Run
from subledger.runs.services.start import start_run

from .checks import BOOKS_CHECK, WholeBooks
from .packs import MONTH_EXPORT, PackOf


def order_check(*, actor: str) -> Run:
    """The books proved by their own rows; whether they hold stands on the page of a month's end then."""
    return start_run(kind=BOOKS_CHECK, name="Check of the books", criteria=WholeBooks(), actor=actor)


def order_month_export(*, month: Month, actor: str) -> Run:
    """Every report of a month in one file."""
    name = f"Reports of {month.title}"
    return start_run(kind=MONTH_EXPORT, name=name, criteria=PackOf(str(month)), as_of=month.last, actor=actor)
