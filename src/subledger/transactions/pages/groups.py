"""What the page of a parent account says of the accounts below it: each balance, and the balance over all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from subledger.accounts.models import Account
from subledger.accounts.queries import has_children
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.columns import Column, MoneyColumn, NameColumn
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url
from subledger.transactions import labels
from subledger.transactions.group_balances import Member, Sums, members_of, totals_of

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the balance over a group."""

    what: str
    currency: str
    balance: int
    unsettled: int
    outstanding: int


MONEY = (
    MoneyColumn("balance", say("Balance"), lead=True),
    MoneyColumn("unsettled", labels.OPEN),
    MoneyColumn("outstanding", labels.OVERDUE),
)
COLUMNS: tuple[Column, ...] = (Column("what", say("Of"), strong=True), *MONEY)  # its ageing is in the report
CHILDREN: tuple[Column, ...] = (
    Column("account", say("Account"), link=lambda row: page_url("account", row.account_id), strong=True),
    NameColumn("name", say("Name")),
    *MONEY,
)


def tables(request: Any, account: Account) -> Iterator[dict[str, Any]]:
    if not has_children(account):
        return
    members = members_of(account_id=account.pk, as_of=today())
    children = sorted((one for one in members if one.level == 1), key=_by_what_is_owed)
    report = f"{page_url('report_group-balances')}?account={account.number}"
    yield {
        "title": say("Balance with its child accounts"),
        "table": table(COLUMNS, list(_lines(members))),
        "url": report,
        "label": say("As of any day"),
    }
    yield {
        "title": say("Child accounts ({count})", count=len(children)),
        "table": table(CHILDREN, children[:SHOWN]),
        "url": f"{page_url('accounts')}?parent={account.number}",
        "label": say("Show all"),
    }


def _by_what_is_owed(one: Member) -> tuple[int, int, str]:
    return -one.outstanding, -one.balance, one.account


def _lines(members: list[Member]) -> Iterator[Line]:
    for one in totals_of(members):
        for what, found in (
            (say("This account"), one.own),
            (say("All accounts below it"), one.children),
            (say("Together"), one.total),
        ):
            yield _line(what, one.currency, found)


def _line(what: str, currency: str, found: Sums) -> Line:
    return Line(what, currency, found.balance, found.unsettled, found.outstanding)
