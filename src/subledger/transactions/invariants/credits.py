"""Items of invoices: credited by no more than they came to."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant
from subledger.platform.statements import sql_list
from subledger.transactions.states import CREDITABLE

CREDITABLE_STATES = sql_list(CREDITABLE)
# What posted credit notes take of items: by name, and their shares where they are for invoices as a whole.
CREDITS = """
    SELECT n.id AS note_id, n.number, n.account_id, c.credits_id AS invoice, c.credits_position AS position,
           c.net_minor - c.discount_minor AS net, c.tax_minor AS tax, true AS is_named
      FROM transactions_transactionitem c JOIN transactions_transaction n ON n.id = c.transaction_id
     WHERE n.company_id = %(company)s AND n.posted_on IS NOT NULL AND c.credits_id IS NOT NULL
     UNION ALL
    SELECT n.id, n.number, n.account_id, w.invoice_id, w.position, w.net_minor, w.tax_minor, false
      FROM transactions_creditshare w JOIN transactions_transaction n ON n.id = w.transaction_id
     WHERE n.company_id = %(company)s
"""

CREDITED_WITHIN = Invariant(
    "credited-within",
    say(
        "Posted credit notes credit items of posted invoices of their own account, by name or with the share of a "
        "note for an invoice as a whole, each by no more than it came to, in net after discount and in tax; where all "
        "of the net is credited by name, all of the tax is."
    ),
    f"SELECT count(*) FROM ({CREDITS}) c",
    f"""
    SELECT 'item ' || s.position || ' of ' || coalesce(t.number, 'transaction ' || s.invoice),
           CASE WHEN i.transaction_id IS NULL THEN 'credited by ' || s.notes || ': there is no such item'
                WHEN t.classification <> 'invoice' THEN 'credited by ' || s.notes || ': it is of a ' || t.classification
                WHEN s.is_named AND t.state NOT IN {CREDITABLE_STATES}
                THEN 'credited by ' || s.notes || ': it is ' || t.state
                WHEN NOT s.is_own OR t.account_id <> s.account_id OR t.company_id <> %(company)s
                THEN 'credited by ' || s.notes || ' on another account'
                ELSE 'credited by ' || s.notes || ' with ' || s.net || ' and ' || s.tax || ' tax, of '
                     || i.net_minor - i.discount_minor || ' and ' || i.tax_minor END
      FROM (SELECT c.invoice, c.position, min(c.account_id) AS account_id,
                   min(c.account_id) = max(c.account_id) AS is_own, sum(c.net) AS net, sum(c.tax) AS tax,
                   string_agg(DISTINCT c.number, ', ') AS notes, bool_or(c.is_named) AS is_named,
                   bool_and(c.is_named) AS is_all_named
              FROM ({CREDITS}) c GROUP BY 1, 2) s
      LEFT JOIN transactions_transactionitem i ON i.transaction_id = s.invoice AND i.position = s.position
      LEFT JOIN transactions_transaction t ON t.id = s.invoice
     WHERE (t.classification = 'invoice' AND t.company_id = %(company)s
            AND (t.state IN {CREDITABLE_STATES} OR t.state = 'cancelled' AND NOT s.is_named)
            AND s.is_own AND t.account_id = s.account_id
            AND s.net BETWEEN least(i.net_minor - i.discount_minor, 0) AND greatest(i.net_minor - i.discount_minor, 0)
            AND s.tax BETWEEN least(i.tax_minor, 0) AND greatest(i.tax_minor, 0)
            AND (s.net <> i.net_minor - i.discount_minor OR s.tax = i.tax_minor OR NOT s.is_all_named)) IS NOT TRUE
    """,
)
