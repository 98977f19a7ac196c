"""Search over numbers, names and codes; an exact number goes straight to what bears it."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.accounts.models import Account, Customer
from subledger.accounts.pages.accounts import account_url
from subledger.accounts.pages.customers import customer_url
from subledger.accounts.queries import search_accounts, search_customers
from subledger.companies.pages.home import RECENT
from subledger.gateways.pages.common import request_number, request_url
from subledger.gateways.queries import requests
from subledger.kernel.errors import NumberInvalid
from subledger.kernel.numbers import NumberFormat, read_number
from subledger.page_kit import labels
from subledger.page_kit.access import today
from subledger.page_kit.columns import BadgeColumn, Column, MoneyColumn, NameColumn
from subledger.page_kit.formats import formats
from subledger.page_kit.pages import DetailPage
from subledger.page_kit.tables import table
from subledger.platform.numbering import written_in_full
from subledger.transactions.figures import with_balance
from subledger.transactions.models import Transaction
from subledger.transactions.pages.transactions import standing, transaction_url
from subledger.transactions.queries import search_transactions

SHOWN = 20
ACCOUNTS = (
    Column("number", "Number", link=account_url, strong=True),
    NameColumn("name", "Name"),
    Column("code", "Code"),
    NameColumn("customer.name", "Customer"),
    MoneyColumn("balance", "Balance"),
    MoneyColumn("outstanding", labels.OVERDUE),
    BadgeColumn("state", "State", lead=True),
)
CUSTOMERS = (
    NameColumn("name", "Name", link=customer_url, strong=True),
    Column("code", "Code"),
    Column("email", "Email"),
    Column("phone", "Phone"),
    Column("city", "City"),
)


def amounts_in(text: str) -> list[Decimal]:
    """The amounts that somebody may mean: as the person writes them, else every reading; a currency may stand by."""
    number = re.sub(r"^[A-Za-z€$£¥]{1,3}\s*|\s*[A-Za-z€$£¥]{1,3}$", "", text.strip())
    if not any(character.isdigit() for character in number):
        return []
    try:
        return [read_number(number, usual=formats().number)]
    except NumberInvalid:
        found = []
        for declared in NumberFormat:
            with suppress(NumberInvalid):
                found.append(read_number(number, declared=declared))
        return found


class SearchPage(DetailPage):
    template_name = "companies/search.html"
    title = "Search"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        self.asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
        exact = self._exact() if self.asked else None
        return redirect(exact) if exact else self.shown()

    def _exact(self) -> str | None:
        """Where a number or code leads when exactly one thing bears it."""
        upper = self.asked.upper()
        full = [upper, *written_in_full(upper)]
        urls = {
            transaction_url(row)
            for row in Transaction.objects.filter(Q(number__in=full) | Q(back_office_code=self.asked))[:2]
        }
        if upper.startswith("REF-"):
            urls |= {transaction_url(row) for row in search_transactions(upper)[:2]}
        if upper.startswith("PRQ-"):
            urls |= {request_url(row) for row in requests().filter(pk=request_number(upper))}
        urls |= {account_url(row) for row in Account.objects.filter(Q(number__in=full) | Q(code=self.asked))[:2]}
        urls |= {customer_url(row) for row in Customer.objects.filter(code=self.asked)[:2]}
        return urls.pop() if len(urls) == 1 else None

    def extra(self) -> dict[str, Any]:
        if not self.asked:
            return {"search_query": "", "tables": [], "page_subtitle": "Numbers, names and codes"}
        found = (
            ("Accounts", ACCOUNTS, with_balance(search_accounts(self.asked), today=today())),
            ("Customers", CUSTOMERS, search_customers(self.asked)),
            ("Transactions", RECENT, standing(search_transactions(self.asked, amounts_in(self.asked)))),
        )
        tables = [{"title": title, "table": table(columns, rows[:SHOWN])} for title, columns, rows in found]
        tables = [part for part in tables if part["table"]["rows"]]  # type: ignore[index]
        return {"search_query": self.asked, "tables": tables, "page_subtitle": f"“{self.asked}”"}
