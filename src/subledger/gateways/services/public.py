"""Links that a customer opens without a login: pay an invoice, register a card or mandate, authenticate a payment.

A link is shown to be copied, and told as an event; the page behind it is ``/pay/<token>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from subledger.accounts.queries import account_by_id
from subledger.gateways import errors
from subledger.gateways.queries import request_by_id
from subledger.gateways.states import RequestState
from subledger.platform import clock, links
from subledger.platform.callers import Caller, demand
from subledger.platform.events import Fact, record_events
from subledger.platform.scope import current_company_id
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.states import Classification, TransactionState

from .links import hosting_provider

LONGEST_HOURS = 365 * 24


class LinkKind(StrEnum):
    """What a link lets its customer do, with what: an invoice, an account, a payment request."""

    PAY = "pay"
    REGISTER = "register"
    AUTHENTICATE = "authenticate"


# How long a link is good for where nobody says: as long as what it is for usually takes.
HOURS = {LinkKind.PAY: 30 * 24, LinkKind.REGISTER: 7 * 24, LinkKind.AUTHENTICATE: 23}

# What whoever makes a link of a kind needs, and all that its customer may do with it besides.
LINKS = {
    LinkKind.PAY: "gateways.charge:page",
    LinkKind.REGISTER: "gateways.charge:registration",
    LinkKind.AUTHENTICATE: "gateways.charge:page",
}


@dataclass(frozen=True, slots=True)
class PublicLink:
    """A link as it is handed out: ``path`` begins with a slash, the address in front of it is the caller's."""

    token: str
    expires_at: datetime

    @property
    def path(self) -> str:
        return f"/pay/{self.token}"


def link_for(kind: LinkKind | str, object_id: int, hours: int | None = None, *, actor: str = "system") -> PublicLink:
    """A link to a customer's page about an invoice (``pay``), an account (``register``) or a payment request
    (``authenticate``), good for so many hours.

    A link to authenticate is never good for longer than the customer has time to.

    Raises:
        NotFound; NotPayable: the invoice is not posted; AlreadyPaid: nothing is left to pay of it; NobodyCollects: no
        gateway could take it; RequestOver: the request waits for nobody.
    """
    demand(LINKS[LinkKind(kind)])
    kind = LinkKind(kind)
    wanted = HOURS[kind] if hours is None else hours
    if not 0 < wanted <= LONGEST_HOURS:
        raise ValueError(f"a link is good for 1 to {LONGEST_HOURS} hours, got {wanted}")
    until = clock.now() + timedelta(hours=wanted)
    if kind is LinkKind.PAY:
        told = _about_invoice(object_id)
    elif kind is LinkKind.REGISTER:
        told = _about_account(object_id)
    else:
        told, until = _about_request(object_id, until)
    token = links.sign(kind, company_id=current_company_id(), object_ids=(object_id,), expires_at=until)
    record_events([told._replace(data={"expires_at": until.isoformat()})], actor=actor)
    return PublicLink(token, until)


def link_caller(kind: str) -> Caller:
    """Whoever opens a link: they may do what it is for, and nothing else."""
    return Caller(
        "customer",
        frozenset({LINKS[LinkKind(kind)], "gateways.charge:look_up"}),
        refusal=lambda permission: errors.LinkInvalid("This link is for something else. Ask for a new one."),
    )


def read_link(token: str) -> links.Link:
    """What a token opens. It names its company: enter its scope before looking.

    Raises:
        LinkInvalid: not ours, or changed on its way. LinkExpired.
    """
    return links.read(token, invalid=errors.LinkInvalid, expired=errors.LinkExpired)


def _about_invoice(ident: int) -> Fact:
    invoice = transaction_by_id(ident, Classification.INVOICE)
    if invoice.state != TransactionState.POSTED:
        raise errors.NotPayable(invoice.reference_number, invoice.state)
    if not invoice.open_minor:
        raise errors.AlreadyPaid(invoice.number)
    if hosting_provider(invoice.currency) is None:
        raise errors.NobodyCollects(invoice.currency)
    return Fact("invoice.pay_link_made", "transaction", ident, {})


def _about_account(ident: int) -> Fact:
    account = account_by_id(ident)
    if hosting_provider(account.currency) is None:
        raise errors.NobodyCollects(account.currency)
    return Fact("account.registration_link_made", "account", ident, {})


def _about_request(ident: int, until: datetime) -> tuple[Fact, datetime]:
    row = request_by_id(ident)
    if row.state != RequestState.REQUIRES_ACTION:
        raise errors.RequestOver(row.number)
    fact = Fact("payment_request.authentication_link_made", "payment_request", ident, {})
    return fact, min(until, row.action_expires_at or until)
