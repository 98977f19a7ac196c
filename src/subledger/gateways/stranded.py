"""What terminating an account makes of what gateways are asked to move on it."""

from __future__ import annotations

from collections.abc import Iterator

from subledger.accounts.models import Account
from subledger.accounts.termination import Stranded
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.kernel.words import plain

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
        words = say(
            "{type} request {number} over {amount} by {name} ({end})",
            type=plain(row.type),
            number=row.number,
            amount=amount,
            name=row.provider.name,
            end=end,
        )
        yield Stranded(words, (row.pk, row.amount_minor), is_stopped)


def _end_of(row: PaymentRequest) -> tuple[str, bool]:
    """What terminating its account makes of an open request, and whether it stops it."""
    if row.state == RequestState.REQUIRES_ACTION:
        return say("its page is closed"), True
    if row.state != RequestState.PENDING:
        return say("sent: its money ends on the suspense account"), False
    file = bank_file_of(row)
    if file:
        return say(
            "in the file {file}, which may be at the bank: its money ends on the suspense account", file=file
        ), False
    if held_back([row.pk]):
        return say("held back, for its money may have moved: it stays until that is looked into"), False
    ends = {
        RequestType.PAYMENT: say("its payment is a draft again"),
        RequestType.REFUND: say("its refund is a draft again"),
    }
    return ends.get(RequestType(row.type), say("its payment is not paid back")), True
