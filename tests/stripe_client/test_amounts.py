"""Amounts arrive at Stripe as Stripe wants them, and come back the same."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

import subledger.stripe_client as package
from subledger.kernel.currencies import exponent
from subledger.kernel.errors import AmountInvalid, CurrencyUnknown
from subledger.kernel.money import LARGEST_MINOR, Money
from subledger.stripe_client.amounts import CURRENCIES, THREE_DECIMAL, decimals, from_stripe, to_stripe

IN_USE = sorted(one.code.lower() for one in Currency if one.exponent is not None)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("10.50", "eur", 1050),
        ("500", "jpy", 500),
        ("1.230", "kwd", 1230),
        ("5", "isk", 500),  # no decimals in ISO 4217, two at Stripe
        ("5", "ugx", 500),
        ("7.00", "mga", 7),  # two decimals in ISO 4217, none at Stripe
        ("12.34", "huf", 1234),  # whole only in payouts
    ],
)
def test_an_amount_as_stripe_documents_it(text, currency, amount):
    money = Money.parse(text, currency)
    assert to_stripe(money) == amount
    assert from_stripe(amount, currency) == money


@given(st.sampled_from(IN_USE), st.integers(min_value=1, max_value=LARGEST_MINOR // 1000))
def test_every_amount_that_stripe_takes_comes_back_the_same(currency, minor):
    money = Money(minor, currency)
    try:
        amount = to_stripe(money)
    except AmountInvalid:
        assert (currency == "mga" and minor % 100) or (currency in THREE_DECIMAL and minor % 10)
    else:
        assert from_stripe(amount, currency) == money


@given(st.sampled_from(IN_USE), st.integers(min_value=1, max_value=99_999_999))
def test_every_amount_of_stripes_is_read_or_refused_and_never_rounded(currency, amount):
    try:
        money = from_stripe(amount, currency)
    except AmountInvalid:
        assert currency in ("isk", "ugx")
        assert amount % 100
    else:
        assert money.to_decimal().scaleb(decimals(currency)) == amount


@pytest.mark.parametrize(("minor", "currency"), [(705, "mga"), (1234, "kwd"), (1, "bhd")])
def test_a_fraction_that_stripe_cannot_charge_is_refused(minor, currency):
    with pytest.raises(AmountInvalid, match="Round"):
        to_stripe(Money(minor, currency))


@pytest.mark.parametrize("amount", [501, 10.0, "1050", None, True])
def test_an_amount_that_cannot_be_is_refused(amount):
    with pytest.raises(AmountInvalid):
        from_stripe(amount, "isk")


def test_a_currency_that_nobody_knows_is_refused():
    with pytest.raises(CurrencyUnknown):
        from_stripe(100, "usdc")


def test_only_three_currencies_are_counted_otherwise_than_in_iso_4217():
    assert {code for code in IN_USE if decimals(code) != exponent(code)} == {"isk", "ugx", "mga"}


def test_every_currency_offered_is_in_use():
    assert set(IN_USE) >= CURRENCIES
    assert {"eur", "usd", "gbp", "jpy", "kwd", "isk"} <= CURRENCIES


def test_nothing_in_the_package_scales_by_a_hundred():
    found = [
        f"{path.name}:{node.lineno}"
        for path in Path(package.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv | ast.Pow)
        and any(isinstance(side, ast.Constant) and side.value in (100, 1000, 0.01) for side in (node.left, node.right))
    ]
    assert found == []
    shifting = [path.name for path in Path(package.__file__).parent.glob("*.py") if "10**" in path.read_text()]
    assert shifting == ["amounts.py"]
