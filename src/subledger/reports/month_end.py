"""What a month's end asks of the books as a whole: that they were proved, and that numbers leave no gap."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from django.db import connection

from subledger.companies.models import Company
from subledger.journal.month_end import Looked, Month, MonthEndItem
from subledger.kernel.sentences import say
from subledger.kernel.words import counted, plain
from subledger.platform.invariants import RANGES
from subledger.platform.models import LastCheck
from subledger.platform.rooms import installed
from subledger.platform.scope import current_company_id


def _checked(month: Month) -> Looked:
    last = LastCheck.objects.filter(company_id=current_company_id()).first()
    if last is None:
        return Looked(say("The books were never checked."), False)
    when = last.finished_at
    if last.breaches:
        return Looked(say("{faults} found on {when}.", faults=counted(last.breaches, "fault"), when=when), False)
    if when.astimezone(ZoneInfo(Company.objects.get(pk=current_company_id()).time_zone)).date() <= month.last:
        return Looked(say("No fault on {when}, before the month was over.", when=when), False)
    return Looked(say("No fault on {when}.", when=when), True)


@cache
def _counts() -> str:
    """A statement that says of each series how many numbers were given, and how many there are."""
    numbers = {series.code: series.numbers for room in installed() for series in room.series if series.numbers}
    given = " UNION ALL ".join(
        f"SELECT '{code}' AS code, count(*) AS number FROM ({numbers[code]}) n (number)" for code in sorted(numbers)
    )
    return f"""
        SELECT g.code, coalesce(r.given, 0), g.number
          FROM (SELECT series, sum(next_value - first_value) AS given FROM ({RANGES}) r GROUP BY 1) r
          JOIN ({given}) g ON g.code = r.series ORDER BY 1
    """


def _gaps(month: Month) -> Looked:
    """Numbers are unique, and none is beyond the last: as many as were given leave no gap."""
    with connection.cursor() as cursor:
        cursor.execute(_counts(), {"company": current_company_id()})
        found = cursor.fetchall()
    lines = [
        say("{series}: {last} given, {there} there.", series=plain(code).capitalize(), last=last, there=there)
        for code, last, there in found
        if last != there
    ]
    if lines:
        return Looked(say("Gaps in {count} number series.", count=len(lines)), False, lines)
    return Looked(say("No gap in {count} number series.", count=len(found)), True)


ITEMS = (
    MonthEndItem(
        name="gaps",
        title=say("Numbers without gaps"),
        about=say("Every number that was given is on a document."),
        position=90,
        look=_gaps,
        is_slow=True,
    ),
    MonthEndItem(
        name="check",
        title=say("Check of the books"),
        about=say("Every rule of the books was proved by their own rows after the month was over, and none is broken."),
        position=100,
        look=_checked,
    ),
)
