"""The first step of a new document: on which account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.accounts.models import Account
from subledger.accounts.states import AccountState, AccountType
from subledger.kernel.errors import NotFound
from subledger.page_kit.columns import Column, CurrencyColumn, NameColumn
from subledger.page_kit.criteria import Search
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.transactions.pages.transactions import TRANSACTIONS
from subledger.transactions.states import DRAFTABLE, Classification


def draftable(kind: str) -> Classification:
    """The classification that an address names; NotFound unless people may create it."""
    if kind not in DRAFTABLE:
        raise NotFound("classification", kind)
    return Classification(kind)


class TransactionChoosePage(SummaryPage):
    """The first step of a new transaction: on which account."""

    permission = "transactions.draft"
    noun = "account"
    empty = "Open an account first."
    default_sort = "number"
    criteria = (Search("q", "Search", fields=("number__icontains", "code__icontains", "name__icontains")),)

    def dispatch(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        self.kind = draftable(kind)
        self.title = f"New {show.word(self.kind).lower()}: on which account?"
        self.columns = (
            NameColumn(
                "name",
                "Name",
                sort="name",
                strong=True,
                link=lambda row: page_url("transaction_new", row.pk, kind),
            ),
            Column("number", "Number", sort="number"),
            Column("code", "Code", sort="code"),
            CurrencyColumn(lead=True),
        )
        return super().dispatch(request)

    def queryset(self) -> Any:
        return Account.objects.filter(type=AccountType.CUSTOMER).exclude(state=AccountState.TERMINATED)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": [
                Crumb(TRANSACTIONS, page_url("transactions")),
                Crumb(f"New {show.word(self.kind).lower()}"),
            ]
        }
