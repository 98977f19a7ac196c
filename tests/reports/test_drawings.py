"""What is drawn, and what is said to be nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from subledger.kernel.days import DayFormat
from subledger.page_kit.columns import MonthColumn
from subledger.page_kit.formats import Formats, formats_in_use
from subledger.page_kit.translation import in_language
from subledger.reports.pages.home import DRAWINGS, drawn


@pytest.mark.parametrize(("rate", "is_drawn"), [(Decimal("0.0"), True), (None, False)])
def test_of_what_fell_due_nothing_is_another_share_than_none_of_nothing(rate: Decimal | None, is_drawn: bool):
    rows = [{"month": "2026-05", "currency": "eur", "rate": rate}]
    assert (drawn(DRAWINGS["collection-rate"], rows, "eur") is not None) is is_drawn


@pytest.mark.parametrize(("language", "day", "month"), [("de", "1. Nov.", "Mai 2026"), ("en", "1 Nov", "May 2026")])
def test_days_and_months_are_written_as_the_language_does(language: str, day: str, month: str):
    with in_language(language):
        collected = [{"day": date(2026, 11, 1), "currency": "eur", "collected": 1_00}]
        assert drawn(DRAWINGS["collected-by-day"], collected, "eur").data["labels"] == [day]
        rated = [{"month": "2026-05", "currency": "eur", "rate": Decimal(50)}]
        assert drawn(DRAWINGS["collection-rate"], rated, "eur").data["labels"] == [month]
        column = MonthColumn("month", "Month")
        assert (column.show(rated[0]), column.export(rated[0])) == (month, "2026-05")
        with formats_in_use(Formats(day=DayFormat.ISO)):
            assert column.show(rated[0]) == "2026-05"
