"""Discounts: coupons in force on a customer, a subscription, an item, an invoice or one of its lines."""

from collections.abc import Iterable, Sequence
from typing import Any

from stripe_sandbox.billing.amounts import Reduction, exact
from stripe_sandbox.billing.coupons import active_code
from stripe_sandbox.billing.periods import add_months
from stripe_sandbox.errors import StripeError, invalid
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, snapshot
from stripe_sandbox.store import Account

DISCOUNT = Shape("discount", customer=None, end=None)


def check(account: Account, given: Sequence[dict[str, Any]] | None, customer: str, param: str = "discounts") -> None:
    """Refuse ``discounts`` parameters that name nothing, or something that this customer cannot redeem."""
    for position, choice in enumerate(given or ()):
        named = f"{param}[{position}]"
        if len(choice) != 1:
            raise invalid("You must specify exactly one of coupon, discount, or promotion_code.", named)
        if "discount" in choice:
            account.get("discount", choice["discount"], f"{named}[discount]")
        else:
            _coupon_of(account, choice, customer, named)


def _coupon_of(account: Account, choice: dict[str, Any], customer: str, param: str) -> Object:
    if "promotion_code" in choice:
        code = account.get("promotion_code", choice["promotion_code"], f"{param}[promotion_code]")
        _check_code(account, code, customer, f"{param}[promotion_code]")
        coupon_id, param = code["promotion"]["coupon"], f"{param}[promotion_code]"
    else:
        coupon_id, param = choice["coupon"], f"{param}[coupon]"
    coupon = account.get("coupon", coupon_id, param)
    if not coupon["valid"]:
        raise invalid(f"Coupon expired: {coupon['id']}", param, "coupon_expired")
    return coupon


def _check_code(account: Account, code: Object, customer: str, param: str) -> None:
    reason = None
    if not code["active"]:
        reason = "This promotion code is not active."
    elif code["customer"] and code["customer"] != customer:
        reason = "This promotion code is not redeemable by this customer."
    elif code["restrictions"]["first_time_transaction"] and any(
        invoice["customer"] == customer and invoice["status"] == "paid" for invoice in account.all("invoice")
    ):
        reason = "This promotion code cannot be redeemed because the associated customer has prior transactions."
    if reason:
        raise _unusable(reason, param)


def _unusable(reason: str, param: str) -> StripeError:
    return invalid(reason, param, "promotion_code_invalid")


def by_code(account: Account, code: str, customer: str) -> dict[str, Any]:
    """A ``discounts`` entry for what a customer typed on a page.

    Raises:
        StripeError: there is no such code, or this customer cannot use it.
    """
    held = active_code(account, code)
    if held is None:
        raise _unusable("This code is invalid.", "promotion_code")
    choice = {"promotion_code": held["id"]}
    check(account, [choice], customer)
    return choice


def give(
    account: Account, given: Sequence[dict[str, Any]] | None, *, customer: str, start: int, **holder: str
) -> list[str]:
    """Redeem checked ``discounts`` parameters; ids of the discounts, in order.

    ``holder`` says whose they are: ``subscription=``, ``subscription_item=``, ``invoice=`` or ``invoice_item=``.
    """
    ids = []
    for choice in given or ():
        if "discount" in choice:
            ids.append(choice["discount"])
            continue
        coupon = _coupon_of(account, choice, customer, "discounts")
        months = coupon["duration_in_months"]
        discount = DISCOUNT.new(
            id=account.new_id("di"),
            customer=customer,
            end=add_months(start, months) if coupon["duration"] == "repeating" else None,
            promotion_code=choice.get("promotion_code"),
            source={"coupon": coupon["id"], "type": "coupon"},
            start=start,
            **holder,
        )
        account.add(discount)
        _count(account, coupon)
        if "promotion_code" in choice:
            code = account.get("promotion_code", choice["promotion_code"])
            code["times_redeemed"] += 1
            if code["max_redemptions"] and code["times_redeemed"] >= code["max_redemptions"]:
                code["active"] = False
        if "subscription" in holder:
            account.emit("customer.discount.created", discount)
        ids.append(discount["id"])
    return ids


def _count(account: Account, coupon: Object) -> None:
    before = snapshot(coupon)
    coupon["times_redeemed"] += 1
    if coupon["max_redemptions"] and coupon["times_redeemed"] >= coupon["max_redemptions"]:
        coupon["valid"] = False
    account.emit("coupon.updated", coupon, before)


def in_force(account: Account, ids: Iterable[str], moment: int) -> list[str]:
    """Those discounts that have not ended."""
    held = account.all("discount")
    rows = [row for row in map(held.get, ids) if row]
    return [row["id"] for row in rows if row["end"] is None or row["end"] > moment]


def is_once(account: Account, discount_id: str) -> bool:
    """Whether a discount is for one invoice only."""
    return _coupon(account, account.get("discount", discount_id))["duration"] == "once"


def _coupon(account: Account, discount: Object) -> Object:
    coupon_id = discount["source"]["coupon"]
    if coupon_id in account.all("coupon"):
        return account.get("coupon", coupon_id)
    return account.get("deleted_coupon", coupon_id)


def reductions(account: Account, ids: Iterable[str], currency: str) -> list[Reduction]:
    """What discounts take off amounts in a currency; those with no amount in that currency are left out."""
    found = []
    for discount_id in ids:
        coupon = _coupon(account, account.get("discount", discount_id))
        hidden = account.secret(coupon["id"])
        if coupon["percent_off"] is not None:
            found.append(Reduction(discount_id, exact(coupon["percent_off"]), None, hidden.get("products")))
            continue
        other = hidden.get("currencies", {}).get(currency)
        if coupon["currency"] == currency or other:
            amount = coupon["amount_off"] if coupon["currency"] == currency else other["amount_off"]
            found.append(Reduction(discount_id, None, amount, hidden.get("products")))
    return found


def end(account: Account, discount_id: str, moment: int) -> Object:
    """Take a discount out of force."""
    discount = account.get("discount", discount_id)
    discount["end"] = moment
    account.emit("customer.discount.deleted", discount)
    return discount


@route("DELETE", "/v1/customers/{customer}/discount")
def delete_of_customer(call: Call) -> Object:
    customer = call.named("customer")
    if not customer["discount"]:
        raise invalid(f"No active discount for customer: {customer['id']}", code="resource_missing")
    discount = end(call.account, customer["discount"]["id"], call.account.timeline_of(customer["id"]).now)
    customer["discount"] = None
    return {**discount, "deleted": True}


@route("DELETE", "/v1/subscriptions/{subscription_exposed_id}/discount")
def delete_of_subscription(call: Call) -> Object:
    account, subscription = call.account, call.named("subscription")
    if not subscription["discounts"]:
        raise invalid(f"No active discount for subscription: {subscription['id']}", code="resource_missing")
    before = snapshot(subscription)
    discount = end(account, subscription["discounts"].pop(), account.timeline_of(subscription["customer"]).now)
    account.emit("customer.subscription.updated", subscription, before)
    return {**discount, "deleted": True}
