"""Promises: they sum, one of an invoice stands, and what they are agrees with what is open."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

_PROMISES = "SELECT count(*) FROM promises_promise WHERE company_id = %(company)s"

SUMS = Invariant(
    "promises-sum",
    say("The instalments of a promise sum to what is promised."),
    _PROMISES,
    """
    SELECT 'promise ' || p.id,
           'its instalments come to ' || coalesce(sum(i.minor), 0) || ', and ' || p.promised_minor || ' is promised'
      FROM promises_promise p LEFT JOIN promises_instalment i ON i.promise_id = p.id
     WHERE p.company_id = %(company)s
     GROUP BY p.id HAVING coalesce(sum(i.minor), 0) <> p.promised_minor
    """,
)
FOLLOW = Invariant(
    "promises-follow-what-is-open",
    say(
        "An invoice whose promise is open is open, one whose promise is kept is settled; none is cancelled or written "
        "off."
    ),
    _PROMISES,
    """
    SELECT 'promise ' || p.id,
           'it is ' || p.state || ', and ' || coalesce(o.open_minor, 0) || ' is open of its invoice, which is '
               || t.state
      FROM promises_promise p
      JOIN transactions_transaction t ON t.id = p.document_id
      LEFT JOIN transactions_openitem o ON o.transaction_id = p.document_id
     WHERE p.company_id = %(company)s AND p.state IN ('open', 'kept')
       AND ((p.state = 'open') <> (o.transaction_id IS NOT NULL) OR t.state <> 'posted')
    """,
)
DOCUMENTS = Invariant(
    "promises-and-disputes-are-of-invoices",
    say("A promise and a dispute are of a posted invoice of their own account, in its currency."),
    f"SELECT ({_PROMISES}) + (SELECT count(*) FROM promises_invoicedispute WHERE company_id = %(company)s)",
    """
    SELECT what || ' ' || r.id, 'it is no promise or dispute of an invoice of its account'
      FROM (SELECT 'promise' AS what, id, company_id, account_id, document_id, currency FROM promises_promise
             WHERE company_id = %(company)s
            UNION ALL
            SELECT 'dispute', id, company_id, account_id, document_id, currency FROM promises_invoicedispute
             WHERE company_id = %(company)s) r
      LEFT JOIN transactions_transaction t ON t.id = r.document_id
     WHERE (t.company_id = r.company_id AND t.account_id = r.account_id AND t.currency = r.currency
            AND t.classification = 'invoice' AND t.posted_on IS NOT NULL) IS NOT TRUE
    """,
)
PROMISES = (SUMS, FOLLOW, DOCUMENTS)
