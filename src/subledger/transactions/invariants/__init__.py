"""What must never be false of the books, each recomputed from the rows that people and programs wrote.

An invariant is a sentence, a statement that counts what it looked at, and a statement that finds what breaks
it. The database's own guards refuse most of these at the door; `subledger check` proves that nothing came in
another way.
"""

from __future__ import annotations

from .allocations import ALLOCATIONS
from .credits import CREDITED_WITHIN
from .days import KEPT_DAYS
from .documents import TRANSACTIONS
from .journal import IN_JOURNAL

INVARIANTS = (*IN_JOURNAL, *TRANSACTIONS, CREDITED_WITHIN, *ALLOCATIONS, KEPT_DAYS)
