"""What terminating an account makes of what gateways are asked to move on it."""

from __future__ import annotations

from collections.abc import Iterator

from subledger.accounts.models import Account
from subledger.accounts.termination import Stranded
from subledger.kernel.money import Money

from .models import PaymentRequest
from .queries import bank_file_of, open_requests
from .services.unbooked import held_back
from .states import RequestState, RequestType


def under_way_on(account: Account) -> Iterator[Stranded]:
    """What gateways are asked to move on an account, and what becomes of it once that is terminated: what has not left
    is taken back (`services.withdrawal.take_back_stranded`) and pages are closed; what has ends on suspense."""
    for row in open_requests().filter(account_id=account.pk).order_by("pk"):
        end, is_stopped = _end_of(row)
        amount = Money(row.amount_minor, row.currency)
        words = f"{row.type.replace('_', ' ')} request {row.number} over {amount} by {row.provider.name} ({end})"
        yield Stranded(words, (row.pk, row.amount_minor), is_stopped)


def _end_of(row: PaymentRequest) -> tuple[str, bool]:
    """What terminating its account makes of an open request, and whether it stops it."""
    if row.state == RequestState.REQUIRES_ACTION:
        return "its page is closed", True
    if row.state != RequestState.PENDING:
        return "sent: its money ends on the suspense account", False
    file = bank_file_of(row)
    if file:
        return f"in the file {file}, which may be at the bank: its money ends on the suspense account", False
    if held_back([row.pk]):
        return "held back, for its money may have moved: it stays until that is looked into", False
    ends = {RequestType.PAYMENT: "its payment is a draft again", RequestType.REFUND: "its refund is a draft again"}
    return ends.get(RequestType(row.type), "its payment is not paid back"), True
