"""What people order of reports, as runs: the check of the books, the reports of a month, workbooks of long lists."""

from __future__ import annotations

from collections.abc import Mapping

from subledger.companies.models import Membership
from subledger.journal.month_end import Month
from subledger.kernel.sentences import say
from subledger.page_kit.long_lists import dated_address
from subledger.runs.models import Run
from subledger.runs.services.start import start_run

from .catalogue import report_named
from .checks import BOOKS_CHECK, WholeBooks
from .long_files import LIST_FILE, REPORT_FILE, ListFile, ReportFile
from .packs import MONTH_EXPORT, PackOf

DAYS = ("as_of", "from", "to")  # parameters that are those of the day where nobody says them


def order_check(*, actor: str) -> Run:
    """The books proved by their own rows; whether they hold stands on the page of a month's end then."""
    return start_run(kind=BOOKS_CHECK, name=say("Check of the books"), criteria=WholeBooks(), actor=actor)


def order_month_export(*, month: Month, actor: str) -> Run:
    """Every report of a month in one file."""
    name = say("Reports of {title}", title=month.title)
    return start_run(kind=MONTH_EXPORT, name=name, criteria=PackOf(str(month)), as_of=month.last, actor=actor)


def order_list_file(*, address: str, title: str, member: Membership, is_mailed: bool, actor: str) -> Run:
    """The list at an address as XLSX, as a member sees it, of today where the address names no day. NoList."""
    asked = ListFile(dated_address(address, membership=member), member.pk, is_mailed)
    return start_run(kind=LIST_FILE, name=f"{title} as XLSX", criteria=asked, actor=actor)


def order_report_file(*, report: str, parameters: Mapping[str, str | bool], actor: str) -> Run:
    """A report as XLSX. ReportUnknown, ParameterInvalid."""
    known = report_named(report)
    head = known.stream(**parameters).head  # what is wrong is said now
    days = {name: said for name, said in head.parameters.items() if name in DAYS}  # those of now, where none were said
    asked = ReportFile(report, {**parameters, **days})
    return start_run(kind=REPORT_FILE, name=f"{known.title} as XLSX", criteria=asked, actor=actor)
