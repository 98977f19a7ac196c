"""The arithmetic of a document's items (docs/domain/items.md).

    net       = round(quantity x unit amount)
    discount  = round(net x percent / 100), or the amount given          0 <= discount <= net
    tax       = round((net - discount) x tax percent / 100)
    sub-total = net - discount + tax                                     always, to the minor unit

Halves round away from zero, once, per item, to whole minor units; a document is the sum of its items. Where a company
rounds its taxes per rate, the tax of a rate is rounded once over the document, and what the items' own roundings miss
of it goes to the items that were rounded off most: items still add up to the document.

A price or a sub-total below zero is a credit line: it reduces its document, with its tax and discount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from subledger.kernel.money import LARGEST_MINOR, grouped
from subledger.kernel.rounding import half_up
from subledger.kernel.sentences import say
from subledger.transactions.errors import ItemInvalid

HUNDRED = Decimal(100)
# The finest that a stored item can tell: what is computed must be what is kept.
STEPS = {
    "quantity": Decimal("1e-8"),
    "unit_amount": Decimal("1e-12"),
    "discount_percent": Decimal("1e-4"),
    "tax_percent": Decimal("1e-4"),
}
WORDS = {
    "quantity": say("quantity"),
    "unit_amount": say("unit price"),
    "discount_percent": say("discount"),
    "tax_percent": say("tax rate"),
}


class TaxRounding(StrEnum):
    """Where a company rounds its taxes: on every item, or once for all items of one rate."""

    ITEM = "item"
    RATE = "rate"


class ItemRef(NamedTuple):
    """An item of a document, by its place in it, the first being 1."""

    transaction_id: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """One item as entered. Exactly one of ``unit_amount`` and ``sub_total_minor``; at most one discount.

    ``unit_amount`` is a Decimal of minor units and may carry decimals; ``tax_inclusive`` says it contains the tax.
    ``product_id`` and ``tax_rate_id`` are kept on the document; what they imply is copied in here before.
    ``service_start`` to ``service_end``, both days included, is when the item is delivered.
    ``credits``, of credit notes only, is the item of an invoice that this one credits; without a price it credits all
    that is left of it.
    """

    quantity: Decimal = Decimal(1)
    unit_amount: Decimal | None = None
    sub_total_minor: int | None = None
    discount_percent: Decimal | None = None
    discount_minor: int | None = None
    tax_percent: Decimal | None = None
    tax_inclusive: bool = False
    description: str = ""
    product_id: int | None = None
    tax_rate_id: int | None = None
    service_start: date | None = None
    service_end: date | None = None
    credits: ItemRef | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


class PricedItem(NamedTuple):
    """What one item comes to, in minor units; ``unit_amount`` and ``discount_percent`` are derived where not given."""

    quantity: Decimal
    unit_amount: Decimal
    net_minor: int
    discount_percent: Decimal
    discount_minor: int
    tax_percent: Decimal
    tax_minor: int
    sub_total_minor: int


class DocumentTotals(NamedTuple):
    net_minor: int
    discount_minor: int
    tax_minor: int
    total_minor: int


def price_items(items: Sequence[NewItem], *, rounding: TaxRounding, currency: str) -> list[PricedItem]:
    """The amounts of a document's items, in their order. ItemInvalid names the one at fault."""
    priced = [price_item(item, at=at, currency=currency) for at, item in enumerate(items)]
    if rounding is TaxRounding.RATE and len(items) > 1:
        _round_by_rate(items, priced)
    return priced


def _round_by_rate(items: Sequence[NewItem], priced: list[PricedItem]) -> None:
    """Make the taxes of each rate add up to the tax of its sum, once rounded.

    Prices without tax keep what was typed and their sub-totals move; prices with tax keep their sub-totals. An item
    whose sub-total was given keeps all of it: it is one amount already.
    """
    by_rate: dict[tuple[Decimal, bool], list[int]] = {}
    for at, item in enumerate(items):
        if priced[at].tax_percent and item.sub_total_minor is None and item.credits is None:
            by_rate.setdefault((priced[at].tax_percent, item.tax_inclusive), []).append(at)
    for (tax, is_inclusive), places in by_rate.items():
        whole = HUNDRED + tax if is_inclusive else HUNDRED
        bases = {
            at: priced[at].sub_total_minor if is_inclusive else priced[at].net_minor - priced[at].discount_minor
            for at in places
        }
        missing = half_up(sum(bases.values()) * tax / whole) - sum(priced[at].tax_minor for at in places)
        step = 1 if missing > 0 else -1
        rounded_off = {at: (bases[at] * tax / whole - priced[at].tax_minor) * step for at in places}
        for at in sorted(places, key=lambda at: (-rounded_off[at], at))[: abs(missing)]:
            one = priced[at]
            priced[at] = (
                one._replace(tax_minor=one.tax_minor + step, net_minor=one.net_minor - step)
                if is_inclusive
                else one._replace(tax_minor=one.tax_minor + step, sub_total_minor=one.sub_total_minor + step)
            )


def price_item(item: NewItem, *, at: int = 0, currency: str | None = None) -> PricedItem:
    """The amounts of one item; ``at`` is its place in the document and ``currency`` the document's, for errors.

    Raises:
        ItemInvalid: not exactly one price, two discounts, a quantity that is not above zero, a percentage outside
            0 to 100, a discount above the net amount, or an amount beyond 2^53 - 1.
    """
    _check(item, at, currency)
    tax = item.tax_percent or Decimal(0)
    if item.sub_total_minor is not None:
        net, discount, after = _from_sub_total(item, tax, at, currency)
        sub_total = item.sub_total_minor
    elif item.tax_inclusive and tax:
        gross = half_up(item.quantity * (item.unit_amount or 0))
        gross_discount = _discount(gross, item, at, currency)
        sub_total = gross - gross_discount
        after = half_up(sub_total * HUNDRED / (HUNDRED + tax))
        net = half_up(gross * HUNDRED / (HUNDRED + tax))
        discount = net - after
    else:
        net = half_up(item.quantity * (item.unit_amount or 0))
        discount = _discount(net, item, at, currency)
        after = net - discount
        sub_total = after + half_up(after * tax / HUNDRED)
    if max(abs(net), abs(sub_total)) > LARGEST_MINOR:
        raise ItemInvalid(
            say(
                "Item {at} comes to more than can be kept exactly, {money}. Split it.",
                at=at + 1,
                money=_money(LARGEST_MINOR, currency),
            ),
            at,
            "quantity",
        )
    unit = item.unit_amount if item.unit_amount is not None else unit_of(net, item.quantity)
    if abs(unit) > LARGEST_MINOR:
        raise ItemInvalid(
            say(
                "Item {at} has quantity {quantity}: too little for its sub-total. Correct it.",
                at=at + 1,
                quantity=item.quantity,
            ),
            at,
            "quantity",
        )
    percent = item.discount_percent
    if percent is None:
        percent = (discount * HUNDRED / net).quantize(Decimal("0.0001")) if discount else Decimal(0)
    return PricedItem(item.quantity, unit, net, percent, discount, tax, sub_total - after, sub_total)


def unit_of(net_minor: int, quantity: Decimal) -> Decimal:
    """The price of one behind a net amount, in minor units: with the fewest decimals that lead back to it."""
    exact = Decimal(net_minor) / quantity
    for places in range(-STEPS["unit_amount"].as_tuple().exponent):  # type: ignore[operator]
        unit = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if half_up(unit * quantity) == net_minor:
            return unit
    return exact.quantize(STEPS["unit_amount"], ROUND_HALF_UP)


def unit_kept(unit: Decimal, net_minor: int, quantity: Decimal) -> Decimal:
    """A unit price as a row has it; one that was worked out, and kept with all its decimals before, as `unit_of`."""
    exact = (Decimal(net_minor) / quantity).quantize(STEPS["unit_amount"], ROUND_HALF_UP)
    return unit_of(net_minor, quantity) if unit == exact else unit


def total_of(items: Iterable[PricedItem]) -> DocumentTotals:
    """The header of a document: the sums of its items."""
    net = discount = tax = total = 0
    for item in items:
        net += item.net_minor
        discount += item.discount_minor
        tax += item.tax_minor
        total += item.sub_total_minor
    return DocumentTotals(net, discount, tax, total)


def _check(item: NewItem, at: int, currency: str | None) -> None:
    if (item.unit_amount is None) == (item.sub_total_minor is None):
        raise ItemInvalid(
            say("Item {at} needs exactly one of a unit price and a sub-total. Give one of them.", at=at + 1),
            at,
            "unit_amount",
        )
    if item.discount_percent is not None and item.discount_minor is not None:
        raise ItemInvalid(
            say("Item {at} has two discounts. Give a percentage or an amount.", at=at + 1), at, "discount_percent"
        )
    if item.quantity.is_finite() and item.quantity < 0:
        raise ItemInvalid(
            say(
                "Item {at} has quantity {quantity}: it must be above zero. To give something back, give it a negative "
                "price, or create a credit note.",
                at=at + 1,
                quantity=item.quantity,
            ),
            at,
            "quantity",
        )
    if not (item.quantity.is_finite() and 0 < item.quantity < 10**12):
        raise ItemInvalid(
            say(
                "Item {at} has quantity {quantity}: it must be above zero. Correct it.",
                at=at + 1,
                quantity=item.quantity,
            ),
            at,
            "quantity",
        )
    most = _money(LARGEST_MINOR, currency)
    if item.unit_amount is not None and not (item.unit_amount.is_finite() and abs(item.unit_amount) <= LARGEST_MINOR):
        raise ItemInvalid(
            say(
                "Item {at} has a unit price beyond {most}, the largest that is kept exactly. Correct it.",
                at=at + 1,
                most=most,
            ),
            at,
            "unit_amount",
        )
    if item.sub_total_minor is not None and abs(item.sub_total_minor) > LARGEST_MINOR:
        raise ItemInvalid(
            say(
                "Item {at} has a sub-total beyond {most}, the largest that is kept exactly. Correct it.",
                at=at + 1,
                most=most,
            ),
            at,
            "sub_total",
        )
    for name, percent in (("discount_percent", item.discount_percent), ("tax_percent", item.tax_percent)):
        if percent is not None and not (percent.is_finite() and 0 <= percent <= 100):
            words = name.partition("_")[0]
            raise ItemInvalid(
                say(
                    "Item {at} has a {words} of {percent} %: it must be 0 to 100. Correct it.",
                    at=at + 1,
                    words=words,
                    percent=percent,
                ),
                at,
                name,
            )
    for name, step in STEPS.items():
        value = getattr(item, name)
        if value is not None and value != value.quantize(step):
            places = -int(step.as_tuple().exponent)
            raise ItemInvalid(
                say(
                    "Item {at} has a {words} of {value}: it can have at most {places} decimals. Round it.",
                    at=at + 1,
                    words=WORDS[name],
                    value=value,
                    places=places,
                ),
                at,
                name,
            )


def _discount(net: int, item: NewItem, at: int, currency: str | None) -> int:
    if item.discount_percent is not None:
        return half_up(net * item.discount_percent / HUNDRED)
    discount = item.discount_minor or 0
    if not min(net, 0) <= discount <= max(net, 0):
        raise ItemInvalid(
            say(
                "Item {at} has a discount of {money} on {net}: at most all of it can be taken off. Correct it.",
                at=at + 1,
                money=_money(discount, currency),
                net=_money(net, currency),
            ),
            at,
            "discount_amount",
        )
    return discount


def _money(minor: int, currency: str | None) -> str:
    return grouped(minor, currency) if currency else str(minor)


def _from_sub_total(item: NewItem, tax: Decimal, at: int, currency: str | None) -> tuple[int, int, int]:
    """(net, discount, net after discount) behind a sub-total: the way back."""
    sub_total = item.sub_total_minor or 0
    after = half_up(sub_total * HUNDRED / (HUNDRED + tax))
    if item.discount_percent is None:
        discount = item.discount_minor or 0
        if discount and (discount < 0) != (sub_total < 0):
            raise ItemInvalid(
                say(
                    "Item {at} has a discount of {money} and a sub-total of {sub_total}: a discount takes off. "
                    "Correct it.",
                    at=at + 1,
                    money=_money(discount, currency),
                    sub_total=_money(sub_total, currency),
                ),
                at,
                "discount_amount",
            )
        return after + discount, discount, after
    kept = HUNDRED - item.discount_percent
    if not kept:
        if sub_total:
            raise ItemInvalid(
                say("Item {at} has a sub-total and a discount of 100 %. Give the unit price instead.", at=at + 1),
                at,
                "sub_total",
            )
        return 0, 0, 0
    net = half_up(sub_total * HUNDRED * HUNDRED / (kept * (HUNDRED + tax)))
    return net, net - after, after
