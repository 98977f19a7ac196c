"""Payment gateways: nothing waits for nobody, nothing is collected twice, and what moved there is in the books."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant
from subledger.platform.statements import sql_list

from .states import FINAL

FINAL_STATES = sql_list(FINAL)

REQUESTS = "SELECT count(*) FROM gateways_paymentrequest WHERE company_id = %(company)s"
CHARGES = """
    SELECT count(*) FROM gateways_charge c JOIN gateways_provider p ON p.id = c.provider_id
     WHERE p.company_id = %(company)s
"""

PENDING_WAITS = Invariant(
    "pending-waits-for-its-gateway",
    say("A transaction is pending exactly while an open payment request carries it out."),
    "SELECT count(*) FROM transactions_transaction WHERE company_id = %(company)s AND state = 'pending'",
    f"""
    SELECT 'transaction ' || t.id, 'it is pending, and no open payment request carries it out'
      FROM transactions_transaction t
     WHERE t.company_id = %(company)s AND t.state = 'pending'
       AND NOT EXISTS (SELECT FROM gateways_paymentrequest r
                        WHERE r.transaction_id = t.id AND r.state NOT IN {FINAL_STATES})
    UNION ALL
    SELECT 'payment request ' || r.id,
           'it is ' || r.state || ', and its transaction is ' || coalesce(t.state, 'not there')
      FROM gateways_paymentrequest r LEFT JOIN transactions_transaction t ON t.id = r.transaction_id
     WHERE r.company_id = %(company)s AND r.state NOT IN {FINAL_STATES} AND r.transaction_id IS NOT NULL
       AND t.state IS DISTINCT FROM CASE r.type WHEN 'payment_cancellation' THEN 'posted' ELSE 'pending' END
    """,
)

# What the books gave back by hand of a charge: the cancellation of its payment as it stands by now, and how much of
# that requests and disputes say that it stands for.
BY_HAND = """
    WITH RECURSIVE payments (charge_id, payment_id) AS (
        SELECT c.id, c.payment_id
          FROM gateways_charge c JOIN gateways_provider p ON p.id = c.provider_id
         WHERE p.company_id = %(company)s
           AND (EXISTS (SELECT FROM gateways_paymentrequest r WHERE r.charge_id = c.id AND r.in_books_minor > 0)
                OR EXISTS (SELECT FROM gateways_dispute d WHERE d.charge_id = c.id AND d.in_books_minor > 0))
        UNION ALL
        SELECT n.charge_id, t.id
          FROM payments n JOIN transactions_transaction t ON t.moved_from_id = n.payment_id
    ), by_hand AS (
        SELECT n.charge_id, x.id, x.amount_minor,
               (SELECT coalesce(sum(r.in_books_minor), 0) FROM gateways_paymentrequest r
                 WHERE r.charge_id = n.charge_id)
               + (SELECT coalesce(sum(d.in_books_minor), 0) FROM gateways_dispute d
                   WHERE d.charge_id = n.charge_id) AS told_minor
          FROM payments n
          JOIN transactions_transaction x ON x.cancels_id = n.payment_id AND x.posted_on IS NOT NULL
           AND x.classification = 'payment_cancellation'
         WHERE NOT EXISTS (SELECT FROM transactions_transaction m WHERE m.moved_from_id = n.payment_id)
    )
"""

POSTED_REQUESTS = Invariant(
    "posted-requests-are-posted",
    say(
        "What a posted payment request moved is a posted transaction of its amount, less what a cancellation made by "
        "hand had given back of its payment before."
    ),
    REQUESTS + " AND state = 'posted'",
    BY_HAND
    + """
    SELECT 'payment request ' || r.id,
           'its transaction is ' || coalesce(t.state || ' over ' || t.amount_minor, 'not there') || ', it is over '
           || r.amount_minor || CASE WHEN r.in_books_minor = 0 THEN '' ELSE ', of which ' || r.in_books_minor
           || ' were in the books by hand: ' || coalesce(h.amount_minor::text, 'nothing') || ' was given back so' END
      FROM gateways_paymentrequest r LEFT JOIN transactions_transaction t ON t.id = r.transaction_id
      LEFT JOIN by_hand h ON h.charge_id = r.charge_id
     WHERE r.company_id = %(company)s AND r.state = 'posted'
       AND (t.posted_on IS NOT NULL AND t.company_id = r.company_id
            AND CASE WHEN r.type = 'payment' OR r.in_books_minor = 0 THEN t.amount_minor = r.amount_minor
                     WHEN h.told_minor <= h.amount_minor THEN
                          CASE WHEN r.in_books_minor = r.amount_minor THEN t.id = h.id
                               ELSE t.amount_minor = r.amount_minor - r.in_books_minor END
                END
            AND (r.type <> 'payment_cancellation' OR r.in_books_minor > 0 OR t.state = 'cancelled'
                 OR t.classification = 'refund')) IS NOT TRUE
    """,
)

CLAIMS = Invariant(
    "claims-follow-requests",
    say("What a payment request keeps others from paying is kept exactly as long as the request is open."),
    "SELECT count(*) FROM gateways_claim c JOIN gateways_paymentrequest r ON r.id = c.request_id"
    " WHERE r.company_id = %(company)s",
    f"""
    SELECT 'payment request ' || r.id, 'it is ' || r.state || ', and its claim on ' || c.kind || ' ' || c.object_id
           || CASE WHEN c.is_open THEN ' is open' ELSE ' is closed' END
      FROM gateways_claim c JOIN gateways_paymentrequest r ON r.id = c.request_id
     WHERE r.company_id = %(company)s AND c.is_open <> (r.state NOT IN {FINAL_STATES})
    """,
)

CAPTURED = Invariant(
    "charges-are-posted",
    say("Every charge that a gateway captured is a posted payment of its amount, by a request that has its end."),
    CHARGES,
    f"""
    SELECT 'charge ' || c.reference,
           'it is over ' || c.captured_minor || '; payment '
           || coalesce(t.number || ' over ' || t.amount_minor, 'not posted') || ', payment request ' || r.state
      FROM gateways_charge c
      JOIN gateways_provider p ON p.id = c.provider_id
      JOIN gateways_paymentrequest r ON r.id = c.request_id
      LEFT JOIN transactions_transaction t ON t.id = c.payment_id AND t.posted_on IS NOT NULL
     WHERE p.company_id = %(company)s
       AND (t.amount_minor = c.captured_minor AND t.currency = c.currency AND r.state IN {FINAL_STATES}
            AND t.company_id = p.company_id) IS NOT TRUE
    """,
)

PAID_BACK = Invariant(
    "refunds-within-captured",
    say(
        "What was paid back of a charge, open requests included, is what is held of it, and no more than was captured."
    ),
    CHARGES,
    """
    SELECT 'charge ' || c.reference, 'captured ' || c.captured_minor || ', held ' || c.reserved_minor || ', asked for '
           || coalesce(r.minor, 0)
      FROM gateways_charge c
      JOIN gateways_provider p ON p.id = c.provider_id
      LEFT JOIN (SELECT charge_id, sum(amount_minor) AS minor FROM gateways_paymentrequest
                  WHERE state <> 'rejected' AND charge_id IS NOT NULL GROUP BY 1) r ON r.charge_id = c.id
     WHERE p.company_id = %(company)s
       AND (coalesce(r.minor, 0) <> c.reserved_minor OR c.reserved_minor > c.captured_minor)
    """,
)

FEES = Invariant(
    "fees-of-charges",
    say(
        "Every journalised gateway fee is the fee of its charge, or one that was kept beside it; each of those is "
        "there."
    ),
    "SELECT count(*) FROM journal_journalentry WHERE company_id = %(company)s AND source = 'gateway_fee'",
    """
    SELECT 'entry ' || e.id, 'it is over ' || coalesce(l.minor, 0) || '; the fee is '
           || coalesce(c.fee_minor, f.amount_minor)::text
      FROM journal_journalentry e
      LEFT JOIN gateways_charge c ON c.id = e.source_id
      LEFT JOIN gateways_fee f ON f.id = e.source_id
      LEFT JOIN (SELECT entry_id, sum(debit_minor) AS minor, min(currency) AS currency
                   FROM journal_journalline GROUP BY 1) l ON l.entry_id = e.id
     WHERE e.company_id = %(company)s AND e.source = 'gateway_fee'
       AND (l.minor = coalesce(c.fee_minor, abs(f.amount_minor))
            AND l.currency = coalesce(nullif(c.fee_currency, ''), f.currency)) IS NOT TRUE
    """,
)

DISPUTES = Invariant(
    "disputes-are-posted",
    say(
        "A dispute is a posted refund of its amount, but for what was in the books by hand; a won one a payment as "
        "well."
    ),
    "SELECT count(*) FROM gateways_dispute d JOIN gateways_provider p ON p.id = d.provider_id"
    " WHERE p.company_id = %(company)s",
    BY_HAND
    + """
    SELECT 'dispute ' || d.reference, 'it is ' || d.state || ' over ' || d.amount_minor || '; taken '
           || coalesce(t.amount_minor::text, 'nothing') || ', returned ' || coalesce(b.amount_minor::text, 'nothing')
      FROM gateways_dispute d
      JOIN gateways_provider p ON p.id = d.provider_id
      LEFT JOIN transactions_transaction t ON t.id = d.taken_id AND t.state = 'posted'
       AND t.classification = CASE WHEN d.in_books_minor = d.amount_minor THEN 'payment_cancellation' ELSE 'refund' END
      LEFT JOIN transactions_transaction b ON b.id = d.returned_id AND b.posted_on IS NOT NULL
      LEFT JOIN by_hand h ON h.charge_id = d.charge_id
     WHERE p.company_id = %(company)s
       AND (CASE WHEN d.in_books_minor = 0 THEN t.amount_minor = d.amount_minor
                 WHEN h.told_minor <= h.amount_minor THEN
                      CASE WHEN d.in_books_minor = d.amount_minor THEN t.id = h.id
                           ELSE t.amount_minor = d.amount_minor - d.in_books_minor END
            END
            AND CASE d.state WHEN 'won' THEN b.amount_minor = d.amount_minor ELSE d.returned_id IS NULL END) IS NOT TRUE
    """,
)

OWN_ACCOUNT = Invariant(
    "charges-on-own-account",
    say("The payment of every charge is booked to the ledger account of its provider."),
    CHARGES,
    """
    SELECT 'charge ' || c.reference, 'its payment ' || t.number || ' is booked to '
           || coalesce((SELECT string_agg(a.code || ' ' || a.name, ', ') FROM journal_journalline l
                          JOIN journal_ledgeraccount a ON a.id = l.ledger_account_id
                         WHERE l.entry_id = t.id AND l.debit_minor > 0), 'nothing')
           || ', and not to the ledger account of provider ' || p.name
      FROM gateways_charge c
      JOIN gateways_provider p ON p.id = c.provider_id
      JOIN transactions_transaction t ON t.id = c.payment_id AND t.posted_on IS NOT NULL
     WHERE p.company_id = %(company)s
       AND NOT EXISTS (
           SELECT FROM journal_journalline l
            WHERE l.entry_id = t.id AND l.debit_minor > 0
              AND CASE WHEN c.ledger_account_id IS NOT NULL THEN l.ledger_account_id = c.ledger_account_id
                       ELSE l.ledger_account_id IN (
                           SELECT m.ledger_account_id FROM transactions_paymentmethod m
                            WHERE m.id = p.payment_method_id
                               OR m.id IN (SELECT o.paymentmethod_id FROM gateways_provider_payment_methods o
                                            WHERE o.provider_id = p.id))
                  END)
    """,
)

# What stands in the books for the money of a charge, by account: payments where they are by now, its own and those that
# were restored, less the refunds by which it went back. A request that is rejected after it was posted came back by a
# payment; one that never was has posted nothing.
STANDING = """
    WITH RECURSIVE ours AS (
        SELECT c.*, p.kind, r.state AS request_state
          FROM gateways_charge c JOIN gateways_provider p ON p.id = c.provider_id
          JOIN gateways_paymentrequest r ON r.id = c.request_id
         WHERE p.company_id = %(company)s
    ), first (charge_id, payment_id) AS (
        SELECT id, payment_id FROM ours
        UNION ALL
        SELECT n.charge_id, n.payment_id FROM gateways_restoration n JOIN ours c ON c.id = n.charge_id
    ), payments (charge_id, payment_id) AS (
        SELECT charge_id, payment_id FROM first
        UNION ALL
        SELECT n.charge_id, t.id FROM payments n
          JOIN (SELECT id, moved_from_id FROM transactions_transaction
                 WHERE company_id = %(company)s AND moved_from_id IS NOT NULL) t ON t.moved_from_id = n.payment_id
    ), refunds (charge_id, refund_id) AS (
        SELECT r.charge_id, r.transaction_id
          FROM gateways_paymentrequest r JOIN ours c ON c.id = r.charge_id
         WHERE r.state = 'posted'
            OR r.state = 'rejected' AND EXISTS (SELECT FROM platform_event e
                WHERE e.object_id = r.id AND e.type = 'payment_request.rejected' AND e.data->>'was' = 'posted')
        UNION
        SELECT d.charge_id, d.taken_id FROM gateways_dispute d JOIN ours c ON c.id = d.charge_id
    ), standing AS (
        SELECT m.charge_id, t.account_id, sum(m.sign * t.amount_minor) AS minor
          FROM (SELECT charge_id, payment_id AS id, 1 AS sign, 'payment' AS what FROM payments
                UNION ALL
                SELECT charge_id, refund_id, -1, 'refund' FROM refunds) m
          JOIN transactions_transaction t ON t.id = m.id AND t.state = 'posted' AND t.classification = m.what
         GROUP BY 1, 2
    ), totals AS (
        SELECT c.id, c.reference, c.kind, c.request_id, c.request_state, c.payment_id,
               coalesce((SELECT sum(s.minor) FROM standing s WHERE s.charge_id = c.id), 0) AS in_books,
               CASE c.request_state WHEN 'posted' THEN c.captured_minor ELSE 0 END
               - coalesce((SELECT sum(r.amount_minor) FROM gateways_paymentrequest r
                            WHERE r.charge_id = c.id AND r.state = 'posted'), 0)
               - coalesce((SELECT sum(d.amount_minor) FROM gateways_dispute d
                            WHERE d.charge_id = c.id AND d.state <> 'won'), 0) AS held
          FROM ours c
    )
"""

# What an integrator or a bank collected is in our own hands: there a person may give it back by hand. A return that
# found its payment being paid back is a refund beside it, which nothing but its account tells of.
HELD = Invariant(
    "charges-stand-for-what-is-held",
    say(
        "What the books say of a charge (its payments, wherever they were moved, less what went back) is what its "
        "gateway holds of it, and no account has given back what stands on another."
    ),
    CHARGES,
    STANDING
    + """
    SELECT 'charge ' || c.reference, 'the books hold ' || c.in_books || ' of it, and its gateway ' || c.held
      FROM totals c
     WHERE CASE c.kind WHEN 'generic' THEN c.in_books > c.held ELSE c.in_books <> c.held END
       AND NOT ((c.request_state = 'rejected'
                 OR EXISTS (SELECT FROM platform_event e WHERE e.object_id = c.request_id
                             AND e.type = 'payment_request.rejected' AND e.data->>'was' = 'posted'))
                AND NOT EXISTS (SELECT FROM payments n JOIN transactions_transaction x ON x.cancels_id = n.payment_id
                                 WHERE n.charge_id = c.id
                                   AND NOT EXISTS (SELECT FROM transactions_transaction m
                                                    WHERE m.moved_from_id = n.payment_id)
                                   AND NOT EXISTS (SELECT FROM gateways_paymentrequest q
                                                    WHERE q.charge_id = c.id AND q.type = 'payment_cancellation'
                                                      AND q.state = 'posted'
                                                      AND q.transaction_id IN (n.payment_id, x.id))))
    UNION ALL
    SELECT 'charge ' || c.reference, s.minor || ' of it stand on account ' || a.number || ', and '
           || (SELECT sum(o.minor) FROM standing o WHERE o.charge_id = c.id AND o.minor > 0) || ' elsewhere'
      FROM ours c JOIN standing s ON s.charge_id = c.id AND s.minor < 0
      JOIN accounts_account a ON a.id = s.account_id AND a.type = 'customer'
     WHERE c.kind <> 'generic'
       AND EXISTS (SELECT FROM standing o JOIN accounts_account e ON e.id = o.account_id AND e.type = 'customer'
                    WHERE o.charge_id = c.id AND o.minor > 0)
    """,
)

GATEWAYS = (PENDING_WAITS, POSTED_REQUESTS, CLAIMS, CAPTURED, OWN_ACCOUNT, PAID_BACK, HELD, FEES, DISPUTES)
