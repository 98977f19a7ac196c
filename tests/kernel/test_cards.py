"""Card numbers are told from other long numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.cards import CardNumberRefused, card_number_in
from subledger.kernel.texts import check_texts

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
