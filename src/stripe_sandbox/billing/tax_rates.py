"""Tax rates: percentages that somebody set by hand."""

from collections.abc import Iterable

from stripe_sandbox.billing.amounts import Rate, exact
from stripe_sandbox.billing.coupons import number
from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, snapshot, take
from stripe_sandbox.store import Account

TAX_RATE = Shape(
    "tax_rate",
    country=None,
    description=None,
    flat_amount=None,
    jurisdiction=None,
    metadata={},
    rate_type="percentage",
    tax_type=None,
)
PLAIN = ("active", "country", "description", "display_name", "jurisdiction", "state", "tax_type")
PLACES = 4


@route("POST", "/v1/tax_rates")
def create(call: Call) -> Object:
    account, given = call.account, call.params
    percentage = given["percentage"]
    if not 0 <= percentage <= 100:
        raise invalid("Invalid percentage: must be between 0 and 100", "percentage")
    if -percentage.as_tuple().exponent > PLACES:
        raise invalid(f"Invalid percentage: at most {PLACES} decimal places", "percentage")
    rate = TAX_RATE.new(
        id=account.new_id("txr"),
        created=call.now,
        inclusive=given["inclusive"],
        livemode=account.livemode,
        percentage=number(percentage),
    )
    take(rate, given, *PLAIN)
    account.add(rate)
    account.emit("tax_rate.created", rate)
    return rate


@route("GET", "/v1/tax_rates/{tax_rate}")
def retrieve(call: Call) -> Object:
    return call.named("tax_rate")


@route("POST", "/v1/tax_rates/{tax_rate}")
def update(call: Call) -> Object:
    rate = call.named("tax_rate")
    before = snapshot(rate)
    take(rate, call.params, *PLAIN)
    call.account.emit("tax_rate.updated", rate, before)
    return rate


@route("GET", "/v1/tax_rates")
def list_tax_rates(call: Call) -> Object:
    return page(call, call.account.all("tax_rate"), equal=("active", "inclusive"))


def check(account: Account, ids: Iterable[str] | None, param: str) -> list[Object]:
    """The tax rates with those ids; 400 naming the parameter where there is none, or it is archived."""
    found = [account.get("tax_rate", rate_id, param) for rate_id in ids or ()]
    for rate in found:
        if not rate["active"]:
            raise invalid(f"The tax rate '{rate['id']}' is archived.", param)
    return found


def as_rates(rows: Iterable[Object]) -> list[Rate]:
    """Tax rate objects as lines reckon with them."""
    return [Rate(row["id"], exact(row["percentage"]), row["inclusive"]) for row in rows]
