"""Which tests judge the mutants of which module: only those among them that ask for no database."""

from __future__ import annotations

ITEMS_AT_BOUNDS = "tests/transactions/test_items_at_bounds.py"
POSTING_RULES = "tests/transactions/test_posting_rules.py"
REQUESTS = "tests/gateways/test_rules.py"

JUDGES: dict[str, tuple[str, ...]] = {
    "transactions.rules.posting": (POSTING_RULES,),
    "transactions.rules.writing_off": (ITEMS_AT_BOUNDS, "tests/transactions/test_writing_off.py"),
    "transactions.rules.credits": (ITEMS_AT_BOUNDS,),
    "gateways.rules.days": (REQUESTS,),
    "gateways.rules.outcomes": (REQUESTS,),
    "gateways.rules.outstanding": (REQUESTS,),
    "kernel.rounding": ("tests/kernel/test_money.py",),
}
