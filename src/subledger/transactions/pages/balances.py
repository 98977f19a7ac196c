"""Balances beside accounts and customers, wherever they are listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.accounts.models import Account
from subledger.kernel.money import Money, to_decimal
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.columns import Column, MoneyColumn
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions import labels
from subledger.transactions.sums import with_balance, with_balances


def annotating(request: Any, row: Any) -> list[Callable[[Any], Any]]:
    return [partial(with_balance, today=today())]


@dataclass(frozen=True)
class OverdueColumn(MoneyColumn):
    """What is past its due date, marked where it is anything."""

    key: str = "outstanding"
    label: str = labels.OVERDUE

    def shown(self, minor: int | None, currency: str) -> SafeString | str:
        return late(super().shown(minor, currency)) if minor else super().shown(minor, currency)


def late(shown: SafeString | str) -> SafeString:
    return format_html('<span class="is-late">{}</span>', shown)


def columns(request: Any, row: Any) -> list[MoneyColumn]:
    return [
        MoneyColumn("balance", say("Balance"), sort="balance", total=True, lead=True),
        OverdueColumn(sort="outstanding", total=True),
    ]


def found_columns(request: Any, row: Any) -> list[MoneyColumn]:
    return [MoneyColumn("balance", say("Balance")), OverdueColumn()]


@dataclass(frozen=True)
class BalancesColumn(Column):
    """One amount of a customer in each currency it has something open in, a line each."""

    css: str = "col-money"

    def value(self, row: Any) -> list[Money]:
        found = [Money(one[self.key], one["currency"]) for one in row.balances]
        return [money for money in found if money.minor or self.key == "balance"]

    def show(self, row: Any) -> SafeString | str:
        mark = late if self.key == "outstanding" else SafeString
        shown = [(mark(show.money(money.minor, money.currency)),) for money in self.value(row)]
        return format_html_join("", "<div>{}</div>", shown) if shown else show.NOTHING

    def in_files(self) -> Sequence[Column]:
        """A column of numbers for each currency that accounts are kept in."""
        kept = Account.objects.exclude(customer=None).values_list("currency", flat=True).distinct().order_by("currency")
        return [
            BalanceInColumn(
                self.key, say("{label} {currency}", label=self.label, currency=currency.upper()), currency=currency
            )
            for currency in kept
        ]


@dataclass(frozen=True)
class BalanceInColumn(Column):
    """One amount of a customer in one currency, as a number; empty where there is no account of it."""

    currency: str = ""

    def value(self, row: Any) -> Decimal | None:
        found = next((one[self.key] for one in row.balances if one["currency"] == self.currency), None)
        return None if found is None else to_decimal(found, self.currency)


def annotating_customers(request: Any, row: Any) -> list[Callable[[Any], Any]]:
    return [partial(with_balances, today=today())]


def columns_of_customers(request: Any, row: Any) -> list[BalancesColumn]:
    return [BalancesColumn("balance", say("Balance"), lead=True), BalancesColumn("outstanding", labels.OVERDUE)]
