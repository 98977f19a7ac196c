"""Lines that balance in both currencies, whatever the rate does to them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.journal.rules import (
    EntryLine,
    Line,
    balanced,
    entry_rows,
    inverse_of,
    is_implausible,
    line_rows,
    looks_inverted,
    to_base,
)

rates = st.decimals("0.0001", 10_000, places=6)
exponents = st.tuples(st.sampled_from([0, 2, 3]), st.sampled_from([0, 2, 3]))


@pytest.mark.parametrize(
    ("minor", "rate", "places", "base"),
    [
        (100_00, None, (2, 2), 100_00),
        (100_00, Decimal("1.2"), (2, 2), 120_00),
        (1000, Decimal("0.0061"), (0, 2), 6_10),  # 1,000 yen at 0.0061: 6.10 EUR
        (1_000, Decimal("3"), (3, 2), 3_00),  # 1.000 dinar at 3: 3.00
        (1, Decimal("0.5"), (2, 2), 1),  # halves away from zero
        (-1, Decimal("0.5"), (2, 2), -1),
    ],
)
def test_amounts_are_carried_into_the_base_currency(
    minor: int, rate: Decimal | None, places: tuple[int, int], base: int
):
    assert to_base(minor, rate, places) == base


@given(st.lists(st.tuples(st.integers(2, 6), st.integers(-(10**9), 10**9)), min_size=1, max_size=6), rates, exponents)
def test_an_entry_balances_in_base_currency_and_the_control_line_keeps_its_own_amount(others, rate, places):
    total = -sum(minor for _, minor in others)
    lines = balanced([(1, total), *others], rate=rate, exponents=places, control=1)
    assert sum(line.minor for line in lines) == 0
    assert sum(line.base for line in lines) == 0
    for line in lines:
        if line.ledger_account_id == 1:
            assert line.base == to_base(total, rate, places)


def test_amounts_that_do_not_balance_are_a_programming_error():
    with pytest.raises(ValueError, match="do not balance"):
        balanced([(1, 5), (2, -4)])


def test_lines_of_one_ledger_account_are_merged_and_nothing_is_no_line():
    assert balanced([(1, 5), (2, -3), (1, -2), (3, 4), (3, -4)]) == [Line(1, 3, 3), Line(2, -3, -3)]


def test_rows_put_each_line_on_its_side():
    [debit, credit] = line_rows(7, [Line(1, 5, 6), Line(2, -5, -6)], currency="usd", account_id=9)
    assert (debit.debit_minor, debit.credit_minor, debit.base_debit_minor, debit.base_credit_minor) == (5, 0, 6, 0)
    assert (credit.debit_minor, credit.credit_minor, credit.base_debit_minor, credit.base_credit_minor) == (0, 5, 0, 6)
    for position, row in enumerate((debit, credit), 1):
        assert (row.entry_id, row.position, row.currency, row.account_id) == (7, position, "usd", 9)


def test_a_row_of_a_difference_is_in_base_currency_alone():
    [gain, _] = line_rows(7, [Line(1, 0, 6), Line(2, 0, -6)], currency="usd", account_id=9)
    assert (gain.debit_minor, gain.credit_minor, gain.base_debit_minor, gain.base_credit_minor) == (0, 0, 6, 0)
    [least, _] = line_rows(7, [Line(1, 0, 1), Line(2, 0, -1)], currency="usd", account_id=9)
    assert (least.base_debit_minor, least.base_credit_minor) == (1, 0)
    [tiny, _] = line_rows(7, [Line(1, 1, 0), Line(2, -1, 0)], currency="usd", account_id=9)
    assert (tiny.debit_minor, tiny.credit_minor, tiny.base_debit_minor, tiny.base_credit_minor) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("rate", "last", "implausible", "inverted"),
    [
        ("1.5", "1", False, False),
        ("1.51", "1", True, False),
        ("0.66", "1", True, False),
        ("1.2", "0.8333333333", False, True),  # the inverse of the last one
        ("1.05", "0.9523809524", False, True),
        ("1.04", "0.9803921569", False, False),  # 1.04 and 1.02: a rate this near one is no proof
        ("1.0000", "1", False, False),
        ("0.0061", "163.93", True, True),
        ("0.9", "1.1111111111", False, True),
        ("1.024695", "0.9759", False, False),  # 1.05 apart, to the digit
        ("7", "0.5", True, True),  # 2.5 beyond the inverse and 13 beyond the rate: more than five times as far
        ("8", "0.5", True, False),  # 3 and 15
    ],
)
def test_a_rate_that_is_far_from_the_last_or_near_its_inverse_is_asked_for(rate, last, implausible, inverted):
    assert looks_inverted(Decimal(rate), Decimal(last)) is inverted
    assert is_implausible(Decimal(rate), Decimal(last)) is (implausible or inverted)


def test_the_inverse_has_the_ten_decimals_that_books_keep():
    assert inverse_of(Decimal(3)) == Decimal("0.3333333333")
    assert inverse_of(Decimal("1.5")) == Decimal("0.6666666667")
    assert inverse_of(Decimal("2e10")) == Decimal("1e-10"), "halves go up"


def test_what_rounding_leaves_goes_to_the_largest_line_that_is_not_the_control_account():
    control, revenue, tax = 1, 2, 3
    lines = balanced([(control, 119), (revenue, -100), (tax, -19)], rate=Decimal("1.2345"), control=control)
    # 146.9055, 123.45 and 23.4555: the control account keeps 147, tax its 23, and the cent is on revenue.
    assert lines == [Line(control, 119, 147), Line(revenue, -100, -124), Line(tax, -19, -23)]


def test_the_largest_line_is_the_one_of_most_units_whichever_its_side():
    lines = balanced([(1, 5), (2, 3), (3, -8)], rate=Decimal("1.5"), control=1)
    # 7.5 → 8, 4.5 → 5, -12: one too many, taken from the line of most units, a credit
    assert lines == [Line(1, 5, 8), Line(2, 3, 5), Line(3, -8, -13)]


def test_nothing_comes_to_no_lines_at_any_rate():
    assert balanced([], rate=Decimal(2)) == []
    assert balanced([(1, 5), (1, -5)], rate=Decimal(2), control=1) == []


def test_without_a_control_account_any_line_takes_what_rounding_leaves():
    lines = balanced([(1, 8), (2, -3), (3, -5)], rate=Decimal("1.5"))
    # 12, -4.5 → -5, -7.5 → -8: one too many on the credits, and the line of most units is the debit
    assert lines == [Line(1, 8, 13), Line(2, -3, -5), Line(3, -5, -8)]


def test_lines_of_other_rooms_have_an_account_each_or_none():
    rows = entry_rows(7, [EntryLine(1, 5, 6, 9), EntryLine(2, -5, -6)], currency="usd")
    assert [(row.ledger_account_id, row.account_id, row.position) for row in rows] == [(1, 9, 1), (2, None, 2)]
