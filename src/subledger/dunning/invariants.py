"""What must never be false of dunning, for `subledger check`."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

CLAIMS = "SELECT count(*) FROM dunning_dunningclaim WHERE company_id = %(company)s"
RECORDS = "SELECT count(*) FROM dunning_dunningrecord WHERE company_id = %(company)s"

DUNNING = (
    Invariant(
        "interest-days-once",
        say("The days for which late interest of a document was drafted lie side by side, and none was drafted twice."),
        CLAIMS,
        """
        SELECT 'document ' || document_id,
               'interest was drafted from ' || from_on || ', and that before it until ' || before
          FROM (SELECT document_id, from_on,
                       lag(through_on) OVER (PARTITION BY document_id ORDER BY from_on) AS before
                  FROM dunning_dunningclaim
                 WHERE company_id = %(company)s AND kind = 'late_interest' AND superseded_at IS NULL) days
         WHERE before IS NOT NULL AND from_on <> before + 1
        """,
    ),
    Invariant(
        "late-charges-name-their-invoice",
        say("Every late charge has its invoice, on the same account."),
        CLAIMS,
        """
        SELECT 'late charge ' || c.id, coalesce('its invoice is on account ' || t.account_id, 'it has no invoice')
          FROM dunning_dunningclaim c LEFT JOIN transactions_transaction t ON t.id = c.invoice_id
         WHERE c.company_id = %(company)s AND (t.id IS NULL OR t.account_id <> c.account_id)
        """,
    ),
    Invariant(
        "superseded-charges-are-rejected",
        say("The draft of a late charge that was drafted anew is rejected."),
        CLAIMS,
        """
        SELECT 'late charge ' || c.id, 'it was drafted anew, and its invoice is ' || t.state
          FROM dunning_dunningclaim c JOIN transactions_transaction t ON t.id = c.invoice_id
         WHERE c.company_id = %(company)s AND c.superseded_at IS NOT NULL AND t.state <> 'rejected'
        """,
    ),
    Invariant(
        "dunning-told-once",
        say("A level that was told of has its message, and one that was not has none."),
        RECORDS,
        """
        SELECT 'document ' || document_number, level_name || ' is ' || outcome || CASE WHEN message_id IS NULL
               THEN ', and there is no message' ELSE ', and there is a message' END
          FROM dunning_dunningrecord
         WHERE company_id = %(company)s AND (outcome = 'sent') <> (message_id IS NOT NULL)
        """,
    ),
)
