"""Links that a customer opens without a login: pay an invoice, register a card or mandate, authenticate a payment, see
and pay their account.

A link is shown to be copied, and told as an event; the page behind it is ``/pay/<token>``. The event's id travels in
the token as the link's serial, so that each can be revoked by itself; that is an event too, looked for at each opening.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState, AccountType
from subledger.gateways import errors, link_errors
from subledger.gateways.claims import holding, is_page
from subledger.gateways.models import Instrument, PaymentRequest
from subledger.gateways.port import Declined
from subledger.gateways.queries import request_by_id
from subledger.gateways.rules.outcomes import WITHDRAWN
from subledger.gateways.states import OPEN, RequestState, RequestType
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.platform import clock, links
from subledger.platform.callers import Caller, demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event
from subledger.platform.scope import current_company_id

from .begun import close_registrations, is_begun
from .instruments import check_registrable
from .links import close_page
from .payables import check_each_payable, hosting_provider

LONGEST_HOURS = 365 * 24


class LinkKind(StrEnum):
    """What a link lets its customer do, with what: an invoice, an account, a payment request."""

    PAY = "pay"
    REGISTER = "register"
    AUTHENTICATE = "authenticate"
    ACCOUNT = "account"


# How long a link is good for where nobody says: as long as what it is for usually takes.
HOURS = {LinkKind.PAY: 30 * 24, LinkKind.REGISTER: 7 * 24, LinkKind.AUTHENTICATE: 23, LinkKind.ACCOUNT: 30 * 24}

# What whoever makes a link of a kind needs, and its customer may do with it.
LINKS = {
    LinkKind.PAY: "gateways.charge:page",
    LinkKind.REGISTER: "gateways.charge:registration",
    LinkKind.AUTHENTICATE: "gateways.charge:authentication",
    LinkKind.ACCOUNT: "gateways.charge:account",
}
# What whoever makes one sees: its customer's page shows the balance, every document and what was paid.
SHOWN = {LinkKind.ACCOUNT: ("view:accounts", "view:transactions")}
# What else its customer may do.
BESIDE = {LinkKind.ACCOUNT: frozenset({f"gateways.charge:{part}" for part in ("page", "registration", "cards")})}

LINK_PREFIX = "lnk"
MADE = {
    LinkKind.PAY: "invoice.pay_link_made",
    LinkKind.REGISTER: "account.registration_link_made",
    LinkKind.AUTHENTICATE: "payment_request.authentication_link_made",
    LinkKind.ACCOUNT: "account.page_link_made",
}
REVOKED = {kind: made.replace("_made", "_revoked") for kind, made in MADE.items()}


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link that was made: its id tells it apart and opens nothing."""

    id: str  # lnk_…
    expires_at: datetime
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class PublicLink:
    """A link as it is handed out: ``path`` begins with a slash, the address in front of it is the caller's."""

    id: str
    token: str
    expires_at: datetime

    @property
    def path(self) -> str:
        return f"/pay/{self.token}"


def link_for(kind: LinkKind | str, object_id: int, hours: int | None = None, *, actor: str = "system") -> PublicLink:
    """A link to a customer's page about an invoice (``pay``), an account (``register`` a card, or all of the
    ``account``) or a payment request (``authenticate``), good for so many hours.

    A link to authenticate is never good for longer than the customer has time to.

    Raises:
        NotFound; AccountTerminated;
        NotPayable: the invoice is not posted; AlreadyPaid: nothing is left to pay of it; NobodyCollects: no
        gateway could take it; RequestOver: the request waits for nobody.
    """
    return links_for(kind, [object_id], hours, actor=actor)[0]


def links_for(
    kind: LinkKind | str, object_ids: Sequence[int], hours: int | None = None, *, actor: str = "system"
) -> list[PublicLink]:
    """`link_for` of several, all or none, in their order; an object that stands there twice gets two. Of invoices the
    statements do not grow with their number."""
    kind = LinkKind(kind)
    demand(LINKS[kind], *SHOWN.get(kind, ()))
    wanted = HOURS[kind] if hours is None else hours
    if not 0 < wanted <= LONGEST_HOURS:
        raise ValueError(
            say(
                "a link is good for 1 to {longest_hours} hours, got {wanted}",
                longest_hours=LONGEST_HOURS,
                wanted=wanted,
            )
        )
    until = clock.now() + timedelta(hours=wanted)
    about = _about(kind, object_ids, until)
    made = record_events([fact._replace(data={"expires_at": ends.isoformat()}) for fact, ends in about], actor=actor)
    company_id = current_company_id()
    return [
        PublicLink(
            ids.encode(LINK_PREFIX, event.pk),
            links.sign(kind, company_id=company_id, object_ids=(event.object_id, event.pk), expires_at=ends),
            ends,
        )
        for event, (_, ends) in zip(made, about, strict=True)
    ]


def _about(kind: LinkKind, object_ids: Sequence[int], until: datetime) -> list[tuple[NewEvent, datetime]]:
    """What is told of each link, and until when it is good."""
    if kind is LinkKind.PAY:
        check_each_payable(object_ids)
        return [(NewEvent("invoice.pay_link_made", "transaction", ident, {}), until) for ident in object_ids]
    if kind is LinkKind.REGISTER:
        return [(_about_account(ident), until) for ident in object_ids]
    if kind is LinkKind.ACCOUNT:
        return [(_about_whole_account(ident), until) for ident in object_ids]
    return [_about_request(ident, until) for ident in object_ids]


def live_links(kind: LinkKind, object_id: int) -> list[MadeLink]:
    """The links to an object that are neither expired nor revoked, newest first."""
    gone = set(Event.objects.filter(object_id=object_id, type=REVOKED[kind]).values_list("data__link", flat=True))
    made = [_made(event) for event in Event.objects.filter(object_id=object_id, type=MADE[kind]).order_by("-pk")]
    return [link for link in made if link.id not in gone and link.expires_at > clock.now()]


def revoke_link(*, link: str, actor: str) -> MadeLink:
    """Let one link open nothing any more, and close what was begun under it: pages of the gateway's on which its
    customer could still pay, confirm a payment, or register a card or mandate. One that is revoked already stays so. No
    transaction may be open.

    Raises:
        NotFound; PageStaysOpen, RegistrationStaysOpen: it is revoked, and the gateway did not close a page.
    """
    made, kind, object_id = _revoke(link, actor)
    _close_begun(made, kind, object_id)
    return made


def look_again(link: links.SignedLink) -> None:
    """Once the page of a gateway that a link led to is noted: close it where the link was revoked in the meantime, for
    whoever revoked it found nothing to close yet. No transaction may be open.

    Raises:
        LinkRevoked; PageStaysOpen, RegistrationStaysOpen: so it was, and the gateway did not close the page.
    """
    kind, object_id, named = LinkKind(link.kind), link.object_ids[0], id_of(link)
    if not named or not _is_revoked(kind, object_id, named):
        return
    _close_begun(_made(Event.objects.get(pk=_serial_of(link))), kind, object_id)
    raise link_errors.LinkRevoked


def _close_begun(made: MadeLink, kind: LinkKind, object_id: int) -> None:
    link = made.id
    if kind in (LinkKind.REGISTER, LinkKind.ACCOUNT):
        close_registrations(account_id=object_id, link=link)
    for row in _pages_begun(kind, object_id, link, since=made.made_at):
        try:
            close_page(row, Declined(WITHDRAWN, say("The link was revoked by which it was opened.")))
        except errors.GatewayRefused as error:
            raise link_errors.PageStaysOpen(row.number, str(error)) from error


def _pages_begun(kind: LinkKind, object_id: int, link: str, *, since: datetime) -> list[PaymentRequest]:
    """Pages of the gateway's that are open over what a link is for, and no older than it; what somebody began to
    confirm by it."""
    if kind is LinkKind.AUTHENTICATE:
        row = request_by_id(object_id)
        return [row] if row.state == RequestState.REQUIRES_ACTION and is_begun(object_id, link) else []
    if kind is LinkKind.PAY:
        rows = holding([object_id])
    elif kind is LinkKind.ACCOUNT:
        own = PaymentRequest.objects.select_related("provider").filter(account_id=object_id)
        rows = list(own.filter(state=RequestState.REQUIRES_ACTION, type=RequestType.PAYMENT))
    else:
        return []
    return [row for row in rows if is_page(row) and row.created_at >= since]


@atomic
def _revoke(link: str, actor: str) -> tuple[MadeLink, LinkKind, int]:
    try:
        event = Event.objects.filter(pk=ids.decode(LINK_PREFIX, link), type__in=MADE.values()).first()
    except ValueError:
        event = None
    if event is None:
        raise NotFound("link", link)
    kind = next(kind for kind, made in MADE.items() if made == event.type)
    demand(LINKS[kind])
    if not _is_revoked(kind, event.object_id, link):
        record_events([NewEvent(REVOKED[kind], event.object_type, event.object_id, {"link": link})], actor=actor)
    return _made(event), kind, event.object_id


def check_link(link: links.SignedLink) -> None:
    """Refuse a link that was revoked; in the scope of its company. Links of former versions have no serial.

    Raises:
        LinkRevoked.
    """
    serial = _serial_of(link)
    if serial and _is_revoked(LinkKind(link.kind), link.object_ids[0], ids.encode(LINK_PREFIX, serial)):
        raise link_errors.LinkRevoked


def id_of(link: links.SignedLink) -> str:
    """The id by which a link is revoked; "" of those of former versions."""
    serial = _serial_of(link)
    return ids.encode(LINK_PREFIX, serial) if serial else ""


def is_used(link: links.SignedLink) -> bool:
    """Whether a link to register has done its work: a card or mandate came to its account after it was made."""
    made = Event.objects.filter(pk=_serial_of(link)).first()
    return made is not None and Instrument.objects.filter(account=link.object_ids[0], created_at__gt=made.at).exists()


def _serial_of(link: links.SignedLink) -> int:
    return link.object_ids[1] if len(link.object_ids) > 1 else 0


def _is_revoked(kind: LinkKind, object_id: int, link: str) -> bool:
    found: bool = Event.objects.filter(object_id=object_id, type=REVOKED[kind], data__link=link).exists()
    return found


def _made(event: Event) -> MadeLink:
    until = datetime.fromisoformat(event.data["expires_at"])
    return MadeLink(ids.encode(LINK_PREFIX, event.pk), until, event.at, event.actor)


def link_caller(kind: str) -> Caller:
    """Whoever opens a link: they may do what it is for, and nothing else."""
    allowed = frozenset({LINKS[LinkKind(kind)], "gateways.charge:look_up"})
    return Caller(
        "customer",
        allowed | BESIDE.get(LinkKind(kind), frozenset()),
        refusal=lambda permission: link_errors.LinkInvalid(say("This link is for something else. Ask for a new one.")),
    )


def read_link(token: str) -> links.SignedLink:
    """What a token opens. It names its company: enter its scope before looking.

    Raises:
        LinkInvalid: not ours, or changed on its way. LinkExpired.
    """
    return links.read(token, invalid=link_errors.LinkInvalid, expired=link_errors.LinkExpired)


def _about_account(ident: int) -> NewEvent:
    account = account_by_id(ident)
    check_registrable(account)
    if hosting_provider(account.currency) is None:
        raise link_errors.NobodyCollects(account.currency)
    return NewEvent("account.registration_link_made", "account", ident, {})


def _about_whole_account(ident: int) -> NewEvent:
    check_shown(account_by_id(ident))
    return NewEvent("account.page_link_made", "account", ident, {})


def check_shown(account: Account) -> None:
    """Whether an account has a page for its customer. NotFound: it is nobody's; AccountTerminated."""
    if account.type == AccountType.SYSTEM:
        raise NotFound(Account, account.pk, noun=say("customer's account"))
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("send its customer a link"))


def _about_request(ident: int, until: datetime) -> tuple[NewEvent, datetime]:
    row = request_by_id(ident)
    if row.state != RequestState.REQUIRES_ACTION:
        raise errors.RequestOver(row.number, is_open=row.state in OPEN)
    if row.account.state == AccountState.TERMINATED:
        raise AccountTerminated(row.account.number, action=say("collect payment request {number}", number=row.number))
    fact = NewEvent("payment_request.authentication_link_made", "payment_request", ident, {})
    return fact, min(until, row.action_expires_at or until)
