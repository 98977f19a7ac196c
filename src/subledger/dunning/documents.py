"""What can be dunned: open invoices, as they can be collected."""

from __future__ import annotations

from subledger.collecting.documents import INVOICES

# One row an open document.
OPEN_DOCUMENTS = f"""
    SELECT 'invoice' AS document_kind, d.document_id, d.account_id, d.currency, d.open_minor, d.due_on, d.number
      FROM ({INVOICES.sql}) d
"""
