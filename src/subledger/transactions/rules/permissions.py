"""What whoever wants something done to a transaction needs: the names that `companies.permissions` lists."""

from __future__ import annotations

from subledger.transactions.states import Classification

OF_ANY = {"move": "transactions.move", "write_off": "transactions.write_off", "quick_pay": "transactions.post:payment"}


def permission_for(action: str, classification: str) -> str:
    """Money back to a customer has a permission of its own; what is asked of one kind is that part of a permission."""
    if action in OF_ANY:
        return OF_ANY[action]
    if action == "post" and classification == Classification.REFUND:
        return "transactions.refund"
    if action in ("edit", "reject"):
        action = "draft"
    return f"transactions.{action}:{classification}"
