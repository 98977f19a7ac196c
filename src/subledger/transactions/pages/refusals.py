"""Refusals that nothing on the form of an action would answer: they are shown instead of it."""

from __future__ import annotations

from subledger.accounts.errors import AccountTerminated
from subledger.journal.errors import ExchangeRateMissing
from subledger.kernel.errors import DomainError
from subledger.transactions.errors import ConcurrentChange, InvoiceCredited
from subledger.transactions.going_out_errors import CreditBeingRefunded

OF_THE_MOMENT = (ConcurrentChange, ExchangeRateMissing)  # another moment, or another day, may allow it
# Where a type or method is chosen another one may be allowed, but for what these refuse.
CHOOSING = frozenset({"cancel", "quick_pay"})
WHATEVER_IS_CHOSEN = (AccountTerminated, InvoiceCredited, CreditBeingRefunded)


def is_final(refusal: DomainError, action: str) -> bool:
    """Whether an action is refused whatever is typed; what is about a field is answered there."""
    if refusal.param or isinstance(refusal, OF_THE_MOMENT):
        return False
    return action not in CHOOSING or isinstance(refusal, WHATEVER_IS_CHOSEN)
