from __future__ import annotations

from decimal import Decimal

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.currencies import exponent, normalise
from subledger.kernel.errors import AmountInvalid, CurrencyUnknown
from subledger.kernel.money import LARGEST_MINOR, Money, check_minor, grouped, parse_minor, read_minor, to_decimal
from subledger.kernel.numbers import NumberFormat
from subledger.kernel.rounding import half_up, share

IN_USE = sorted(c.code.lower() for c in iso4217.Currency if c.exponent is not None)


@pytest.mark.parametrize(("currency", "places"), [("jpy", 0), ("eur", 2), ("kwd", 3), ("clf", 4)])
def test_currencies_have_their_iso_decimals(currency: str, places: int):
    assert exponent(currency) == places


@pytest.mark.parametrize("currency", ["EUR", "xau", "xxx", "zzz", "", "eu", None, 978])
def test_what_is_no_currency_in_the_houses_spelling_is_refused(currency: object):
    with pytest.raises(CurrencyUnknown, match=r"is not a currency.*Use three letters such as 'eur'"):
        exponent(currency)  # type: ignore[arg-type]


def test_people_may_write_capitals():
    assert normalise(" EUR ") == "eur"
    with pytest.raises(CurrencyUnknown):
        normalise(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", IN_USE)
def test_every_iso_currency_goes_out_and_comes_back_the_same(currency: str):
    for minor in (0, 1, 9, 10, 99, 100, 101, 999, 1000, 123_456_789, LARGEST_MINOR, -1, -LARGEST_MINOR):
        text = str(to_decimal(minor, currency))
        assert parse_minor(text, currency) == minor
        assert Money.parse(text, currency.upper()) == Money(minor, currency)
        assert Money(minor, currency).to_decimal() == Decimal(text)


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), st.sampled_from(IN_USE))
def test_any_amount_of_any_currency_survives_the_round_trip(minor: int, currency: str):
    assert parse_minor(f"{to_decimal(minor, currency):f}", currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "says"),
    [
        ("", "eur", "is not an amount"),
        ("12,50", "eur", "is not an amount"),
        ("€5", "eur", "is not an amount"),
        ("NaN", "eur", "is not an amount"),
        ("Infinity", "eur", "is not an amount"),
        ("1_000", "eur", "is not an amount"),
        ("1.005", "eur", "more decimals than EUR has"),
        ("0.5", "jpy", "more decimals than JPY has"),
        ("1.0001", "kwd", "more decimals than KWD has"),
        ("1.0000000000000000000000000000000001", "eur", "more decimals than EUR has"),
        ("90071992547409.92", "eur", "above the largest"),
        ("9007199254740992", "jpy", "above the largest"),
        ("-90071992547409.92", "eur", "too small"),
        ("1e400", "eur", "out of reach"),
        ("1e-400", "eur", "out of reach"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused(text: str, currency: str, says: str):
    with pytest.raises(AmountInvalid, match=says) as refusal:
        parse_minor(text, currency, param="/amount")
    assert refusal.value.param == "/amount"


@pytest.mark.parametrize(
    ("text", "minor"), [("12.50", 1250), ("12.5", 1250), (" 12 ", 1200), ("1e3", 100_000), ("-0.01", -1)]
)
def test_plain_decimals_are_read(text: str, minor: int):
    assert parse_minor(text, "eur") == minor


@pytest.mark.parametrize("minor", [1.0, "1", True, Decimal(1), None])
def test_only_whole_numbers_are_amounts(minor: object):
    with pytest.raises(AmountInvalid, match="a whole number of the smallest coin"):
        check_minor(minor, "eur")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(minor, "eur")  # type: ignore[arg-type]


def test_amounts_have_bounds_that_are_told_in_major_units():
    assert check_minor(LARGEST_MINOR, "eur") == LARGEST_MINOR
    for minor, currency, says in [
        (0, "eur", r"The amount 0\.00 EUR is too small: it must be at least 0\.01 EUR"),
        (-1000, "eur", r"The amount -10\.00 EUR is negative: it must be at least 0\.01 EUR"),
        (-5, "jpy", "The amount -5 JPY is negative: it must be at least 1 JPY"),
        (LARGEST_MINOR + 1, "eur", r"90,071,992,547,409\.92 EUR is above the largest .* 90,071,992,547,409\.91 EUR"),
    ]:
        with pytest.raises(AmountInvalid, match=says):
            check_minor(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "says"),
    [
        ("1.000", "eur", r"^1\.000 can be 1\.00 or 1,000\.00\. Write 1\.00 or 1000\.00, or say the number format"),
        ("1,000", "eur", r"^1,000 can be 1\.00 or 1,000\.00"),
        (
            "12.345",
            "eur",
            r"^12\.345 can be 12\.345 or 12,345\.00\. Here .* 2 decimals at most: write 12345\.00, or round it",
        ),
        ("1.000", "kwd", r"^1\.000 can be 1\.000 or 1,000\.000\. Write 1\.0000 or 1000\.0000"),
        ("1,000", "jpy", "^1,000 can be 1 or 1,000"),
        ("1.0051", "eur", "more decimals than EUR has"),
        ("twelve", "eur", "is not an amount"),
        ("-90071992547409.92", "eur", "too small"),
    ],
)
def test_a_written_amount_is_refused_where_it_is_not_exact_or_has_two_readings(text: str, currency: str, says: str):
    with pytest.raises(AmountInvalid, match=says) as refusal:
        read_minor(text, currency, param="/amount")
    assert (refusal.value.param, refusal.value.code) == ("/amount", "amount_invalid")


@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), st.sampled_from(IN_USE))
def test_any_amount_is_read_back_as_messages_write_it(minor: int, currency: str):
    text = grouped(minor, currency)
    assert read_minor(text, currency, usual=NumberFormat.COMMA_GROUPS) == minor


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_split_loses_nothing_and_is_fair_to_one_unit(minor: int, weights: list[int]):
    parts = Money(minor, "eur").split(weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - Decimal(minor) * weight / sum(weights)) < 1


@pytest.mark.parametrize(("value", "rounded"), [("0.5", 1), ("-0.5", -1), ("1.49", 1), ("2.5", 3), ("-2.5", -3)])
def test_halves_go_away_from_zero(value: str, rounded: int):
    assert half_up(Decimal(value)) == rounded


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=10))
def test_shares_taken_from_what_is_left_sum_to_the_whole(total: int, parts: list[int]):
    whole, left, taken = sum(parts), total, []
    for part in parts:
        taken.append(share(left, part, whole))
        left, whole = left - taken[-1], whole - part
    assert sum(taken) == total
    assert min(taken) >= 0


@pytest.mark.parametrize(
    ("total", "part", "whole", "expected"),
    [
        (10, 1, 3, 3),
        (10, 2, 3, 7),
        (5, 1, 2, 3),
        (7, 3, 3, 7),
        (0, 1, 2, 0),
        (100, 50, 150, 33),
        (9, 1, 4, 2),
        (11, 1, 4, 3),
    ],
)
def test_a_share_is_its_part_of_the_whole_halves_up(total: int, part: int, whole: int, expected: int):
    assert share(total, part, whole) == expected
