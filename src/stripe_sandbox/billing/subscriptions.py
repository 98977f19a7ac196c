"""Subscriptions and their items."""

from typing import Any

from stripe_sandbox.billing import subscription_starts, subscription_updates
from stripe_sandbox.billing.filters import is_within
from stripe_sandbox.billing.subscription_states import ENDED
from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.routing import Call, route
from stripe_sandbox.search import search
from stripe_sandbox.shapes import Object, snapshot

#: What ``proration_behavior`` and its like are called both on a subscription and on its items.
SHARED = ("payment_behavior", "proration_behavior", "proration_date", "off_session")


@route("POST", "/v1/subscriptions")
def create(call: Call) -> Object:
    return subscription_starts.start(call.account, call.params)


@route("GET", "/v1/subscriptions/{subscription_exposed_id}")
def retrieve(call: Call) -> Object:
    return call.named("subscription")


@route("POST", "/v1/subscriptions/{subscription_exposed_id}")
def update(call: Call) -> Object:
    return subscription_updates.update(call.account, call.named("subscription"), call.params)


@route("DELETE", "/v1/subscriptions/{subscription_exposed_id}")
def cancel(call: Call) -> Object:
    subscription = call.named("subscription")
    if subscription["status"] in ENDED:
        raise invalid(f"No such subscription: '{subscription['id']}'", "id", "resource_missing")
    return subscription_updates.cancel(call.account, subscription, call.params)


@route("POST", "/v1/subscriptions/{subscription}/pause")
def pause(call: Call) -> Object:
    return subscription_updates.pause(call.account, call.named("subscription"), call.params)


@route("POST", "/v1/subscriptions/{subscription}/resume")
def resume(call: Call) -> Object:
    return subscription_updates.resume(call.account, call.named("subscription"), call.params)


@route("POST", "/v1/subscriptions/{subscription}/migrate")
def migrate(call: Call) -> Object:
    """Go over to flexible billing; there is no way back."""
    subscription, account, mode = call.named("subscription"), call.account, call.params["billing_mode"]
    if mode["type"] != "flexible":
        raise invalid("A subscription can be migrated to flexible billing mode only.", "billing_mode[type]")
    wanted = (mode.get("flexible") or {}).get("proration_discounts", "included")
    if (subscription["billing_mode"]["flexible"] or {}).get("proration_discounts") == "itemized":
        wanted = "itemized"
    before = snapshot(subscription)
    subscription["billing_mode"] = {
        "flexible": {"proration_discounts": wanted},
        "type": "flexible",
        "updated_at": account.timeline_of(subscription["customer"]).now,
    }
    account.emit("customer.subscription.updated", subscription, before)
    return subscription


@route("GET", "/v1/subscriptions")
def list_subscriptions(call: Call) -> Object:
    """Those that are not cancelled unless asked; those of test clocks only by clock or customer."""
    given = call.params
    status, price = given.get("status"), given.get("price", given.get("plan"))

    def keep(row: Object) -> bool:
        items = row["items"]["data"]
        return (
            _has(row, status)
            and ("customer" in given or row["test_clock"] == given.get("test_clock"))
            and (price is None or any(item["price"]["id"] == price for item in items))
            and any(is_within(item["current_period_start"], given.get("current_period_start")) for item in items)
            and any(is_within(item["current_period_end"], given.get("current_period_end")) for item in items)
        )

    return page(call, call.account.all("subscription"), keep, equal=("customer", "collection_method"))


def _has(row: Object, status: str | None) -> bool:
    if status == "all":
        return True
    if status == "ended":
        return row["status"] in ENDED
    return row["status"] != "canceled" if status is None else bool(row["status"] == status)


@route("GET", "/v1/subscriptions/search")
def search_subscriptions(call: Call) -> Object:
    return search(call, "subscription", ("created", "status", "canceled_at"))


@route("GET", "/v1/subscription_items")
def list_items(call: Call) -> Object:
    call.account.get("subscription", call.params["subscription"], "subscription")
    return page(call, call.account.all("subscription_item"), equal=("subscription",))


@route("GET", "/v1/subscription_items/{item}")
def retrieve_item(call: Call) -> Object:
    return call.named("subscription_item")


@route("POST", "/v1/subscription_items")
def create_item(call: Call) -> Object:
    subscription = call.account.get("subscription", call.params["subscription"], "subscription")
    shared, own = _split(call.params, "subscription")
    held = {item["id"] for item in subscription["items"]["data"]}
    subscription_updates.update(call.account, subscription, {**shared, "items": [own]})
    return next(item for item in subscription["items"]["data"] if item["id"] not in held)


@route("POST", "/v1/subscription_items/{item}")
def update_item(call: Call) -> Object:
    item = call.named("subscription_item")
    subscription = call.account.get("subscription", item["subscription"])
    shared, own = _split(call.params)
    subscription_updates.update(call.account, subscription, {**shared, "items": [{**own, "id": item["id"]}]})
    return item


@route("DELETE", "/v1/subscription_items/{item}")
def delete_item(call: Call) -> Object:
    item = call.named("subscription_item")
    subscription = call.account.get("subscription", item["subscription"])
    shared, own = _split(call.params)
    subscription_updates.update(
        call.account, subscription, {**shared, "items": [{**own, "id": item["id"], "deleted": True}]}
    )
    return {"id": item["id"], "object": "subscription_item", "deleted": True}


def _split(given: dict[str, Any], *without: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What parameters of an item say of the whole subscription, and what of the item alone."""
    shared = {name: value for name, value in given.items() if name in SHARED}
    return shared, {name: value for name, value in given.items() if name not in (*SHARED, *without)}
