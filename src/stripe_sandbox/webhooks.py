"""Webhook endpoints and what is on its way to them: signed, retried, and as unreliable as the fault script says."""

import hashlib
import heapq
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stripe_sandbox.clock import Timeline, wall_time
from stripe_sandbox.errors import invalid
from stripe_sandbox.events import written
from stripe_sandbox.faults import Faults
from stripe_sandbox.lists import page
from stripe_sandbox.routing import Call, route
from stripe_sandbox.shapes import Object, Shape, merge_metadata
from stripe_sandbox.store import Account

ENDPOINT = Shape("webhook_endpoint", beyond=("secret",), description=None, status="enabled", metadata={})
MINUTE, HOUR = 60, 3600
# "In live mode for up to three days with an exponential back off; in a sandbox three times over the course of a few
# hours" (docs.stripe.com/webhooks). The steps between are our choice.
LIVE_RETRIES = (5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR)
TEST_RETRIES = (5 * MINUTE, 30 * MINUTE, 2 * HOUR)


@dataclass(slots=True)
class Delivery:
    """One event on its way to one endpoint. ``due`` is an instant of the sandbox's timeline."""

    id: int
    account: Account
    endpoint: Object
    record: dict[str, Any]
    due: float
    attempts: int = 0

    @property
    def url(self) -> str:
        url: str = self.endpoint["url"]
        return url

    def body(self) -> bytes:
        """The event as JSON: made for each attempt, so that what waits is not kept twice."""
        return json.dumps(written(self.account, self.record), separators=(",", ":")).encode()

    def headers(self, body: bytes) -> dict[str, str]:
        """Stripe's headers, with a signature that is fresh for this attempt."""
        timeline = self.account.timeline
        stamp = timeline.now if timeline.is_frozen else int(wall_time())
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(body, secret_of(self.account, self.endpoint), stamp),
        }


class Outbox:
    """Every delivery that has not arrived, of all accounts."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._waiting: dict[int, Delivery] = {}
        self._due: list[tuple[float, int]] = []  # what a server is to post, soonest first; may name ones taken since
        self._pending: dict[tuple[str, bool, str], int] = {}
        self._count = 0

    def put(self, account: Account, endpoint: Object, record: dict[str, Any], delay: float = 0) -> None:
        self._count += 1
        due = self._timeline.exact + delay
        self._wait(Delivery(self._count, account, endpoint, record, due))
        self._tally(account, record, 1)

    def _wait(self, delivery: Delivery) -> None:
        self._waiting[delivery.id] = delivery
        # Endpoints whose URL is not one of HTTP are for whoever takes their deliveries by ``/_sandbox/``.
        if delivery.url.startswith("http"):
            heapq.heappush(self._due, (delivery.due, delivery.id))

    def waiting(self) -> list[Delivery]:
        """All of them, in the order in which they began to wait."""
        return list(self._waiting.values())

    def take_due(self, most: int) -> list[Delivery]:
        """Up to ``most`` that a server should post now, the longest due first; hand each back with ``answered``."""
        now = self._timeline.exact
        taken: list[Delivery] = []
        while self._due and self._due[0][0] <= now and len(taken) < most:
            due, number = heapq.heappop(self._due)
            if number in self._waiting and self._waiting[number].due == due:
                taken.append(self._waiting.pop(number))
        return taken

    def take(self, ids: Iterable[int]) -> list[Delivery]:
        """Named ones in the order named, due or not."""
        return [self._waiting.pop(number) for number in ids if number in self._waiting]

    def answered(self, delivery: Delivery, *, is_ok: bool) -> None:
        """The endpoint said 2xx, or it did not and the delivery is tried again later, until Stripe gives up."""
        ladder = LIVE_RETRIES if delivery.account.livemode else TEST_RETRIES
        if not is_ok and delivery.attempts < len(ladder):
            delivery.due = self._timeline.exact + ladder[delivery.attempts]
            delivery.attempts += 1
            self._wait(delivery)
        else:
            self._tally(delivery.account, delivery.record, -1)

    def pending(self, account: Account, event_id: str) -> int:
        return self._pending.get((account.name, account.livemode, event_id), 0)

    def _tally(self, account: Account, record: dict[str, Any], change: int) -> None:
        key = (account.name, account.livemode, record["id"])
        count = self._pending.get(key, 0) + change
        if count:
            self._pending[key] = count
        else:
            self._pending.pop(key, None)


def queue(outbox: Outbox, faults: Faults, account: Account, record: dict[str, Any]) -> None:
    """Put an event on its way to every endpoint of the account that listens to its type."""
    endpoints = account.all("webhook_endpoint")
    if not endpoints:
        return
    for endpoint in endpoints:
        if endpoint["status"] == "enabled" and _listens(endpoint, record["type"]):
            for delay in faults.delays(record["type"]):
                outbox.put(account, endpoint, record, delay)


def _listens(endpoint: Object, type: str) -> bool:
    return "*" in endpoint["enabled_events"] or type in endpoint["enabled_events"]


def signature(body: bytes, secret: str, stamp: int) -> str:
    """``Stripe-Signature``: an HMAC of the time and the body (docs.stripe.com/webhooks#verify-manually)."""
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def secret_of(account: Account, endpoint: Object) -> str:
    secret: str = account.secret(endpoint["id"])["secret"]
    return secret


def add_endpoint(account: Account, url: str, events: list[str], *, secret: str | None = None, **fields: Any) -> Object:
    """Register an endpoint; its secret is known from then on to whoever made it and shown to nobody else."""
    endpoint = ENDPOINT.new(
        id=account.new_id("we"),
        created=account.now,
        enabled_events=events,
        livemode=account.livemode,
        url=url,
        **fields,
    )
    account.secret(endpoint["id"])["secret"] = secret or f"whsec_{account.letters(32)}"
    return account.add(endpoint)


def _check_url(url: str, call: Call) -> None:
    if not url.startswith(("http://", "https://")):
        raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid")
    if call.account.livemode and not url.startswith("https://"):
        raise invalid("Invalid URL: URL must be HTTPS in live mode.", "url", "url_invalid")


@route("POST", "/v1/webhook_endpoints")
def create(call: Call) -> Object:
    given = call.params
    _check_url(given["url"], call)
    endpoint = add_endpoint(
        call.account,
        given["url"],
        given["enabled_events"],
        api_version=given.get("api_version"),
        description=given.get("description"),
    )
    merge_metadata(endpoint, given)
    return {**endpoint, "secret": secret_of(call.account, endpoint)}


@route("GET", "/v1/webhook_endpoints/{webhook_endpoint}")
def retrieve(call: Call) -> Object:
    return call.named("webhook_endpoint")


@route("POST", "/v1/webhook_endpoints/{webhook_endpoint}")
def update(call: Call) -> Object:
    endpoint, given = call.named("webhook_endpoint"), call.params
    if "url" in given:
        _check_url(given["url"], call)
    for name in ("url", "enabled_events", "description"):
        if name in given:
            endpoint[name] = given[name]
    if "disabled" in given:
        endpoint["status"] = "disabled" if given["disabled"] else "enabled"
    merge_metadata(endpoint, given)
    return endpoint


@route("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}")
def delete(call: Call) -> Object:
    endpoint = call.named("webhook_endpoint")
    call.account.all("webhook_endpoint").remove(endpoint["id"])  # its secret stays for what is on its way
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


@route("GET", "/v1/webhook_endpoints")
def list_endpoints(call: Call) -> Object:
    return page(call, call.account.all("webhook_endpoint"))
