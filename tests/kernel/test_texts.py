"""Texts that are kept say something, and what they look like is what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.errors import TextInvalid
from subledger.kernel.text import plain, shows
from subledger.kernel.texts import check_texts

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
NOTHING = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u061c\u200e\u200f"  # zero-width, joiners, soft hyphen, marks
    "\u00a0\u3000\u2800\u3164\uffa0\u115f\u1160\u034f\ufe0f\U000e0041"  # spaces, fillers, selectors, tags
)


@pytest.mark.parametrize("mark", TURNING)
def test_a_mark_that_turns_the_direction_of_writing_is_refused_by_name(mark: str):
    with pytest.raises(TextInvalid, match=rf"U\+{ord(mark):04X}, after 7 characters\. Take it out") as refused:
        check_texts({"name": f"invoice{mark}fdp.exe"})
    assert refused.value.param == "/name"


@given(st.text(alphabet=NOTHING + " \t\n", min_size=1, max_size=6))
def test_a_text_that_shows_nothing_is_refused(text: str):
    if not text.strip():
        return  # empty to everybody
    with pytest.raises(TextInvalid, match=r"nothing that can be seen.*or leave it out"):
        check_texts({"metadata": {"reference": text}})


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    ("said", "param", "called"),
    [
        ({"legal_name": "Nord{}licht"}, "/legal_name", "legal name"),
        ({"address_line1": "Weg 1{}Hof"}, "/address_line1", "address line 1"),
        ({"details": {"holder": "Ann{}Archer"}}, "/details/holder", "holder"),
        ({"taxes": ["22", "Reduced{}=10"]}, "/taxes/1", "taxes"),
        ({"email": "ann@example.com{}Bcc: b@example.com"}, "/email", "e-mail address"),
    ],
)
def test_a_text_is_of_one_line_unless_its_field_is_known_for_more(said, param: str, called: str, line_break: str):
    def broken(value: object) -> object:
        if isinstance(value, dict):
            return {name: broken(each) for name, each in value.items()}
        return [broken(each) for each in value] if isinstance(value, list) else str(value).format(line_break)

    with pytest.raises(TextInvalid, match=f"The {called} holds a line break.* Write it on one line") as refused:
        check_texts(broken(said))
    assert refused.value.param == param


def test_prose_and_pairs_of_ones_own_have_lines():
    check_texts({"footer": "Thank you.\nAnn", "metadata": {"route": "1\n2"}, "items": [{"description": "a\nb"}]})
    check_texts("1\n2", param="/meta:route")
    with pytest.raises(TextInvalid, match="The description holds a line break"):
        check_texts("a\nb", param="/description", of_lines=())


@pytest.mark.parametrize("text", ["", "a", "0", "-", "Müller\u00ad", "می\u200cخواهم", "❤\ufe0f", "你", "a\u200bb"])
def test_what_shows_something_is_kept(text: str):
    check_texts({"name": text, "note": [text]})


@given(st.text(min_size=1, max_size=8))
def test_what_is_plain_nothing_shows_nothing(text: str):
    if not plain(text):
        assert not shows(text)
