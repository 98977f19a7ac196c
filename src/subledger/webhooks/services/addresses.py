"""Where webhooks may go: to public addresses by https, and to the hosts that the operator names, as they like."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from subledger.kernel.sentences import say
from subledger.kernel.web_addresses import is_web_address
from subledger.platform.network import refuse_in_transaction
from subledger.platform.public_addresses import leads_outside, may_be_public
from subledger.webhooks.errors import WebhookAddressRefused

NOT_PUBLIC = say("Webhooks are sent to public addresses alone, and this is none.")


def is_allowed_host(host: str) -> bool:
    """Whether the operator lets webhooks go to the host by http, and within this network."""
    return host.lower() in settings.WEBHOOK_HOSTS


def check_address(url: str) -> None:
    """Refuse an address that nothing may be sent to, as it is written.

    Raises:
        WebhookAddressRefused: it is no web address, not encrypted, holds a password, or is not public.
    """
    if not is_web_address(url) or not url.isascii():
        raise WebhookAddressRefused(say("This is no address on the web. Write https://host/path."))
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.username is not None or parts.fragment:
        raise WebhookAddressRefused(
            say("The address holds a user or a fragment. Leave it out: what we send is signed, and needs no password.")
        )
    if is_allowed_host(host):
        return
    if parts.scheme != "https":
        raise WebhookAddressRefused(
            say("Webhooks are sent by https alone: events would travel in the open. Use https.")
        )
    if not may_be_public(url):
        raise WebhookAddressRefused(NOT_PUBLIC)


def look_up(url: str) -> None:
    """Refuse an address whose name leads into this network, or nowhere. It is looked up again for each connection.

    Raises:
        WebhookAddressRefused: not all that it leads to is public.
    """
    refuse_in_transaction(say("Looking up the address of a webhook endpoint"))
    host = urlsplit(url).hostname or ""
    if is_allowed_host(host):
        return
    if not leads_outside(host):
        raise WebhookAddressRefused(NOT_PUBLIC)
