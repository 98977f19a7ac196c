"""What transactions make of an account: its balance, its statement; and settling what is open on it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day
from subledger.api_kit.resources import JsonObject, found, ident_of
from subledger.transactions.group_balances import Sums, members_of, totals_of
from subledger.transactions.models import Transaction
from subledger.transactions.printouts import STATEMENT_SPAN
from subledger.transactions.queries import Statement, balance_of, statement_of, statements_of
from subledger.transactions.rules.ageing import BUCKETS
from subledger.transactions.services.allocation import allocate_accounts

from .transactions import AccountId

router = Router(tags=["Accounts"])


class SumsOut(Schema):
    balance: int
    unsettled: int
    unallocated: int
    outstanding: int
    ageing: dict[str, int] = Field(description="What is unsettled, by days past due.")


class GroupTotalOut(Schema):
    currency: str
    own: SumsOut
    children: SumsOut
    total: SumsOut


class ChildrenOut(Schema):
    """Of the account and every account below it; one by one they are the report ``group-balances``."""

    count: int = Field(description="Accounts below it, at whatever level.")
    totals: list[GroupTotalOut] = Field(description="One for each currency, its own first.")


class BalanceOut(Schema):
    """``balance`` = ``unsettled`` - ``unallocated``; positive means the customer owes."""

    object: Literal["balance"]
    account: str
    as_of: date
    currency: str
    balance: int
    unsettled: int
    unallocated: int
    outstanding: int = Field(description="What of unsettled invoices was due before that day.")
    children: ChildrenOut | None = Field(default=None, description="Where it is asked for with ``include=children``.")


@router.get("/{id}/balance", response=BalanceOut, operation_id="retrieve_account_balance")
def balance(
    request: HttpRequest, id: AccountId, as_of: Day | None = None, include: Literal["children"] | None = None
) -> JsonObject:
    """At the end of a day; today if none is given. With ``include=children`` over all accounts below it, too."""
    account = found(Account, id)
    day = as_of or caller_of(request).today
    serialised = balance_of(account_id=id, currency=account.currency, as_of=day)
    return {
        "object": "balance", "account": account.public_id, "as_of": day, "currency": account.currency,
        "balance": serialised.balance, "unsettled": serialised.unsettled, "unallocated": serialised.unallocated,
        "outstanding": serialised.outstanding, "children": _children(id, day) if include else None,
    }  # fmt: skip


def _children(account_id: int, day: date) -> JsonObject:
    members = members_of(account_id=account_id, as_of=day)
    return {
        "count": len(members) - 1,
        "totals": [
            {
                "currency": one.currency,
                "own": _sums(one.own),
                "children": _sums(one.children),
                "total": _sums(one.total),
            }
            for one in totals_of(members)
        ],
    }


def _sums(found: Sums) -> JsonObject:
    return {
        "balance": found.balance, "unsettled": found.unsettled, "unallocated": found.unallocated,
        "outstanding": found.outstanding,
        "ageing": {bucket.name: minor for bucket, minor in zip(BUCKETS, found.buckets, strict=True)},
    }  # fmt: skip


class StatementLineOut(Schema):
    transaction: str
    posted_on: date
    number: str
    classification: str
    description: str
    debit: int
    credit: int
    balance: int = Field(description="After this line.")


class StatementOut(Schema):
    object: Literal["statement"]
    account: str
    currency: str
    from_: date = Field(serialization_alias="from")
    to: date
    opening: int
    lines: list[StatementLineOut]
    closing: int


@router.get("/{id}/statement", response=StatementOut, by_alias=True, operation_id="retrieve_account_statement")
def statement(
    request: HttpRequest,
    id: AccountId,
    start: Day | None = Query(None, alias="from"),
    to: Day | None = None,
) -> JsonObject:
    """Everything posted from one day to another, both included; the year up to today if left out."""
    account = found(Account, id)
    last = to or caller_of(request).today
    first = start or last - STATEMENT_SPAN
    return _serialised(account, statement_of(account_id=id, start=first, end=last), first, last)


class StatementTotalOut(Schema):
    currency: str
    opening: int
    closing: int


class GroupStatementOut(Schema):
    """An account and all below it, itself first."""

    object: Literal["group_statement"]
    account: str
    from_: date = Field(serialization_alias="from")
    to: date
    statements: list[StatementOut]
    totals: list[StatementTotalOut] = Field(description="What the accounts of each currency come to.")


@router.get(
    "/{id}/group_statement",
    response=GroupStatementOut,
    by_alias=True,
    operation_id="retrieve_account_group_statement",
    summary="Retrieve the statement of an account and those below it",
)
def group_statement(
    request: HttpRequest, id: AccountId, start: Day | None = Query(None, alias="from"), to: Day | None = None
) -> JsonObject:
    """Each account's part, from one day to another, both included; the year up to today if left out."""
    account = found(Account, id)
    last = to or caller_of(request).today
    first = start or last - STATEMENT_SPAN
    members = [one.account_id for one in members_of(account_id=id, as_of=last)]
    accounts, statements = Account.objects.in_bulk(members), statements_of(account_ids=members, start=first, end=last)
    totals: dict[str, list[int]] = {}
    for one in members:
        sums = totals.setdefault(accounts[one].currency, [0, 0])
        sums[0] += statements[one].opening
        sums[1] += statements[one].closing
    return {
        "object": "group_statement", "account": account.public_id, "from_": first, "to": last,
        "statements": [_serialised(accounts[one], statements[one], first, last) for one in members],
        "totals": [
            {"currency": currency, "opening": opening, "closing": closing}
            for currency, (opening, closing) in totals.items()
        ],
    }  # fmt: skip


def _serialised(account: Account, one: Statement, first: date, last: date) -> JsonObject:
    return {
        "object": "statement", "account": account.public_id, "currency": account.currency, "from_": first, "to": last,
        "opening": one.opening, "closing": one.closing,
        "lines": [
            {"transaction": ident_of(Transaction, line.id), **{
                name: getattr(line, name)
                for name in ("posted_on", "number", "classification", "description", "debit", "credit", "balance")
            }}
            for line in one.lines
        ],
    }  # fmt: skip


class AllocatedOut(Schema):
    object: Literal["allocation_result"]
    account: str
    allocations_made: int


@router.post("/{id}/allocate", response=AllocatedOut, operation_id="allocate_account")
def allocate(request: HttpRequest, id: AccountId) -> JsonObject:
    """Settle by FIFO what is open on both sides. Posting does so by itself: this is for changed principles."""
    account = found(Account, id)
    made = allocate_accounts(account_ids=[id], actor=caller_of(request).actor)
    return {"object": "allocation_result", "account": account.public_id, "allocations_made": made}
