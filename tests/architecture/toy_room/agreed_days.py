"""Who borrows a toy pays when it is brought back: a document says the day."""

from __future__ import annotations

from subledger.transactions.agreed_days import AgreedDays

AGREED = (
    AgreedDays(
        name="toys brought back",
        about="What is paid for a toy is late from the day on which it is to be brought back.",
        sql="""
            SELECT t.id AS document_id, t.account_id, (t.metadata->>'toy_back_on')::date AS agreed_on,
                   t.amount_minor AS minor, 0::bigint AS later_minor
              FROM transactions_transaction t
             WHERE t.company_id = %(company)s AND t.posted_on <= %(as_of)s AND t.metadata->>'toy_back_on' IS NOT NULL
        """,
    ),
)
