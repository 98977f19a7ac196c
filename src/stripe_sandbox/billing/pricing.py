"""Prices as parameters make them and as lines read them: checks, decimals, tiers, intervals."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from stripe_sandbox.billing.amounts import plain
from stripe_sandbox.billing.periods import Interval
from stripe_sandbox.billing.refusals import refuse_unsupported
from stripe_sandbox.errors import StripeError, invalid, missing_param
from stripe_sandbox.expand import includable
from stripe_sandbox.payments.money import check_currency
from stripe_sandbox.shapes import Object, Shape, take
from stripe_sandbox.store import Account

PRICE = Shape(
    "price",
    custom_unit_amount=None,
    lookup_key=None,
    metadata={},
    nickname=None,
    recurring=None,
    tiers_mode=None,
    transform_quantity=None,
    type="one_time",
    unit_amount=None,
    unit_amount_decimal=None,
)
PLAN = Shape("plan")
# The longest period that a price may bill for, by unit: three years.
LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
MOST_PLACES = 12


def check(account: Account, given: dict[str, Any], within: str = "") -> None:
    """Refuse parameters of a price, or of ``price_data``, that do not make one."""

    def named(name: str) -> str:
        return f"{within}[{name}]" if within else name

    refuse_unsupported(given, ("currency_options",), within)
    check_currency(given["currency"], named("currency"))
    is_tiered = given.get("billing_scheme") == "tiered"
    if is_tiered:
        _check_tiers(given, named)
    else:
        ways = [name for name in ("unit_amount", "unit_amount_decimal", "custom_unit_amount") if name in given]
        if not ways:
            raise missing_param(named("unit_amount"))
        if len(ways) > 1:
            raise invalid(f"You may only specify one of these parameters: {', '.join(ways)}.", named(ways[1]))
    _check_amount(given, "unit_amount", named)
    recurring = given.get("recurring")
    if recurring:
        _check_recurring(recurring, named("recurring"))


def _check_amount(given: dict[str, Any], name: str, named: Any) -> None:
    whole, exactly = given.get(name), given.get(f"{name}_decimal")
    if (whole is not None and whole < 0) or (exactly is not None and exactly < 0):
        raise invalid("Invalid non-negative integer", named(name), "parameter_invalid_integer")
    if exactly is not None and -exactly.as_tuple().exponent > MOST_PLACES:
        raise invalid(f"Invalid decimal: at most {MOST_PLACES} decimal places.", named(f"{name}_decimal"))


def _check_tiers(given: dict[str, Any], named: Any) -> None:
    if "tiers_mode" not in given:
        raise missing_param(named("tiers_mode"))
    tiers = given.get("tiers")
    if not tiers:
        raise missing_param(named("tiers"))
    tops = [tier["up_to"] for tier in tiers]
    if tops[-1] != "inf" or "inf" in tops[:-1] or any(low >= high for low, high in pairwise(tops[:-1])):
        raise invalid("Tiers must go up, and the last one must have `up_to=inf`.", named("tiers"))
    for tier in tiers:
        if not any(name in tier for name in _TIER_AMOUNTS):
            raise invalid("Each tier needs a `unit_amount` or a `flat_amount`.", named("tiers"))
        _check_amount(tier, "unit_amount", named)


_TIER_AMOUNTS = ("unit_amount", "unit_amount_decimal", "flat_amount", "flat_amount_decimal")


def _check_recurring(recurring: dict[str, Any], name: str) -> None:
    count, unit = recurring.get("interval_count", 1), recurring["interval"]
    if not 1 <= count <= LONGEST[unit]:
        raise invalid(
            f"Invalid interval_count: the maximum is {LONGEST[unit]} for {unit} intervals.", f"{name}[interval_count]"
        )
    if recurring.get("meter"):
        # Usage is not metered here, so there is no meter to be found.
        raise invalid(f"No such meter: '{recurring['meter']}'", f"{name}[meter]", "resource_missing")
    if recurring.get("usage_type") == "metered":
        raise missing_param(f"{name}[meter]")


def _both(given: dict[str, Any], name: str) -> tuple[int | None, str | None]:
    """An amount as a whole number, None where it has a fraction, and as decimal text."""
    exactly = given.get(f"{name}_decimal")
    if exactly is None:
        if given.get(name) is None:
            return None, None
        exactly = Decimal(given[name])
    return (int(exactly) if exactly == int(exactly) else None), plain(exactly)


def _tier(tier: dict[str, Any]) -> Object:
    flat, flat_decimal = _both(tier, "flat_amount")
    unit, unit_decimal = _both(tier, "unit_amount")
    return {
        "flat_amount": flat,
        "flat_amount_decimal": flat_decimal,
        "unit_amount": unit,
        "unit_amount_decimal": unit_decimal,
        "up_to": None if tier["up_to"] == "inf" else tier["up_to"],
    }


def add(account: Account, given: dict[str, Any], *, is_active: bool = True) -> Object:
    """A new price from checked parameters. Prices made from ``price_data`` are not active: for that one use only."""
    whole, exactly = _both(given, "unit_amount")
    recurring = given.get("recurring")
    price = PRICE.new(
        id=account.new_id("price"),
        created=account.now,
        livemode=account.livemode,
        active=given.get("active", is_active),
        billing_scheme=given.get("billing_scheme", "per_unit"),
        currency=given["currency"].lower(),
        product=given["product"],
        tax_behavior=given.get("tax_behavior", "unspecified"),
        type="recurring" if recurring else "one_time",
        unit_amount=whole,
        unit_amount_decimal=exactly,
    )
    if recurring:
        price["recurring"] = {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "trial_period_days": recurring.get("trial_period_days"),
            "usage_type": "licensed",
        }
    if given.get("custom_unit_amount"):
        price["custom_unit_amount"] = {"maximum": None, "minimum": None, "preset": None, **given["custom_unit_amount"]}
        del price["custom_unit_amount"]["enabled"]
    if given.get("tiers"):
        account.secret(price["id"])["tiers"] = [_tier(tier) for tier in given["tiers"]]
    take(price, given, "lookup_key", "nickname", "tiers_mode", "transform_quantity")
    account.add(price)
    account.emit("price.created", price)
    return price


@includable("price", "tiers")
def tiers_of(account: Account, price: Object) -> list[Object] | None:
    """A tiered price's tiers; shown only when expanded."""
    return account.secret(price["id"]).get("tiers") if price["billing_scheme"] == "tiered" else None


def priced(account: Account, price: Object) -> Object:
    """A price with its tiers, as ``amounts.price_total`` reads it."""
    return {**price, "tiers": tiers_of(account, price)}


def interval_of(price: Object) -> Interval:
    """How often a recurring price bills."""
    return Interval(price["recurring"]["interval"], price["recurring"]["interval_count"])


def from_data(account: Account, data: dict[str, Any], within: str) -> Object:
    """The price that a ``price_data`` parameter stands for, made on the spot.

    Raises:
        StripeError: there is no such product, or the data make no price.
    """
    if "product" not in data:
        raise missing_param(f"{within}[product]")
    account.get("product", data["product"], f"{within}[product]")
    check(account, data, within)
    return add(account, data, is_active=False)


def wanted(account: Account, given: dict[str, Any], within: str = "", *, recurring: bool) -> Object:
    """The price that parameters name by ``price``, ``pricing[price]`` or ``price_data``; refused if of the wrong type.

    Nothing is written unless it comes from ``price_data``, and then only the price.
    """

    def named(name: str) -> str:
        return f"{within}[{name}]" if within else name

    data = given.get("price_data")
    pricing = given.get("pricing") or {}
    price_id = given.get("price") or pricing.get("price")
    if data is not None and price_id:
        raise invalid("You may only specify one of these parameters: price, price_data.", named("price"))
    if data is not None:
        return from_data(account, data, named("price_data"))
    param = named("pricing[price]" if pricing else "price")
    if not price_id:
        raise missing_param(param)
    price = account.get("price", price_id, param)
    if (price["type"] == "recurring") != recurring:
        raise _wrong_type(price, param, recurring)
    if not price["active"] and not account.secret(price["id"]).get("is_inline"):
        raise invalid(
            f"The price specified is inactive. This field only accepts active prices. Price: {price['id']}", param
        )
    return price


def _wrong_type(price: Object, param: str, recurring: bool) -> StripeError:
    types = ("recurring", "one_time") if recurring else ("one_time", "recurring")
    return invalid(
        f"The price specified is set to `type={types[1]}` but this field only accepts prices with `type={types[0]}`.",
        param,
    )


def plan_of(price: Object) -> Object:
    """A recurring price in the words of the older Plan, which subscription items still show."""
    recurring, packs = price["recurring"], price["transform_quantity"]
    return PLAN.new(
        active=price["active"],
        amount=price["unit_amount"],
        amount_decimal=price["unit_amount_decimal"],
        billing_scheme=price["billing_scheme"],
        created=price["created"],
        currency=price["currency"],
        id=price["id"],
        interval=recurring["interval"],
        interval_count=recurring["interval_count"],
        livemode=price["livemode"],
        metadata=price["metadata"],
        nickname=price["nickname"],
        product=price["product"],
        tiers_mode=price["tiers_mode"],
        transform_usage=packs,
        trial_period_days=recurring["trial_period_days"],
    )
