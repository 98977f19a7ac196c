"""Every report of the system, by name.

``report_named("aged-receivables").run(as_of=date(2013, 6, 30))`` gives a `Table`: ``columns`` (name, label,
kind), ``rows`` (tuples, money in minor units), ``totals`` (one row a currency), ``currency`` (of money where
no column names it), ``keys`` (ids of what rows are about, of `Report.subject`), ``parameters`` as understood.
Values may be text as a person wrote it: dates, an account's code, number or id. `files` turns a table into
CSV, XLSX or JSON. The columns of aged-receivables, statement and trial-balance are promises to users.
"""

from __future__ import annotations

from . import activity, ledger, receivables
from .errors import ReportUnknown
from .tables import Column, Kind, Parameter, Report, Table

__all__ = ["REPORTS", "Column", "Kind", "Parameter", "Report", "Table", "report_named"]

REPORTS: dict[str, Report] = {
    report.name: report for room in (receivables, ledger, activity) for report in room.REPORTS
}


def report_named(name: str) -> Report:
    """ReportUnknown, with the names there are, when there is none of that name."""
    if name not in REPORTS:
        raise ReportUnknown(name, REPORTS)
    return REPORTS[name]
