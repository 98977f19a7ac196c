"""The lists of wallets and of what moved in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from subledger.kernel.sentences import say
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Choice, DayRange, Search, in_words
from subledger.page_kit.faces import Found
from subledger.page_kit.navigation import Tab
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.platform.numbering import written_in_full
from subledger.wallets.models import Wallet
from subledger.wallets.queries import entries, wallets
from subledger.wallets.states import EntryKind, EntryState, WalletState

from .columns import ENTRIES, wallet_url
from .words import WALLETS

MOVED = say("Wallet transactions")


def own_url(row: Any) -> str:
    return page_url("wallet", row.pk)


def tabs(here: str) -> list[Tab]:
    return [
        Tab(WALLETS, page_url("wallets"), here == "wallets"),
        Tab(MOVED, page_url("wallet_transactions"), here == "wallet_transactions"),
    ]


COLUMNS: Sequence[Column] = (
    Column("number", say("Number"), sort="number", link=own_url, strong=True),
    NameColumn("account.name", say("Account"), link=lambda row: page_url("account", row.account_id)),
    MoneyColumn("balance", say("Balance"), sort="balance", total=True, lead=True),
    MoneyColumn("short_minor", say("Overdrawn by"), total=True),
    DayColumn("opened_on", say("Opened"), sort="opened_on"),
    BadgeColumn("state", say("State"), usual=WalletState.EFFECTIVE),
)


def with_balances() -> QuerySet:
    return wallets().annotate(balance=F("left_minor") - F("short_minor"))


class WalletsPage(SummaryPage):
    title = WALLETS
    noun = say("wallet")
    filename = "wallets"
    empty = say(
        "No customer prepays yet. Post a payment of the type Wallet top-up, or grant credit on the page of an account."
    )
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("number__istartswith", "account__number__istartswith", "account__name__icontains"),
        ),
        Choice("state", say("State"), choices=in_words(WalletState)),
        Choice(
            "balance",
            say("Balance"),
            choices=[("available", say("Above zero")), ("used_up", say("Used up")), ("overdrawn", say("Overdrawn"))],
        ),
        DayRange("opened_on", say("Opened"), rare=True),
    )
    columns = COLUMNS
    default_sort = "-number"

    def queryset(self) -> QuerySet:
        return with_balances()

    def extra(self) -> dict[str, Any]:
        return {"tabs": tabs("wallets")}


class WalletTransactionsPage(SummaryPage):
    title = MOVED
    noun = say("wallet transaction")
    filename = "wallet-transactions"
    empty = say("Nothing has moved in a wallet yet.")
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=(
                "number__istartswith",
                "wallet__number__istartswith",
                "wallet__account__number__istartswith",
                "wallet__account__name__icontains",
            ),
        ),
        Choice("kind", say("Kind"), choices=in_words(EntryKind)),
        Choice("state", say("State"), choices=in_words(EntryState)),
        DayRange("posted_on", say("Posted")),
    )
    columns = (
        *ENTRIES[:2],
        NameColumn("wallet.account.name", say("Account"), link=lambda row: page_url("account", row.wallet.account_id)),
        Column("wallet", say("Wallet"), link=wallet_url),
        *ENTRIES[2:],
    )
    default_sort = "-posted_on"

    def queryset(self) -> QuerySet:
        return entries()

    def extra(self) -> dict[str, Any]:
        return {"tabs": tabs("wallet_transactions")}


def _full(asked: str) -> list[str]:
    return [asked.upper(), *written_in_full(asked.upper())]


def exact(asked: str) -> list[str]:
    """The page of a wallet, also by the number of what moved in it."""
    found = [own_url(row) for row in Wallet.objects.filter(number__in=_full(asked))[:2]]
    return found or [wallet_url(row) for row in entries().filter(number__in=_full(asked))[:2]]


SEARCH = (
    Found(
        position=25,
        exact=exact,
        title=WALLETS,
        columns=lambda: COLUMNS,
        rows=lambda asked: with_balances().filter(Q(number__istartswith=asked)),
        about=lambda asked, found: Wallet.objects.filter(
            Q(number__iexact=asked) | Q(account__in=list(found))
        ).values_list("pk", flat=True),
    ),
)
