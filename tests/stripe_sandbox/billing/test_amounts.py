from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripe_sandbox.billing.amounts import (
    Line,
    Rate,
    Reduction,
    apply_discounts,
    apply_taxes,
    exact,
    half_up,
    plain,
    price_total,
    share_out,
    totals,
)

VAT = Rate("txr_vat", Fraction(19), inclusive=False)
GST_INSIDE = Rate("txr_gst", Fraction(10), inclusive=True)


def per_unit(amount: str) -> dict[str, object]:
    return {"billing_scheme": "per_unit", "unit_amount_decimal": amount, "transform_quantity": None}


def tiered(mode: str) -> dict[str, object]:
    tiers = [
        {"up_to": 10, "unit_amount_decimal": "100", "flat_amount_decimal": None},
        {"up_to": 20, "unit_amount_decimal": "80", "flat_amount_decimal": "500"},
        {"up_to": None, "unit_amount_decimal": "50", "flat_amount_decimal": None},
    ]
    return {"billing_scheme": "tiered", "tiers_mode": mode, "tiers": tiers, "transform_quantity": None}


@pytest.mark.parametrize(("value", "rounded"), [("0.5", 1), ("-0.5", -1), ("1.4999", 1), ("-2.5", -3), ("7", 7)])
def test_halves_go_away_from_zero(value, rounded):
    assert half_up(exact(value)) == rounded


@pytest.mark.parametrize(
    ("value", "text"), [("2000", "2000"), ("0.050", "0.05"), (Fraction(25, 2), "12.5"), (100, "100")]
)
def test_decimals_are_written_plainly(value, text):
    assert plain(value) == text


def test_a_unit_price_of_a_fraction_is_rounded_once_for_the_line():
    assert half_up(price_total(per_unit("0.333333333333"), Fraction(1000))) == 333
    assert half_up(price_total(per_unit("0.5"), Fraction(3))) == 2


@pytest.mark.parametrize(
    ("mode", "quantity", "amount"),
    [
        ("graduated", 10, 1000),
        ("graduated", 11, 1000 + 500 + 80),
        ("graduated", 25, 1000 + 500 + 800 + 250),
        ("volume", 10, 1000),
        ("volume", 11, 500 + 880),
        ("volume", 25, 1250),
        ("graduated", 0, 0),
        ("volume", 0, 0),
    ],
)
def test_tiers(mode, quantity, amount):
    assert price_total(tiered(mode), Fraction(quantity)) == amount


@pytest.mark.parametrize(("mode", "amount"), [("up", 300), ("down", 200)])
def test_packages_of_ten(mode, amount):
    price = per_unit("100") | {"transform_quantity": {"divide_by": 10, "round": mode}}
    assert price_total(price, Fraction(25)) == amount


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(sum))
def test_shares_add_up_and_lie_within_one_unit_of_exact(total, weights):
    shares = share_out(total, weights)
    assert sum(shares) == total
    exactly = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert all(abs(share - wanted) < 1 for share, wanted in zip(shares, exactly, strict=True))


def test_nothing_to_share_over_is_refused():
    with pytest.raises(ValueError, match="nothing to share 5"):
        share_out(5, [0, 0])


def test_a_percentage_for_the_whole_invoice_is_worked_out_once_and_shared():
    lines = [Line(333), Line(333), Line(334), Line(500, discountable=False)]
    apply_discounts(lines, [Reduction("di_1", percent_off=Fraction(25))])
    assert [line.discounts for line in lines] == [{"di_1": 83}, {"di_1": 83}, {"di_1": 84}, {}]


def test_own_discounts_come_before_the_invoice_s_and_products_are_respected():
    ten = Reduction("di_ten", amount_off=1000, products=frozenset({"prod_a"}))
    half = Reduction("di_half", percent_off=Fraction(50))
    lines = [Line(3000, product="prod_a", own=[ten]), Line(3000, product="prod_b", own=[ten])]
    apply_discounts(lines, [half])
    assert [line.discounts for line in lines] == [{"di_ten": 1000, "di_half": 1000}, {"di_half": 1500}]
    assert (totals(lines).subtotal, totals(lines).total) == (5000, 2500)


@given(
    st.lists(st.integers(-500, 10_000), min_size=1, max_size=8),
    st.lists(
        st.one_of(
            st.builds(lambda p: (Fraction(p, 4), None), st.integers(1, 400)),
            st.builds(lambda a: (None, a), st.integers(1, 30_000)),
        ),
        max_size=3,
    ),
)
def test_discounts_never_turn_a_line_and_add_up(amounts, offs):
    lines = [Line(amount) for amount in amounts]
    apply_discounts(lines, [Reduction(f"di_{i}", percent_off=p, amount_off=a) for i, (p, a) in enumerate(offs)])
    for line in lines:
        assert line.net == line.amount if line.amount <= 0 else 0 <= line.net <= line.amount
    assert totals(lines).total == sum(line.net for line in lines)
    assert sum(totals(lines).discounts.values()) == sum(amounts) - totals(lines).total


def test_exclusive_tax_comes_on_top_and_inclusive_is_taken_out():
    lines = [Line(3100, rates=[Rate("txr", Fraction(10), inclusive=False)]), Line(3410, rates=[GST_INSIDE])]
    apply_taxes(lines)
    assert [(t.amount, t.taxable, t.inclusive) for line in lines for t in line.taxes] == [
        (310, 3100, False),
        (310, 3100, True),
    ]
    sums = totals(lines)
    assert (sums.subtotal, sums.subtotal_excluding_tax, sums.total, sums.total_excluding_tax) == (
        6510,
        6200,
        6820,
        6200,
    )


def test_tax_is_on_what_is_left_after_discounts_and_summed_by_rate():
    lines = [Line(1000, rates=[VAT]), Line(1000, rates=[VAT])]
    apply_discounts(lines, [Reduction("di_1", amount_off=1000)])
    apply_taxes(lines)
    [tax] = totals(lines).taxes
    assert (tax.amount, tax.taxable, totals(lines).total) == (190, 1000, 1190)


@pytest.mark.parametrize(("exempt", "reason"), [("exempt", "customer_exempt"), ("reverse", "reverse_charge")])
def test_an_exempt_customer_pays_no_tax_and_the_reason_is_named(exempt, reason):
    lines = [Line(1000, rates=[VAT])]
    apply_taxes(lines, exempt=exempt)
    [tax] = lines[0].taxes
    assert (tax.amount, tax.reason) == (0, reason)


def test_a_credit_line_carries_negative_tax():
    lines = [Line(-1000, discountable=False, rates=[VAT])]
    apply_taxes(lines)
    assert totals(lines).total == -1190
