"""Files of transactions: when they are evidence of what was posted."""

from __future__ import annotations

from subledger.attachments.attachable import Attachable
from subledger.journal.queries import closed_through
from subledger.kernel.sentences import say

from .models import Transaction
from .queries import transaction_by_id


def evidence_of(row: Transaction) -> str:
    """Why files of a transaction stay: the day it was posted on is closed. "" where they may still be put right."""
    closed = closed_through()
    if row.posted_on is None or closed is None or row.posted_on > closed:
        return ""
    return say(
        "{row} was posted on {posted_on}, and the books are closed through {closed}",
        row=row,
        posted_on=row.posted_on,
        closed=closed,
    )


ATTACHABLE = Attachable(
    name="transaction",
    resource="transactions",
    prefix=Transaction.PREFIX,
    read=transaction_by_id,
    evidence_of=evidence_of,
)
