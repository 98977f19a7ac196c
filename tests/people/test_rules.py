"""How recovery codes are spelt and written."""

from __future__ import annotations

import pytest

from subledger.people.rules import ALPHABET, GROUPS, LETTERS, grouped, spelt


@pytest.mark.parametrize("typed", ["abcde-fghjk", "ABCDE-FGHJK", " abcde fghjk\n", "abcdefghjk", "a-b-c-d-e.fghjk"])
def test_hyphens_blanks_and_capitals_make_no_other_code(typed: str):
    assert spelt(typed) == "abcdefghjk"


def test_letters_are_written_in_groups_of_five():
    letters = ALPHABET[: GROUPS * LETTERS]
    assert grouped(letters) == "abcde-fghjk-mnpqr-stuvw-xyz23"
    assert spelt(grouped(letters)) == letters
    assert grouped("abc") == "abc"
    assert grouped("") == ""
