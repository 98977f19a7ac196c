"""What was shown as not to be done when a run was confirmed: the run leaves it alone, whatever became of it since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from subledger.kernel import ids
from subledger.transactions.models import Transaction

# Of the transaction ``t``; the words stand where the kind of run has none of its own for the reason.
REASON = "%(excluded)s::jsonb #>> ARRAY[t.id::text, '0']"
WORDS = "%(excluded)s::jsonb #>> ARRAY[t.id::text, '1']"


@dataclass(frozen=True)
class Excluded:
    """A transaction, by its public id, with the code of the reason and its words; "": those of the kind of run."""

    transaction: str
    reason: str
    words: str = ""


def excluded_json(excluded: Sequence[Excluded]) -> str:
    """The parameter ``excluded`` of `REASON` and `WORDS`."""
    return json.dumps({ids.decode(Transaction.PREFIX, one.transaction): [one.reason, one.words] for one in excluded})
