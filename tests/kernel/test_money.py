from __future__ import annotations

from decimal import Decimal

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.currencies import exponent, normalise
from subledger.kernel.errors import AmountInvalid, CurrencyUnknown
from subledger.kernel.money import LARGEST_MINOR, Money, check_minor, parse_minor, to_decimal
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
    with pytest.raises(AmountInvalid, match="whole minor units"):
        check_minor(minor)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(minor, "eur")  # type: ignore[arg-type]


def test_amounts_have_bounds():
    assert check_minor(LARGEST_MINOR) == LARGEST_MINOR
    for minor, says in [(0, "too small"), (-5, "too small"), (LARGEST_MINOR + 1, "above the largest")]:
        with pytest.raises(AmountInvalid, match=says):
            check_minor(minor)


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
