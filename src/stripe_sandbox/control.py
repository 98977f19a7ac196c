"""Control of the sandbox under ``/_sandbox/``: JSON in, JSON out, no key asked. Not part of Stripe's API.

====================================  ==============================================================================
GET  /_sandbox                        what is where: base URL, time, API version
POST /_sandbox/reset                  forget everything; optional ``seed``, ``start`` (null follows the real time)
GET|POST /_sandbox/clock              the time; ``{"advance": seconds}`` or ``{"set": instant}`` moves it forward
POST /_sandbox/webhooks               ``{"key", "url", "events", "secret"}``: an endpoint, answered with its secret
GET  /_sandbox/deliveries             what has not arrived
POST /_sandbox/deliveries/take        ``{"ids": [...]}``: take deliveries, signed, in any order (all that are due if
                                      no ids are given); ``"copy": true`` leaves them where they are
POST /_sandbox/deliveries/resend      ``{"key", "event"}``: send an event again to every endpoint
POST /_sandbox/faults                 a list of rules, see ``stripe_sandbox.faults``; ``[]`` makes all well
GET  /_sandbox/faults                 the rules, with how often each has matched (``seen``)
GET  /_sandbox/requests               the last thousand requests to the API: method, path, idempotency key, status
GET  /_sandbox/moved                  every movement of money; ``?account=`` narrows
POST /_sandbox/limits                 ``{"rate_limit", "search_lag"}``
POST /_sandbox/disputes               ``{"key", "charge", "reason", "amount", "inquiry"}``: the cardholder disputes a
                                      charge; with ``"outcome": "won"`` or ``"lost"`` the bank decides it
POST /_sandbox/refunds                ``{"key", "refund", "outcome"}``: succeeded, failed, canceled, requires_action
POST /_sandbox/cards                  ``{"key", "payment_method", "exp_month", "exp_year", "number"}``: renewed by the
                                      card network
POST /_sandbox/mandates               ``{"key", "mandate"}``: the customer revokes a mandate at their bank
====================================  ==============================================================================
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

from stripe_sandbox import webhooks
from stripe_sandbox.errors import StripeError
from stripe_sandbox.keys import key_in
from stripe_sandbox.params import API_VERSION
from stripe_sandbox.payments import disputes, refunds
from stripe_sandbox.payments.payment_methods import update_by_network
from stripe_sandbox.routing import Request, Response, web
from stripe_sandbox.store import Account
from stripe_sandbox.world import World

Control = Callable[[World, Any], Any]


def control(method: str, path: str) -> Callable[[Control], Control]:
    """Register a control call: a function of the sandbox and the JSON sent (of a GET: its query) to a JSON value."""

    def register(function: Control) -> Control:
        def answer(sandbox: World, request: Request, path: dict[str, str]) -> Response:
            try:
                if request.method == "GET":
                    given: Any = {name: values[-1] for name, values in parse_qs(request.query).items()}
                else:
                    given = json.loads(request.body or b"{}")
                return _json(200, function(sandbox, given))
            except StripeError as error:
                return _json(error.status, {"error": error.members})
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                return _json(400, {"error": {"message": f"{type(error).__name__}: {error}"}})

        web(method, path)(answer)
        return function

    return register


def _json(status: int, value: Any) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(value).encode())


def account_of(sandbox: World, given: dict[str, Any]) -> "Account":
    """The account that a control call's ``key`` opens."""
    key = key_in(Request("POST", "", headers={"authorization": f"Bearer {given['key']}"}))
    return sandbox.account(key.name, livemode=key.livemode)


@control("GET", "/_sandbox")
def about(sandbox: World, given: Any) -> Any:
    return {"base_url": sandbox.base_url, "now": sandbox.timeline.now, "api_version": API_VERSION, "seed": sandbox.seed}


@control("POST", "/_sandbox/reset")
def reset(sandbox: World, given: Any) -> Any:
    sandbox.seed = str(given.get("seed", sandbox.seed))
    sandbox.start = given.get("start", sandbox.start)
    sandbox.reset()
    return about(sandbox, given)


@control("GET", "/_sandbox/clock")
def read_clock(sandbox: World, given: Any) -> Any:
    timeline = sandbox.timeline
    return {"now": timeline.now, "next_due": timeline.next_due, "frozen": timeline.is_frozen}


@control("POST", "/_sandbox/clock")
def move_clock(sandbox: World, given: Any) -> Any:
    timeline = sandbox.timeline
    timeline.advance_to(given["set"] if "set" in given else timeline.exact + given["advance"])
    return read_clock(sandbox, given)


@control("POST", "/_sandbox/webhooks")
def add_webhook(sandbox: World, given: Any) -> Any:
    account = account_of(sandbox, given)
    for known in account.all("webhook_endpoint"):
        if known["url"] == given["url"] and webhooks.secret_of(account, known) == given.get("secret"):
            return {**known, "secret": webhooks.secret_of(account, known)}
    endpoint = webhooks.add_endpoint(account, given["url"], given.get("events", ["*"]), secret=given.get("secret"))
    return {**endpoint, "secret": webhooks.secret_of(account, endpoint)}


def _described(delivery: webhooks.Delivery) -> dict[str, Any]:
    record = delivery.record
    return {
        "id": delivery.id,
        "account": delivery.account.name,
        "livemode": delivery.account.livemode,
        "event": record["id"],
        "type": record["type"],
        "url": delivery.url,
        "due": delivery.due,
        "attempts": delivery.attempts,
    }


@control("GET", "/_sandbox/deliveries")
def list_deliveries(sandbox: World, given: Any) -> Any:
    return [_described(delivery) for delivery in sandbox.outbox.waiting()]


@control("POST", "/_sandbox/deliveries/take")
def take_deliveries(sandbox: World, given: Any) -> Any:
    """Each with the body and headers that the endpoint is to receive; taken ones count as having arrived."""
    outbox = sandbox.outbox
    waiting = {delivery.id: delivery for delivery in outbox.waiting()}
    now = sandbox.timeline.exact
    ids = given.get("ids") or [d.id for d in sorted(waiting.values(), key=lambda d: (d.due, d.id)) if d.due <= now]
    taken = [waiting[number] for number in ids]
    if not given.get("copy"):
        for delivery in outbox.take(ids):
            outbox.answered(delivery, is_ok=True)
    sent = []
    for delivery in taken:
        body = delivery.body()
        sent.append({**_described(delivery), "body": body.decode(), "headers": delivery.headers(body)})
    return sent


@control("POST", "/_sandbox/deliveries/resend")
def resend(sandbox: World, given: Any) -> Any:
    account = account_of(sandbox, given)
    webhooks.queue(sandbox.outbox, sandbox.faults, account, account.get("event", given["event"]))
    return list_deliveries(sandbox, given)


@control("POST", "/_sandbox/faults")
def load_faults(sandbox: World, given: Any) -> Any:
    sandbox.faults.load(given)
    return {"rules": len(given)}


@control("GET", "/_sandbox/faults")
def list_faults(sandbox: World, given: Any) -> Any:
    return [asdict(rule) for rule in (*sandbox.faults.for_requests, *sandbox.faults.for_webhooks)]


@control("GET", "/_sandbox/requests")
def list_requests(sandbox: World, given: Any) -> Any:
    names = ("at", "method", "path", "idempotency_key", "status")
    return [dict(zip(names, row, strict=True)) for row in sandbox.requests]


@control("GET", "/_sandbox/moved")
def list_movements(sandbox: World, given: Any) -> Any:
    return [row for row in sandbox.moved.rows if given.get("account") in (None, row["account"])]


@control("POST", "/_sandbox/limits")
def set_limits(sandbox: World, given: Any) -> Any:
    sandbox.rate_limit = given.get("rate_limit", sandbox.rate_limit)
    sandbox.search_lag = given.get("search_lag", sandbox.search_lag)
    return {"rate_limit": sandbox.rate_limit, "search_lag": sandbox.search_lag}


@control("POST", "/_sandbox/disputes")
def dispute(sandbox: World, given: Any) -> Any:
    account = account_of(sandbox, given)
    charge = account.get("charge", given["charge"], "charge")
    if "outcome" in given:
        open_one = next(row for row in account.all("dispute").older() if row["charge"] == charge["id"])
        disputes.decide(account, open_one, is_won=given["outcome"] == "won")
        return open_one
    return disputes.open_dispute(
        account, charge, given.get("reason"), amount=given.get("amount"), is_inquiry=bool(given.get("inquiry"))
    )


@control("POST", "/_sandbox/refunds")
def settle_refund(sandbox: World, given: Any) -> Any:
    account = account_of(sandbox, given)
    if given["outcome"] not in ("succeeded", "failed", "canceled", "requires_action"):
        raise ValueError(f"a refund cannot become {given['outcome']!r}")
    return refunds.settle(account, account.get("refund", given["refund"], "refund"), given["outcome"])


@control("POST", "/_sandbox/cards")
def renew_card(sandbox: World, given: Any) -> Any:
    account = account_of(sandbox, given)
    method = account.get("payment_method", given["payment_method"], "payment_method")
    update_by_network(
        account, method, exp_month=given["exp_month"], exp_year=given["exp_year"], number=given.get("number")
    )
    return method


@control("POST", "/_sandbox/mandates")
def revoke_mandate(sandbox: World, given: Any) -> Any:
    account = account_of(sandbox, given)
    mandate = account.get("mandate", given["mandate"], "mandate")
    mandate["status"] = "inactive"
    account.emit("mandate.updated", mandate)
    return mandate
