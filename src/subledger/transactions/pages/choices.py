"""The first step of a new document: on which account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.accounts.models import Account
from subledger.accounts.states import AccountState, AccountType
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.columns import Column, MoneyColumn, NameColumn
from subledger.page_kit.criteria import Search
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.transactions.labels import NEW
from subledger.transactions.pages.transactions import list_of
from subledger.transactions.states import DRAFTABLE, Classification
from subledger.transactions.sums import with_balance


def draftable(kind: str) -> Classification:
    """The classification that an address names; NotFound unless people may create it."""
    if kind not in DRAFTABLE:
        raise NotFound("classification", kind)
    return Classification(kind)


class TransactionChoosePage(SummaryPage):
    """The first step of a new transaction: on which account."""

    permission = "transactions.draft"
    noun = say("account")
    empty = say("Open an account first.")
    default_sort = "number"
    criteria = (Search("q", say("Search"), fields=("number__icontains", "code__icontains", "name__icontains")),)

    def dispatch(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        self.kind = draftable(kind)
        self.title = say("{new}: on which account?", new=NEW[self.kind])
        self.columns = (
            NameColumn(
                "name",
                say("Name"),
                sort="name",
                strong=True,
                link=lambda row: page_url("transaction_new", row.pk, kind),
            ),
            Column("number", say("Number"), sort="number"),
            Column("code", say("Code"), sort="code"),
            MoneyColumn("balance", say("Balance"), lead=True),
        )
        return super().dispatch(request)

    def queryset(self) -> Any:
        accounts = Account.objects.filter(type=AccountType.CUSTOMER).exclude(state=AccountState.TERMINATED)
        return with_balance(accounts, today=today())

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": [list_of(self.kind), Crumb(NEW[self.kind])],
            "actions": [Action(say("New customer"), page_url("customer_new"), "plus", rank=10)]
            if may(self.request, "customers.edit")
            else [],
        }
