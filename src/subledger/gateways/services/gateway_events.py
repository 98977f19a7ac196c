"""What gateways tell of themselves: outcomes of our requests, refunds and disputes made there, cards that changed.

Facts are what the gateway says when asked, never what an event's payload says. Taking the same ones in again, in any
order, changes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.companies.queries import today_of_company
from subledger.gateways.charges import account_of
from subledger.gateways.models import Charge, Dispute, PaymentRequest, Provider
from subledger.gateways.port import (
    Declined,
    DisputeSeen,
    GatewayFact,
    InProgress,
    InstrumentGone,
    InstrumentSeen,
    Outcome,
    RefundSeen,
    RequestOutcome,
    Succeeded,
)
from subledger.gateways.refund_errors import (
    ChargeUnknownYet,
)
from subledger.gateways.states import DisputeState, RequestState, RequestType
from subledger.kernel.errors import DomainError
from subledger.kernel.ids import decode
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.platform import clock
from subledger.platform import events as trail
from subledger.platform.callers import as_follows
from subledger.transactions.models import Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Post, Posted
from subledger.transactions.services.posting import execute
from subledger.transactions.states import Classification

from .booking import days_of_books, payment_method_of, post_or_suspend, refund_method_of
from .fees import learn_fee, learn_more
from .holdings import given_back_by_hand, keep_restored
from .instruments import forget_token, keep_instrument
from .outcomes import ReportedOutcome, apply_outcomes
from .put_off import awaited
from .requests import Wanted, request

ACTOR = "system"


@as_follows()
def apply_facts(*, provider: Provider, facts: Sequence[GatewayFact], observed_at: datetime) -> bool:
    """Take in what a gateway says; whether any of it meant something to us.

    Raises:
        DomainError: a fact that the books cannot take in now; it is told again with the event's next try.
    """
    meant = [_apply(provider, fact, observed_at) for fact in facts]
    return any(meant)


def _apply(provider: Provider, fact: GatewayFact, observed_at: datetime) -> bool:
    if isinstance(fact, RequestOutcome):
        return _request_outcome(provider, fact, observed_at)
    if isinstance(fact, RefundSeen):
        return _refund(provider, fact, observed_at)
    if isinstance(fact, DisputeSeen):
        return _dispute(provider, fact)
    if isinstance(fact, InstrumentSeen):
        return keep_instrument(provider=provider, seen=fact, actor=ACTOR) is not None
    assert isinstance(fact, InstrumentGone)
    return forget_token(provider=provider, token=fact.token, actor=ACTOR)


def _request_outcome(provider: Provider, fact: RequestOutcome, observed_at: datetime) -> bool:
    """Ours by its id; another provider's id, or one that is nobody's, means nothing here."""
    try:
        ident = decode(PaymentRequest.PREFIX, fact.request)
    except ValueError:
        return False
    if not PaymentRequest.objects.filter(pk=ident, provider=provider).exists():
        return False
    _apply_all([ReportedOutcome(ident, fact.outcome, observed_at=observed_at)])
    outcome = fact.outcome
    if isinstance(outcome, Succeeded) and outcome.fee is not None:
        charge = Charge.objects.select_related("provider").filter(request=ident).first()
        if charge is not None:
            fee = outcome.fee
            learn_fee(charge, minor=fee.minor, currency=fee.currency, on=today_of_company(), actor=ACTOR)
    return True


def _apply_all(reports: Sequence[ReportedOutcome]) -> None:
    for answer in apply_outcomes(reports, actor=ACTOR):
        if isinstance(answer, DomainError):
            raise answer


# -- refunds ------------------------------------------------------------------------------------------------------


def _refund(provider: Provider, seen: RefundSeen, observed_at: datetime) -> bool:
    """A refund as it stands: ours by id or reference; else one made at the gateway, which the books take in."""
    row = _request_of(provider, seen)
    if row is None:
        charge = Charge.objects.filter(provider=provider, reference=seen.charge).first()
        if seen.status not in ("pending", "succeeded"):
            return False  # it came to nothing before we heard of it
        if charge is None:
            _wait_for_payment(provider)
            return False  # of money that we never collected
        row = _foreign_refund(provider, charge, seen)
    outcome = _refund_outcome(seen)
    _apply_all([ReportedOutcome(row.pk, outcome, observed_at=observed_at)])
    if seen.fee is not None and row.charge is not None:
        _learn_more(row, row.charge, seen.reference, seen.fee)
    return True


def _wait_for_payment(provider: Provider) -> None:
    """Nothing here is known of a charge: it may be that of a payment whose end is not known yet.

    Raises:
        ChargeUnknownYet: the fact is asked for again once such a payment has its end, and with its event's next try.
    """
    held = awaited(provider).first()
    if held is not None:
        raise ChargeUnknownYet(held.number)


@atomic
def _learn_more(row: PaymentRequest, charge: Charge, reference: str, fee: Money) -> None:
    row.refresh_from_db(fields=["transaction_id"])  # what was posted for it just now
    refund = Transaction.objects.filter(pk=row.transaction_id).first()
    account_id = account_of(charge) if refund is None else refund.account_id
    lock_accounts([account_id])
    on = days_of_books().of(None)
    learn_more(charge, account_id=account_id, reference=reference, total=fee, on=on, actor=ACTOR)


def _request_of(provider: Provider, seen: RefundSeen) -> PaymentRequest | None:
    rows = PaymentRequest.objects.filter(provider=provider).exclude(type=RequestType.PAYMENT)
    if seen.request:
        try:
            ours: PaymentRequest | None = rows.filter(pk=decode(PaymentRequest.PREFIX, seen.request)).first()
        except ValueError:
            ours = None
        if ours is not None:
            return ours
    found: PaymentRequest | None = rows.filter(reference=seen.reference).first()
    return found


def _refund_outcome(seen: RefundSeen) -> Outcome:
    if seen.status == "succeeded":
        return Succeeded(seen.reference, seen.amount)
    if seen.status == "pending":
        return InProgress(seen.reference)
    return Declined(
        f"refund_{seen.status}", say("The gateway says the refund is {status}.", status=seen.status), seen.reference
    )


@atomic
def _foreign_refund(provider: Provider, charge: Charge, seen: RefundSeen) -> PaymentRequest:
    """A request for a refund that somebody made at the gateway itself, as it would stand had it been made here."""
    account_id = account_of(charge)
    lock_accounts([account_id])
    again = PaymentRequest.objects.filter(provider=provider, reference=seen.reference).first()
    if again is not None:
        return again
    wanted = Wanted(
        provider=provider,
        type=RequestType.REFUND,
        account_id=account_id,
        amount_minor=seen.amount.minor,
        currency=seen.amount.currency,
        charge_id=charge.pk,
        preference_id=charge.request.preference_id,
        state=RequestState.UNDER_PROCESSING,
        order={"note": say("Refunded at {name} itself.", name=provider.name)},
    )
    [ident] = request(wanted=[wanted], actor=ACTOR)
    PaymentRequest.objects.filter(pk=ident).update(reference=seen.reference, check_at=clock.now())
    row: PaymentRequest = PaymentRequest.objects.get(pk=ident)
    return row


# -- disputes -----------------------------------------------------------------------------------------------------


@atomic
def _dispute(provider: Provider, seen: DisputeSeen) -> bool:
    """Opened: the money is taken back, as a refund on the account. Won: it comes again, as a payment for that refund.
    Lost: it stays gone."""
    charge = Charge.objects.filter(provider=provider, reference=seen.charge).first()
    if charge is None:
        _wait_for_payment(provider)
        return False
    account_id = account_of(charge)
    lock_accounts([account_id])
    dispute = Dispute.objects.filter(provider=provider, reference=seen.reference).first()
    if dispute is None:
        dispute = _open_dispute(provider, charge, account_id, seen)
    if seen.fee is not None:
        on, taken_on = days_of_books().of(None), Transaction.objects.get(pk=dispute.taken_id).account_id
        learn_more(charge, account_id=taken_on, reference=seen.reference, total=seen.fee, on=on, actor=ACTOR)
    status = DisputeState(seen.status)
    if status is DisputeState.OPEN or dispute.state != DisputeState.OPEN:
        return True
    if status is DisputeState.WON:
        note = say("Dispute {reference} was won.", reference=seen.reference)
        new = NewTransaction(
            classification=Classification.PAYMENT,
            account_id=Transaction.objects.get(pk=dispute.taken_id).account_id,
            amount_minor=dispute.amount_minor,
            type_id=provider.payment_type_id,
            payment_method_id=payment_method_of(provider),
            intended_ids=() if dispute.in_books_minor else (dispute.taken_id,),
            against_item=True,
            note=note,
        )
        dispute.returned_id = _post(new, provider)
        keep_restored([(charge.pk, dispute.returned_id)])
    dispute.state, dispute.closed_at = status, clock.now()
    dispute.save(update_fields=["state", "closed_at", "returned_id"])
    _report_dispute(dispute)
    return True


def _open_dispute(provider: Provider, charge: Charge, account_id: int, seen: DisputeSeen) -> Dispute:
    given = given_back_by_hand(charge, seen.amount.minor)
    taken_id = given.transaction_id
    if given.minor < seen.amount.minor:
        new = NewTransaction(
            classification=Classification.REFUND,
            account_id=account_id,
            amount_minor=seen.amount.minor - given.minor,
            refund_method_id=refund_method_of(provider),
            note=say(
                "Dispute {reference} took the money back: {reason}.",
                reference=seen.reference,
                reason=seen.reason or say("no reason given"),
            ),
        )
        taken_id = _post(new, provider)
    dispute: Dispute = Dispute.objects.create(
        provider=provider,
        charge=charge,
        reference=seen.reference,
        amount_minor=seen.amount.minor,
        currency=seen.amount.currency,
        reason=seen.reason[:60],
        state=DisputeState.OPEN,
        in_books_minor=given.minor,
        taken_id=taken_id,
        opened_at=clock.now(),
    )
    _report_dispute(dispute)
    return dispute


def _post(new: NewTransaction, provider: Provider) -> int:
    """Post a fact, on the suspense account where its own cannot take it."""
    new.posted_on = days_of_books().of(None)
    new = post_or_suspend(new, provider=provider, actor=ACTOR)
    [posted] = execute([Post(new=new, money_has_moved=True)], actor=ACTOR)
    assert isinstance(posted, Posted)
    return posted.id


def _report_dispute(dispute: Dispute) -> None:
    data = {"reference": dispute.reference, "amount": dispute.amount_minor, "currency": dispute.currency}
    facts = [
        trail.NewEvent(f"dispute.{dispute.state}", "dispute", dispute.pk, data),
        trail.NewEvent(f"payment.dispute_{dispute.state}", "transaction", dispute.charge.payment_id, data),
    ]
    trail.record_events(facts, actor=ACTOR)
