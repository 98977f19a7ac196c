"""Test clocks: a time of their own for some customers, moved by hand."""

from stripe_sandbox.billing.periods import DAY
from stripe_sandbox.billing.refusals import refuse_unsupported
from stripe_sandbox.clock import Timeline
from stripe_sandbox.errors import invalid
from stripe_sandbox.lists import page
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, snapshot

CLOCK = Shape("test_helpers.test_clock", name=None)
KIND = "test_helpers.test_clock"
KEPT_DAYS = 30
LATEST = 4_102_444_800  # the year 2100


@route("POST", "/v1/test_helpers/test_clocks")
def create(call: Call) -> Object:
    account, frozen = call.account, call.params["frozen_time"]
    refuse_unsupported(call.params, ("customer",))
    if account.livemode:
        raise invalid("Test clocks can only be used in test mode.")
    _check_time(frozen)
    clock = CLOCK.new(
        id=account.new_id("clock"),
        created=call.now,
        deletes_after=call.now + KEPT_DAYS * DAY,
        frozen_time=frozen,
        livemode=False,
        name=call.params.get("name"),
    )
    account.test_clocks[clock["id"]] = Timeline(start=frozen)
    account.add(clock)
    account.emit(f"{KIND}.created", clock)
    return clock


def _check_time(moment: int) -> None:
    if not 0 <= moment <= LATEST:
        raise invalid("Invalid timestamp: must be an integer Unix timestamp", "frozen_time")


@route("POST", "/v1/test_helpers/test_clocks/{test_clock}/advance")
def advance(call: Call) -> Object:
    """Bill whatever fell due until then. Stripe takes a while, so the answer says ``advancing``; here it is done."""
    clock, account, frozen = call.named(KIND), call.account, call.params["frozen_time"]
    _check_time(frozen)
    if frozen <= clock["frozen_time"]:
        raise invalid("The new frozen time must be later than the current frozen time.", "frozen_time")
    clock["status"] = "advancing"
    clock["status_details"] = {"advancing": {"target_frozen_time": frozen}}
    account.emit(f"{KIND}.advancing", clock)
    answer = snapshot(clock)
    # What falls due happens by itself: its events name no request.
    account.call, asking = None, account.call
    try:
        account.test_clocks[clock["id"]].advance_to(frozen)
    finally:
        account.call = asking
    clock.update(frozen_time=frozen, status="ready", status_details={})
    account.emit(f"{KIND}.ready", clock)
    return answer


@route("GET", "/v1/test_helpers/test_clocks/{test_clock}")
def retrieve(call: Call) -> Object:
    return call.named(KIND)


@route("GET", "/v1/test_helpers/test_clocks")
def list_clocks(call: Call) -> Object:
    return page(call, call.account.all(KIND))


@route("DELETE", "/v1/test_helpers/test_clocks/{test_clock}")
def delete(call: Call) -> Object:
    """With the clock go its customers and their subscriptions."""
    clock, account = call.named(KIND), call.account
    gone = [row for row in account.all("customer") if row["test_clock"] == clock["id"]]
    for kind in ("subscription", "customer"):
        for row in [row for row in account.all(kind) if row["test_clock"] == clock["id"]]:
            account.remove(row)
    for customer in gone:
        account.all("deleted_customer").add({"id": customer["id"], "object": "customer", "deleted": True})
    account.remove(clock)
    del account.test_clocks[clock["id"]]
    account.emit(f"{KIND}.deleted", clock)
    return {"id": clock["id"], "object": KIND, "deleted": True}
