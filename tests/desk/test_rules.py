"""How late customers are: every day late is in one band."""

from __future__ import annotations

from itertools import pairwise

import pytest

from subledger.desk.rules import ALL, FOREVER, LATE, lateness


@pytest.mark.parametrize(("name", "first", "last"), [("30", 1, 30), ("60", 31, 60), ("90", 61, 90)])
def test_a_band_is_found_by_its_name(name: str, first: int, last: int):
    assert (lateness(name).first, lateness(name).last) == (first, last)


def test_bands_follow_each_other_without_a_gap_and_the_last_has_no_end():
    assert [after.first - before.last for before, after in pairwise(LATE)] == [1, 1, 1]
    assert lateness("over") == LATE[-1]
    assert lateness("over").last == FOREVER


@pytest.mark.parametrize("name", ["", "31", "late"])
def test_a_name_of_no_band_is_all_days(name: str):
    assert lateness(name) == ALL
