"""What must never be false of retries, for `subledger check`."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant
from subledger.platform.statements import sql_list

from .states import LIVE

_RETRIES = "SELECT count(*) FROM retries_retry WHERE company_id = %(company)s"

RETRIES = (
    Invariant(
        "retries-follow-failures",
        say(
            "A retry follows a payment of its account that failed or was taken back, and one that was made has a later "
            "request of it."
        ),
        _RETRIES,
        """
        SELECT 'retry ' || r.id,
               CASE WHEN f.account_id <> r.account_id OR f.type <> 'payment'
                    THEN 'what failed is no payment of its account'
                    ELSE 'what it made is no later payment of its account' END
          FROM retries_retry r
          JOIN gateways_paymentrequest f ON f.id = r.failed_request_id
          LEFT JOIN gateways_paymentrequest m ON m.id = r.made_request_id
         WHERE r.company_id = %(company)s
           AND (f.account_id <> r.account_id OR f.type <> 'payment'
                OR (m.id IS NOT NULL AND (m.account_id <> r.account_id OR m.type <> 'payment' OR m.id <= f.id)))
        """,
    ),
    Invariant(
        "retries-within-their-plan",
        say("No chain of retries is longer than its plan said: each is the next of those that it counts."),
        _RETRIES,
        """
        SELECT 'retry ' || r.id, 'it is ' || r.number || ' of ' || r.of
          FROM retries_retry r
         WHERE r.company_id = %(company)s AND r.number > r.of
        """,
    ),
    Invariant(
        "retries-made-once",
        say("Of a document one retry at most is scheduled or waits for another way to pay."),
        _RETRIES,
        f"""
        SELECT r.document_kind || ' ' || r.document_id, count(*) || ' retries of it are scheduled or wait'
          FROM retries_retry r
         WHERE r.company_id = %(company)s AND r.state IN {sql_list(LIVE)}
         GROUP BY r.document_kind, r.document_id HAVING count(*) > 1
        """,
    ),
)
