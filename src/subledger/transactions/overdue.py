"""What is overdue: what is unsettled of invoices whose due date is over. One fact for tiles, lists, segments, the desk.

`account_balance` says the same of one account as of any day. A debit that is no invoice, such as a refund whose payment
was taken back, has no due date: it is owed and never overdue. Ageing, and the overdue trend that follows it, count it
from its posting.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from .states import Classification

__all__ = ["overdue", "overdue_sql"]


def overdue(*, today: date) -> Q:
    """Of open items, as of the beginning of a day: what was due before it."""
    return Q(is_debit=True, order_on__lt=today, transaction__classification=Classification.INVOICE)


def overdue_sql(item: str, *, today: str) -> str:
    """The same of a row of open items. What is ordered by a later day than its posting is an invoice; the
    others are looked up, one by one."""
    return f"""({item}.is_debit AND {item}.order_on < {today} AND (
                   {item}.order_on > {item}.posted_on
                   OR (SELECT t.classification = 'invoice' FROM transactions_transaction t
                        WHERE t.id = {item}.transaction_id)))"""
