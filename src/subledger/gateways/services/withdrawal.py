"""Taking back what was asked of a gateway and has not left: the payment or refund is a draft again."""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.accounts.states import AccountState
from subledger.gateways import errors
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import Declined
from subledger.gateways.queries import bank_file_of, request_by_id
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import WITHDRAWN
from subledger.gateways.states import OPEN, RequestState
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform.callers import demand

from .execution import lock_requests
from .links import close_page
from .outcomes import ReportedOutcome, apply_outcomes
from .outstanding import may_have_left, not_to_leave
from .unbooked import held_back

ACTOR = "system"


def withdraw(*, request_id: int, actor: str, reason: str = "", is_not_sent: bool = False) -> PaymentRequest:
    """Take a request back before it is carried out. No transaction may be open.

    What waits for its customer is closed at the gateway first; if it was paid in its last moment, it is posted.

    Args:
        is_not_sent: whoever asks knows that the bank file which holds it was never sent.

    Raises:
        NotFound; NotToWithdraw: it is over, or somebody has it; PerhapsSent: a file for a bank holds it; HeldBack: it
        is said that it was carried out.
    """
    demand("gateways.charge:withdraw")
    check_texts(reason, param="/reason")
    row = request_by_id(request_id)
    if row.state == RequestState.REJECTED and row.error_code == WITHDRAWN:
        return row  # asked for again
    why = Declined(WITHDRAWN, reason.strip() or say("Withdrawn."))
    if row.state == RequestState.REQUIRES_ACTION and kind_named(row.provider.kind).executes:
        close_page(row, why)
    else:
        _withdraw(row, why, is_not_sent, actor)
    return request_by_id(request_id)


@atomic
def _withdraw(row: PaymentRequest, why: Declined, is_not_sent: bool, actor: str) -> None:
    row = _held(row)
    if row.state != RequestState.PENDING:
        raise _not_withdrawn(row)
    refusal = held_back([row.pk]).get(row.pk)
    if refusal is not None:
        raise refusal
    file = bank_file_of(row)
    if file and not is_not_sent:
        raise errors.PerhapsSent(row.number, file)
    [answer] = apply_outcomes([ReportedOutcome(row.pk, why)], actor=actor)
    if isinstance(answer, DomainError):
        raise answer


def _held(row: PaymentRequest) -> PaymentRequest:
    """Read again under the locks that reports and exports take, so that none of them begins it meanwhile."""
    if kind_named(row.provider.kind).executes:  # a worker that claims it holds its row
        lock_accounts([row.account_id])
        held: PaymentRequest = (
            PaymentRequest.objects.select_for_update(of=("self",)).select_related("provider").get(pk=row.pk)
        )
        return held
    return lock_requests([row.pk])[row.pk]


def take_back_stranded(provider_id: int) -> int:
    """Take back what has not left of requests on accounts that were terminated; how many.

    What may have been carried out stays open until the bank tells, or somebody withdraws it.
    """
    stranded = PaymentRequest.objects.filter(
        provider=provider_id, state=RequestState.PENDING, account__state=AccountState.TERMINATED
    )
    rows = list(stranded.select_related("provider").order_by("pk"))
    perhaps = may_have_left(rows)
    return sum(_take_back(row) for row in rows if row.pk not in perhaps)


@atomic
def _take_back(row: PaymentRequest) -> bool:
    held = _held(row)
    late = not_to_leave([held]).get(held.pk) if held.state == RequestState.PENDING else None
    if late is None:
        return False
    return not isinstance(apply_outcomes([ReportedOutcome(held.pk, late.reason)], actor=ACTOR)[0], DomainError)


def _not_withdrawn(row: PaymentRequest) -> errors.NotToWithdraw:
    if row.state not in OPEN:
        return errors.NotToWithdraw(
            row.number, say("it is {state} already", state=row.state), say("See what became of it.")
        )
    if kind_named(row.provider.kind).executes:
        fact = say("{name} has it", name=row.provider.name)
        remedy = say("Wait for its outcome, or look it up; a payment can be refunded afterwards.")
    else:
        fact = say("whoever works off {name} has begun it", name=row.provider.name)
        remedy = say("Wait for the report, or import results that reject it.")
    return errors.NotToWithdraw(row.number, fact, remedy)
