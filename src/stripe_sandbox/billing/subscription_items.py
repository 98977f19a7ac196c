"""The items of a subscription: which price, how many, and what was last charged for them."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from stripe_sandbox.billing import discounts, lines, pricing, tax_rates
from stripe_sandbox.billing.amounts import Line, apply_discounts, half_up, price_total
from stripe_sandbox.billing.proration import Debit
from stripe_sandbox.billing.refusals import refuse_unsupported
from stripe_sandbox.errors import invalid
from stripe_sandbox.shapes import Object, Shape, take
from stripe_sandbox.store import Account

ITEM = Shape("subscription_item", billing_thresholds=None, metadata={})
MOST = 20


@dataclass(slots=True)
class Choice:
    """What parameters want of one item: checked, nothing written yet. ``item`` is None for a new one."""

    price: Object
    quantity: int
    given: dict[str, Any] = field(default_factory=dict)
    item: Object | None = None
    is_gone: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether it changes what a period costs."""
        if self.item is None or self.is_gone:
            return True
        return (self.price["id"], self.quantity) != (self.item["price"]["id"], self.item["quantity"])


def choose(account: Account, customer: str, given: dict[str, Any], within: str, item: Object | None = None) -> Choice:
    """Check the parameters of one item, within ``items[0]`` for instance."""

    def named(name: str) -> str:
        return f"{within}[{name}]" if within else name

    refuse_unsupported(given, ("billing_thresholds", "current_trial"), within)
    if "plan" in given:
        given = {**{name: value for name, value in given.items() if name != "plan"}, "price": given["plan"]}
    if item is not None and given.get("price") == item["price"]["id"]:
        price: Object = item["price"]
    elif item is not None and "price" not in given and "price_data" not in given:
        price = item["price"]
    else:
        price = pricing.wanted(account, given, within, recurring=True)
    quantity: int = given["quantity"] if "quantity" in given else item["quantity"] if item else 1
    if quantity < 0:
        raise invalid("Invalid non-negative integer", named("quantity"), "parameter_invalid_integer")
    tax_rates.check(account, given.get("tax_rates"), named("tax_rates"))
    discounts.check(account, given.get("discounts"), customer, named("discounts"))
    return Choice(price, quantity, given, item, bool(given.get("deleted")))


def check_together(choices: list[Choice], currency: str | None, *, is_flexible: bool, param: str = "items") -> str:
    """The one currency of a subscription's items.

    Raises:
        StripeError: none are left, too many, twice the same price, mixed currencies, or intervals in classic mode.
    """
    staying = [choice for choice in choices if not choice.is_gone]
    if not staying:
        raise invalid("A subscription must have at least one active item.", param)
    if len(staying) > MOST:
        raise invalid(f"Subscriptions can have up to {MOST} items.", param)
    seen: set[str] = set()
    for choice in staying:
        price = choice.price
        if price["id"] in seen:
            raise invalid(f"Cannot add multiple subscription items with the same price: {price['id']}", param)
        seen.add(price["id"])
        currency = currency or price["currency"]
        if price["currency"] != currency:
            raise invalid(
                f"The price specified only supports `{price['currency']}`. This doesn't match the expected currency: "
                f"`{currency}`.",
                param,
            )
    if not is_flexible and len({pricing.interval_of(choice.price) for choice in staying}) > 1:
        raise invalid(
            "Currently, all prices for a subscription in classic billing mode must have the same billing interval.",
            param,
        )
    assert currency is not None
    return currency


def write(account: Account, subscription: Object, choice: Choice, period: tuple[int, int]) -> Object:
    """Make or change an item as chosen; a new one starts with ``period``."""
    item, given = choice.item, choice.given
    if item is None:
        item = ITEM.new(
            id=account.new_id("si"),
            created=account.timeline_of(subscription["customer"]).now,
            current_period_start=period[0],
            current_period_end=period[1],
            subscription=subscription["id"],
        )
        account.add(item)
        subscription["items"]["data"].append(item)
    item["price"] = choice.price
    item["plan"] = pricing.plan_of(choice.price)
    item["quantity"] = choice.quantity
    if "tax_rates" in given:
        item["tax_rates"] = tax_rates.check(account, given["tax_rates"], "tax_rates")
    if "discounts" in given:
        item["discounts"] = discounts.give(
            account,
            given["discounts"],
            customer=subscription["customer"],
            start=account.timeline_of(subscription["customer"]).now,
            subscription_item=item["id"],
        )
    take(item, given)
    return item


def full_amount(account: Account, item: Object) -> Fraction:
    """What one whole period of an item costs, exactly."""
    return price_total(pricing.priced(account, item["price"]), Fraction(item["quantity"]))


def full_discounts(account: Account, subscription: Object, item: Object, now: int) -> dict[str, int]:
    """What discounts take off one whole period of an item, beside the subscription's other items."""
    currency = subscription["currency"]
    items = subscription["items"]["data"]
    if item not in items:
        items = [*items, item]
    whole = [
        Line(
            amount=half_up(full_amount(account, row)),
            product=row["price"]["product"],
            own=discounts.reductions(account, discounts.in_force(account, row["discounts"], now), currency),
        )
        for row in items
    ]
    held = discounts.in_force(account, subscription["discounts"], now)
    apply_discounts(whole, discounts.reductions(account, held, currency))
    return whole[items.index(item)].discounts


def add_period_line(
    account: Account,
    invoice: Object,
    item: Object,
    *,
    amount: int,
    description: str | None = None,
    is_proration: bool = False,
    period: tuple[int, int] | None = None,
) -> Object:
    """Charge an item for its current period, or another one, on a draft."""
    price = item["price"]
    line = lines.add_line(
        account,
        invoice,
        amount=amount,
        description=description or lines.described(account, price, item["quantity"]),
        period=period or (item["current_period_start"], item["current_period_end"]),
        parent=lines.item_parent(item, is_proration=is_proration),
        quantity=item["quantity"],
        pricing=lines.pricing_of(price, None),
        own_discounts=discounts.in_force(account, item["discounts"], invoice["created"]),
        rates=item["tax_rates"] or None,
        metadata=account.get("subscription", item["subscription"])["metadata"],
    )
    account.secret(item["id"])["debit"] = ("line_item", line["id"])
    return line


def last_debit(account: Account, item: Object) -> Debit | None:
    """What was last charged for an item and may be given back; None if nothing was, or its invoice is void."""
    kind, object_id = account.secret(item["id"]).get("debit", (None, None))
    if kind == "invoiceitem":
        line_id = account.secret(object_id).get("line")
        if line_id is None:
            if object_id not in account.all("invoiceitem"):
                return None
            waiting = account.get("invoiceitem", object_id)
            return _debit_of(waiting, account.secret(object_id).get("fixed") or {}, invoice_item=object_id)
        kind, object_id = "line_item", line_id
    line = account.all("line_item").get(object_id) if kind else None
    if line is None:
        return None
    if account.get("invoice", line["invoice"])["status"] == "void":
        return None
    taken = {row["discount"]: row["amount"] for row in line["discount_amounts"]}
    return _debit_of(line, taken, invoice=line["invoice"], line=line["id"])


def _debit_of(charged: Object, taken: dict[str, int], **where: str) -> Debit:
    period = charged["period"]
    return Debit(charged["amount"], period["start"], period["end"], taken, **where)
