"""What a month's end asks of the books as a whole: that they were proved, and that numbers leave no gap."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from django.db import connection

from subledger.companies.models import Company
from subledger.journal.month_end import Looked, Month, MonthEndItem
from subledger.kernel.words import counted
from subledger.platform.models import LastCheck
from subledger.platform.rooms import installed
from subledger.platform.scope import current_company_id


def _checked(month: Month) -> Looked:
    last = LastCheck.objects.filter(company_id=current_company_id()).first()
    if last is None:
        return Looked("The books were never checked.", False)
    at = last.finished_at.astimezone(ZoneInfo(Company.objects.get(pk=current_company_id()).time_zone))
    when = f"{at:%Y-%m-%d %H:%M}"
    if last.breaches:
        return Looked(f"{counted(last.breaches, 'fault')} found on {when}.", False)
    if at.date() <= month.last:
        return Looked(f"No fault on {when}, before the month was over.", False)
    return Looked(f"No fault on {when}.", True)


@cache
def _counts() -> str:
    """A statement that says of each series how many numbers were given, and how many there are."""
    numbers = {series.code: series.numbers for room in installed() for series in room.series if series.numbers}
    given = " UNION ALL ".join(
        f"SELECT '{code}' AS code, count(*) AS number FROM ({numbers[code]}) n (number)" for code in sorted(numbers)
    )
    return f"""
        SELECT s.code, s.next_value - 1, g.number FROM platform_numberseries s JOIN ({given}) g USING (code)
         WHERE s.company_id = %(company)s ORDER BY 1
    """


def _gaps(month: Month) -> Looked:
    """Numbers are unique, and none is beyond the last: as many as were given leave no gap."""
    with connection.cursor() as cursor:
        cursor.execute(_counts(), {"company": current_company_id()})
        found = cursor.fetchall()
    lines = [
        f"{code.replace('_', ' ').capitalize()}: {last} given, {there} there."
        for code, last, there in found
        if last != there
    ]
    if lines:
        return Looked(f"Gaps in {len(lines)} number series.", False, lines)
    return Looked(f"No gap in {len(found)} number series.", True)


ITEMS = (
    MonthEndItem(
        name="gaps",
        title="Numbers without gaps",
        about="Every number that was given is on a document.",
        position=90,
        look=_gaps,
        is_slow=True,
    ),
    MonthEndItem(
        name="check",
        title="Check of the books",
        about="Every rule of the books was proved by their own rows after the month was over, and none is broken.",
        position=100,
        look=_checked,
    ),
)
