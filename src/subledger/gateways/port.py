"""What a gateway has to be able to do. Stripe and generic implement it; an installed package can add another.

A third party declares an entry point of the group ``subledger.gateways``: its name is the provider's kind, its value
a `kind.GatewayKind`, which makes a `Gateway` of a provider's settings. The contract suite (tests/contracts) runs
against all of them.

Refusals and silences are `Outcome` values, never exceptions. No method is ever called inside a database transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from subledger.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """A provider as its gateway needs it. ``secret_key`` is the one of the mode; ``repr`` shows no secret."""

    provider: str  # public id, gwp_…
    kind: str
    mode: str  # test or live
    secret_key: str = field(repr=False, default="")
    webhook_secrets: tuple[str, ...] = field(repr=False, default=())
    api_version: str = ""  # empty: the one that the implementation is written for
    base_url: str = ""  # empty: the gateway's own
    calls_per_second: int | None = None  # None: what the gateway itself allows
    is_waited_for: bool = False  # somebody waits for the answers
    allows_private: bool = False  # whether base_url may lead into our own network (see `platform.public_addresses`)


# -- what is asked -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """Whose money it is: the account (``acc_…``), and the gateway's own id of it once there is one."""

    account: str
    name: str
    email: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """Have a customer register a card or a mandate on the gateway's page."""

    customer: CustomerFacts
    kinds: tuple[str, ...]  # InstrumentKind values wanted
    currency: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """Charge a saved instrument with nobody present. ``key`` is the attempt's own and never changes for it."""

    key: str
    request: str  # prq_…, goes into the gateway's metadata together with the account
    customer: CustomerFacts
    instrument: str
    instrument_kind: str
    amount: Money
    description: str
    metadata: Mapping[str, str]
    sent_before: bool = False  # under this very key: an answer that was lost
    return_url: str = ""  # where the customer comes back to, should the gateway have to send them to their bank


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Pay back part or all of a charge."""

    key: str
    request: str
    charge: str  # the gateway's reference of what was captured
    amount: Money
    metadata: Mapping[str, str]
    sent_before: bool = False


@dataclass(frozen=True, slots=True)
class PayOrder:
    """Have a customer pay on the gateway's page."""

    key: str
    request: str
    customer: CustomerFacts
    amount: Money
    description: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LookUp:
    """What became of a request: by the gateway's reference where one is known, else by our own metadata."""

    request: str
    type: str  # RequestType value
    reference: str
    customer_token: str
    charge: str  # of refunds: the charge they belong to
    sent_at: datetime


# -- what is known -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The money moved. ``charge`` is what a refund would name; ``fee`` in its currency, when the gateway says so."""

    reference: str
    amount: Money
    charge: str = ""
    fee: Money | None = None
    instrument: str = ""
    paid_with: str = ""  # as its customer knows it: the brand of a card or the kind of account, never a whole number
    last4: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """It did not, and will not under this request. ``code`` is the gateway's, ``message`` for people."""

    code: str
    message: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ActionRequired:
    """The customer has to do something first: authenticate (``url`` empty until asked for), pay on a page."""

    reference: str
    url: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InProgress:
    """The gateway has it and takes its time: a bank debit, a pending refund."""

    reference: str


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came back. It may have moved money, so it is never a failure."""

    detail: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """The gateway did nothing and says so (rate limit, a key without permission): send it again, later."""

    code: str
    message: str
    retry_after: float = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Returned:
    """The money went back after it had been booked: a direct debit returned unpaid, a transfer that came back."""

    code: str
    message: str
    reference: str = ""
    fee: Money | None = None  # what was taken on top


@dataclass(frozen=True, slots=True)
class NotThere:
    """Asked, the gateway knows no such request."""


Outcome = Succeeded | Declined | ActionRequired | InProgress | Lost | Postponed | Returned | NotThere


@dataclass(frozen=True, slots=True)
class HostedPage:
    """A page of the gateway's for the customer: ``reference`` of the session, until when it can be used."""

    url: str
    reference: str
    expires_at: datetime | None = None
    customer_token: str = ""


# -- what a gateway tells by itself --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """An event as it came in. It is only a hint: amounts and states are read from the gateway (`facts`)."""

    external_id: str
    type: str
    object_reference: str
    created_at: datetime
    body: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """What became of one of our requests, named by its public id."""

    request: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """A refund as it stands at the gateway; ``request`` is ours, or empty when it was made there.

    ``status``: pending, succeeded, failed or cancelled."""

    reference: str
    charge: str
    amount: Money
    status: str
    request: str = ""
    fee: Money | None = None  # as of a dispute


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """A dispute as it stands; ``status``: open, won or lost."""

    reference: str
    charge: str
    amount: Money
    status: str
    reason: str = ""
    fee: Money | None = None  # all that was kept for it by now, less what came back of that; None: not told


@dataclass(frozen=True, slots=True)
class InstrumentSeen:
    """A card or mandate that an account has registered there, or that changed there. Never a number."""

    account: str  # acc_…, empty when the gateway does not say: then the instrument is known by its token
    token: str
    kind: str
    customer_token: str = ""
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    country: str = ""
    fingerprint: str = ""
    mandate: str = ""
    mandate_on: date | None = None


@dataclass(frozen=True, slots=True)
class InstrumentGone:
    """A card or mandate that was removed there."""

    token: str


GatewayFact = RequestOutcome | RefundSeen | DisputeSeen | InstrumentSeen | InstrumentGone


class NoticeRefused(Exception):
    """A delivery that is not from the gateway, or not for this provider: ``reason`` is a stable word."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


class GatewayUnavailable(Exception):
    """A question (not a payment) that the gateway did not answer, or refused: ask again later."""

    def __init__(self, detail: str, *, code: str = "") -> None:
        self.code = code
        super().__init__(detail)


class Gateway(Protocol):
    """One provider's gateway, made for one event loop and closed at its end."""

    async def register(self, order: Registration) -> HostedPage:
        """A page on which the customer registers an instrument. GatewayUnavailable."""

    async def charge(self, order: ChargeOrder) -> Outcome: ...

    async def refund(self, order: RefundOrder) -> Outcome: ...

    async def look_up(self, query: LookUp) -> Outcome:
        """What became of a request, from the gateway itself; `Lost` when it does not answer."""

    def parse(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """An event from its raw body, its signature checked with every secret. NoticeRefused."""

    async def facts(self, notice: Notice) -> Sequence[GatewayFact]:
        """What the gateway says now about what a notice tells of; none for what means nothing to us.
        GatewayUnavailable."""

    async def close(self) -> None: ...


@runtime_checkable
class HostedPayments(Protocol):
    """A gateway whose customers pay, and authenticate, on pages of its own."""

    async def pay_page(self, order: PayOrder) -> HostedPage: ...

    async def authenticate(self, reference: str, *, key: str, return_url: str) -> HostedPage | Outcome:
        """Where the customer finishes the very payment that asked for authentication, or its outcome by now.
        GatewayUnavailable: no answer, or no page; the payment still waits."""

    async def expire(self, reference: str) -> Outcome:
        """Close a page that is not to be paid any more; what became of it if it was paid before."""

    async def session_facts(self, reference: str) -> Sequence[GatewayFact]:
        """What a page led to, asked when the customer comes back from it."""


@runtime_checkable
class EventSource(Protocol):
    """A gateway that can be asked for its events, where no public address receives them."""

    async def notices(self, *, after: str, since: datetime) -> Sequence[Notice]:
        """Events after the one named (or, with none, since a time), oldest first. GatewayUnavailable."""


@runtime_checkable
class ChargeHistory(Protocol):
    """A gateway that can be asked what became of a charge, where its events were lost."""

    async def gone_back(self, charge: str) -> Sequence[GatewayFact]:
        """Refunds and disputes of a charge as they stand, by however they came. GatewayUnavailable."""


@runtime_checkable
class InstrumentKeeper(Protocol):
    """A gateway that can be told to forget an instrument."""

    async def forget(self, token: str) -> None: ...
