"""Coupons and the promotion codes that hand them out."""

from typing import Any

from stripe_sandbox.billing.refusals import refuse_unsupported
from stripe_sandbox.errors import invalid, missing_param
from stripe_sandbox.expand import includable
from stripe_sandbox.lists import page
from stripe_sandbox.payments.money import check_currency
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, snapshot, take
from stripe_sandbox.store import LETTERS, Account

COUPON = Shape(
    "coupon",
    currency=None,
    duration_in_months=None,
    metadata={},
    name=None,
    percent_off=None,
    redeem_by=None,
)
PROMOTION_CODE = Shape("promotion_code", active=True, expires_at=None, metadata={})
CODE_LENGTH = 8
UPPER = LETTERS[:36]


def number(value: Any) -> int | float:
    """A percentage as JSON writes it: 25.5, or 19 where it is whole."""
    return int(value) if value == int(value) else float(value)


@route("POST", "/v1/coupons")
def create_coupon(call: Call) -> Object:
    account, given = call.account, call.params
    percent, amount = given.get("percent_off"), given.get("amount_off")
    if (percent is None) == (amount is None):
        raise invalid("You must pass exactly one of percent_off or amount_off.", "percent_off")
    if percent is not None and not 0 < percent <= 100:
        raise invalid("Invalid percent_off: must be greater than 0 and less than or equal to 100", "percent_off")
    if amount is not None:
        if amount <= 0:
            raise invalid("Invalid positive integer", "amount_off", "parameter_invalid_integer")
        if "currency" not in given:
            raise missing_param("currency")
        check_currency(given["currency"], "currency")
    duration = given.get("duration", "once")
    if (duration == "repeating") != ("duration_in_months" in given):
        raise invalid(
            "duration_in_months must be given if, and only if, duration is `repeating`.", "duration_in_months"
        )
    products = (given.get("applies_to") or {}).get("products")
    for product in products or ():
        account.get("product", product, "applies_to[products]")
    wanted = given.get("id")
    if wanted and wanted in account.all("coupon"):
        raise invalid("Coupon already exists.", "id", "resource_already_exists")
    coupon = COUPON.new(
        id=wanted or account.letters(CODE_LENGTH),
        created=call.now,
        duration=duration,
        livemode=account.livemode,
        percent_off=None if percent is None else number(percent),
        valid=_is_valid(given.get("redeem_by"), call.now),
    )
    take(coupon, given, "amount_off", "duration_in_months", "max_redemptions", "name", "redeem_by")
    if amount is not None:
        coupon["currency"] = given["currency"].lower()
    account.secret(coupon["id"]).update(
        products=frozenset(products) if products else None, currencies=given.get("currency_options") or {}
    )
    account.add(coupon)
    account.emit("coupon.created", coupon)
    if coupon["redeem_by"] and coupon["valid"]:
        account.timeline.at(coupon["redeem_by"], lambda: coupon.update(valid=False))
    return coupon


def _is_valid(redeem_by: int | None, now: int) -> bool:
    return redeem_by is None or redeem_by > now


@includable("coupon", "applies_to")
def applies_to(account: Account, coupon: Object) -> Object | None:
    """The products that a coupon is for; shown only when expanded."""
    products = account.secret(coupon["id"]).get("products")
    return {"products": sorted(products)} if products else None


@includable("coupon", "currency_options")
def currency_options(account: Account, coupon: Object) -> Object | None:
    """What a coupon takes off in other currencies; shown only when expanded."""
    return account.secret(coupon["id"]).get("currencies") or None


@route("GET", "/v1/coupons/{coupon}")
def retrieve_coupon(call: Call) -> Object:
    return call.named("coupon")


@route("POST", "/v1/coupons/{coupon}")
def update_coupon(call: Call) -> Object:
    coupon, account = call.named("coupon"), call.account
    before = snapshot(coupon)
    take(coupon, call.params, "name")
    if "currency_options" in call.params:
        account.secret(coupon["id"])["currencies"] = call.params["currency_options"]
    account.emit("coupon.updated", coupon, before)
    return coupon


@route("DELETE", "/v1/coupons/{coupon}")
def delete_coupon(call: Call) -> Object:
    """Nobody can redeem it any more; discounts that were given stay."""
    coupon, account = call.named("coupon"), call.account
    account.all("coupon").remove(coupon["id"])
    account.all("deleted_coupon").add({**coupon, "deleted": True})
    account.emit("coupon.deleted", coupon)
    return {"id": coupon["id"], "object": "coupon", "deleted": True}


@route("GET", "/v1/coupons")
def list_coupons(call: Call) -> Object:
    return page(call, call.account.all("coupon"))


@route("POST", "/v1/promotion_codes")
def create_promotion_code(call: Call) -> Object:
    account, given = call.account, call.params
    if "coupon" not in given["promotion"]:
        raise missing_param("promotion[coupon]")
    account.get("coupon", given["promotion"]["coupon"], "promotion[coupon]")
    if "customer" in given:
        account.get("customer", given["customer"], "customer")
    code = given.get("code") or "".join(UPPER[ord(letter) % len(UPPER)] for letter in account.letters(CODE_LENGTH))
    if active_code(account, code):
        raise invalid("An active promotion code with `code: " + code + "` already exists.", "code")
    restrictions = given.get("restrictions") or {}
    refuse_unsupported(restrictions, ("minimum_amount", "currency_options"), "restrictions")
    promotion_code = PROMOTION_CODE.new(
        id=account.new_id("promo"),
        code=code,
        created=call.now,
        livemode=account.livemode,
        promotion={"coupon": given["promotion"]["coupon"], "type": "coupon"},
        restrictions={
            "first_time_transaction": restrictions.get("first_time_transaction", False),
            "minimum_amount": None,
            "minimum_amount_currency": None,
        },
    )
    take(promotion_code, given, "active", "customer", "expires_at", "max_redemptions")
    account.add(promotion_code)
    account.emit("promotion_code.created", promotion_code)
    if promotion_code["expires_at"]:
        account.timeline.at(promotion_code["expires_at"], lambda: promotion_code.update(active=False))
    return promotion_code


def active_code(account: Account, code: str) -> Object | None:
    """The active promotion code that is spelled so, in whatever case."""
    return next(
        (row for row in account.all("promotion_code") if row["active"] and row["code"].lower() == code.lower()), None
    )


@route("GET", "/v1/promotion_codes/{promotion_code}")
def retrieve_promotion_code(call: Call) -> Object:
    return call.named("promotion_code")


@route("POST", "/v1/promotion_codes/{promotion_code}")
def update_promotion_code(call: Call) -> Object:
    promotion_code, account = call.named("promotion_code"), call.account
    before = snapshot(promotion_code)
    take(promotion_code, call.params, "active")
    account.emit("promotion_code.updated", promotion_code, before)
    return promotion_code


@route("GET", "/v1/promotion_codes")
def list_promotion_codes(call: Call) -> Object:
    coupon = call.params.get("coupon")
    keep = None if coupon is None else lambda row: row["promotion"]["coupon"] == coupon
    return page(call, call.account.all("promotion_code"), keep, equal=("active", "code", "customer"))
