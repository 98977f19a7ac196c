"""What is drawn, and what is said to be nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from subledger.reports.pages.home import DRAWINGS, drawn


@pytest.mark.parametrize(("rate", "is_drawn"), [(Decimal("0.0"), True), (None, False)])
def test_of_what_fell_due_nothing_is_another_share_than_none_of_nothing(rate: Decimal | None, is_drawn: bool):
    rows = [{"month": "2026-05", "currency": "eur", "rate": rate}]
    assert (drawn(DRAWINGS["collection-rate"], rows, "eur") is not None) is is_drawn
