"""Written numbers: one reading is read, two are refused, and nothing is ever read as another number."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.errors import AmountInvalid, NumberInvalid
from subledger.kernel.money import exponent, parse_minor, read_minor
from subledger.kernel.numbers import Exact, NumberFormat, format_shown_by, read_number, unambiguous, write_number

F = NumberFormat


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("99,90", "99.90"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1'000.50", "1000.50"),
        ("1’000.50", "1000.50"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234.56", "1234.56"),
        ("1\u202f234.56", "1234.56"),
        ("1\u2009234.56", "1234.56"),
        ("1,23,456.78", "123456.78"),
        ("1.000.000", "1000000"),
        ("1,000,000", "1000000"),
        ("0.500", "0.500"),
        ("1234.567", "1234.567"),
        ("(50.00)", "-50.00"),
        ("50.00-", "-50.00"),
        ("\u221250", "-50"),
        ("+50", "50"),
        ("50.00 CR", "-50.00"),
        ("50.00 Dr.", "50.00"),
        ("€ 50", "50"),
        ("50,00 €", "50.00"),
        ("-€50", "-50"),
        ("EUR 50.00", "50.00"),
        ("(€50.00)", "-50.00"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_a_number_with_one_reading_is_read(text: str, value: str):
    assert read_number(text, currency="eur") == Decimal(value)


@pytest.mark.parametrize("text", ["1.000", "1,000", "12.345", "-12,345", "999.999", "€ 1.000", "(1.000)"])
def test_a_number_with_two_readings_is_refused_unless_a_format_is_declared(text: str):
    with pytest.raises(NumberInvalid, match=r" can be .* or .*Write .* or .*, or say the number format"):
        read_number(text, currency="eur")
    point = read_number(text, currency="eur", declared=F.COMMA_GROUPS)
    comma = read_number(text, currency="eur", declared=F.POINT_GROUPS)
    assert point != comma
    assert {point, comma} == {
        read_number(text, currency="eur", usual=F.COMMA_GROUPS),
        read_number(text, currency="eur", usual=F.POINT_GROUPS),
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1e5", "exponent"),
        ("1_000", "underscore"),
        ("١٢٣", "digits are not 0 to 9"),
        ("１２", "digits are not 0 to 9"),
        ("1,23.4", "groups of digits"),
        ("12,34,5", "groups of digits"),
        ("1 23", "groups of digits"),
        ("1.234.56", "groups of digits"),
        ("1,234'567.00", "groups of digits"),
        ("--5", "more than one sign"),
        ("(-5)", "more than one sign"),
        ("-5 CR", "more than one sign"),
        ("(5.00) DR", "more than one sign"),
        ("$ 5", "is in \\$, and EUR is wanted"),
        ("5 USD", "is in USD, and EUR is wanted"),
        ("EUR 5 EUR", "is not a number"),
        ("five", "is not a number"),
        ("", "is not a number"),
        ("-", "is not a number"),
        ("NaN", "is not a number"),
        ("0x10", "is not a number"),
        ("9" * 61, "is not a number"),
    ],
)
def test_what_is_no_number_is_refused_with_the_cause(text: str, says: str):
    with pytest.raises(NumberInvalid, match=says):
        read_number(text, currency="eur")


def test_a_declared_format_refuses_what_is_written_otherwise():
    for text in ("99.90", "1,234.50"):
        with pytest.raises(NumberInvalid, match=r"not written as 1\.234,56, the number format that was given"):
            read_number(text, declared=F.POINT_GROUPS)
    assert read_number("1 234,50", declared=F.POINT_GROUPS) == Decimal("1234.50")  # spaces mean nothing else
    with pytest.raises(NumberInvalid, match=r"not written as 1234\.56"):
        read_number("1,234.50", declared=F.PLAIN_POINT)


def test_a_number_of_a_workbook_has_a_decimal_point_whatever_the_texts_beside_it_say():
    assert read_number(Exact("1.234"), declared=F.POINT_GROUPS) == Decimal("1.234")
    assert read_number(Exact("1.234")) == Decimal("1.234")


def test_a_percentage_has_no_reading_above_a_hundred():
    assert read_number("19.000", most=100) == 19
    assert read_number("7,500", most=100) == Decimal("7.5")


def _readings(text: str) -> set[Decimal]:
    """The one value that a text is read as, or those that a refusal names."""
    try:
        return {read_number(text)}
    except NumberInvalid as error:
        return {Decimal(one.replace(",", "")) for one in error.readings}


# Not de_CH: of what it groups, babel groups the last three digits alone (1000000'000).
LOCALES = ["en", "de", "fr", "it", "sv", "pt", "pt_PT", "ru", "en_IN", "hi", "ja", "es", "pl", "nb", "cs"]
VALUES = st.decimals(min_value=0, max_value=10**12, places=2)


@given(VALUES, st.sampled_from(LOCALES), st.booleans())
def test_what_a_locale_writes_is_read_as_that_number_or_refused_never_as_another(
    value: Decimal, locale: str, negative: bool
):
    """The reference is the locale data of CLDR: it knows nothing of the reader."""
    value = -value if negative else value
    text = format_decimal(value, locale=locale, numbering_system="latn")
    assert value in _readings(text)
    mark, group = get_decimal_symbol(locale), get_group_symbol(locale)
    for declared in F:
        if (declared.mark, declared.group) == (mark, group):
            assert read_number(text, declared=declared) == value


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3), st.sampled_from(F))
def test_what_a_format_writes_is_read_back_in_that_format(value: Decimal, number_format: NumberFormat):
    assert read_number(write_number(value, number_format), declared=number_format) == value
    shown = write_number(value, number_format).replace(" ", "\u00a0").replace("-", "\u2212")  # as pages print it
    assert read_number(shown, usual=number_format) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_a_plain_number_can_be_written_so_that_it_has_one_reading(value: Decimal):
    assert read_number(unambiguous(f"{value:f}")) == value


@given(
    st.decimals(min_value=1, max_value=999_999, places=3),
    st.sampled_from([".", ","]),
    st.sampled_from(["", "-", "("]),
    st.sampled_from(["eur", "jpy", "kwd"]),
    st.sampled_from([None, F.SPACE_GROUPS_POINT, F.SPACE_GROUPS_COMMA]),
)
def test_what_a_refusal_says_to_write_is_taken_where_it_was_said(
    value: Decimal, mark: str, sign: str, currency: str, usual: F | None
):
    """The advice is followed to the letter, at the very field that gave it; each way is one of the readings."""
    text = f"{sign}{value:f}{')' if sign == '(' else ''}".replace(".", mark)
    try:
        read_minor(text, currency, usual=usual)
    except AmountInvalid as error:
        if not error.readings:
            return
        named = {parse_minor(one.replace(",", ""), currency) for one in error.readings if fits(one, currency)}
        written = re.split(" or |, ", re.search(r"[Ww]rite (.*?), or (?:round|say)", str(error))[1])
        assert {read_minor(one, currency, usual=usual) for one in written} == named
        assert all((minor < 0) == bool(sign) for minor in named)


def fits(reading: str, currency: str) -> bool:
    return len(reading.partition(".")[2].rstrip("0")) <= exponent(currency)


@given(st.text(alphabet="0123456789.,' -()", max_size=14))
def test_where_there_is_one_reading_the_declared_formats_agree_with_it(text: str):
    try:
        value = read_number(text)
    except NumberInvalid:
        return
    for declared in F:
        try:
            assert read_number(text, declared=declared) == value
        except NumberInvalid:
            continue


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("99,90", F.POINT_GROUPS),
        ("1.000.000", F.POINT_GROUPS),
        ("99.90", F.COMMA_GROUPS),
        ("1,000,000", F.COMMA_GROUPS),
        ("1.000", None),
        ("100", None),
        ("1'000", None),
        ("x", None),
    ],
)
def test_a_number_shows_its_format_where_it_has_no_other_reading(text: str, shows: NumberFormat | None):
    assert format_shown_by(text) is shows


def test_a_format_is_named_by_its_example_in_any_typography():
    assert F.of("1.234,56") is F.POINT_GROUPS
    assert F.of(" 1\u202f234,56 ") is F.SPACE_GROUPS_COMMA
    assert F.of("1’234.56") is F.APOSTROPHE_GROUPS
    assert F.of("comma") is None
