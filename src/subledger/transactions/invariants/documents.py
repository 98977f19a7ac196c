"""Transactions: numbered without gaps, adding up, in step with what cancelled or wrote them off."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant
from subledger.platform.statements import sql_list
from subledger.transactions.states import CANCELLATIONS, UNPOSTED

ALL = "SELECT count(*) FROM transactions_transaction WHERE company_id = %(company)s"
POSTED = ALL + " AND posted_on IS NOT NULL"
UNPOSTED_STATES, ALL_CANCELLATIONS = sql_list(UNPOSTED), sql_list(CANCELLATIONS)

FITS_ACCOUNT = Invariant(
    "transactions-fit",
    say(
        "Every transaction has an account and a type of its company, in the account's currency and of the type's "
        "classification."
    ),
    ALL,
    """
    SELECT coalesce(t.number, 'transaction ' || t.id),
           CASE WHEN a.id IS NULL THEN 'its account does not exist' WHEN y.id IS NULL
                  THEN 'its type does not exist'
                WHEN a.company_id <> t.company_id OR y.company_id <> t.company_id
                THEN 'its account or type is another company''s'
                WHEN a.currency <> t.currency THEN 'it is in ' || upper(t.currency) || ', its account in '
                                                   || upper(a.currency)
                ELSE 'it is of ' || t.classification || ', its type of ' || y.classification END
      FROM transactions_transaction t
      LEFT JOIN accounts_account a ON a.id = t.account_id
      LEFT JOIN transactions_transactiontype y ON y.id = t.type_id
     WHERE t.company_id = %(company)s
       AND (a.company_id = t.company_id AND y.company_id = t.company_id AND a.currency = t.currency
            AND y.classification = t.classification) IS NOT TRUE
    """,
)

ITEMS_HAVE_PARENTS = Invariant(
    "items-have-parents",
    say("Every item belongs to a transaction that has items."),
    "SELECT count(*) FROM transactions_transactionitem",
    """
    SELECT 'item ' || i.position || ' of transaction ' || i.transaction_id,
           CASE WHEN t.id IS NULL THEN 'there is no such transaction' ELSE t.classification
                  || ' has no items' END
      FROM transactions_transactionitem i
      LEFT JOIN transactions_transaction t ON t.id = i.transaction_id
     WHERE t.id IS NULL OR t.net_minor IS NULL
    """,
    everywhere=True,
)

DOCUMENT_TOTALS = Invariant(
    "document-totals",
    say(
        "A document's net, discount, tax and amount are the sums of its items; net less discount plus tax is the "
        "amount, of each item and of the whole."
    ),
    ALL + " AND net_minor IS NOT NULL",
    """
    SELECT coalesce(t.number, 'draft ' || t.id),
           'it says ' || concat_ws(' / ', t.net_minor, t.discount_minor, t.tax_minor, t.amount_minor)
           || ', its items come to '
           || concat_ws(' / ', coalesce(i.net, 0), coalesce(i.discount, 0), coalesce(i.tax, 0),
                  coalesce(i.total, 0))
      FROM transactions_transaction t
      LEFT JOIN (SELECT transaction_id, sum(net_minor) AS net, sum(discount_minor) AS discount,
                        sum(tax_minor) AS tax, sum(sub_total_minor) AS total,
                        bool_and(sub_total_minor = net_minor - discount_minor + tax_minor) AS adds_up
                   FROM transactions_transactionitem GROUP BY 1) i ON i.transaction_id = t.id
     WHERE t.company_id = %(company)s AND t.net_minor IS NOT NULL
       AND (i.net = t.net_minor AND i.discount = t.discount_minor AND i.tax = t.tax_minor
            AND i.total = t.amount_minor AND i.adds_up
            AND t.net_minor - t.discount_minor + t.tax_minor = t.amount_minor) IS NOT TRUE
    """,
)

# A series is found by what it numbers, its numbers by the prefix: an ordinal is what follows it.
# Customers are left out: their numbers are codes that people may change.
NUMBERED_IFF_POSTED = Invariant(
    "numbered-iff-posted",
    say("A transaction has a number, a posting day and a base amount exactly if it was posted."),
    ALL,
    f"""
    SELECT coalesce(number, 'transaction ' || id), 'its state is ' || state || '; number '
           || coalesce(number, 'none') || ', posted on ' || coalesce(posted_on::text, 'no day')
      FROM transactions_transaction
     WHERE company_id = %(company)s
       AND NOT CASE WHEN state IN {UNPOSTED_STATES}
                    THEN number IS NULL AND posted_on IS NULL AND posted_at IS NULL AND base_minor IS NULL
                    ELSE number IS NOT NULL AND posted_on IS NOT NULL AND posted_at IS NOT NULL
                         AND base_minor IS NOT NULL END
    """,
)

DUE_DATES = Invariant(
    "due-dates",
    say("Every posted invoice is due, on its posting day or later."),
    POSTED + " AND classification = 'invoice'",
    """
    SELECT number, 'posted on ' || posted_on || ', due ' || coalesce('on ' || due_on, 'never')
      FROM transactions_transaction
     WHERE company_id = %(company)s AND classification = 'invoice' AND posted_on IS NOT NULL
       AND (due_on >= posted_on) IS NOT TRUE
    """,
)

CANCELLED = Invariant(
    "cancelled-by-one",
    say(
        "A cancelled invoice or payment has exactly one cancellation, of its amount on its account, and nothing "
        "else settles either; what has a cancellation is cancelled."
    ),
    ALL + " AND state = 'cancelled'",
    f"""
    SELECT coalesce(t.number, 'transaction ' || t.id),
           CASE WHEN c.id IS NULL THEN 'it is cancelled, but nothing cancels it'
                WHEN t.state <> 'cancelled' THEN 'its state is ' || t.state || ', but ' || c.number
                       || ' cancels it'
                WHEN x.links IS DISTINCT FROM 1 OR x.own IS DISTINCT FROM t.amount_minor
                THEN c.number || ' settles ' || coalesce(x.own, 0) || ' of ' || t.amount_minor || ', in '
                     || coalesce(x.links, 0) || ' live allocations'
                ELSE c.number || ' is a ' || c.classification || ' of ' || c.amount_minor || ' on account '
                     || c.account_id || ': not the reverse of this one' END
      FROM transactions_transaction t
      LEFT JOIN transactions_transaction c ON c.cancels_id = t.id
      LEFT JOIN LATERAL (
           SELECT count(*) AS links,
                  sum(minor) FILTER (WHERE (credit_id, debit_id) IN ((t.id, c.id), (c.id, t.id))) AS own
             FROM transactions_allocation
            WHERE (credit_id = t.id OR debit_id = t.id) AND released_on IS NULL) x ON true
     WHERE t.company_id = %(company)s AND (t.state = 'cancelled' OR c.id IS NOT NULL)
       AND (t.state = 'cancelled' AND c.amount_minor = t.amount_minor AND c.account_id = t.account_id
            AND c.classification = t.classification || '_cancellation' AND c.posted_on >= t.posted_on
            AND (x.links = 1 AND x.own = t.amount_minor OR x.links = 0 AND t.amount_minor = 0)) IS NOT TRUE
    UNION ALL
    SELECT number, 'it cancels nothing'
      FROM transactions_transaction t
     WHERE company_id = %(company)s AND classification IN {ALL_CANCELLATIONS}
       AND NOT EXISTS (SELECT 1 FROM transactions_transaction o WHERE o.id = t.cancels_id)
    UNION ALL
    SELECT t.number, count(*) || ' cancellations cancel it'
      FROM transactions_transaction t JOIN transactions_transaction c ON c.cancels_id = t.id
     WHERE t.company_id = %(company)s GROUP BY t.id, t.number HAVING count(*) > 1
    """,
)

WRITTEN_OFF = Invariant(
    "written-off-and-mirrored",
    say(
        "A written-off invoice has exactly one write-off on its account, and the write-off one mirror "
        "invoice of its amount on the company's write-off account."
    ),
    ALL + " AND state = 'written_off'",
    """
    SELECT coalesce(t.number, 'transaction ' || t.id),
           CASE WHEN w.id IS NULL THEN 'it is written off, but by nothing'
                WHEN t.state <> 'written_off' THEN 'its state is ' || t.state || ', but ' || w.number
                       || ' wrote it off'
                WHEN m.id IS NULL THEN w.number || ' has no mirror invoice'
                ELSE w.number || ' and its mirror invoice ' || m.number || ' do not fit it' END
      FROM transactions_transaction t
      LEFT JOIN transactions_transaction w ON w.writes_off_id = t.id
      LEFT JOIN transactions_transaction m ON m.mirrors_id = w.id
      LEFT JOIN accounts_account a ON a.id = m.account_id
     WHERE t.company_id = %(company)s AND (t.state = 'written_off' OR w.id IS NOT NULL)
       AND (t.state = 'written_off' AND w.classification = 'write_off' AND w.account_id = t.account_id
            AND w.amount_minor <= t.amount_minor AND w.posted_on >= t.posted_on
                   AND m.classification = 'invoice'
            AND m.amount_minor = w.amount_minor AND m.currency = w.currency
            AND a.system_role = 'write_off') IS NOT TRUE
    UNION ALL
    SELECT number, CASE classification WHEN 'write_off' THEN 'it writes nothing off' ELSE
           'it mirrors nothing' END
      FROM transactions_transaction t
     WHERE company_id = %(company)s
       AND ((classification = 'write_off'
             AND NOT EXISTS (SELECT 1 FROM transactions_transaction o WHERE o.id = t.writes_off_id))
            OR (mirrors_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM transactions_transaction o WHERE o.id = t.mirrors_id)))
    UNION ALL
    SELECT w.number, count(*) || ' invoices mirror it'
      FROM transactions_transaction w JOIN transactions_transaction m ON m.mirrors_id = w.id
     WHERE w.company_id = %(company)s GROUP BY w.id, w.number HAVING count(*) > 1
    """,
)

MOVED = Invariant(
    "moved-payments",
    say("A payment that was moved here stands there cancelled, with the same amount on another account."),
    ALL + " AND moved_from_id IS NOT NULL",
    """
    SELECT coalesce(t.number, 'transaction ' || t.id),
           coalesce('it was moved from ' || o.number || ', ' || o.state || ', of ' || o.amount_minor,
                    'it was moved from a payment that does not exist')
      FROM transactions_transaction t
      LEFT JOIN transactions_transaction o ON o.id = t.moved_from_id
     WHERE t.company_id = %(company)s AND t.moved_from_id IS NOT NULL
       AND (o.state = 'cancelled' AND o.classification = 'payment' AND o.amount_minor = t.amount_minor
            AND o.account_id <> t.account_id AND o.currency = t.currency) IS NOT TRUE
    """,
)

HAVE_EVENTS = Invariant(
    "postings-told",
    say("The trail tells of every posting, once."),
    POSTED,
    """
    SELECT t.number, coalesce(e.times, 0) || ' events tell that it was posted'
      FROM transactions_transaction t
      LEFT JOIN (SELECT object_id, type, count(*) AS times FROM platform_event
                  WHERE company_id = %(company)s AND object_type = 'transaction' AND type LIKE '%%.posted'
                  GROUP BY 1, 2) e ON e.object_id = t.id AND e.type = t.classification || '.posted'
     WHERE t.company_id = %(company)s AND t.posted_on IS NOT NULL AND e.times IS DISTINCT FROM 1
    """,
)

TRANSACTIONS = (
    FITS_ACCOUNT,
    ITEMS_HAVE_PARENTS,
    DOCUMENT_TOTALS,
    NUMBERED_IFF_POSTED,
    DUE_DATES,
    CANCELLED,
    WRITTEN_OFF,
    MOVED,
    HAVE_EVENTS,
)
