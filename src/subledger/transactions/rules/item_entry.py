"""What an item takes from its product, and what of an item was entered (docs/domain/items.md).

Every door reads an item as it was written and has it `completed` here; `as_entered` is the way back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from subledger.kernel.days import check_day
from subledger.kernel.sentences import say
from subledger.transactions.errors import ItemInvalid

from .items import ItemRef, NewItem, price_item


class PriceIs(StrEnum):
    """How the price of an item was entered."""

    UNIT = "unit"  # for one, without tax
    UNIT_WITH_TAX = "unit_with_tax"
    SUB_TOTAL = "sub_total"  # for all of it, with tax and after the discount


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTerms:
    """What a product gives to an item that leaves it out; ``unit_amount`` in minor units of ``currency``."""

    id: int
    name: str
    unit_amount: Decimal | None
    currency: str
    tax_rate_id: int | None
    tax_percent: Decimal | None


class KeptItem(Protocol):
    """An item as its row has it: what it came to, and how it was entered."""

    product_id: Any
    tax_rate_id: Any
    description: str
    quantity: Decimal
    unit_amount: Decimal
    net_minor: int
    discount_percent: Decimal
    discount_minor: int
    tax_percent: Decimal
    tax_minor: int
    sub_total_minor: int
    price_is: str | None
    entered_discount_percent: Decimal | None
    entered_discount_minor: int | None
    service_start: date | None
    service_end: date | None
    credits_id: int | None
    credits_position: int | None
    metadata: Any


def needs_price(item: NewItem) -> bool:
    """Whether the item has a product and leaves the price to it."""
    return (
        item.product_id is not None and item.unit_amount is None and item.sub_total_minor is None and not item.credits
    )


def completed(item: NewItem, *, product: ProductTerms | None, currency: str, at: int = 0) -> NewItem:
    """The item with what its product gives: price, tax rate and description, each where the item has none.

    ``tax_inclusive`` says how the price is to be read, whether the item or the product gives it.

    Raises:
        ItemInvalid: the price is left to a product that has none, or one in another currency than ``currency``.
    """
    if product is None:
        return item
    given: dict[str, Any] = {"description": item.description or product.name}
    if item.tax_rate_id is None and item.tax_percent is None and not item.credits:
        given.update(tax_rate_id=product.tax_rate_id, tax_percent=product.tax_percent)
    if needs_price(item):
        if product.unit_amount is None:
            raise ItemInvalid(
                say("Item {at} has no price, and neither has {name}. Give one.", at=at + 1, name=product.name),
                at,
                "unit_amount",
            )
        if product.currency != currency:
            raise ItemInvalid(
                say(
                    "Item {at} has no price: {name} is priced in {its_currency}, and the account is kept in "
                    "{currency}. Give a price in {currency}.",
                    at=at + 1,
                    name=product.name,
                    its_currency=product.currency.upper(),
                    currency=currency.upper(),
                ),
                at,
                "unit_amount",
            )
        given["unit_amount"] = product.unit_amount
    return replace(item, **given)


def check_named(item: NewItem, *, at: int = 0) -> None:
    """Every item says what it is for. ItemInvalid where it has neither a product nor a description."""
    if item.product_id is None and not item.description.strip():
        raise ItemInvalid(
            say("Item {at} does not say what it is for. Choose a product, or write a description.", at=at + 1),
            at,
            "description",
        )


def check_service_period(item: NewItem, *, at: int = 0) -> None:
    """When an item is delivered: from a first to a last day, both included, or not said.

    Raises:
        ItemInvalid: one day without the other, or the last before the first.
        DayInvalid: nobody means such a day.
    """
    start, end = item.service_start, item.service_end
    for day, which in ((start, "start"), (end, "end")):
        if day is not None:
            check_day(
                day,
                what=say("service {which} of item {at}", which=which, at=at + 1),
                param=f"/items/{at}/service_{which}",
            )
    if start is not None and end is None:
        raise ItemInvalid(
            say("Item {at} has a service start and no service end. Give both days, or neither.", at=at + 1),
            at,
            "service_end",
        )
    if end is not None and start is None:
        raise ItemInvalid(
            say("Item {at} has a service end and no service start. Give both days, or neither.", at=at + 1),
            at,
            "service_start",
        )
    if start is not None and end is not None and end < start:
        raise ItemInvalid(
            say(
                "Item {at} has a service period from {start} to {end}, which ends before it starts. Correct it.",
                at=at + 1,
                start=start,
                end=end,
            ),
            at,
            "service_end",
        )


def entered_columns(item: NewItem) -> dict[str, Any]:
    """What a row keeps of an item beside its amounts, so that it is edited and copied as it was entered."""
    return {
        "price_is": price_is(item).value,
        "entered_discount_percent": item.discount_percent,
        "entered_discount_minor": item.discount_minor,
    }


def price_is(item: NewItem) -> PriceIs:
    if item.sub_total_minor is not None:
        return PriceIs.SUB_TOTAL
    return PriceIs.UNIT_WITH_TAX if item.tax_inclusive else PriceIs.UNIT


def as_entered(kept: KeptItem) -> NewItem:
    """An item as it was entered. One kept before that was recorded comes back as one of the very same amounts."""
    common: dict[str, Any] = {
        "quantity": kept.quantity,
        "tax_percent": kept.tax_percent,
        "description": kept.description,
        "product_id": kept.product_id,
        "tax_rate_id": kept.tax_rate_id,
        "service_start": kept.service_start,
        "service_end": kept.service_end,
        "metadata": dict(kept.metadata or {}),
    }
    if kept.credits_id is not None and kept.credits_position is not None:
        common["credits"] = ItemRef(kept.credits_id, kept.credits_position)
    if kept.price_is is None:
        return _derived(kept, common)
    common["discount_percent"] = kept.entered_discount_percent
    common["discount_minor"] = kept.entered_discount_minor
    if kept.price_is == PriceIs.SUB_TOTAL:
        return NewItem(sub_total_minor=kept.sub_total_minor, **common)
    return NewItem(unit_amount=kept.unit_amount, tax_inclusive=kept.price_is == PriceIs.UNIT_WITH_TAX, **common)


def _derived(kept: KeptItem, common: dict[str, Any]) -> NewItem:
    """By its unit price where that leads to the same amounts, else by its sub-total."""
    by_unit = (
        NewItem(unit_amount=kept.unit_amount, discount_minor=kept.discount_minor, **common),
        NewItem(unit_amount=kept.unit_amount, discount_percent=kept.discount_percent, tax_inclusive=True, **common),
    )
    amounts = (kept.net_minor, kept.discount_minor, kept.tax_minor, kept.sub_total_minor)
    for item in by_unit:
        priced = price_item(item)
        if (priced.net_minor, priced.discount_minor, priced.tax_minor, priced.sub_total_minor) == amounts:
            return item
    return NewItem(sub_total_minor=kept.sub_total_minor, discount_minor=kept.discount_minor, **common)
