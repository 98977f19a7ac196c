"""Sheets have names that workbooks take, and two that are cut are not called alike."""

from __future__ import annotations

import pytest

from subledger.file_kit.sheets import LONGEST_NAME, sheet_name


def test_long_names_that_begin_alike_stay_apart():
    one, other = (sheet_name(f"Transactions of the customer Müller & Söhne, {year}") for year in (2025, 2026))
    assert one != other
    assert (one[:20], len(one)) == ("Transactions of the ", LONGEST_NAME)
    assert sheet_name("x" * 31) == "x" * 31
    assert len(sheet_name("x" * 32)) == LONGEST_NAME


@pytest.mark.parametrize(
    ("text", "name"),
    [("a/b:c*d", "a b c d"), ("'quoted'", "quoted"), ("", "Sheet"), ("[]", "Sheet"), ("history", "History 1")],
)
def test_what_no_sheet_may_be_called_is_left_out(text, name):
    assert sheet_name(text) == name
