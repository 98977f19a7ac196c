"""Pages of a gateway's that customers opened from links of ours, to register a card or mandate or to confirm a payment
at their bank: noted, so that who revokes a link closes what was begun under it."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.gateways import errors, link_errors
from subledger.gateways.models import Instrument, PaymentRequest, Provider
from subledger.gateways.port import GatewayUnavailable, HostedPage, HostedPayments, Lost
from subledger.kernel import ids
from subledger.platform import clock
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event

from .worker import calls_to

REGISTRATION = "account.registration_begun"
AUTHENTICATION = "payment_request.authentication_begun"
CUSTOMER = "customer"


@atomic
def note_registration(*, account_id: int, provider: Provider, page: HostedPage, link: str) -> None:
    until = page.expires_at.isoformat() if page.expires_at else ""
    facts = {"link": link, "provider": provider.public_id, "reference": page.reference, "until": until}
    record_events([NewEvent(REGISTRATION, "account", account_id, facts)], actor=CUSTOMER)


@atomic
def note_authentication(*, row: PaymentRequest, link: str) -> None:
    record_events([NewEvent(AUTHENTICATION, "payment_request", row.pk, {"link": link})], actor=CUSTOMER)


def is_begun(request_id: int, link: str) -> bool:
    """Whether a customer began to confirm a payment by a link."""
    found: bool = Event.objects.filter(object_id=request_id, type=AUTHENTICATION, data__link=link).exists()
    return found


def close_registrations(*, account_id: int, link: str) -> None:
    """Close the pages on which a card or mandate can still be registered that were opened by a link. No transaction may
    be open.

    Raises:
        RegistrationStaysOpen: the gateway did not close one.
    """
    for event in Event.objects.filter(object_id=account_id, type=REGISTRATION, data__link=link).order_by("pk"):
        until = event.data["until"]
        if not until or until > clock.now().isoformat():
            _close(event, account_id)


def _close(event: Event, account_id: int) -> None:
    provider = Provider.objects.get(pk=ids.decode(Provider.PREFIX, event.data["provider"]))
    try:
        with calls_to(provider) as calls:
            if not isinstance(calls.gateway, HostedPayments):
                return
            last = calls.ask(calls.gateway.expire(event.data["reference"]))
    except (GatewayUnavailable, errors.GatewayRefused) as error:
        raise link_errors.RegistrationStaysOpen(str(error)) from error
    registered = Instrument.objects.filter(account=account_id, provider=provider, created_at__gt=event.at)
    if isinstance(last, Lost) and not registered.exists():
        raise link_errors.RegistrationStaysOpen(last.detail)
