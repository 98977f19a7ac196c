"""What is not tried again by itself and is open still: one statement, for lists here and in rooms above."""

from __future__ import annotations

from subledger.platform.statements import sql_list

from .documents import PAYMENT
from .states import TO_SEE_TO

# The last retry of what was not charged otherwise since: it was tried as often as its plan says, waits for another way
# to pay, or cannot be charged. ``{company}`` is an expression.
UNRESOLVED = f"""
    SELECT r.id AS retry_id, r.account_id, r.failed_on, r.document_number AS number,
           coalesce(o.open_minor, r.amount_minor) AS open_minor
      FROM retries_retry r
      LEFT JOIN transactions_openitem o ON o.transaction_id = r.document_id AND o.is_debit
      LEFT JOIN transactions_transaction t ON t.id = r.document_id AND r.document_kind = '{PAYMENT}'
     WHERE r.company_id = {{company}}
       AND (r.state = 'waiting' OR (r.state = 'stopped' AND r.stop_reason IN {sql_list(TO_SEE_TO)}))
       AND (t.state = 'draft' OR (t.id IS NULL AND o.transaction_id IS NOT NULL))
       AND NOT EXISTS (SELECT FROM retries_retry n WHERE n.document_id = r.document_id AND n.id > r.id)
       AND NOT EXISTS (SELECT FROM gateways_claim c WHERE c.object_id = r.document_id
                          AND c.request_id > r.failed_request_id)
"""


def unresolved(company: str) -> str:
    """A SELECT of ``retry_id``, ``account_id``, ``failed_on``, ``number``, ``open_minor``."""
    return UNRESOLVED.format(company=company)
