"""What of invoices is promised for other days than they are due on: ageing counts it from them."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.transactions.agreed_days import AgreedDays

# In force at the end of a day: made by then, and not over by then. What was settled since is open on the days before.
IN_FORCE = """
    SELECT p.document_id, p.account_id, i.agreed_on, i.minor,
           coalesce(sum(i.minor) OVER (PARTITION BY i.promise_id ORDER BY i.agreed_on DESC
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS later_minor
      FROM promises_promise p JOIN promises_instalment i ON i.promise_id = p.id
     WHERE p.company_id = %(company)s AND p.made_on <= %(as_of)s AND (p.state = 'open' OR p.ended_on > %(as_of)s)
"""
AGREED = (
    AgreedDays(
        name="promises to pay",
        about=say("What is promised under an open promise counts from its agreed days."),
        sql=IN_FORCE,
    ),
)
