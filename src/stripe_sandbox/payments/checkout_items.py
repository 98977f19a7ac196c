"""What a Checkout Session sells: its line items and their prices."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from stripe_sandbox.errors import invalid, missing_param
from stripe_sandbox.payments.money import check_currency
from stripe_sandbox.shapes import Object, Shape
from stripe_sandbox.store import Account

ITEM = Shape("item", adjustable_quantity=None, metadata=None)
PRICE = Shape(
    "price",
    custom_unit_amount=None,
    lookup_key=None,
    nickname=None,
    recurring=None,
    tiers_mode=None,
    transform_quantity=None,
)
PRODUCT = Shape("product", default_price=None, description=None, package_dimensions=None, shippable=None, images=[])


def line_items(account: Account, given: dict[str, Any]) -> list[Object]:
    """The items of a new session, priced; a set-up has none."""
    lines = given.get("line_items") or []
    if given["mode"] == "setup":
        if lines:
            raise invalid("You can not pass `line_items` in `setup` mode.", "line_items")
        return []
    if not lines:
        raise missing_param("line_items")
    return [_item(account, given["mode"], line, f"line_items[{i}]") for i, line in enumerate(lines)]


def _item(account: Account, mode: str, line: dict[str, Any], where: str) -> Object:
    if ("price" in line) == ("price_data" in line):
        raise invalid(f"Each line item takes either `price` or `price_data` ({where}).", where)
    if "price" in line:
        price = account.get("price", line["price"], f"{where}[price]")
    else:
        price = _inline_price(account, line["price_data"], f"{where}[price_data]")
    if price["recurring"] and mode == "payment":
        raise invalid(
            "You must provide at least one recurring price in `subscription` mode when using prices; you specified "
            "`payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time "
            "prices.",
            where,
        )
    quantity = line.get("quantity")
    if quantity is None or quantity < 1:
        raise missing_param(f"{where}[quantity]")
    amount = int((Decimal(price["unit_amount_decimal"]) * quantity).quantize(Decimal(1), ROUND_HALF_UP))
    product = account.find(price["product"]) or {}
    return ITEM.new(
        id=account.new_id("li"),
        amount_discount=0,
        amount_subtotal=amount,
        amount_tax=0,
        amount_total=amount,
        currency=price["currency"],
        description=product.get("name"),
        price=price,
        quantity=quantity,
    )


def _inline_price(account: Account, given: dict[str, Any], where: str) -> Object:
    """A price that belongs to one Session, with its product if that is new too."""
    currency = check_currency(given["currency"], f"{where}[currency]")
    amount = given.get("unit_amount_decimal", given.get("unit_amount"))
    if amount is None:
        raise missing_param(f"{where}[unit_amount]")
    if "product" in given:
        product = account.get("product", given["product"], f"{where}[product]")
    elif "product_data" in given:
        product = PRODUCT.new(
            id=account.new_id("prod"),
            active=False,
            created=account.now,
            description=given["product_data"].get("description"),
            livemode=account.livemode,
            name=given["product_data"]["name"],
            updated=account.now,
        )
        account.add(product)
    else:
        raise missing_param(f"{where}[product]")
    recurring = given.get("recurring")
    price = PRICE.new(
        id=account.new_id("price"),
        active=False,
        created=account.now,
        currency=currency,
        livemode=account.livemode,
        product=product["id"],
        recurring=recurring
        and {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed", **recurring},
        type="recurring" if recurring else "one_time",
        unit_amount=int(amount) if amount == int(amount) else None,
        unit_amount_decimal=format(Decimal(amount).normalize(), "f"),
    )
    return account.add(price)
