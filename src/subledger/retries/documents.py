"""What is tried again: a document that can be collected, or the draft of a payment that somebody asked for."""

from __future__ import annotations

from subledger.collecting.documents import INVOICES, collectables
from subledger.kernel.sentences import say

PAYMENT = "payment"


def title_of(kind: str) -> str:
    """What a document of that kind is called."""
    if kind == PAYMENT:
        return say("Payment")
    if kind == INVOICES.name:
        return say("Invoice")
    return next((one.title for one in collectables() if one.name == kind), kind)
