"""Card numbers are told from other long numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from subledger.kernel.cards import CardNumberRefused, card_number_in, masked
from subledger.kernel.texts import check_texts

# What may stand between the groups of a card number besides the signs that numbers are written with.
BETWEEN = [
    *"+|#;&='~,<>!?\"%@^{}$",
    *"\u00b7\u2022\u2192\u30fb\u3001\uff5c\u2027\u2212\u00a6\u2063\u2002\u3000",  # of other scripts
    "x", " x ", "X", "\u00d7", " and ", " dann ", "&nbsp;", "<br>", "</span><span>", " | ", "' '", "+-+",
    "\\n", "\\u00a0", " // ",
]  # fmt: skip
CARDS = [
    "4242424242424242",
    "4242.4242.4242.4242",
    "4242_4242_4242_4242",
    "(4242)(4242)(4242)(4242)",
    "4242*4242*4242*4242",
    "4242:4242:4242:4242",
    "[4242] [4242] [4242] [4242]",
    "4242.4242.4242.4242",
    "4242_4242_4242_4242",
    "(4242)(4242)(4242)(4242)",
    "4242*4242*4242*4242",
    "4242:4242:4242:4242",
    "[4242] [4242] [4242] [4242]",
    "4242.4242.4242.4242",
    "4242_4242_4242_4242",
    "(4242)(4242)(4242)(4242)",
    "4242*4242*4242*4242",
    "4242:4242:4242:4242",
    "[4242] [4242] [4242] [4242]",
    "4242\u00a04242\u202f4242 4242",
    "4242\u20134242\u20134242\u20134242",
    "42\u200b42424242424242",
    "４２４２４２４２４２４２４２４２",
    "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
    "card:4242424242424242;cvc 123",
    "visa4242424242424242",
    "4242 4242 4242 4242 12/27",
    "3782 822463 10005",
    "378282246310005",
    "5555555555554444",
    "2223003122003222",
    "6011111111111117",
    "3566002020360505",
    "30569309025904",
    "6200000000000005",
    "4000056655665556",
    "4222222222222",
    "42424242-4242-4242-0000-000000000000",  # no letter: no UUID
    *(f"Card {between.join(['4242'] * 4)}, thanks" for between in BETWEEN),
    *(f"{between}3782{between}822463{between}10005{between}" for between in BETWEEN),
    "4242,4242,4242,4242",
    "4242;4242;4242;4242;12/27",
    "4242|4242 + 4242~4242",  # not the same each time
    "order 1234: 4242|4242|4242|4242",
    '["4242", "4242", "4242", "4242"]',
    "<td>4242</td>\n<td>4242</td>\n<td>4242</td>\n<td class='last'>4242</td>",
    "<b>4242</b> 4242 <i>4242</i> 4242",
    "<b>4242</b>42424242<i>4242</i>",
    "4242&#160;4242&#xa0;4242&nbsp;4242",
    "4242%204242%204242%204242",
    "pan=4242%2D4242%2D4242%2D4242&cvc=",
    "4&#50;42424242424242",
    "4\ufe0f\u20e32\ufe0f\u20e34\ufe0f\u20e32\ufe0f\u20e3 4242 4242 4242",  # digits on keys
    "4\u03362\u03364\u03362\u0336 4242 4242 4242",  # struck through
]
OTHERS = [
    "4242424242424241",  # the check digit is wrong
    "1234567812345670",  # Luhn holds, nobody issues it
    "3026051812345671",
    "3026051812345674",
    "42424242424242424242424242",  # longer than any card number
    "DE89 3704 0044 0532 0130 00",
    "NO93 8601 1117 947",
    "FR1420041010050500013M02606",
    "b18c8632-2266-4668-8665-0967dbc38a39",  # UUIDs, whose groups come to one
    "order B5862B7A-4B3E-4062-8706-46322315170C",
    "4 012 345 678 901 230",  # an amount
    "+39 02 1234 5678",
    "2026-05-04 12:30:00",
    "INV00000001",
    "",
    "Rooms 4101, 4207, 4312, 4411",  # the members of a list, of which the digits come to one
    "Rooms 4101; 4207; 4312; 4411",
    "Rooms 4101|4207|4312|4411|4501",
    "Invoices 4101 4102 4103 4104",  # counting up
    "Invoices #4556, #4557, #4558 and #4559",
    "DE89-3704-0044-0532-0130-00",
    "4'012'345'678'901'230",
    "+1 415 555 2671; +1 415 555 2672; +1 415 555 2673",
    "+39 0471 123456, +39 0471 123457, +43 512 123456",
    "Mon-Fri 0800-1800, 0900-1700; call 4242",
    "4242x4242",
    "width=4242 height=4242 depth=4242 area=4242",
    "<td>4242</td><td>4242</td><td>4242</td>",
]


@pytest.mark.parametrize("text", CARDS)
def test_a_card_number_is_found_however_it_is_written(text):
    number = card_number_in(text)
    assert number is not None
    assert number.isascii()
    assert number.isdigit()


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_pass(text):
    assert card_number_in(text) is None


def test_the_refusal_says_where_and_never_repeats_the_number():
    with pytest.raises(CardNumberRefused) as refusal:
        check_texts({"note": "fine", "metadata": {"pan": "4242424242424242"}})
    assert refusal.value.param == "/metadata/pan"
    assert "ending in 4242" in str(refusal.value)
    assert "42424242" not in str(refusal.value)


def test_a_key_is_text_as_well():
    with pytest.raises(CardNumberRefused) as refusal:
        check_texts({"metadata": {"4242424242424242": "x"}})
    assert "42424242" not in (refusal.value.param or "")


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    card_number_in(text)


@given(st.integers(0, 10**12 - 1).map(str))
def test_a_number_shorter_than_any_card_passes(text):
    assert card_number_in(text) is None


@pytest.mark.parametrize(
    "text", ["import:a06dc3f4111111111111111b:1", "sha256 9f4111111111111111aab0c9d1e2f3a4b5c6d7e8"]
)
def test_digits_within_a_digest_are_no_card_number(text: str):
    assert card_number_in(text) is None
    assert card_number_in("card4111111111111111 of the customer") == "4111111111111111"


@given(st.text(alphabet="0123456789 -./abfAF:#", min_size=10, max_size=60) | st.sampled_from(CARDS + OTHERS))
def test_plain_text_is_read_as_text_that_needs_undoing_is(text):
    assert card_number_in(text) == card_number_in(f"{text}\t")


SIGNS = st.text(st.characters(categories=("Pc", "Pd", "Ps", "Pe", "Po", "Sm", "Sc"), exclude_characters=",;\\<&%"))
ALIKE = st.text(st.characters(categories=("L", "P", "S"), exclude_characters=",;\\<&%"), min_size=1, max_size=16)


def _as_it_is(between: str) -> bool:
    """Whether no character stands for several, for a digit or for a comma."""
    plain = unicodedata.normalize("NFKC", between)
    return len(plain) == len(between) and not any(char.isdigit() or char in ",;\\<&%" for char in plain)


@given(st.lists(SIGNS.map(lambda one: one[:8] or "+"), min_size=3, max_size=3))
def test_any_signs_may_stand_between_the_groups(between):
    assume(all(map(_as_it_is, between)))
    text = "".join(f"5555{one}" for one in between) + "4444"
    assert card_number_in(text) == "5555555555554444"


@given(ALIKE)
def test_the_same_may_stand_between_all_groups(between):
    assume(_as_it_is(between) and not set(between) <= set("abcdef"))  # with those it would be a digest
    assert card_number_in(between.join(["5555", "5555", "5555", "4444"])) == "5555555555554444"


DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
NUMBERS = st.integers(1, 9999)
ORDINARY = {
    "days in a list": st.lists(DAYS.map(str), max_size=12).map(", ".join),
    "days in columns": st.lists(DAYS.map("{:%d.%m.%Y}".format), max_size=12).map("|".join),
    "years": st.lists(st.integers(1950, 2099).map(str), max_size=12).map("/".join),
    "phone numbers": st.lists(
        st.tuples(st.sampled_from(["1 212 555", "39 0471", "43 512", "49 30"]), st.integers(100000, 999999)), max_size=8
    ).map(lambda them: ", ".join(f"+{area} {number}" for area, number in them)),
    "order references": st.lists(st.tuples(st.sampled_from(["PO", "INV", "R-"]), NUMBERS), max_size=8).map(
        lambda them: "; ".join(f"{series}{number:06d}" for series, number in them)
    ),
    "a list in prose": st.lists(st.integers(1000, 9999).map(str), max_size=8).map(", ".join),
    "more in a row than a card has": st.lists(st.integers(1000, 9999).map(str), min_size=5, max_size=9).map("|".join),
    "invoices of a customer": st.tuples(st.integers(1000, 9000), st.integers(2, 20)).map(
        lambda one: " ".join(str(one[0] + step) for step in range(one[1]))
    ),
    "accounts of a chart": st.lists(st.integers(10, 99).map(lambda one: f"{one}00"), max_size=3).map("+".join),
    "amounts in columns": st.lists(st.decimals(0, 99999, places=2).map("{:,}".format), max_size=8).map(" | ".join),
    "what a thing measures": st.lists(st.integers(1, 9999).map(str), max_size=3).map("x".join),
}


@pytest.mark.few(4)
@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_texts_pass(kind):
    @given(ORDINARY[kind])
    def passes(text):
        assert card_number_in(text) is None, text

    passes()


@pytest.mark.parametrize("text", CARDS)
def test_no_more_than_its_last_digits_is_kept_of_a_masked_text(text):
    kept = masked(text)
    assert card_number_in(kept) is None
    assert not re.search(r"\d{5}", kept)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "part", ["4+", "4 ", "4-", "4242+", "4242x", " ", "<", "<a", "&#", "%4", "\u0336", "1-1", "4242 424242 "]
)
def test_a_long_text_is_read_once(part):
    """Whatever looked back at each step would not end in a while."""
    assert card_number_in((part * 100_000)[:100_000] + "4242;4242;4242;4242") in {
        None,
        "4242424242424242",
        "4242424242424",
    }
