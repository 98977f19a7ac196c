"""Customers and accounts as the search finds them: by number, code and name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString

from subledger.accounts.models import Account, Customer
from subledger.accounts.pages.accounts import account_url, with_annotations
from subledger.accounts.pages.customers import customer_url
from subledger.accounts.pages.customers import with_annotations as with_annotations_of_customers
from subledger.accounts.searches import by_several_accounts, search_accounts, search_customers
from subledger.accounts.states import AccountState
from subledger.kernel.sentences import say
from subledger.page_kit.columns import BadgeColumn, Column, NameColumn
from subledger.page_kit.faces import Found, contributions
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.platform.numbering import written_in_full


@dataclass(frozen=True)
class OwnerColumn(NameColumn):
    """The customer, where the account is called otherwise."""

    def show(self, row: Any) -> SafeString | str:
        return show.NOTHING if self.value(row) == row.name else super().show(row)


ACCOUNTS: tuple[Column, ...] = (
    Column("number", say("Number"), link=account_url, strong=True),
    NameColumn("name", say("Name"), title=True),
    Column("code", say("Code")),
    OwnerColumn("customer.name", say("Customer")),
    Column("customer.phone", say("Phone")),
    Column("customer.city", say("City")),
)
CUSTOMERS = (
    NameColumn("name", say("Name"), link=customer_url, strong=True),
    Column("code", say("Code")),
    Column("email", say("Email")),
    Column("phone", say("Phone")),
    Column("city", say("City")),
)


def account_columns() -> tuple[Column, ...]:
    return (
        *ACCOUNTS,
        *contributions("accounts", "found_columns", None, None),
        BadgeColumn("state", say("State"), usual=AccountState.ACTIVE),
    )


def exact_accounts(asked: str) -> Iterable[str]:
    full = [asked.upper(), *written_in_full(asked.upper())]
    return map(account_url, Account.objects.filter(Q(number__in=full) | Q(code=asked))[:2])


def exact_customers(asked: str) -> Iterable[str]:
    """The page of the customer, or of its account where it has just one: all that is asked of it stands there."""
    for customer in Customer.objects.filter(code=asked)[:2]:
        accounts = Account.objects.filter(customer=customer)[:2]
        yield account_url(accounts[0]) if len(accounts) == 1 else customer_url(customer)


def accounts(asked: str) -> QuerySet:
    return with_annotations(search_accounts(asked))


def customer_columns() -> tuple[Column, ...]:
    return (*CUSTOMERS, *contributions("customers", "columns", None, None))


def customers(asked: str) -> QuerySet:
    return with_annotations_of_customers(by_several_accounts(search_customers(asked)))


def accounts_about(asked: str, found: Sequence[int]) -> Iterable[int]:
    rows = Account.objects.filter(Q(number__iexact=asked) | Q(code=asked) | Q(name__icontains=asked))
    return rows.values_list("pk", flat=True)


def customers_about(asked: str, found: Sequence[int]) -> Iterable[int]:
    rows = Customer.objects.filter(Q(code=asked) | Q(name__icontains=asked))
    return rows.values_list("pk", flat=True)


SEARCH = (
    Found(
        position=10,
        exact=exact_accounts,
        title=say("Accounts"),
        columns=account_columns,
        rows=accounts,
        about=accounts_about,
    ),
    Found(
        position=20,
        exact=exact_customers,
        title=say("Customers"),
        columns=customer_columns,
        rows=customers,
        about=customers_about,
    ),
)
