"""Every report that rooms declare, by name.

``report_named("aged-receivables").run(as_of=date(2013, 6, 30))`` gives a `Table`: ``columns`` (name, label,
kind), ``rows`` (tuples, money in minor units), ``totals`` (one row a currency), ``currency`` (of money where
no column names it), ``keys`` (ids of what rows are about, of `Report.subject`), ``parameters`` as understood.
Values may be text as a person wrote it: dates, an account's code, number or id. `report_kit.files` turns a table into
CSV, XLSX or JSON. The columns of aged-receivables, statement and trial-balance are promises to users.
"""

from __future__ import annotations

from functools import cache

from subledger.platform.rooms import declared
from subledger.report_kit.errors import ReportUnknown
from subledger.report_kit.tables import Column, Kind, Parameter, Report, Table

__all__ = ["Column", "Kind", "Parameter", "Report", "Table", "report_named", "reports"]


@cache
def reports() -> dict[str, Report]:
    return {report.name: report for report in declared(Report)}


def report_named(name: str) -> Report:
    """ReportUnknown, with the names there are, when there is none of that name."""
    if name not in reports():
        raise ReportUnknown(name, reports())
    return reports()[name]
