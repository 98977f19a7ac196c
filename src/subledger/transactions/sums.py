"""Sums that tiles and charts show: what is open now, from the open items alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, JSONObject

from subledger.accounts.models import Account, Customer
from subledger.platform.rows import typed_rows
from subledger.platform.scope import current_company_id
from subledger.transactions.models import OpenItem
from subledger.transactions.open_items import open_as_of_sql
from subledger.transactions.overdue import overdue, overdue_items, overdue_sql
from subledger.transactions.rules.ageing import BUCKETS, over_of

__all__ = ["OpenNow", "ageing_now", "open_now", "with_balance", "with_balances"]


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What is open, of all customers' accounts, in minor units of the base currency, and how many items.

    ``outstanding`` is what of unsettled invoices was due before today.
    """

    unsettled: int
    unallocated: int
    outstanding: int
    credits: int  # items with something unallocated
    overdue: int  # invoices with something outstanding
    in_suspense: int  # items on suspense accounts, which are no customer's

    @property
    def balance(self) -> int:
        return self.unsettled - self.unallocated


def _sum(field: str, condition: Q) -> Coalesce:
    return Coalesce(Sum(field, filter=condition), Value(0), output_field=BigIntegerField())


OPEN_NOW = f"""
    SELECT coalesce(sum(open_base_minor) FILTER (WHERE is_debit AND is_customers), 0)::bigint AS unsettled,
           coalesce(sum(open_base_minor) FILTER (WHERE NOT is_debit AND is_customers), 0)::bigint AS unallocated,
           coalesce(sum(open_base_minor) FILTER (WHERE is_overdue AND is_customers), 0)::bigint AS outstanding,
           count(*) FILTER (WHERE NOT is_debit AND is_customers) AS credits,
           count(*) FILTER (WHERE is_overdue AND is_customers) AS overdue,
           count(*) FILTER (WHERE system_role = 'suspense') AS in_suspense
      FROM (SELECT o.open_base_minor, o.is_debit, a.system_role, a.system_role IS NULL AS is_customers,
                   {overdue_sql("o", today="%(today)s")} AS is_overdue
              FROM transactions_openitem o
              JOIN accounts_account a ON a.id = o.account_id
             WHERE o.company_id = %(company)s) opened
"""


def open_now(*, today: date) -> OpenNow:
    """In one look at all that is open."""
    [found] = typed_rows(OpenNow, OPEN_NOW, {"company": current_company_id(), "today": today})
    return found


def with_balance(accounts: QuerySet[Account], *, today: date) -> QuerySet[Account]:
    """Accounts annotated ``balance`` and ``outstanding``, minor units: sums of their open items."""
    opened = OpenItem.unscoped.filter(account=OuterRef("pk")).order_by()  # of an account in scope: by its index alone
    signed = Case(When(is_debit=True, then=F("open_minor")), default=-F("open_minor"))
    late = overdue_items(opened, today=today)

    def sum_of(rows: QuerySet[OpenItem], what: Any) -> Coalesce:
        subquery = Subquery(
            rows.values("account").annotate(sum=Sum(what)).values("sum"), output_field=BigIntegerField()
        )
        return Coalesce(subquery, Value(0), output_field=BigIntegerField())

    return accounts.annotate(balance=sum_of(opened, signed), outstanding=sum_of(late, F("open_minor")))


def with_balances(customers: QuerySet[Customer], *, today: date) -> QuerySet[Customer]:
    """Customers annotated ``balances``: a mapping for each currency with anything open, by its code, with ``currency``,
    ``balance`` and ``outstanding`` in minor units, of all their accounts."""
    opened = OpenItem.objects.filter(account__customer=OuterRef("pk")).order_by("account__currency")
    signed = Case(When(is_debit=True, then=F("open_minor")), default=-F("open_minor"))
    sums = opened.values("account__currency").annotate(
        of_all=Sum(signed), of_overdue=_sum("open_minor", overdue(today=today))
    )
    told = JSONObject(currency="account__currency", balance="of_all", outstanding="of_overdue")
    return customers.annotate(balances=ArraySubquery(sums.values_list(told)))


_SPANS = ", ".join(
    "coalesce(sum(o.open_minor) FILTER (WHERE o.is_debit"
    + ("" if (over := over_of(bucket)) is None else f" AND %(as_of)s::date - o.due_on > {over}")
    + ("" if bucket.until is None else f" AND %(as_of)s::date - o.due_on <= {bucket.until}")
    + "), 0)::bigint"
    for bucket in BUCKETS
)


def ageing_now(*, today: date, account_id: int) -> list[int]:
    """What is open of an account's debits by days overdue, one amount for each of `rules.ageing.BUCKETS`.

    What is promised counts from its agreed day, as in every ageing.
    """
    facts: dict[str, Any] = {"company": current_company_id(), "account": account_id, "as_of": today, "by_due": False}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SPANS} FROM ({open_as_of_sql(of_accounts='= %(account)s')}) o", facts)
        return list(cursor.fetchone())
