"""Customers' cards and mandates: registered on the gateway's page, kept as tokens, followed as they change there."""

from __future__ import annotations

from contextlib import suppress

from django.db.transaction import atomic

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.locks import locked
from subledger.accounts.models import Account, AccountPaymentPreference, PaymentPreference
from subledger.accounts.preferences import keep_recurring, release_payment_preference, set_payment_preference
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState
from subledger.gateways import errors
from subledger.gateways.made_kinds import PREFERENCE
from subledger.gateways.models import GatewayCustomer, Instrument, PaymentRequest, Provider
from subledger.gateways.port import (
    CustomerFacts,
    GatewayUnavailable,
    HostedPage,
    InstrumentKeeper,
    InstrumentSeen,
    Registration,
)
from subledger.gateways.queries import instruments_of
from subledger.gateways.states import OPEN, InstrumentKind, ProviderState
from subledger.gateways.ways_to_collect import bars_of
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import decode
from subledger.kernel.sentences import say
from subledger.platform import clock, idempotency
from subledger.platform.callers import as_follows, demand
from subledger.platform.events import NewEvent, record_events

from .bars import unbar
from .begun import note_registration
from .worker import Calls, calls_to

RENEWED = frozenset({"last4", "exp_month", "exp_year", "fingerprint", "mandate", "mandate_on"})
FACTS = ("brand", "last4", "exp_month", "exp_year", "country", "fingerprint", "mandate", "mandate_on", "kind")


def begin_registration(
    *,
    provider: Provider,
    account_id: int,
    success_url: str,
    cancel_url: str,
    kinds: tuple[str, ...] = (InstrumentKind.CARD, InstrumentKind.SEPA_DEBIT),
    link: str = "",
) -> HostedPage:
    """A page of the gateway's on which the account's customer registers a card or a mandate.

    No transaction may be open. Card numbers are entered there and never reach us. ``link``: the id of ours that it is
    opened by, if one; who revokes that closes it.

    Raises:
        AccountTerminated, ProviderNotEffective, CurrencyNotTaken; GatewayRefused: the gateway did not give a page.
    """
    demand("gateways.charge:registration")
    account = account_by_id(account_id)
    check_registrable(account)
    if provider.state != ProviderState.EFFECTIVE:
        raise errors.ProviderNotEffective(provider.name)
    if provider.currencies and account.currency not in provider.currencies:
        raise errors.CurrencyNotTaken(account.currency, provider.name)
    wanted = tuple(kind for kind in kinds if kind != InstrumentKind.SEPA_DEBIT or account.currency == "eur")
    order = Registration(customer_of(provider, account), wanted, account.currency, success_url, cancel_url)
    try:
        with calls_to(provider) as calls:
            page: HostedPage = calls.ask(calls.gateway.register(order))
    except GatewayUnavailable as error:
        raise errors.GatewayRefused(str(error)) from error
    keep_customer(provider, account_id, page.customer_token)
    if link:
        note_registration(account_id=account_id, provider=provider, page=page, link=link)
    return page


def check_registrable(account: Account) -> None:
    """AccountTerminated: nothing is collected there any more."""
    if account.state == AccountState.TERMINATED:
        raise AccountTerminated(account.number, action=say("register a card or mandate"))


def customer_of(provider: Provider, account: Account) -> CustomerFacts:
    """An account as its gateway needs it, with the gateway's own id where there is one."""
    known = GatewayCustomer.objects.filter(provider=provider, account=account, mode=provider.mode).first()
    owner = account.customer
    return CustomerFacts(
        account=account.public_id,
        name=owner.name if owner else account.name,
        email=owner.email if owner else "",
        token=known.token if known else "",
    )


def keep_customer(provider: Provider, account_id: int, token: str) -> None:
    """Keep the gateway's own id of an account; whoever was first stays."""
    if token:
        row = GatewayCustomer(provider=provider, account_id=account_id, mode=provider.mode, token=token)
        GatewayCustomer.objects.bulk_create([row], ignore_conflicts=True)


@atomic
def keep_instrument(*, provider: Provider, seen: InstrumentSeen, actor: str) -> Instrument | None:
    """Keep a card or mandate as the gateway tells of it now; None when no account of ours can be told from it.

    The first one of a provider on an account becomes its default, and so does one that is registered where the default
    was declined for good: whoever registers it does so to be charged by it. One that was removed here stays removed.
    """
    known = Instrument.objects.select_related("chosen").filter(provider=provider, token=seen.token)
    kept_on = known.values_list("account_id", flat=True).first() or _account_of(provider, seen)
    if kept_on is None:
        return None
    account = locked(Account, kept_on)
    found = known.first()  # the customer's return and the notice came together: one keeps it, the other finds it
    if found is not None:
        return _follow(found, seen, actor)
    others = list(instruments_of(account.pk).filter(provider=provider, mode=provider.mode))
    barred = bars_of([one.pk for one in others]) if others else {}
    replaced = [one for one in others if one.pk in barred and (one.is_default or one.chosen.is_default)]
    is_first = not others or any(one.is_default for one in replaced)
    prefers_none = not account.payment_preferences.filter(is_default=True, released_at=None).exists()
    if is_first:
        Instrument.objects.filter(pk__in=[one.pk for one in replaced]).update(is_default=False)
    chosen = set_payment_preference(
        account_id=account.pk,
        preference=_preference_of(provider),
        details={},
        is_registered=True,
        is_default=(is_first and prefers_none) or any(one.chosen.is_default for one in replaced),
        actor=actor,
    )
    keep_customer(provider, account.pk, seen.customer_token)
    instrument: Instrument = Instrument.objects.create(
        chosen=chosen,
        provider=provider,
        account=account,
        mode=provider.mode,
        token=seen.token,
        is_default=is_first,
        created_at=clock.now(),
        **{name: getattr(seen, name) for name in FACTS},
    )
    data = {"instrument": str(instrument), "kind": instrument.kind}
    record_events([NewEvent("account.instrument_registered", "account", account.pk, data)], actor=actor)
    return instrument


@atomic
def make_default(*, chosen_id: int, actor: str) -> Instrument:
    """Charge this one when nobody chose another."""
    demand("gateways.charge:cards")
    instrument = _locked(chosen_id)
    Instrument.objects.filter(
        provider=instrument.provider, account=instrument.account, mode=instrument.mode, is_default=True
    ).update(is_default=False)
    instrument.is_default = True
    instrument.save(update_fields=["is_default"])
    _record("instrument_defaulted", instrument, actor)
    return instrument


@atomic
def set_recurring(*, chosen_id: int, is_recurring: bool, actor: str) -> Instrument:
    """Let runs use it, or not."""
    demand("gateways.charge")
    instrument = _locked(chosen_id)
    keep_recurring(instrument.chosen, is_recurring=is_recurring)
    _record("instrument_recurring" if is_recurring else "instrument_not_recurring", instrument, actor)
    return instrument


def remove_instrument(*, chosen_id: int, actor: str) -> None:
    """Let go of a card or mandate, here and at the gateway. No transaction may be open.

    Raises:
        InstrumentUnusable: an open request is to charge it.
    """
    demand("gateways.charge:cards")
    instrument = Instrument.objects.select_related("provider", "chosen").filter(pk=chosen_id, removed_at=None).first()
    if instrument is None:
        raise NotFound(AccountPaymentPreference, chosen_id, noun=say("payment preference"))
    with atomic():
        _remove(chosen_id, actor, forced=False)
        idempotency.bind(PREFERENCE, chosen_id)
    try:
        with calls_to(instrument.provider) as calls:
            _forget(calls, instrument.token)
    except (GatewayUnavailable, errors.ProviderInvalid):
        # It is not charged again, whatever the gateway keeps of it.
        record_events(
            [NewEvent("account.instrument_kept_at_gateway", "account", instrument.account_id, {})], actor=actor
        )


def forget_token(*, provider: Provider, token: str, actor: str) -> bool:
    """A card or mandate is gone at the gateway: it is gone here, whatever still wants to charge it."""
    instrument = Instrument.objects.filter(provider=provider, token=token).first()
    if instrument is None:
        return False
    if instrument.removed_at is None:
        _remove(instrument.pk, actor, forced=True)
    return True


@atomic
def _remove(chosen_id: int, actor: str, *, forced: bool) -> None:
    instrument = _locked(chosen_id)
    wanted = PaymentRequest.objects.filter(preference=instrument.pk, state__in=sorted(OPEN)).first()
    if wanted and not forced:
        raise errors.InstrumentUnusable(
            str(instrument), say("payment request {number} is still open and uses it", number=wanted.number)
        )
    was_default, instrument.is_default = instrument.is_default, False
    instrument.removed_at = clock.now()
    instrument.save(update_fields=["removed_at", "is_default"])
    _record("instrument_removed", instrument, actor)
    heir = instruments_of(instrument.account_id).filter(provider=instrument.provider, mode=instrument.mode).last()
    with as_follows():
        release_payment_preference(account_id=instrument.account_id, chosen_id=chosen_id, actor=actor)
        if was_default and heir:
            make_default(chosen_id=heir.pk, actor=actor)


def _forget(calls: Calls, token: str) -> None:
    if isinstance(calls.gateway, InstrumentKeeper):
        calls.ask(calls.gateway.forget(token))


def _follow(instrument: Instrument, seen: InstrumentSeen, actor: str) -> Instrument:
    """Take over what changed: a new expiry, a new number behind the same token."""
    changed = [
        name
        for name in FACTS
        if getattr(seen, name) not in ("", None) and getattr(seen, name) != getattr(instrument, name)
    ]
    for name in changed:
        setattr(instrument, name, getattr(seen, name))
    if changed:
        instrument.save(update_fields=changed)
        _record("instrument_changed", instrument, actor)
        if RENEWED.intersection(changed):
            unbar([instrument.pk], actor=actor)
    return instrument


def _account_of(provider: Provider, seen: InstrumentSeen) -> int | None:
    if seen.account:
        with suppress(ValueError):
            named = decode(Account.PREFIX, seen.account)
            if Account.objects.filter(pk=named).exists():
                return named
    known = GatewayCustomer.objects.filter(provider=provider, token=seen.customer_token)
    return known.values_list("account_id", flat=True).first()


def _preference_of(provider: Provider) -> PaymentPreference:
    """The kind of preference its cards are of. ProviderInvalid when the provider lists none."""
    listed: PaymentPreference | None = provider.preferences.order_by("pk").first()
    if listed is None:
        raise errors.ProviderInvalid(
            say("Provider {name!r} lists no payment preference for its cards. Add one to it.", name=provider.name),
            param="/preferences",
        )
    return listed


def _locked(chosen_id: int) -> Instrument:
    """A card or mandate under the lock of its account, which holds all that the account pays by. NotFound."""
    rows = Instrument.objects.select_related("provider", "chosen").filter(pk=chosen_id, removed_at=None)
    account_id = rows.values_list("account_id", flat=True).first()
    found = rows.filter(account=locked(Account, account_id)).first() if account_id is not None else None
    if found is None:
        raise NotFound(AccountPaymentPreference, chosen_id, noun=say("payment preference"))
    instrument: Instrument = found
    return instrument


def _record(what: str, instrument: Instrument, actor: str) -> None:
    data = {"instrument": str(instrument), "payment_preference": instrument.public_id}
    record_events([NewEvent(f"account.{what}", "account", instrument.account_id, data)], actor=actor)
