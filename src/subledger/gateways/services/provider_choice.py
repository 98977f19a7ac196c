"""Whose business an order is: its provider, what of the account it charges, the charge that a refund pays back from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from subledger.accounts.models import AccountPaymentPreference
from subledger.companies.queries import today_of_company
from subledger.gateways import errors, refund_errors
from subledger.gateways.charges import charge_of, charges_on_each
from subledger.gateways.models import Charge, Instrument, Provider
from subledger.gateways.queries import Handlers, default_instrument, handlers
from subledger.gateways.registry import kind_named
from subledger.gateways.rules.outcomes import is_usable
from subledger.gateways.states import ProviderState, RequestState
from subledger.gateways.ways_to_collect import bars_of, way_by, way_out_by
from subledger.kernel.errors import NotFound
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.transactions.models import Transaction, TransactionType
from subledger.transactions.rules.orders import Cancel, Order, Post, QuickPay
from subledger.transactions.states import Classification

from .method_agreement import name_of, owner_of


def check_provider(provider: Provider, currency: str) -> None:
    """ProviderNotEffective, CurrencyNotTaken."""
    if provider.state != ProviderState.EFFECTIVE:
        raise errors.ProviderNotEffective(provider.name)
    if provider.currencies and currency not in provider.currencies:
        raise errors.CurrencyNotTaken(currency, provider.name)


def instrument_for(
    provider: Provider, account_id: int, chosen_id: int | None, *, is_charge: bool = True
) -> AccountPaymentPreference | None:
    """What of the account the gateway is to charge, or pay out to: what was chosen, else its default there.

    For a provider that executes nothing itself any preference that it lists; none only where it lists none.

    Raises:
        NotFound: the account has no such preference. InstrumentMissing, PreferenceOfAnother, InstrumentUnusable.
        WayDeclined: it is to be charged, nobody chose it, and it was declined for good.
    """
    found = _way_for(provider, account_id, chosen_id, is_charge=is_charge)
    if is_charge and found is not None and chosen_id is None and bars_of([found.pk]):
        raise errors.WayDeclined(name_of(found))
    return found


def _way_for(
    provider: Provider, account_id: int, chosen_id: int | None, *, is_charge: bool
) -> AccountPaymentPreference | None:
    if not kind_named(provider.kind).executes:
        return _listed_preference(provider, account_id, chosen_id, is_charge=is_charge)
    if chosen_id is None:
        instrument = default_instrument(provider, account_id)
    else:
        chosen = _own_preference(account_id, chosen_id)
        instrument = Instrument.objects.select_related("chosen").filter(pk=chosen_id, provider=provider).first()
        if instrument is None:
            raise _of_another(chosen, provider)
    if instrument is None:
        raise errors.InstrumentMissing(provider.name)
    today = today_of_company()
    if instrument.removed_at is not None:
        raise errors.InstrumentUnusable(str(instrument), say("it was removed"))
    if instrument.mode != provider.mode:
        raise errors.InstrumentUnusable(str(instrument), say("it was registered in {mode} mode", mode=instrument.mode))
    if not is_usable(instrument.exp_year, instrument.exp_month, year=today.year, month=today.month):
        raise errors.InstrumentUnusable(
            str(instrument),
            say("it expired in {exp_month}/{exp_year}", exp_month=instrument.exp_month, exp_year=instrument.exp_year),
        )
    return instrument.chosen


def handed_over(draft_ids: Sequence[int]) -> frozenset[int]:
    """The drafts that a gateway carries out."""
    known = handlers()
    if not (known.payment_methods or known.refund_methods):
        return frozenset()
    money = Transaction.objects.filter(
        pk__in=draft_ids, classification__in=(Classification.PAYMENT, Classification.REFUND)
    )
    return frozenset(draft.pk for draft in money if _provider_of_document(draft, known) is not None)


def provider_of(order: Order, known: Handlers, drafts: Mapping[int, Transaction]) -> Provider | None:
    """The provider whose business an order is; None for what is simply posted."""
    if isinstance(order, Cancel):
        providers = known.cancellation_types.get(_type_id(order.type_id, Classification.PAYMENT_CANCELLATION) or 0)
        charge = charge_of(order.target_id) if providers else None
        return charge.provider if charge and charge.provider_id in (providers or ()) else None
    if isinstance(order, QuickPay):
        return known.payment_methods.get(
            _method_id(order.type_id, Classification.PAYMENT, order.payment_method_id) or 0
        )
    if not isinstance(order, Post):
        return None
    new = order.new or drafts.get(order.draft_id or 0)
    return _provider_of_document(new, known) if new is not None else None


def _provider_of_document(new: Any, known: Handlers) -> Provider | None:
    """Of a new payment or refund, or a draft of one."""
    if not (known.payment_methods or known.refund_methods):
        return None
    if new.classification == Classification.PAYMENT:
        return known.payment_methods.get(_method_id(new.type_id, Classification.PAYMENT, new.payment_method_id) or 0)
    if new.classification == Classification.REFUND:
        return known.refund_methods.get(_method_id(new.type_id, Classification.REFUND, new.refund_method_id) or 0)
    return None


def _type_id(chosen: int | None, classification: Classification) -> int | None:
    if chosen is not None:
        return chosen
    return (
        TransactionType.objects.filter(classification=classification, is_default=True)
        .values_list("pk", flat=True)
        .first()
    )


def _method_id(type_id: int | None, classification: Classification, chosen: int | None) -> int | None:
    """The method as posting will take it: the one chosen, else the type's default."""
    if chosen is not None:
        return chosen
    kind = TransactionType.objects.filter(pk=_type_id(type_id, classification)).first()
    if kind is None:
        return None
    method: int | None = (
        kind.default_payment_method_id if classification is Classification.PAYMENT else kind.default_refund_method_id
    )
    return method


def charge_for(provider: Provider, refund: Transaction) -> Charge | None:
    """What a refund pays back from: the newest charge with enough left, of the chosen preference before others."""
    return charges_for(provider, [refund])[refund.pk]


def charges_for(provider: Provider, refunds: Sequence[Transaction]) -> dict[int, Charge | None]:
    """The same of refunds on accounts of their own, by their ids."""
    accounts, currencies = [refund.account_id for refund in refunds], {refund.currency for refund in refunds}
    here = charges_on_each(accounts, provider=provider, currencies=currencies)
    return {refund.pk: _charge_among(here[refund.account_id], provider, refund) for refund in refunds}


def _charge_among(here: Sequence[Charge], provider: Provider, refund: Transaction) -> Charge | None:
    charges = [charge for charge in here if charge.request.state != RequestState.REJECTED]  # else it came back
    enough = [charge for charge in charges if charge.refundable_minor >= refund.amount_minor]
    preferred = [c for c in enough if c.request.preference_id == refund.payment_preference_id]
    if enough:
        return (preferred or enough)[0]
    if not kind_named(provider.kind).executes:
        return None  # paid out by the integrator, as a bank transfer is
    most = max((charge.refundable_minor for charge in charges), default=0)
    raise refund_errors.NothingToRefund(Money(refund.amount_minor, refund.currency), Money(most, refund.currency))


def _own_preference(account_id: int, chosen_id: int) -> AccountPaymentPreference:
    chosen: AccountPaymentPreference | None = AccountPaymentPreference.objects.filter(
        pk=chosen_id, account_id=account_id
    ).first()
    if chosen is None:
        raise NotFound(
            AccountPaymentPreference,
            chosen_id,
            noun=say("payment preference of this account"),
            param="/payment_preference",
        )
    return chosen


def _listed_preference(
    provider: Provider, account_id: int, chosen_id: int | None, *, is_charge: bool
) -> AccountPaymentPreference | None:
    listed = set(provider.preferences.values_list("pk", flat=True))
    if chosen_id is not None:
        chosen = _own_preference(account_id, chosen_id)
        if listed and chosen.preference_id not in listed:
            raise _of_another(chosen, provider)
        return chosen
    today = today_of_company()
    ident = way_by(provider, account_id, on=today) if is_charge else way_out_by(provider, account_id)
    found: AccountPaymentPreference | None = AccountPaymentPreference.objects.filter(pk=ident).first()
    if found is None and listed:
        raise errors.InstrumentMissing(provider.name)
    return found


def _of_another(chosen: AccountPaymentPreference, provider: Provider) -> errors.InstrumentUnusable:
    owner = owner_of(chosen)
    whose = say("it is {name}'s", name=owner.name) if owner else say("it is no gateway's")
    return errors.InstrumentUnusable(
        name_of(chosen), say("{whose}, and the method belongs to {name}", whose=whose, name=provider.name)
    )
