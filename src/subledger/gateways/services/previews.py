"""What an order would come to, by the gateway that it goes through too; nothing of it is kept or sent."""

from __future__ import annotations

from django.db.transaction import atomic, set_rollback

from subledger.gateways.queries import handlers
from subledger.platform.callers import demand
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Amount, Order, Post
from subledger.transactions.services.previews import Preview, preview

from .method_agreement import agreed, drafts_of
from .provider_choice import provider_of
from .submission import TO_REFUND, completed_refund, hand_over, refund_payment, refuse_past_gateway


def foresee(order: Order, *, actor: str) -> list[Preview]:
    """`preview` of one order, refused where its gateway would be asked in vain.

    Raises:
        DomainError: as `submission.post`.
    """
    drafts = drafts_of([order])
    order = agreed(order, drafts)
    provider = provider_of(order, handlers(), drafts)
    if provider is None:
        refuse_past_gateway(order)
    previews = preview(orders=[order], actor=actor)
    if provider is not None:
        with atomic():  # made as posting makes it, and taken back: gateways are called once it is committed
            hand_over(order, provider, actor)
            set_rollback(True)
    return previews


def foresee_refund(*, payment_id: int, amount: Amount, new: NewTransaction, actor: str) -> list[Preview]:
    """What paying back of a payment through its gateway would come to. DomainError: as `submission.refund_payment`."""
    demand(*TO_REFUND)
    completed_refund(payment_id, amount, new)
    previews = preview(orders=[Post(new=new)], actor=actor)
    with atomic():
        refund_payment(payment_id=payment_id, amount=amount, new=new, actor=actor)
        set_rollback(True)
    return previews
