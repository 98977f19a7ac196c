"""What a line costs: unit prices, tiers, discounts and taxes, in whole minor units.

Unit prices are exact (``unit_amount_decimal`` has up to 12 places) and are held as fractions; a line's amount is
rounded once, halves away from zero. Shares of an amount go by largest remainder, so they add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any


def half_up(value: Fraction) -> int:
    """Whole minor units, halves away from zero."""
    whole = (abs(value.numerator) * 2 + value.denominator) // (value.denominator * 2)
    return whole if value >= 0 else -whole


def exact(number: str | int | float | Decimal) -> Fraction:
    """A number of the wire (``"12.5"``, ``19``, ``0.1``) without any loss of its written digits."""
    return Fraction(str(number))


def plain(value: Fraction | Decimal | int | str) -> str:
    """The decimal text Stripe writes: no exponent, no trailing zeros (``"2000"``, ``"0.05"``)."""
    number = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(value)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` by weight and lose nothing: what is left over goes to the largest remainders, ties to the first.

    Weights are not negative; where all are 0 so must ``total`` be.
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"nothing to share {total} over")
        return [0] * len(weights)
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    left = abs(total) - sum(share for share, _ in shares)
    lucky = set(sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))[:left])
    sign = -1 if total < 0 else 1
    return [sign * (share + (i in lucky)) for i, (share, _) in enumerate(shares)]


def price_total(price: Mapping[str, Any], quantity: Fraction) -> Fraction:
    """The exact cost of ``quantity`` units at a price object's rates, before rounding.

    Knows per-unit prices, ``transform_quantity``, graduated and volume tiers (``tiers`` in Stripe's form, the last
    with ``up_to`` null). A quantity of zero costs nothing, flat fees included.
    """
    packs = price.get("transform_quantity")
    if packs:
        whole, rest = divmod(quantity, packs["divide_by"])
        quantity = Fraction(whole + (packs["round"] == "up" and rest > 0))
    if price["billing_scheme"] == "tiered":
        return _tiered(price["tiers"], price["tiers_mode"], quantity)
    return exact(price["unit_amount_decimal"]) * quantity


def _tiered(tiers: Sequence[Mapping[str, Any]], mode: str, quantity: Fraction) -> Fraction:
    total, below = Fraction(0), Fraction(0)
    for tier in tiers:
        top = quantity if tier["up_to"] is None else min(quantity, Fraction(tier["up_to"]))
        units = top - (below if mode == "graduated" else 0)
        if units > 0 and (mode == "graduated" or top == quantity):
            total += exact(tier["flat_amount_decimal"] or 0) + exact(tier["unit_amount_decimal"] or 0) * units
        if top == quantity:
            break
        below = top
    return total


@dataclass(frozen=True, slots=True)
class Reduction:
    """One discount in force: a percentage or an amount, perhaps only for some products."""

    id: str
    percent_off: Fraction | None = None
    amount_off: int | None = None
    products: frozenset[str] | None = None

    def covers(self, product: str | None) -> bool:
        """Whether it applies to lines of this product."""
        return self.products is None or product in self.products


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax rate as a line needs it; ``percentage`` is 19 for 19 %."""

    id: str
    percentage: Fraction
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Tax:
    """One rate's tax on one line."""

    rate: str
    amount: int
    taxable: int
    inclusive: bool
    reason: str


@dataclass(slots=True)
class Line:
    """What pricing a line takes in (first six) and gives out (last two).

    ``amount`` is before discounts and holds inclusive tax; ``own`` are the discounts of the line itself; ``fixed`` is
    what discounts took off when a proration was made, which nothing changes any more.
    """

    amount: int
    discountable: bool = True
    product: str | None = None
    own: Sequence[Reduction] = ()
    rates: Sequence[Rate] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    discounts: dict[str, int] = field(default_factory=dict)
    taxes: list[Tax] = field(default_factory=list)

    @property
    def item_discount(self) -> int:
        """What the line's own discounts took off: Stripe counts it into the invoice's subtotal."""
        return sum(self.discounts.get(reduction.id, 0) for reduction in self.own)

    @property
    def net(self) -> int:
        """What is left after discounts; holds inclusive tax, not exclusive."""
        return self.amount - sum(self.discounts.values())

    def tax(self, *, inclusive: bool) -> int:
        """The line's tax of one kind."""
        return sum(tax.amount for tax in self.taxes if tax.inclusive is inclusive)


def apply_discounts(lines: Sequence[Line], invoice_wide: Sequence[Reduction]) -> None:
    """Fill ``discounts`` of every line: its own first, then the invoice's, each taken off what is left.

    An invoice-wide discount is worked out once on the sum of what it covers and shared out over those lines. Lines
    that are not discountable or not positive take none; nothing is ever discounted below zero.
    """
    for line in lines:
        line.discounts = dict(line.fixed)
        for reduction in line.own:
            if line.discountable and line.net > 0 and reduction.covers(line.product):
                line.discounts[reduction.id] = _off(reduction, line.net)
    for reduction in invoice_wide:
        covered = [line for line in lines if line.discountable and line.net > 0 and reduction.covers(line.product)]
        shares = share_out(_off(reduction, sum(line.net for line in covered)), [line.net for line in covered])
        for line, share in zip(covered, shares, strict=True):
            line.discounts[reduction.id] = line.discounts.get(reduction.id, 0) + share


def _off(reduction: Reduction, amount: int) -> int:
    if reduction.percent_off is not None:
        return half_up(amount * reduction.percent_off / 100)
    return min(reduction.amount_off or 0, amount)


def apply_taxes(lines: Sequence[Line], *, exempt: str = "none") -> None:
    """Fill ``taxes`` of every line from its rates, on what is left after discounts.

    An inclusive rate is taken out of the amount, an exclusive one comes on top of the amount without inclusive tax.
    Each rate is rounded once a line. ``exempt`` is the customer's ``tax_exempt``: "none", "exempt" or "reverse".
    """
    reason = {"exempt": "customer_exempt", "reverse": "reverse_charge"}.get(exempt, "standard_rated")
    for line in lines:
        inside = sum((rate.percentage for rate in line.rates if rate.inclusive), Fraction(0))
        base = Fraction(line.net) * 100 / (100 + inside)
        line.taxes = []
        for rate in line.rates:
            amount = 0 if exempt != "none" else half_up(base * rate.percentage / 100)
            why = "zero_rated" if reason == "standard_rated" and not rate.percentage else reason
            line.taxes.append(Tax(rate.id, amount, half_up(base), rate.inclusive, why))


@dataclass(frozen=True, slots=True)
class Totals:
    """An invoice's sums, named as the invoice names them."""

    subtotal: int
    subtotal_excluding_tax: int
    total: int
    total_excluding_tax: int
    discounts: Mapping[str, int]
    taxes: Sequence[Tax]


def totals(lines: Sequence[Line]) -> Totals:
    """Add up priced lines.

    The subtotal is after the lines' own discounts, before the invoice's discounts and before exclusive tax; both
    ``…_excluding_tax`` leave inclusive tax out too. Taxes are added up by rate, in order of first appearance.
    """
    subtotal = sum(line.amount - line.item_discount for line in lines)
    inside = sum(line.tax(inclusive=True) for line in lines)
    net = sum(line.net for line in lines)
    discounts: dict[str, int] = {}
    taxes: dict[tuple[str, str], Tax] = {}
    for line in lines:
        for reduction, amount in line.discounts.items():
            discounts[reduction] = discounts.get(reduction, 0) + amount
        for tax in line.taxes:
            so_far = taxes.get((tax.rate, tax.reason))
            if so_far:
                tax = Tax(tax.rate, so_far.amount + tax.amount, so_far.taxable + tax.taxable, tax.inclusive, tax.reason)
            taxes[tax.rate, tax.reason] = tax
    return Totals(
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal - inside,
        total=net + sum(line.tax(inclusive=False) for line in lines),
        total_excluding_tax=net - inside,
        discounts=discounts,
        taxes=list(taxes.values()),
    )
