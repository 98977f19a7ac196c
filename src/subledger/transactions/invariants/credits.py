"""Items of invoices: credited by no more than they came to."""

from __future__ import annotations

from subledger.platform.invariants import Invariant
from subledger.platform.statements import sql_list
from subledger.transactions.states import CREDITABLE

CREDITABLE_STATES = sql_list(CREDITABLE)

CREDITED_WITHIN = Invariant(
    "credited-within",
    "Posted credit notes credit items of posted invoices of their own account, each by no more than it came to, in net "
    "after discount and in tax; where all of the net is credited, all of the tax is.",
    """
    SELECT count(*) FROM transactions_transactionitem c JOIN transactions_transaction n ON n.id = c.transaction_id
     WHERE n.company_id = %(company)s AND n.posted_on IS NOT NULL AND c.credits_id IS NOT NULL
    """,
    f"""
    SELECT 'item ' || s.position || ' of ' || coalesce(t.number, 'transaction ' || s.invoice),
           CASE WHEN i.transaction_id IS NULL THEN 'credited by ' || s.notes || ': there is no such item'
                WHEN t.classification <> 'invoice' THEN 'credited by ' || s.notes || ': it is of a ' || t.classification
                WHEN t.state NOT IN {CREDITABLE_STATES} THEN 'credited by ' || s.notes || ': it is ' || t.state
                WHEN NOT s.is_own OR t.account_id <> s.account_id OR t.company_id <> %(company)s
                THEN 'credited by ' || s.notes || ' on another account'
                ELSE 'credited by ' || s.notes || ' with ' || s.net || ' and ' || s.tax || ' tax, of '
                     || i.net_minor - i.discount_minor || ' and ' || i.tax_minor END
      FROM (SELECT c.credits_id AS invoice, c.credits_position AS position, min(n.account_id) AS account_id,
                   min(n.account_id) = max(n.account_id) AS is_own, sum(c.net_minor - c.discount_minor) AS net,
                   sum(c.tax_minor) AS tax, string_agg(DISTINCT n.number, ', ') AS notes
              FROM transactions_transactionitem c JOIN transactions_transaction n ON n.id = c.transaction_id
             WHERE n.company_id = %(company)s AND n.posted_on IS NOT NULL AND c.credits_id IS NOT NULL
             GROUP BY 1, 2) s
      LEFT JOIN transactions_transactionitem i ON i.transaction_id = s.invoice AND i.position = s.position
      LEFT JOIN transactions_transaction t ON t.id = s.invoice
     WHERE (t.classification = 'invoice' AND t.state IN {CREDITABLE_STATES} AND t.company_id = %(company)s
            AND s.is_own AND t.account_id = s.account_id
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor)) IS NOT TRUE
    """,
)
