"""What lines came to by day: kept by triggers, and read by every report that would else add up each line.

A day of a ledger account came to the sum of its rows in `MOVED`: its total, and parts that wait to be merged into it.
"""

from __future__ import annotations

from django.db import connection

# Rows (ledger_account_id, currency, effective_on, lines, debit_minor, credit_minor, base_debit_minor,
# base_credit_minor) of ``%(company)s``; there may be several of a day.
MOVED = """
    SELECT ledger_account_id, currency, effective_on, lines, debit_minor, credit_minor, base_debit_minor,
           base_credit_minor
      FROM journal_dailytotal WHERE company_id = %(company)s
     UNION ALL
    SELECT ledger_account_id, currency, effective_on, lines, debit_minor, credit_minor, base_debit_minor,
           base_credit_minor
      FROM journal_dailytotalpart WHERE company_id = %(company)s
"""

MERGED_AT_ONCE = 10_000
MERGE = """
    DELETE FROM journal_dailytotalpart WHERE id IN (
        SELECT id FROM journal_dailytotalpart ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
"""


def merge_parts() -> int:
    """Add a batch of parts, of any company, to their totals (deleting them does); how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(MERGE, [MERGED_AT_ONCE])
        return int(cursor.rowcount)
