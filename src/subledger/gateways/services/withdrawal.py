"""Taking back what was asked of a gateway and has not left: the payment or refund is a draft again."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.gateways import errors
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import Declined
from subledger.gateways.queries import request_by_id
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import WITHDRAWN
from subledger.gateways.states import OPEN, RequestState
from subledger.kernel.errors import DomainError
from subledger.kernel.texts import check_texts
from subledger.platform.callers import demand
from subledger.platform.models import Event

from .execution import lock_requests
from .links import close_page
from .outcomes import ReportedOutcome, apply_outcomes


def withdraw(*, request_id: int, actor: str, reason: str = "", is_not_sent: bool = False) -> PaymentRequest:
    """Take a request back before it is carried out. No transaction may be open.

    What waits for its customer is closed at the gateway first; if it was paid in its last moment, it is posted.

    Args:
        is_not_sent: whoever asks knows that the bank file which holds it was never sent.

    Raises:
        NotFound; NotToWithdraw: it is over, or somebody has it; PerhapsSent: a file for a bank holds it.
    """
    demand("gateways.charge")
    check_texts(reason, param="/reason")
    row = request_by_id(request_id)
    if row.state == RequestState.REJECTED and row.error_code == WITHDRAWN:
        return row  # asked for again
    why = Declined(WITHDRAWN, reason.strip() or "Withdrawn.")
    if row.state == RequestState.REQUIRES_ACTION and kind_named(row.provider.kind).executes:
        close_page(row, why)
    else:
        _withdraw(row, why, is_not_sent, actor)
    return request_by_id(request_id)


@atomic
def _withdraw(row: PaymentRequest, why: Declined, is_not_sent: bool, actor: str) -> None:
    """Read again under the locks that reports and exports take, so that none of them begins it meanwhile."""
    held = lock_requests([row.pk])
    row = held.get(row.pk, row)
    if kind_named(row.provider.kind).executes:  # a worker that claims it holds its row
        row = PaymentRequest.objects.select_for_update(of=("self",)).select_related("provider").get(pk=row.pk)
    if row.state != RequestState.PENDING:
        raise _not_withdrawn(row)
    file = file_of(row)
    if file and not is_not_sent:
        raise errors.PerhapsSent(row.number, file)
    [answer] = apply_outcomes([ReportedOutcome(row.pk, why)], actor=actor)
    if isinstance(answer, DomainError):
        raise answer


def file_of(row: PaymentRequest) -> str:
    """The latest file for a bank that holds a request; "" for none."""
    files = Event.objects.filter(object_id=row.provider_id, type="provider.requests_exported")
    held = files.filter(data__requests__contains=row.pk).exclude(data__format="csv").order_by("-pk").first()
    return str(held.data["message"]) if held else ""


def _not_withdrawn(row: PaymentRequest) -> errors.NotToWithdraw:
    if row.state not in OPEN:
        return errors.NotToWithdraw(row.number, f"it is {row.state} already", "See what became of it.")
    if kind_named(row.provider.kind).executes:
        fact = f"{row.provider.name} has it"
        remedy = "Wait for its outcome, or look it up; a payment can be refunded afterwards."
    else:
        fact = f"whoever works off {row.provider.name} has begun it"
        remedy = "Wait for the report, or import results that reject it."
    return errors.NotToWithdraw(row.number, fact, remedy)
