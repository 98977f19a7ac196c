"""What is overdue: what is unsettled of invoices whose due date is over. One fact for tiles, lists, segments, the desk.

`account_balance` says the same of one account as of any day. A debit that is no invoice, such as a refund whose payment
was taken back, has no due date: it is owed and never overdue. Ageing, and the overdue trend that follows it, count it
from its posting.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from .models import OpenItem, Transaction
from .states import Classification

__all__ = ["overdue", "overdue_items", "overdue_sql"]


def overdue(*, today: date) -> Q:
    """Of open items, as of the beginning of a day: what was due before it."""
    return Q(is_debit=True, order_on__lt=today, transaction__classification=Classification.INVOICE)


def overdue_items(items: QuerySet[OpenItem], *, today: date) -> QuerySet[OpenItem]:
    """The same of open items of rows in scope, without a look at most of their documents: as `overdue_sql`."""
    kind = Transaction.unscoped.filter(pk=OuterRef("transaction_id")).values("classification")
    late = items.filter(is_debit=True, order_on__lt=today).alias(kind=Subquery(kind))
    return late.filter(Q(order_on__gt=F("posted_on")) | Q(kind=Classification.INVOICE))


def overdue_sql(item: str, *, today: str) -> str:
    """The same of a row of open items. What is ordered by a later day than its posting is an invoice; the
    others are looked up, one by one."""
    return f"""({item}.is_debit AND {item}.order_on < {today} AND (
                   {item}.order_on > {item}.posted_on
                   OR (SELECT t.classification = 'invoice' FROM transactions_transaction t
                        WHERE t.id = {item}.transaction_id)))"""
