"""The world that accounts live in: time, faults, what is on its way, and what really moved."""

import random
from collections import deque

from stripe_sandbox import events, webhooks
from stripe_sandbox.clock import Timeline
from stripe_sandbox.faults import Faults
from stripe_sandbox.ledger import Ledger
from stripe_sandbox.ratelimit import Bucket
from stripe_sandbox.shapes import Object
from stripe_sandbox.store import LETTERS, Account
from stripe_sandbox.webhooks import Outbox

REMEMBERED = 1000


class World:
    """Accounts, a timeline, a fault script and what is on its way to webhook endpoints.

    Args:
        seed: equal seeds and equal requests give equal ids.
        start: the instant at which time stands until told otherwise; None follows the machine's clock.
        rate_limit: requests a second that each account may send; None lets all through.
        base_url: what links to the sandbox's own pages begin with.
        search_lag: seconds before search finds a new object; Stripe promises less than a minute.
    """

    def __init__(
        self,
        *,
        seed: str | int = "sandbox",
        start: float | None = None,
        rate_limit: float | None = None,
        base_url: str = "http://stripe.sandbox",
        search_lag: float = 0,
    ) -> None:
        self.seed, self.start = str(seed), start
        self.rate_limit, self.base_url, self.search_lag = rate_limit, base_url, search_lag
        self.reset()

    def reset(self) -> None:
        """Forget every account, fault, delivery and movement, and begin again with the same seed and start."""
        self.timeline = Timeline(self.start)
        self.faults = Faults(self.seed)
        self.outbox = Outbox(self.timeline)
        self.moved = Ledger()
        #: What the random token in a link to a page of ours stands for: an account and an object's id.
        self.links: dict[str, tuple[Account, str]] = {}
        #: The latest requests to the API: instant, method, path, idempotency key, and the status or None for silence.
        self.requests: deque[tuple[int, str, str, str | None, int | None]] = deque(maxlen=REMEMBERED)
        self._accounts: dict[tuple[str, bool], Account] = {}
        self._random = random.Random(f"{self.seed} strangers")
        self._buckets: dict[Account, Bucket] = {}

    def account(self, name: str, *, livemode: bool = False) -> Account:
        """One mode of an account, which comes into being when first asked for."""
        held = self._accounts.get((name, livemode))
        if held is None:
            held = self._accounts[name, livemode] = Account(self, name, livemode=livemode)
        return held

    def strangers_request_id(self) -> str:
        """The id of a request that is not yet known to belong to any account."""
        return "req_" + "".join(self._random.choices(LETTERS, k=14))

    def pending(self, account: Account, event_id: str) -> int:
        """How many deliveries of an event have not arrived."""
        return self.outbox.pending(account, event_id)

    def happened(self, account: Account, type: str, thing: Object, before: Object | None) -> None:
        """Record that something happened to an object, and put it on its way to every endpoint that listens."""
        webhooks.queue(self.outbox, self.faults, account, events.record(account, type, thing, before))

    def is_over_the_limit(self, account: Account) -> bool:
        """Count a request of an account and say whether it comes too fast."""
        if self.rate_limit is None:
            return False
        bucket = self._buckets.get(account)
        if bucket is None or bucket.rate != self.rate_limit:
            bucket = self._buckets[account] = Bucket(self.rate_limit, self.timeline.exact)
        return not bucket.take(self.timeline.exact)
