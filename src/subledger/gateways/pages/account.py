"""What an account's page says of gateways: its cards and mandates, its payment requests."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from subledger.accounts import labels
from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.accounts.states import AccountState, AccountType
from subledger.gateways.models import Provider
from subledger.gateways.pages.words import way_words
from subledger.gateways.registry import kind_named
from subledger.gateways.services.payables import hosting_provider
from subledger.gateways.ways_to_collect import bars_of
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import today
from subledger.page_kit.navigation import Action, Tab, may
from subledger.page_kit.url_ids import page_url


def tabs(request: Any, account: Account) -> list[Tab]:
    return [
        Tab(labels.METHODS, page_url("account_ways", account.pk)),
        Tab(say("Payment requests"), page_url("account_requests", account.pk)),
    ]


def actions(request: Any, account: Account) -> list[Action]:
    if account.type == AccountType.SYSTEM or account.state == AccountState.TERMINATED:
        return []
    if not may(request, "gateways.charge"):
        return []
    link = Action(say("Link to the customer's page"), page_url("account_page_link", account.pk), "link")
    if not hosting_provider(account.currency):
        return [link]
    return [
        link,
        Action(say("Register a card or mandate"), page_url("account_card_new", account.pk), "credit-card"),
        Action(say("Link to register a card"), page_url("account_card_link", account.pk), "link"),
    ]


def way(request: Any, row: AccountPaymentPreference) -> list[str]:
    declined = say("declined for good") if bars_of([row.pk]) else ""
    return [", ".join(map(said, filter(None, (way_words(row, today()), declined))))]


def registered_elsewhere(request: Any, row: Any) -> list[Q]:
    """Cards and mandates of a gateway that we call are registered on its page, never typed."""
    callers = [provider.pk for provider in Provider.objects.all() if kind_named(provider.kind).executes]
    return [Q(providers__in=callers)]
