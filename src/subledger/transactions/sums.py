"""Sums that tiles and charts show: what is open now, from the open items alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, JSONObject

from subledger.accounts.models import Account, Customer
from subledger.transactions.models import OpenItem
from subledger.transactions.rules.ageing import EDGES
from subledger.transactions.states import Classification

__all__ = ["OpenNow", "ageing_now", "open_now", "with_balance", "with_balances"]


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Of all customers' accounts, in minor units of the base currency."""

    unsettled: int
    unallocated: int
    outstanding: int

    @property
    def balance(self) -> int:
        return self.unsettled - self.unallocated


def _sum(field: str, condition: Q) -> Coalesce:
    return Coalesce(Sum(field, filter=condition), Value(0), output_field=BigIntegerField())


def open_now(*, today: date) -> OpenNow:
    overdue = Q(is_debit=True, order_on__lt=today, transaction__classification=Classification.INVOICE)
    found = OpenItem.objects.filter(account__system_role=None).aggregate(
        unsettled=_sum("open_base_minor", Q(is_debit=True)),
        unallocated=_sum("open_base_minor", Q(is_debit=False)),
        outstanding=_sum("open_base_minor", overdue),
    )
    return OpenNow(**found)


def with_balance(accounts: QuerySet[Account], *, today: date) -> QuerySet[Account]:
    """Accounts annotated ``balance`` and ``outstanding``, minor units: sums of their open items."""
    opened = OpenItem.objects.filter(account=OuterRef("pk")).order_by().values("account")
    signed = Case(When(is_debit=True, then=F("open_minor")), default=-F("open_minor"))
    overdue = opened.filter(is_debit=True, order_on__lt=today, transaction__classification=Classification.INVOICE)

    def sum_of(rows: QuerySet[OpenItem], what: Any) -> Coalesce:
        subquery = Subquery(rows.annotate(sum=Sum(what)).values("sum"), output_field=BigIntegerField())
        return Coalesce(subquery, Value(0), output_field=BigIntegerField())

    return accounts.annotate(balance=sum_of(opened, signed), outstanding=sum_of(overdue, F("open_minor")))


def with_balances(customers: QuerySet[Customer], *, today: date) -> QuerySet[Customer]:
    """Customers annotated ``balances``: a mapping for each currency with anything open, by its code, with ``currency``,
    ``balance`` and ``outstanding`` in minor units, of all their accounts."""
    opened = OpenItem.objects.filter(account__customer=OuterRef("pk")).order_by("account__currency")
    signed = Case(When(is_debit=True, then=F("open_minor")), default=-F("open_minor"))
    overdue = Q(is_debit=True, order_on__lt=today, transaction__classification=Classification.INVOICE)
    sums = opened.values("account__currency").annotate(of_all=Sum(signed), of_overdue=_sum("open_minor", overdue))
    told = JSONObject(currency="account__currency", balance="of_all", outstanding="of_overdue")
    return customers.annotate(balances=ArraySubquery(sums.values_list(told)))


def ageing_now(*, today: date, account_id: int | None = None) -> list[int]:
    """What is open of debits by days overdue, one amount for each of `rules.ageing.BUCKETS`.

    Of one account in its currency; without ``account_id`` of all customers in base currency.
    """
    ends = [today - timedelta(days=edge) for edge in EDGES]
    spans = [Q(order_on__gte=ends[0])]
    spans += [Q(order_on__lt=late, order_on__gte=early) for late, early in pairwise(ends)]
    spans.append(Q(order_on__lt=ends[-1]))
    field = "open_minor" if account_id else "open_base_minor"
    rows = OpenItem.objects.filter(is_debit=True)
    rows = rows.filter(account_id=account_id) if account_id else rows.filter(account__system_role=None)
    sums: dict[str, Any] = rows.aggregate(**{f"bucket_{i}": _sum(field, span) for i, span in enumerate(spans)})
    return [sums[f"bucket_{i}"] for i in range(len(spans))]
