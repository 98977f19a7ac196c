"""What an account holds: its objects by kind and id, and what Stripe would know of them but never say."""

import random
from collections.abc import Iterator
from typing import Any, Protocol

from stripe_sandbox.clock import Action, Timeline
from stripe_sandbox.errors import no_such
from stripe_sandbox.faults import Faults
from stripe_sandbox.shapes import Object

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# The shorter ids of Stripe's older resources; all others have 24 characters.
ID_LENGTHS = {"cus": 14, "prod": 14, "si": 14, "req": 14}
# How refusals name a kind where they do not use its object name.
NOUNS = {"payment_method": "PaymentMethod", "setup_intent": "setupintent", "test_helpers.test_clock": "test clock"}


class Collection:
    """Objects of one kind in the order in which they came to be."""

    def __init__(self) -> None:
        self._rows: list[Object | None] = []
        self._positions: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._positions)

    def __contains__(self, object_id: str) -> bool:
        return object_id in self._positions

    def __iter__(self) -> Iterator[Object]:
        """Oldest first."""
        return (row for row in self._rows if row is not None)

    def add(self, row: Object) -> None:
        self._positions[row["id"]] = len(self._rows)
        self._rows.append(row)

    def get(self, object_id: str) -> Object | None:
        position = self._positions.get(object_id)
        return None if position is None else self._rows[position]

    def remove(self, object_id: str) -> None:
        self._rows[self._positions.pop(object_id)] = None

    def older(self, than: str | None = None) -> Iterator[Object]:
        """Newest first, from just before the named one."""
        rows, start = self._rows, len(self._rows) if than is None else self._positions[than]
        return (row for i in range(start - 1, -1, -1) if (row := rows[i]) is not None)

    def newer(self, than: str) -> Iterator[Object]:
        """Oldest first, from just after the named one."""
        rows, start = self._rows, self._positions[than] + 1
        return (row for i in range(start, len(rows)) if (row := rows[i]) is not None)


class CallInHand(Protocol):
    """The call that an account is answering, as far as what happens meanwhile remembers it."""

    request_id: str
    idempotency_key: str | None


class Movements(Protocol):
    def record(self, account: "Account", type: str, charge: Object, amount: int, source: Object) -> None: ...


class AccountWorld(Protocol):
    """What an account, and whoever answers a call to it, knows of the world around it: `world.World`."""

    seed: str
    base_url: str
    search_lag: float
    timeline: Timeline
    faults: Faults
    links: dict[str, tuple["Account", str]]

    @property
    def moved(self) -> Movements: ...

    def account(self, name: str, *, livemode: bool = False) -> "Account": ...

    def pending(self, account: "Account", event_id: str) -> int:
        """How many deliveries of an event have not arrived."""

    def happened(self, account: "Account", type: str, thing: Object, before: Object | None) -> None:
        """Record that something happened to an object, and tell the webhook endpoints."""


class Account:
    """One mode of one Stripe account: ``sk_test_<name>`` and ``sk_live_<name>`` are two of these."""

    def __init__(self, sandbox: AccountWorld, name: str, *, livemode: bool) -> None:
        self.sandbox, self.name, self.livemode = sandbox, name, livemode
        self.id = "acct_1" + "".join(random.Random(f"account {name}").choices(LETTERS, k=15))
        self._random = random.Random(f"{sandbox.seed} {name} {livemode}")
        self._collections: dict[str, Collection] = {}
        #: What Stripe knows of an object and never says, by the object's id: how a card behaves, who waits for it.
        self.secrets: dict[str, dict[str, Any]] = {}
        #: The timelines of test clocks by the clock's id.
        self.test_clocks: dict[str, Timeline] = {}
        #: Stored answers by idempotency key.
        self.answers: dict[str, Any] = {}
        #: The call being answered, None while something falls due by itself.
        self.call: CallInHand | None = None

    @property
    def timeline(self) -> Timeline:
        return self.sandbox.timeline

    @property
    def now(self) -> int:
        """Seconds since 1970 on the sandbox's own timeline."""
        return self.sandbox.timeline.now

    def timeline_of(self, customer: str | None) -> Timeline:
        """The timeline that a customer's objects live on: that of its test clock, or the sandbox's own."""
        held = self.all("customer").get(customer) if customer else None
        return self.test_clocks.get((held or {}).get("test_clock") or "", self.sandbox.timeline)

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{self.letters(ID_LENGTHS.get(prefix, 24))}"

    def letters(self, length: int) -> str:
        """Random letters and digits; the same ones in each run with the same seed."""
        return "".join(self._random.choices(LETTERS, k=length))

    def all(self, kind: str) -> Collection:
        """The objects of a kind (their ``object``), made when first asked for."""
        collection = self._collections.get(kind)
        if collection is None:
            collection = self._collections[kind] = Collection()
        return collection

    def add(self, thing: Object) -> Object:
        self.all(thing["object"]).add(thing)
        return thing

    def remove(self, thing: Object) -> None:
        self.all(thing["object"]).remove(thing["id"])
        self.secrets.pop(thing["id"], None)

    def get(self, kind: str, object_id: str, param: str | None = None) -> Object:
        """The object with that id.

        Raises:
            StripeError: there is none: 404, or 400 if ``param`` says which parameter named it.
        """
        held = self.all(kind).get(object_id)
        if held is None:
            hint = ""
            if self.sandbox.account(self.name, livemode=not self.livemode).all(kind).get(object_id):
                there, here = ("test", "live") if self.livemode else ("live", "test")
                hint = (
                    f"; a similar object exists in {there} mode, but a {here} mode key was used to make this request."
                )
            raise no_such(NOUNS.get(kind, kind), object_id, param or "id", status=400 if param else 404, hint=hint)
        return held

    def find(self, object_id: str) -> Object | None:
        """The object with that id, of whatever kind."""
        for collection in self._collections.values():
            held = collection.get(object_id)
            if held is not None:
                return held
        return None

    def secret(self, object_id: str) -> dict[str, Any]:
        """What is known and never said about an object; writable."""
        return self.secrets.setdefault(object_id, {})

    def emit(self, type: str, thing: Object, before: Object | None = None) -> None:
        """Record that something happened to an object, and queue it for every webhook endpoint that listens.

        ``before`` is a snapshot from before the change; what differs becomes ``data.previous_attributes``.
        """
        self.sandbox.happened(self, type, thing, before)

    def later(self, when: float, action: Action, *, customer: str | None = None) -> None:
        """Do something at an instant of the customer's timeline."""
        self.timeline_of(customer).at(when, action)
