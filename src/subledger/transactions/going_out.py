"""Money that is on its way out of accounts and in no balance yet: it reduces the credit that more may be paid from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.db import connection
from django.db.models import Sum

from .models import Transaction
from .rules.facts import Leaving
from .states import Classification, TransactionState

# Rooms above put in here what they are giving back beside pending refunds, by account, in minor units.
reporters: list[Callable[[Sequence[int]], Mapping[int, int]]] = []
# And in here what of all that is told as a fact to have gone already, by account.
tellers: list[Callable[[Sequence[int]], Mapping[int, int]]] = []
# And in here how people call each of those, pending refunds included, by account.
namers: list[Callable[[Sequence[int]], Mapping[int, Sequence[Leaving]]]] = []


def going_out(account_ids: Sequence[int]) -> dict[int, int]:
    """What is on its way out of these accounts: refunds that wait for their gateway, and what rooms above tell."""
    if not account_ids:
        return {}
    pending = Transaction.objects.filter(
        account_id__in=account_ids,
        posted_on=None,  # as all that is pending; with it the index by account serves
        state=TransactionState.PENDING,
        classification=Classification.REFUND,
    )
    found: dict[int, int] = dict(
        pending.order_by().values("account_id").annotate(sum=Sum("amount_minor")).values_list("account_id", "sum")
    )
    for report in reporters:
        for account_id, minor in report(account_ids).items():
            found[account_id] = found.get(account_id, 0) + minor
    return found


def said_gone(account_ids: Sequence[int]) -> dict[int, int]:
    """What of it is said to have gone already: nobody can confirm that it is paid out once more."""
    found: dict[int, int] = {}
    for tell in tellers if account_ids else ():
        for account_id, minor in tell(account_ids).items():
            found[account_id] = found.get(account_id, 0) + minor
    return found


# What refunds have paid out of payments, and of the credit notes for invoices that they pay.
PAID_OUT = """
    WITH settled AS (
        SELECT credit_id, debit_id, minor FROM transactions_allocation
         WHERE credit_id = ANY(%(payments)s) AND released_on IS NULL
    ), noted AS (  -- a credit note is for an invoice by its items or as a whole
        SELECT s.debit_id, i.transaction_id AS note_id
          FROM settled s JOIN transactions_transactionitem i ON i.credits_id = s.debit_id
        UNION
        SELECT s.debit_id, n.id
          FROM settled s
          JOIN transactions_transaction d ON d.id = s.debit_id
          JOIN transactions_transaction n ON n.account_id = d.account_id AND n.posted_on IS NOT NULL
         WHERE n.classification = 'credit_note' AND d.id = ANY(n.intended_ids)
    ), refunded AS (
        SELECT a.credit_id, sum(a.minor) AS minor
          FROM transactions_allocation a JOIN transactions_transaction r ON r.id = a.debit_id
         WHERE a.credit_id IN (SELECT unnest(%(payments)s) UNION SELECT note_id FROM noted)
           AND a.released_on IS NULL AND r.classification = 'refund'
         GROUP BY a.credit_id
    ), paid AS (
        SELECT credit_id AS id, minor AS own, 0::numeric AS noted FROM refunded WHERE credit_id = ANY(%(payments)s)
        UNION ALL
        SELECT s.credit_id, 0, least(s.minor, (
                   SELECT coalesce(sum(r.minor), 0) FROM refunded r JOIN noted n ON n.note_id = r.credit_id
                    WHERE n.debit_id = s.debit_id))
          FROM settled s
    )
    SELECT id, sum(own)::bigint, sum(noted)::bigint FROM paid GROUP BY id HAVING sum(own + noted) > 0
"""


def paid_out(payment_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """What refunds have paid out of the credit of these payments, and of credit notes for what they pay."""
    if not payment_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(PAID_OUT, {"payments": list(payment_ids)})
        return {ident: (own, noted) for ident, own, noted in cursor.fetchall()}


def leaving(account_ids: Sequence[int]) -> dict[int, list[Leaving]]:
    """The same one by one, as far as anybody names it; the oldest first."""
    found: dict[int, list[Leaving]] = {}
    for name in namers if account_ids else ():
        for account_id, rows in name(account_ids).items():
            found.setdefault(account_id, []).extend(rows)
    return found
