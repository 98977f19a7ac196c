"""Events: what happened, with the object as it was at that moment."""

import marshal
from typing import Any

from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.params import API_VERSION
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import Account

#: Older events cannot be listed (docs.stripe.com/api/events).
LISTED_FOR = 30 * 86400


def record(account: Account, type: str, thing: Object, before: Object | None) -> dict[str, Any]:
    """Keep what happened."""
    call = account.call
    # Thousands of events are kept and few are read: the object is held as compact bytes until somebody asks.
    data: Object = {"object": thing}
    if before is not None:
        data["previous_attributes"] = differences(before, thing)
    event = {
        "id": account.new_id("evt"),
        "type": type,
        "created": account.now,
        "data": marshal.dumps(data),
        "request": (call.request_id, call.idempotency_key) if call else (None, None),
    }
    account.all("event").add(event)
    return event


def differences(before: Object, after: Object) -> Object:
    """The old values of what changed, nested objects down to the member that changed; lists whole."""
    old: Object = {}
    for name in before.keys() | after.keys():
        was, is_now = before.get(name), after.get(name)
        if was == is_now:
            continue
        if isinstance(was, dict) and isinstance(is_now, dict):
            old[name] = differences(was, is_now)
        else:
            old[name] = was
    return old


def written(account: Account, record: dict[str, Any]) -> Object:
    """An event as the API and webhooks show it."""
    request_id, key = record["request"]
    return {
        "id": record["id"],
        "object": "event",
        "api_version": API_VERSION,
        "created": record["created"],
        "data": marshal.loads(record["data"]),
        "livemode": account.livemode,
        "pending_webhooks": account.sandbox.pending(account, record["id"]),
        "request": {"id": request_id, "idempotency_key": key},
        "type": record["type"],
    }


@route("GET", "/v1/events/{id}")
def retrieve(call: Call) -> Object:
    return written(call.account, call.account.get("event", call.path["id"]))


@route("GET", "/v1/events")
def list_events(call: Call) -> Object:
    given = call.params
    if "type" in given and "types" in given:
        raise invalid("You may only specify one of these parameters: type, types.", "type")
    wanted = given.get("types") or ([given["type"]] if "type" in given else None)
    exact = {name for name in wanted or () if "*" not in name}
    families = tuple(name.removesuffix("*") for name in wanted or () if name.endswith("*"))

    oldest, arrived = call.now - LISTED_FOR, given.get("delivery_success")
    pending = call.sandbox.pending

    def keep(record: dict[str, Any]) -> bool:
        type = record["type"]
        is_wanted = wanted is None or type in exact or (bool(families) and type.startswith(families))
        return is_wanted and record["created"] >= oldest and arrived in (None, not pending(call.account, record["id"]))

    return page(call, call.account.all("event"), keep, written=lambda record: written(call.account, record))
