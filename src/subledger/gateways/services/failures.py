"""Payments that failed, told in the transaction that learned it: by an answer, an event, a look-up or a file alike.

Rooms above put themselves in (`followers`). What was taken back before it left has not failed: it is told of apart
(`withdrawals`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from subledger.gateways.models import PaymentRequest
from subledger.gateways.rules.outcomes import NOT_LEFT
from subledger.gateways.states import RequestState, RequestType

# Given payment requests that were refused, or whose money was returned, just now. The locks of their accounts and of
# the requests are held.
followers: list[Callable[[Sequence[PaymentRequest]], None]] = []
# Likewise, given those that were taken back before they left.
withdrawals: list[Callable[[Sequence[PaymentRequest]], None]] = []


def tell(moved: Sequence[PaymentRequest]) -> None:
    """Of payments whose state changed, those that failed, and those that were taken back."""
    refused = [row for row in moved if row.type == RequestType.PAYMENT and row.state == RequestState.REJECTED]
    failed = [row for row in refused if row.error_code not in NOT_LEFT]
    taken_back = [row for row in refused if row.error_code in NOT_LEFT]
    for follow in followers if failed else ():
        follow(failed)
    for follow in withdrawals if taken_back else ():
        follow(taken_back)
