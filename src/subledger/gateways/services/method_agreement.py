"""A way to pay and a method agree, whatever door they came through: a chosen card is charged, or the order is refused.

Method and way to pay may each be left out. Where the way to pay is a gateway's and no method was chosen, it is a method
of that gateway; where one was chosen that is not, the order is refused with both named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from subledger.accounts.models import AccountPaymentPreference
from subledger.gateways import errors
from subledger.gateways.models import Instrument, Provider
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.platform.callers import demand
from subledger.transactions.models import PaymentMethod, RefundMethod, Transaction, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Order, Post, QuickPay
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.states import Classification


def drafts_of(orders: Sequence[Order]) -> dict[int, Transaction]:
    """The drafts that orders post, by id."""
    idents = [order.draft_id for order in orders if isinstance(order, Post) and order.draft_id]
    found: dict[int, Transaction] = Transaction.objects.in_bulk(idents) if idents else {}
    return found


def agreed(order: Order, drafts: Mapping[int, Transaction]) -> Order:
    """The order with the method that its way to pay asks for. Whoever may not post it is told that first.

    Raises:
        PreferenceOfAnother: the method chosen belongs to no, or to another, gateway than the way to pay. NotFound.
    """
    if isinstance(order, QuickPay) and order.payment_preference_id is not None:
        demand(permission_for("quick_pay", Classification.INVOICE))
        account_id = Transaction.objects.filter(pk=order.target_id).values_list("account_id", flat=True).first()
        method = _method_for(
            Classification.PAYMENT, account_id, order.payment_preference_id, order.payment_method_id, order.type_id
        )
        return replace(order, payment_method_id=method)
    if isinstance(order, Post) and order.new is not None:
        demand(permission_for("post", order.new.classification))
        return replace(order, new=agreed_document(order.new))
    if isinstance(order, Post):
        draft = drafts.get(order.draft_id or 0)
        if draft is not None and draft.payment_preference_id is not None:
            method = draft.payment_method_id or draft.refund_method_id
            kind = Classification(draft.classification)
            demand(permission_for("post", kind))
            _method_for(kind, draft.account_id, draft.payment_preference_id, method, draft.type_id)
    return order


def agreed_document(new: NewTransaction) -> NewTransaction:
    """A payment or refund, new or to be kept as a draft, as `agreed`; everything else as it is."""
    if new.payment_preference_id is None:
        return new
    if new.classification is Classification.PAYMENT:
        method = _method_for(
            new.classification, new.account_id, new.payment_preference_id, new.payment_method_id, new.type_id
        )
        return replace(new, payment_method_id=method)
    if new.classification is Classification.REFUND:
        method = _method_for(
            new.classification, new.account_id, new.payment_preference_id, new.refund_method_id, new.type_id
        )
        return replace(new, refund_method_id=method)
    return new


def owner_of(chosen: AccountPaymentPreference) -> Provider | None:
    """The gateway whose a way to pay is: that of its card or mandate, else the one that lists it."""
    instrument = Instrument.objects.select_related("provider").filter(pk=chosen.pk).first()
    if instrument is not None:
        return instrument.provider
    found: Provider | None = Provider.objects.filter(is_active=True, preferences=chosen.preference_id).first()
    return found


def name_of(chosen: AccountPaymentPreference) -> str:
    """A way to pay as people tell it from others."""
    instrument = Instrument.objects.filter(pk=chosen.pk).first()
    return str(instrument) if instrument else str(chosen)


def _method_for(
    kind: Classification, account_id: int | None, chosen_id: int, method_id: int | None, type_id: int | None
) -> int | None:
    chosen = (
        AccountPaymentPreference.ever.select_related("preference").filter(pk=chosen_id, account_id=account_id).first()
    )
    if chosen is None:
        raise NotFound(
            AccountPaymentPreference,
            chosen_id,
            noun=say("payment preference of this account"),
            param="/payment_preference",
        )
    owner = owner_of(chosen)
    if owner is None:
        return method_id
    own = _methods_of(owner, kind)
    if method_id is not None:
        if method_id in own:
            return method_id
        model = PaymentMethod if kind is Classification.PAYMENT else RefundMethod
        method = model.objects.filter(pk=method_id).first()
        raise errors.PreferenceOfAnother(name_of(chosen), owner.name, method.name if method else "")
    allowed = _allowed(kind, type_id)
    fits = [ident for ident in own if ident in allowed] or own
    if not fits:
        raise errors.PreferenceOfAnother(name_of(chosen), owner.name, "")
    return fits[0]


def _methods_of(provider: Provider, kind: Classification) -> list[int]:
    """Ids of the provider's methods, its own first."""
    if kind is Classification.PAYMENT:
        listed, first = provider.payment_methods, provider.payment_method_id
    else:
        listed, first = provider.refund_methods, provider.refund_method_id
    idents = list(listed.filter(is_active=True).order_by("pk").values_list("pk", flat=True))
    return sorted(idents, key=lambda ident: ident != first)


def _allowed(kind: Classification, type_id: int | None) -> set[int]:
    rows = TransactionType.objects.filter(classification=kind)
    found = rows.filter(pk=type_id).first() if type_id is not None else rows.filter(is_default=True).first()
    if found is None:
        return set()
    methods = found.payment_methods if kind is Classification.PAYMENT else found.refund_methods
    return set(methods.values_list("pk", flat=True))
