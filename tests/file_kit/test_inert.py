from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.file_kit.inert import as_written, inert
from subledger.kernel.text import plain, plain_name

LIVE = [
    *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1+1", "  =cmd|x", "\x0b=1", "\tx"),
    *("\u200b=1", "\u00a0=1", "＝1+1"),
]


@pytest.mark.parametrize("text", LIVE)
def test_what_a_spreadsheet_would_run_is_text_and_comes_back(text):
    assert inert(text) == f"'{text}"
    assert as_written(inert(text)) == text


@pytest.mark.parametrize("text", ["", "Ann", "-5.00", "+49 30 123456", "-1'000.50", "-5 %", "'tis", "O'Neil", "a=b"])
def test_other_text_and_numbers_stay_as_they_are(text):
    assert inert(text) == as_written(text) == text


@given(st.text(alphabet="'=-+@ \t\na1.", max_size=12))
def test_reading_back_undoes_it_whatever_the_text(text):
    assert as_written(inert(text)) == text
    assert not inert(text).startswith(("=", "@"))


@pytest.mark.parametrize(
    "text",
    [
        "Müller",
        "Mu\u0308ller",
        "Mü\u200bller",
        "\ufeffMüller",
        "Mü\u00adller\u200e",
        "Mül\u200dler",
        "\u202aMüller\u202c",
    ],
)
def test_names_that_look_alike_are_one(text):
    assert plain(text) == plain_name(text) == "Müller"


def test_joiners_stay_where_they_are_seen():
    assert plain("می\u200cخواهم") == "می\u200cخواهم"
    assert plain("क\u094d\u200dष") == "क\u094d\u200dष"
    assert plain_name("Ann\u00a0 \tLee") == "Ann Lee"
