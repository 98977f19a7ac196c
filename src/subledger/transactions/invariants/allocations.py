"""Allocations and open items: what settled what, on every day since, and what that leaves."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

ALL = "SELECT count(*) FROM transactions_allocation WHERE company_id = %(company)s"

SIDES = Invariant(
    "allocation-sides",
    say("Every allocation carries an amount from a posted credit to a posted debit of one account."),
    "SELECT count(*) FROM transactions_allocation",
    """
    SELECT 'allocation ' || x.id,
           CASE WHEN c.id IS NULL OR d.id IS NULL THEN 'a side of it does not exist'
                WHEN c.posted_on IS NULL OR d.posted_on IS NULL THEN 'a side of it was never posted'
                WHEN c.account_id <> d.account_id OR c.account_id <> x.account_id
                THEN 'from ' || c.number || ' to ' || d.number || ', which are not on one account'
                ELSE 'from ' || c.number || ' to ' || d.number || ' is not from a credit to a debit' END
      FROM transactions_allocation x
      LEFT JOIN transactions_transaction c ON c.id = x.credit_id AND c.company_id = x.company_id
      LEFT JOIN transactions_transaction d ON d.id = x.debit_id AND d.company_id = x.company_id
     WHERE (c.account_id = x.account_id AND d.account_id = x.account_id AND x.minor > 0
            AND c.posted_on IS NOT NULL AND d.posted_on IS NOT NULL
            AND NOT is_debit(c.classification)
            AND is_debit(d.classification)) IS NOT TRUE
    """,
    everywhere=True,
)

DAYS = Invariant(
    "allocation-days",
    say("An allocation begins when both its sides were posted, and is released no earlier than it was made."),
    ALL,
    """
    SELECT 'allocation ' || x.id, 'made on ' || x.allocated_on || coalesce(', released on '
           || x.released_on, '')
           || '; its sides were posted on ' || c.posted_on || ' and ' || d.posted_on
      FROM transactions_allocation x
      JOIN transactions_transaction c ON c.id = x.credit_id
      JOIN transactions_transaction d ON d.id = x.debit_id
     WHERE x.company_id = %(company)s
       AND (x.allocated_on < greatest(c.posted_on, d.posted_on) OR x.released_on < x.allocated_on
            OR (x.released_on IS NULL) <> (x.released_at IS NULL)
            OR (x.released_on IS NULL) <> (x.release_reason IS NULL))
    """,
)

WITHIN_AMOUNT = Invariant(
    "allocated-within-amount",
    say("On no day since it was posted was more of a transaction allocated than its amount."),
    ALL,
    """
    SELECT t.number, day.on_day || ': ' || day.minor || ' of ' || t.amount_minor || ' were allocated'
      FROM (SELECT id, on_day, sum(sum(minor)) OVER (PARTITION BY id ORDER BY on_day) AS minor
              FROM (SELECT unnest(ARRAY[credit_id, debit_id]) AS id, allocated_on AS on_day, minor
                      FROM transactions_allocation WHERE company_id = %(company)s
                    UNION ALL
                    SELECT unnest(ARRAY[credit_id, debit_id]), released_on, -minor
                      FROM transactions_allocation
                     WHERE company_id = %(company)s AND released_on IS NOT NULL) moves
             GROUP BY id, on_day) day
      JOIN transactions_transaction t ON t.id = day.id
     WHERE day.minor > t.amount_minor OR day.minor < 0
    """,
)

OPEN_ITEMS = Invariant(
    "open-items",
    say(
        "What is open of a posted transaction is its amount less its live allocations, in both currencies; what "
        "is not posted has nothing open."
    ),
    "SELECT count(*) FROM transactions_transaction WHERE company_id = %(company)s AND posted_on IS NOT NULL",
    """
    SELECT coalesce(t.number, 'transaction ' || coalesce(t.id, o.transaction_id)),
           CASE WHEN t.id IS NULL THEN 'an open item of nothing that was posted'
                WHEN (coalesce(o.open_minor, 0), coalesce(o.open_base_minor, 0)) = (t.open_minor, t.open_base)
                THEN 'its open item is of another account, side or day'
                ELSE 'open are ' || coalesce(o.open_minor, 0) || ' (base ' || coalesce(o.open_base_minor, 0)
                     || '), by its allocations ' || t.open_minor || ' (base ' || t.open_base || ')' END
      FROM (SELECT t.id, t.number, t.account_id, t.posted_on, coalesce(t.due_on, t.posted_on) AS order_on,
                   is_debit(t.classification) AS is_debit,
                   t.amount_minor - coalesce(x.minor, 0) AS open_minor,
                   t.base_minor - coalesce(x.base, 0) AS open_base
              FROM transactions_transaction t
              LEFT JOIN (SELECT id, sum(minor) AS minor, sum(base) AS base
                           FROM (SELECT credit_id AS id, minor, credit_base_minor AS base
                                   FROM transactions_allocation
                                  WHERE company_id = %(company)s AND released_on IS NULL
                                 UNION ALL
                                 SELECT debit_id, minor, debit_base_minor FROM transactions_allocation
                                  WHERE company_id = %(company)s AND released_on IS NULL) sides
                          GROUP BY id) x ON x.id = t.id
             WHERE t.company_id = %(company)s AND t.posted_on IS NOT NULL) t
      FULL JOIN (SELECT * FROM transactions_openitem WHERE company_id = %(company)s) o
             ON o.transaction_id = t.id
     WHERE coalesce(o.open_minor, 0) IS DISTINCT FROM t.open_minor
        OR coalesce(o.open_base_minor, 0) IS DISTINCT FROM t.open_base
        OR (o.account_id, o.is_debit, o.posted_on, o.order_on)
           IS DISTINCT FROM (t.account_id, t.is_debit, t.posted_on, t.order_on) AND o.transaction_id IS NOT
                  NULL
    """,
)

BALANCES = Invariant(
    "balances",
    say("On every account posted debits less posted credits are what is unsettled less what is unallocated."),
    "SELECT count(*) FROM accounts_account WHERE company_id = %(company)s",
    """
    SELECT 'account ' || coalesce(a.number, account_id::text),
           'its balance is ' || coalesce(t.minor, 0) || ', its open items come to ' || coalesce(o.minor, 0)
      FROM (SELECT account_id, sum(CASE WHEN is_debit(classification)
                                        THEN amount_minor ELSE -amount_minor END) AS minor
              FROM transactions_transaction
             WHERE company_id = %(company)s AND posted_on IS NOT NULL GROUP BY 1) t
      FULL JOIN (SELECT account_id, sum(CASE WHEN is_debit THEN open_minor ELSE -open_minor END) AS minor
                   FROM transactions_openitem WHERE company_id = %(company)s GROUP BY 1) o USING (account_id)
      LEFT JOIN accounts_account a ON a.id = account_id
     WHERE coalesce(t.minor, 0) <> coalesce(o.minor, 0)
    """,
)

ALLOCATIONS = (SIDES, DAYS, WITHIN_AMOUNT, OPEN_ITEMS, BALANCES)
