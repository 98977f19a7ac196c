"""The door for whoever posts payments, refunds and cancellations: those that a gateway moves become requests.

An order whose method, or cancellation type, is listed on a provider is not posted but handed over: its transaction is
``pending``, a `PaymentRequest` stands for it, and its success posts it. Everything else goes straight to posting. The
answers stand in the orders' order, as those of `transactions.services.posting.execute`.

Nothing here calls a gateway: requests are committed first, and carried out by `worker`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.transaction import atomic

from subledger.accounts.locks import lock_accounts
from subledger.companies.queries import today_of_company
from subledger.gateways import errors, refund_errors
from subledger.gateways.charges import account_of, charge_of, payment_now
from subledger.gateways.models import Charge, PaymentRequest, Provider
from subledger.gateways.queries import handlers, open_request_of, request_by_id
from subledger.gateways.rules import orders as kept_orders
from subledger.gateways.states import ClaimKind, RequestState, RequestType
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.money import Money, check_minor
from subledger.kernel.sentences import say
from subledger.platform.callers import as_follows, demand
from subledger.transactions.models import RefundMethod, Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Amount, Cancel, Move, Order, Post, QuickPay
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.services.carriers import Answer, Requested, made_already
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.services.posting import check, execute
from subledger.transactions.states import Classification, TransactionState

from .booking import refund_method_of
from .handover import Handover, claims_of, submit
from .holdings import paid_back_in_part, refuse_apart, refuse_by_hand, refuse_move, refuse_returned, refuse_taken_back
from .method_agreement import agreed, drafts_of
from .outstanding import refuse_in_advance, refuse_paid_out
from .provider_choice import charge_for, check_provider, instrument_for, provider_of
from .requests import Wanted, refuse_claimed, request

TRANSACTION = ClaimKind.TRANSACTION
TO_REFUND = ("transactions.refund", "gateways.charge:orders")  # what whoever refunds through a gateway may do


def post(*, orders: Sequence[Order], actor: str, collect: bool = False) -> list[Answer]:
    """Carry out orders, through their gateway where they have one.

    Without ``collect`` the first refusal is raised and nothing is kept; with it, a refused order's answer is the
    refusal. A draft that waits already answers with the request it waits for, and one that was posted by a request with
    that, so that a second click is no second payment.

    Raises:
        DomainError: what posting refuses; PreferenceOfAnother where method and way to pay do not belong together;
        ProviderNotEffective, InstrumentMissing, InstrumentUnusable, CurrencyNotTaken, PaymentUnderWay,
        ChargeAboveOwed, NothingToRefund where the gateway is to move the money; HeldByGateway,
        PaidBackAlready for a payment that is to be cancelled past the gateway that holds it, or moved without what
        went back of it.
    """
    made = made_already() if len(orders) == 1 else None
    if made is not None:
        return [made]
    answers: dict[int, Answer] = {}
    known, drafts = handlers(), drafts_of(orders)
    orders = list(orders)
    for at, order in enumerate(orders):
        try:
            orders[at] = agreed(order, drafts)
        except DomainError as refusal:
            if not collect:
                raise
            answers[at] = refusal
    through = {
        at: found
        for at, order in enumerate(orders)
        if at not in answers and (found := provider_of(order, known, drafts))
    }
    for at, order in enumerate(orders):
        if isinstance(order, Cancel | Move) and at not in through:
            try:
                refuse_past_gateway(order)
            except DomainError as refusal:
                if not collect:
                    raise
                answers[at] = refusal
    if not through and not answers:  # posting's own transaction, whose commit travels with its write
        return list(execute(orders, actor=actor, collect=collect))
    with atomic():
        for at, provider in through.items():
            try:
                with atomic():
                    answers[at] = hand_over(orders[at], provider, actor)
            except DomainError as refusal:
                if not collect:
                    raise
                answers[at] = refusal
        plain = [at for at in range(len(orders)) if at not in through and at not in answers]
        posted = execute([orders[at] for at in plain], actor=actor, collect=collect)
        answers.update(zip(plain, posted, strict=True))
    return [answers[at] for at in range(len(orders))]


def refuse_past_gateway(order: Order) -> None:
    """HeldByGateway, PaidBackAlready: the books alone may not do this to a payment that a gateway collected."""
    if isinstance(order, Cancel):
        refuse_by_hand(order.target_id)
    elif isinstance(order, Move):
        refuse_move(order.target_id)


def request_of(ident: int) -> Requested:
    """A request that was made, as the answer to what asked for it."""
    held = request_by_id(ident)
    return Requested(held.pk, held.transaction_id, held.account_id, held.amount_minor)


def hand_over(order: Order, provider: Provider, actor: str) -> Requested:
    """Make the request by which a gateway carries out an order. A transaction is open."""
    demand("gateways.charge:orders")
    if isinstance(order, Cancel):
        demand(permission_for("cancel", Classification.PAYMENT))
        return _hand_cancellation(order, provider, actor)
    if isinstance(order, QuickPay):
        order = _draft_of(order, actor)
    assert isinstance(order, Post)
    if order.new is not None:
        if order.new.posted_on is not None and order.new.posted_on != today_of_company():
            raise errors.ProviderInvalid(
                say(
                    "Provider {name!r} moves the money now: the posting date is the day it says so. Leave "
                    "the posting date out, or choose another method.",
                    name=provider.name,
                ),
                param="/posted_on",
            )
        with as_follows():  # what posting it needs is demanded below
            [draft] = save_drafts(new=[replace(order.new, posted_on=None)], actor=actor)
    else:
        draft = Transaction.objects.get(pk=order.draft_id)
        demand(permission_for("post", draft.classification))
        lock_accounts([draft.account_id])  # of several at once the first asks the gateway, and the others find that
        draft.refresh_from_db()
        held = _request_for(draft)
        if held is not None:
            return held
    said = order.new or order
    charge = None if draft.classification == Classification.PAYMENT else charge_for(provider, draft)
    refuse_paid_out(draft)
    _check_postable(draft, said, actor, outcome=order.expected_outcome, version=order.expected_version)
    check_provider(provider, draft.currency)
    if charge is not None:
        return _submit(draft, provider, charge.request.preference_id, charge, actor)
    is_charge = draft.classification == Classification.PAYMENT
    preference = instrument_for(provider, draft.account_id, draft.payment_preference_id, is_charge=is_charge)
    refuse_claimed(claims_of(draft))
    refuse_in_advance(draft, is_confirmed=said.confirm_in_advance)
    return _submit(draft, provider, preference.pk if preference else None, None, actor)


def _request_for(draft: Transaction) -> Requested | None:
    """What a draft waits for, or was posted by: posting it once more says the same, and moves nothing."""
    if draft.state == TransactionState.POSTED:
        of_it = PaymentRequest.objects.filter(transaction_id=draft.pk, state=RequestState.POSTED)
        held = of_it.exclude(type=RequestType.PAYMENT_CANCELLATION).first()
    else:
        held = open_request_of(draft.pk)
    if held is None or held.transaction_id != draft.pk:
        return None
    return Requested(held.pk, held.transaction_id, held.account_id, held.amount_minor)


def _check_postable(
    draft: Transaction,
    said: NewTransaction | Post,
    actor: str,
    *,
    outcome: str | None = None,
    version: str | None = None,
) -> None:
    """What would refuse it once the money has moved refuses it now. Its account is locked from here on."""
    order = Post(
        draft_id=draft.pk,
        expected_total_minor=said.expected_total_minor if isinstance(said, Post) else None,
        expected_outcome=outcome,
        expected_version=version,
        confirm_credit_limit=said.confirm_credit_limit,
        confirm_above_credit=said.confirm_above_credit,
    )
    [refusal] = check([order], actor=actor)
    if refusal:
        raise refusal


def _submit(
    draft: Transaction, provider: Provider, preference_id: int | None, charge: Charge | None, actor: str
) -> Requested:
    """Make the request that carries out a draft, and hand the draft over to it."""
    [made] = submit([Handover(draft, provider, preference_id, charge)], actor=actor)
    return made


def refund_payment(
    *, payment_id: int, amount: Amount, new: NewTransaction, actor: str, expected_outcome: str | None = None
) -> Requested:
    """Pay back part or all of what a gateway captured for one payment; ``new`` is the refund as otherwise entered.

    Args:
        amount: in minor units, or `ALL` that is left of it.
        expected_outcome: what a preview showed of it; another is refused.

    Raises:
        NotFound: no gateway captured that payment. AmountInvalid: it is not above zero. NothingToRefund: more than is
        left of the payment. OutcomeDiffers: it comes to something else than was shown. As `post` else.
    """
    demand(*TO_REFUND)
    made = made_already()
    if isinstance(made, Requested):
        return made
    with atomic():
        charge = completed_refund(payment_id, amount, new)
        with as_follows():
            [draft] = save_drafts(new=[new], actor=actor)
        refuse_paid_out(draft)
        _check_postable(draft, new, actor, outcome=expected_outcome)
        check_provider(charge.provider, draft.currency)
        return _submit(draft, charge.provider, charge.request.preference_id, charge, actor)


def completed_refund(payment_id: int, amount: Amount, new: NewTransaction) -> Charge:
    """The charge that a refund of a payment pays back; ``new`` is completed by what follows from that."""
    charge = charge_of(payment_id)
    if charge is None:
        raise NotFound(Transaction, payment_id, noun=say("payment that a gateway captured"))
    payment = payment_now(payment_id)
    refuse_apart(charge, payment)
    refuse_taken_back(charge, payment.number)
    # Where its credit stands, whichever of its names it was asked by; of a cancelled one, what was restored of it.
    new.account_id = payment.account_id if payment.state == TransactionState.POSTED else account_of(charge)
    new.refund_method_id = _own_refund_method(charge.provider, new.refund_method_id)
    new.amount_minor = (
        charge.refundable_minor if amount == ALL else check_minor(amount, charge.currency, param="/amount")
    )
    if not 0 < new.amount_minor <= charge.refundable_minor:
        raise refund_errors.NothingToRefund(
            Money(new.amount_minor, charge.currency), Money(charge.refundable_minor, charge.currency)
        )
    return charge


def _own_refund_method(provider: Provider, chosen_id: int | None) -> int | None:
    """The method of a refund that a gateway pays: one of its own, so that the entry names the account it leaves."""
    if chosen_id is None:
        return refund_method_of(provider)
    own = {provider.refund_method_id, *provider.refund_methods.values_list("pk", flat=True)} - {None}
    if own and chosen_id not in own:
        chosen = RefundMethod.objects.filter(pk=chosen_id).first()
        raise errors.MethodOfAnother(chosen.name if chosen else str(chosen_id), provider.name)
    return chosen_id


def _draft_of(order: QuickPay, actor: str) -> Post:
    """A quick payment as a draft over what is unsettled of its invoice now."""
    [refusal] = check([order], actor=actor)
    if refusal:
        raise refusal
    invoice = Transaction.objects.select_related("open_item").get(pk=order.target_id)
    new = NewTransaction(
        classification=Classification.PAYMENT,
        account_id=invoice.account_id,
        amount_minor=invoice.open_item.open_minor,
        type_id=order.type_id,
        category_id=order.category_id,
        payment_method_id=order.payment_method_id,
        payment_preference_id=order.payment_preference_id,
        issued_on=order.issued_on,
        received_on=order.received_on,
        received_by=order.received_by,
        issue_reason=order.issue_reason,
        back_office_code=order.back_office_code,
        intended_ids=(order.target_id,),
        metadata=order.metadata,
        note=order.note,
        confirm_in_advance=order.confirm_in_advance,
    )
    return Post(new=new)


def _hand_cancellation(order: Cancel, provider: Provider, actor: str) -> Requested:
    """Ask the gateway to pay a payment back; it is cancelled when that is done."""
    held = open_request_of(order.target_id)
    if held and held.type == RequestType.PAYMENT_CANCELLATION:
        return Requested(held.pk, held.transaction_id, held.account_id, held.amount_minor)
    charge = charge_of(order.target_id)
    assert charge is not None  # by it the order was told apart
    target = Transaction.objects.get(pk=order.target_id)
    refuse_apart(charge, target)
    refuse_taken_back(charge, target.number)
    [refusal] = check([order], actor=actor)
    if refusal:
        raise refusal
    check_provider(provider, charge.currency)
    payment = Transaction.objects.get(pk=order.target_id, state=TransactionState.POSTED)
    refuse_returned(charge, payment.number)
    if charge.refundable_minor < payment.amount_minor:
        raise paid_back_in_part(charge, payment.number)
    [ident] = request(
        wanted=[
            Wanted(
                provider=provider,
                type=RequestType.PAYMENT_CANCELLATION,
                account_id=payment.account_id,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                preference_id=charge.request.preference_id,
                transaction_id=payment.pk,
                charge_id=charge.pk,
                order=kept_orders.keep_cancellation(order),
                claims=frozenset({(TRANSACTION, payment.pk)}),
            )
        ],
        actor=actor,
    )
    return Requested(ident, payment.pk, payment.account_id, payment.amount_minor)
