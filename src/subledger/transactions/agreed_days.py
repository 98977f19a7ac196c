"""Days that were agreed on for what is open of a document, beside its due date: rooms above declare where they stand.

Ageing counts what is open from the agreed day, or by due date where somebody asks for that. A room declares an
`AgreedDays` (`Room.agreed_days`): a SELECT of instalments that are in force at the end of ``%(as_of)s``. What is open
of a document is the last part of its instalments; what is beyond them, and what has none, is due as the document says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from subledger.platform.declarations import AgreedDaysDeclaration
from subledger.platform.rooms import declared

__all__ = ["AgreedDays", "agreed_parts"]


@dataclass(frozen=True, kw_only=True)
class AgreedDays(AgreedDaysDeclaration):
    """``sql`` SELECTs ``document_id, account_id, agreed_on, minor, later_minor`` of the company ``%(company)s``: an
    amount that is agreed for a day, and what of the same document is agreed for later days. A document is in one
    agreement at a time. Of some accounts alone it is asked with a condition on ``g.account_id``, around it.
    """

    name: str
    about: str
    sql: str


# What of each instalment was not paid at the end of the day, which is at most what was open of its document then.
_PARTS = """
    SELECT g.document_id, g.account_id, coalesce(t.due_on, t.posted_on) AS due_on, g.agreed_on,
           least(w.open_minor - g.later_minor, g.minor) AS minor
      FROM ({agreed}) g
      JOIN transactions_transaction t ON t.id = g.document_id AND t.posted_on <= %(as_of)s
     CROSS JOIN LATERAL (
           SELECT coalesce((SELECT o.open_minor FROM transactions_openitem o WHERE o.transaction_id = g.document_id), 0)
                  + coalesce((SELECT sum(CASE WHEN x.allocated_on > %(as_of)s THEN x.minor ELSE -x.minor END)
                                FROM transactions_allocation x
                               WHERE x.debit_id = g.document_id
                                 AND (x.released_on IS NULL AND x.allocated_on > %(as_of)s
                                      OR x.allocated_on <= %(as_of)s AND x.released_on > %(as_of)s)), 0)::bigint
                  AS open_minor) w
     WHERE w.open_minor > g.later_minor AND NOT %(by_due)s {of_accounts}
"""
_NONE = """
    SELECT NULL::bigint AS document_id, NULL::bigint AS account_id, NULL::date AS agreed_on, 0::bigint AS minor,
           0::bigint AS later_minor
     WHERE false
"""


@cache
def agreed_parts(*, of_accounts: str = "") -> str:
    """A SELECT of ``document_id, account_id, due_on, agreed_on, minor``: what was open at the end of ``%(as_of)s`` and
    is due on another day than its document says. Nothing where ``%(by_due)s`` is true.

    ``of_accounts`` narrows it: a condition on ``g.account_id``.
    """
    agreed = " UNION ALL ".join(f"({one.sql})" for one in declared(AgreedDays)) or _NONE
    return _PARTS.format(agreed=agreed, of_accounts=f"AND g.account_id {of_accounts}" if of_accounts else "")
