"""What gateways add to the form that collects money: cards and mandates to charge, and links to pay."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from subledger.accounts.models import Account
from subledger.gateways.pages.words import barred_words, card_words, way_words
from subledger.gateways.queries import handlers
from subledger.gateways.services.method_agreement import owner_of
from subledger.gateways.services.payables import hosting_provider
from subledger.gateways.services.provider_choice import check_provider, instrument_for
from subledger.gateways.ways_to_collect import bars_of, name_of_way
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.navigation import may
from subledger.page_kit.url_ids import page_url
from subledger.transactions.models import Transaction


def cards(request: Any, account: Account) -> list[tuple[str, str]]:
    """What of an account can be charged now, the default first: its id, and how people know it. What was declined for
    good is the last, and chosen by nobody but who collects."""
    if not may(request, "gateways.charge"):
        return []
    found, last = [], []
    ways = account.payment_preferences.select_related("preference", "instrument").order_by("-is_default", "id")
    barred = bars_of([way.pk for way in ways])
    for way in ways:
        provider = owner_of(way)
        if provider is None:
            continue
        try:
            check_provider(provider, account.currency)
            instrument_for(provider, account.pk, way.pk)
        except DomainError:
            continue  # expired, removed, of another mode: it would be refused
        is_card = getattr(way, "instrument", None) is not None
        words = card_words(way) if is_card else way_words(way, today())
        if way.pk in barred:
            last.append(
                (way.public_id, say("{way}, declined for good ({provider})", way=words, provider=provider.name))
            )
        else:
            found.append((way.public_id, say("{way} ({provider})", way=words, provider=provider.name)))
    if last and not found:
        found.append(("", say("Choose what to charge")))
    return found + last


def declined(request: Any, account: Account) -> list[str]:
    """Of what can be charged, what was declined for good: why, and that choosing it charges it all the same."""
    ways = account.payment_preferences.select_related("preference", "instrument").order_by("id")
    barred = bars_of([way.pk for way in ways]) if may(request, "gateways.charge") else {}
    return [
        say(
            "{way}: {words} It is charged all the same if you choose it; card networks count such attempts.",
            way=name_of_way(way),
            words=barred_words(barred[way.pk]),
        )
        for way in ways
        if way.pk in barred
    ]


def barred(request: Any, account: Account) -> list[str]:
    """What is charged by nobody but who chooses it, by its id: it was declined for good."""
    ways = list(account.payment_preferences.all())
    found = bars_of([way.pk for way in ways])
    return [way.public_id for way in ways if way.pk in found]


def carried(request: Any, account: Account) -> list[int]:
    """Methods that nobody records by hand: a gateway moves the money."""
    return list(handlers().payment_methods)


def may_link(request: Any, account: Account) -> list[bool]:
    """Whether links to pay can be made for an account's invoices."""
    return [True] if may(request, "gateways.charge") and hosting_provider(account.currency) else []


def link(request: Any, invoice: Transaction) -> list[dict[str, str]]:
    """Where the link to an invoice is mailed, and where it is made to be copied."""
    if not may_link(request, invoice.account):
        return []
    query = urlencode({"kind": "pay_link"})
    return [
        {
            "mail": f"{page_url('message_new', 'invoice', invoice.public_id)}?{query}",
            "copy": page_url("invoice_link", invoice.pk),
        }
    ]
