"""The catalogue: products, and the prices they are sold at."""

from typing import Any

from stripe_sandbox.billing import pricing
from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.routing import Call, route
from stripe_sandbox.search import search
from stripe_sandbox.shapes import Object, Shape, snapshot, take
from stripe_sandbox.store import Account

PRODUCT = Shape(
    "product",
    beyond=("tax_details",),
    active=True,
    default_price=None,
    description=None,
    metadata={},
    package_dimensions=None,
    type="service",
)
PLAIN = (
    "active",
    "description",
    "images",
    "marketing_features",
    "name",
    "package_dimensions",
    "shippable",
    "statement_descriptor",
    "tax_code",
    "tax_details",
    "unit_label",
    "url",
)


@route("POST", "/v1/products")
def create_product(call: Call) -> Object:
    account, given = call.account, call.params
    first_price = given.get("default_price_data")
    if first_price:
        pricing.check(account, first_price, "default_price_data")
    product = add_product(account, given)
    if first_price:
        price = pricing.add(account, {**first_price, "product": product["id"]})
        before = snapshot(product)
        product["default_price"] = price["id"]
        account.emit("product.updated", product, before)
    return product


def add_product(account: Account, given: Object) -> Object:
    """A new product from the parameters of ``POST /v1/products``, or a price's ``product_data``."""
    wanted = given.get("id")
    if wanted and wanted in account.all("product"):
        raise invalid(f"Product already exists with ID: {wanted}", "id", "resource_already_exists")
    product = PRODUCT.new(
        id=wanted or account.new_id("prod"),
        created=account.now,
        updated=account.now,
        livemode=account.livemode,
        type=given.get("type", "service"),
    )
    take(product, given, *PLAIN)
    _fill_lists(product)
    account.add(product)
    account.emit("product.created", product)
    return product


def _fill_lists(product: Object) -> None:
    """Lists that were cleared are empty, not null."""
    for name in ("images", "marketing_features"):
        product[name] = product[name] or []


@route("GET", "/v1/products/{id}")
def retrieve_product(call: Call) -> Object:
    return call.named("product")


@route("POST", "/v1/products/{id}")
def update_product(call: Call) -> Object:
    product, account, given = call.named("product"), call.account, call.params
    default = given.get("default_price")
    if default and account.get("price", default, "default_price")["product"] != product["id"]:
        raise invalid(f"The price `{default}` does not belong to product `{product['id']}`.", "default_price")
    before = snapshot(product)
    take(product, given, "default_price", *PLAIN)
    _fill_lists(product)
    product["updated"] = call.now
    account.emit("product.updated", product, before)
    return product


@route("DELETE", "/v1/products/{id}")
def delete_product(call: Call) -> Object:
    product, account = call.named("product"), call.account
    if any(price["product"] == product["id"] for price in account.all("price")):
        raise invalid(
            "This product cannot be deleted because it has one or more user-created prices.", code="resource_in_use"
        )
    account.remove(product)
    account.emit("product.deleted", product)
    return {"id": product["id"], "object": "product", "deleted": True}


@route("GET", "/v1/products")
def list_products(call: Call) -> Object:
    ids = call.params.get("ids")
    keep = None if ids is None else lambda row: row["id"] in ids
    return page(call, call.account.all("product"), keep, equal=("active", "shippable", "url", "type"))


@route("GET", "/v1/products/search")
def search_products(call: Call) -> Object:
    return search(call, "product", ("active", "created", "description", "name", "shippable", "url"))


@route("POST", "/v1/prices")
def create_price(call: Call) -> Object:
    account, given = call.account, call.params
    if ("product" in given) == ("product_data" in given):
        raise invalid("You must specify either `product` or `product_data` when creating a price.", "product")
    if "product" in given:
        account.get("product", given["product"], "product")
    pricing.check(account, given)
    _check_lookup_key(account, given)
    if "product_data" in given:
        given = {**given, "product": add_product(account, given["product_data"])["id"]}
    return pricing.add(account, given)


def _check_lookup_key(account: Account, given: dict[str, Any]) -> None:
    key = given.get("lookup_key")
    if key is None:
        return
    holder = next((price for price in account.all("price") if price["lookup_key"] == key), None)
    if holder and not given.get("transfer_lookup_key"):
        raise invalid(
            f"A price (`{holder['id']}`) already uses that lookup key. You can transfer the lookup key from the "
            "existing price by setting `transfer_lookup_key=true`.",
            "lookup_key",
        )
    if holder:
        before = snapshot(holder)
        holder["lookup_key"] = None
        account.emit("price.updated", holder, before)


@route("GET", "/v1/prices/{price}")
def retrieve_price(call: Call) -> Object:
    return call.named("price")


@route("POST", "/v1/prices/{price}")
def update_price(call: Call) -> Object:
    price, account, given = call.named("price"), call.account, call.params
    if (
        price["tax_behavior"] != "unspecified"
        and given.get("tax_behavior", price["tax_behavior"]) != price["tax_behavior"]
    ):
        raise invalid(
            "Once specified as either `inclusive` or `exclusive`, tax_behavior cannot be changed.", "tax_behavior"
        )
    if given.get("lookup_key") != price["lookup_key"]:
        _check_lookup_key(account, given)
    before = snapshot(price)
    take(price, given, "active", "lookup_key", "nickname", "tax_behavior")
    account.emit("price.updated", price, before)
    return price


@route("GET", "/v1/prices")
def list_prices(call: Call) -> Object:
    given = call.params
    keys, recurring = given.get("lookup_keys"), given.get("recurring") or {}

    def keep(row: Object) -> bool:
        return (keys is None or row["lookup_key"] in keys) and all(
            (row["recurring"] or {}).get(name) == value for name, value in recurring.items()
        )

    return page(call, call.account.all("price"), keep, equal=("active", "currency", "product", "type"))


@route("GET", "/v1/prices/search")
def search_prices(call: Call) -> Object:
    return search(call, "price", ("active", "created", "currency", "lookup_key", "product", "type"))
