"""Gapless number series.

A number is taken under its series' lock, so it is taken last: the lock lasts only until the commit that follows.
Two guards stand behind each other, and either alone keeps numbers apart: whoever takes one holds the series' advisory
lock, and one UPDATE reads the counter and raises it.

Posting takes its numbers inside the database function that writes a whole set (see transactions); this door serves
everything else.
"""

from __future__ import annotations

import re

from django.db import connection

from .models import NumberSeries
from .scope import current_company_id

# Queue at an advisory lock (in order, one wake-up each) as posting does: see posting_write.
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
TAKE = """
    UPDATE platform_numberseries SET next_value = next_value + %s WHERE company_id = %s AND code = %s
    RETURNING next_value - %s, prefix, digits
"""


def create_series(*, code: str, prefix: str, digits: int = 8) -> None:
    NumberSeries.objects.get_or_create(
        company_id=current_company_id(), code=code, defaults={"prefix": prefix, "digits": digits}
    )


def next_number(series: str, *, count: int = 1) -> list[str]:
    """The next ``count`` numbers of a series of the company in scope; given back whole if the caller rolls back."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, [series, current_company_id()])
        cursor.execute(TAKE, [count, current_company_id(), series, count])
        first, prefix, digits = cursor.fetchone()
    return [f"{prefix}{value:0{digits}d}" for value in range(first, first + count)]


LONGEST_NUMBER = 14  # digits of a number in any series


def written_in_full(text: str) -> list[str]:
    """The numbers that somebody may mean who leaves out zeros: INV5 is INV00000005; [] for what is no such number."""
    found = re.fullmatch(r"([A-Z][A-Z0-9/-]*?)0*([1-9][0-9]*)", text.strip().upper(), re.ASCII)
    if found is None:
        return []
    return [f"{found[1]}{found[2].zfill(width)}" for width in range(len(found[2]), LONGEST_NUMBER + 1)]


def numbers_ending_in(text: str) -> list[str]:
    """The numbers of the company's series that ``text`` may stand for: 13 is INV00000013 and ACR00000013 and so on."""
    if found := written_in_full(text):
        return found
    digits = text.strip().lstrip("0")
    if not re.fullmatch(rf"[0-9]{{1,{LONGEST_NUMBER}}}", digits, re.ASCII):
        return []
    series = NumberSeries.objects.order_by("prefix").values_list("prefix", "digits")
    return [f"{prefix}{digits.zfill(width)}" for prefix, width in series]
