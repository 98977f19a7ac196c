"""Amounts, days and instants in sentences: ISO and UTC to programs; as the person writes them on pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from subledger.kernel.days import DayFormat
from subledger.kernel.kept_sentences import kept, recalled
from subledger.kernel.money import Money, grouped
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.sentences import said, say
from subledger.page_kit.formats import Formats, formats_in_use
from subledger.page_kit.translation import in_language

AT = datetime(2026, 11, 30, 23, 45, 12, tzinfo=UTC)
TEXT = say(
    "Of {amount}, {part}, {rate} and {size:.1f} by {day}, at {at}.",
    amount=Money(123450, "eur"),
    part=grouped(123450, "eur"),
    rate=Decimal("8.5"),
    size=1.25,
    day=date(2026, 12, 31),
    at=AT,
)

GROUPED = "1\N{NO-BREAK SPACE}234.50"  # on one line


def test_programs_read_it_as_iso_has_it():
    assert TEXT == "Of 1234.50 EUR, 1,234.50 EUR, 8.5 and 1.2 by 2026-12-31, at 2026-11-30 23:45 UTC."


@pytest.mark.parametrize(
    ("language", "formats", "words"),
    [
        (
            "en",
            Formats(),
            f"Of {GROUPED} EUR, {GROUPED} EUR, 8.5 and 1.2 by 31 Dec 2026, at 1 Dec 2026, 00:45.",
        ),
        (
            "en",
            Formats(NumberFormat.POINT_GROUPS, DayFormat.POINTS),
            "Of 1.234,50 EUR, 1.234,50 EUR, 8,5 and 1,2 by 31.12.2026, at 01.12.2026, 00:45.",
        ),
        (
            "fr",
            Formats(day=DayFormat.ISO),
            f"Of {GROUPED} EUR, {GROUPED} EUR, 8.5 and 1.2 by 2026-12-31, at 2026-12-01, 00:45.",
        ),
    ],
)
def test_people_read_it_as_they_write_it(language, formats, words):
    with in_language(language), formats_in_use(formats), timezone.override("Europe/Vienna"):
        assert said(TEXT) == words
        assert said(recalled(str(TEXT), kept([TEXT]))) == words
        assert said(TEXT.lower()) == words.lower()
        assert said(say("{text} So.", text=TEXT)) == f"{words} So."


def test_what_a_clock_on_the_wall_shows_has_no_zone():
    text = say("Once, on {said}", said=datetime(2026, 5, 31, 6, 30))  # noqa: DTZ001
    assert text == "Once, on 2026-05-31 06:30"
    with in_language("en"), timezone.override("Asia/Tokyo"):
        assert said(text) == "Once, on 31 May 2026, 06:30"
