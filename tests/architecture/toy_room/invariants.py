from __future__ import annotations

from subledger.platform.invariants import Invariant

INVARIANTS = (
    Invariant(
        "toys-have-names",
        "Every toy has a name.",
        "SELECT count(*) FROM toys_toy WHERE company_id = %(company)s",
        "SELECT number, 'it has no name' FROM toys_toy WHERE company_id = %(company)s AND name = ''",
    ),
)
