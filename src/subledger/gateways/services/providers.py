"""Providers: which gateways, whose keys, which methods. Secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.db.transaction import atomic

from subledger.companies.entries import save_entry
from subledger.gateways import errors
from subledger.gateways.interactive import is_waited_for
from subledger.gateways.kind import GatewayKind
from subledger.gateways.made_kinds import PROVIDER
from subledger.gateways.models import Provider
from subledger.gateways.port import Gateway, ProviderSettings
from subledger.gateways.queries import provider_by_id
from subledger.gateways.registry import kind_named
from subledger.gateways.states import Mode, ProviderState
from subledger.kernel.currencies import normalise
from subledger.kernel.sentences import say
from subledger.kernel.web_addresses import is_web_address
from subledger.platform import idempotency
from subledger.platform.callers import demand
from subledger.platform.encryption import seal, unseal
from subledger.platform.events import NewEvent, record_events
from subledger.platform.network import refuse_in_transaction
from subledger.platform.public_addresses import NOT_PUBLIC, trouble_calling, trouble_saving

from .fees import take_up_fees

# Written and never read again by anybody but the gateway: name as given -> column.
SECRETS = {"test_key": "sealed_test_key", "live_key": "sealed_live_key", "webhook_secrets": "sealed_webhook_secrets"}
LISTS = {
    "payment_methods": say("payment method"),
    "refund_methods": say("refund method"),
    "preferences": say("payment preference"),
}


def settings_of(provider: Provider, mode: str = "") -> ProviderSettings:
    """What the provider's gateway needs, secrets opened; of its present mode unless another is named."""
    mode = mode or provider.mode
    sealed = provider.sealed_live_key if mode == Mode.LIVE else provider.sealed_test_key
    return ProviderSettings(
        provider=provider.public_id,
        kind=provider.kind,
        mode=mode,
        secret_key=unseal(sealed) if sealed else "",
        webhook_secrets=tuple(unseal(secret) for secret in provider.sealed_webhook_secrets),
        api_version=provider.api_version,
        base_url=provider.base_url,
        calls_per_second=provider.calls_per_second,
        is_waited_for=is_waited_for(),
        allows_private=settings.ALLOW_PRIVATE_GATEWAYS,
    )


def gateway_of(provider: Provider, mode: str = "") -> Gateway:
    """The provider's gateway, in its present mode or the one named.

    Raises:
        ProviderInvalid: of a kind that executes nothing itself.
    """
    make = kind_named(provider.kind).make
    if make is None:
        raise errors.ProviderInvalid(
            say(
                "Provider {name!r} is worked off by an integrator: there is nothing to call. Report its "
                "requests by the API or by file.",
                name=provider.name,
            )
        )
    return make(settings_of(provider, mode))


def save_provider(*, ident: int | None, values: Mapping[str, Any], version: str = "", actor: str) -> Provider:
    """Create (``ident`` None) or change a provider.

    No transaction may be open where an address is given: its name is looked up, which may take its time.

    ``values`` go by field; ``test_key``, ``live_key`` and ``webhook_secrets`` (a list, replacing the old one) are
    sealed, and the audit trail tells that they changed, never what they are. An empty key is removed.

    Raises:
        GatewayKindUnknown; ProviderInvalid: a key of the wrong mode, no key for the mode of an effective provider, a
        currency that the gateway does not take, a method that belongs to another provider, another address without
        the keys that it is to get, an address inside our own network, one without https in live mode.
        ConfigurationInvalid.
        ChangedMeanwhile: it says something else than the ``version`` of it that was shown.
    """
    demand("gateways.edit")
    _check_address(ident, values)
    return _save(ident, values, version, actor)


def _check_address(ident: int | None, values: Mapping[str, Any]) -> None:
    """That a new address is public, all that its name leads to."""
    url, old = values.get("base_url"), provider_by_id(ident) if ident is not None else None
    if not url or (old is not None and url == old.base_url):
        return
    if not is_web_address(url):
        raise errors.ProviderInvalid(
            say(
                "{url!r} is no address on the web. Write https://host/path, or leave it empty for the gateway's own.",
                url=url,
            ),
            param="/base_url",
        )
    refuse_in_transaction(say("A gateway's name is looked up"))
    mode = str(values.get("mode") or (old.mode if old is not None else Mode.TEST))
    _refuse_address(trouble_saving(url, mode, allows_private=settings.ALLOW_PRIVATE_GATEWAYS))


@atomic
def _save(ident: int | None, values: Mapping[str, Any], version: str, actor: str) -> Provider:
    plain = {name: value for name, value in values.items() if name not in SECRETS}
    if ident is None:
        kind = kind_named(str(plain.get("kind", "")))
        plain.setdefault("api_version", kind.api_versions[0] if kind.api_versions else "")
    elif plain.pop("kind", None) not in (None, provider_by_id(ident).kind):
        raise errors.ProviderInvalid(say("A provider keeps its kind. Make another provider."), param="/kind")
    old = provider_by_id(ident) if ident is not None else None
    if old is not None:
        _refuse_elsewhere(old, values)
    if "state" in plain:
        raise errors.ProviderInvalid(say("The state is changed by its own action."), param="/state")
    if "currencies" in plain:
        plain["currencies"] = sorted({normalise(currency) for currency in plain["currencies"]})
    _refuse_taken(ident, plain)
    try:
        with atomic():
            provider: Provider = save_entry(model=Provider, ident=ident, values=plain, version=version, actor=actor)
    except IntegrityError as error:
        raise errors.ProviderInvalid(
            say("One of the methods was given to another provider just now. Look at both, and repeat.")
        ) from error
    _keep_secrets(provider, values, actor)
    _check(provider)
    take_up_fees(provider=provider, actor=actor)
    idempotency.bind(PROVIDER, provider.pk)
    return provider


@atomic
def set_state(*, provider_id: int, state: ProviderState, actor: str) -> Provider:
    """Make a provider effective, or not. ProviderInvalid says what it lacks."""
    demand("gateways.edit")
    provider = provider_by_id(provider_id)
    provider.state = state
    _check(provider)
    provider.save(update_fields=["state"])
    record_events([NewEvent(f"provider.{state}", "provider", provider.pk, {})], actor=actor)
    return provider


@atomic
def delete_provider(*, provider_id: int, actor: str) -> None:
    """Delete a provider that nothing was done with. ProviderInUse: its requests, cards, events or runs keep it."""
    demand("gateways.edit")
    provider = provider_by_id(provider_id)
    for name, what in (
        ("requests", "payment requests"),
        ("instruments", say("cards or mandates")),
        ("events", "events"),
    ):
        if getattr(provider, name).exists():
            raise errors.ProviderInUse(
                say(
                    "Provider {name!r} has {what}: it cannot be deleted. Make it not effective instead.",
                    name=provider.name,
                    what=what,
                )
            )
    try:
        with atomic():
            provider.delete()
    except (ProtectedError, IntegrityError) as error:
        raise errors.ProviderInUse(
            say(
                "Provider {name!r} is used by a run or by what it collected: it cannot be deleted. Make "
                "it not effective instead.",
                name=provider.name,
            )
        ) from error
    record_events([NewEvent("provider.deleted", "provider", provider_id, {"name": provider.name})], actor=actor)


def _keep_secrets(provider: Provider, values: Mapping[str, Any], actor: str) -> None:
    given = {name: values[name] for name in SECRETS if name in values}
    if not given:
        return
    for name, value in given.items():
        if name == "webhook_secrets":
            provider.sealed_webhook_secrets = [seal(secret) for secret in value]
            continue
        wrong = _key_trouble(kind_named(provider.kind), value, Mode.LIVE if name == "live_key" else Mode.TEST)
        if value and wrong:
            raise errors.ProviderInvalid(say("The key cannot be used: {wrong}", wrong=wrong), param=f"/{name}")
        setattr(provider, SECRETS[name], seal(value) if value else "")
    provider.save(update_fields=[SECRETS[name] for name in given])
    changes = {name: ["", "changed" if value else "removed"] for name, value in given.items()}
    record_events([NewEvent("provider.secrets_changed", "provider", provider.pk, changes)], actor=actor)


def _refuse_elsewhere(provider: Provider, values: Mapping[str, Any]) -> None:
    """A key goes to the address that it was entered for: who points the provider elsewhere must know its keys."""
    if values.get("base_url", provider.base_url) == provider.base_url:
        return
    for name in ("test_key", "live_key"):
        if getattr(provider, SECRETS[name]) and name not in values:
            raise errors.ProviderInvalid(
                say(
                    "The address of the gateway changes, and its keys would be sent there. Enter them again "
                    "with it, or remove them."
                ),
                param=f"/{name}",
            )


def _refuse_address(trouble: str) -> None:
    if not trouble:
        return
    remedy = say("Use an address that begins with https://.")
    if trouble == NOT_PUBLIC:
        remedy = say(
            "Leave it empty for the gateway's own. For a sandbox on this machine, whoever runs the "
            "server sets SUBLEDGER_ALLOW_PRIVATE_GATEWAYS."
        )
    raise errors.ProviderInvalid(say("{trouble} {remedy}", trouble=trouble, remedy=remedy), param="/base_url")


def _key_trouble(kind: GatewayKind, key: str, mode: Mode) -> str:
    return kind.checks_key(key, mode) if key and kind.checks_key else ""


def _check(provider: Provider) -> None:
    """What must hold of a provider as a whole. ProviderInvalid."""
    kind = kind_named(provider.kind)
    if kind.api_versions and provider.api_version not in kind.api_versions:
        raise errors.ProviderInvalid(
            say(
                "{title} is not spoken in version {api_version!r}. Versions: {versions}.",
                title=kind.title,
                api_version=provider.api_version,
                versions=", ".join(kind.api_versions),
            ),
            param="/api_version",
        )
    if provider.state != ProviderState.EFFECTIVE:
        return
    _refuse_address(trouble_calling(provider.base_url, provider.mode, allows_private=settings.ALLOW_PRIVATE_GATEWAYS))
    sealed = provider.sealed_live_key if provider.mode == Mode.LIVE else provider.sealed_test_key
    if kind.has_keys and not sealed:
        raise errors.ProviderInvalid(
            say(
                "Provider {name!r} is in {mode} mode and has no key for it. Enter it first.",
                name=provider.name,
                mode=provider.mode,
            ),
            param=f"/{provider.mode}_key",
        )
    _check_methods(provider, kind)
    foreign = sorted(set(provider.currencies) - kind.currencies) if kind.currencies is not None else []
    if foreign:
        raise errors.ProviderInvalid(
            say(
                "{title} does not take {currencies}. Take it off the provider's currencies.",
                title=kind.title,
                currencies=", ".join(foreign).upper(),
            ),
            param="/currencies",
        )


def _check_methods(provider: Provider, kind: GatewayKind) -> None:
    """That the money of a provider has a ledger account, and one alone where nobody chooses. ProviderInvalid."""
    sides = (
        ("payment", provider.payment_method, provider.payment_methods, say("what its customers pay")),
        ("refund", provider.refund_method, provider.refund_methods, say("what goes back to them")),
    )
    missing = []
    for side, chosen, methods, what in sides:
        listed = list(methods.select_related("ledger_account").order_by("pk"))
        accounts = {method.ledger_account_id: str(method.ledger_account) for method in listed}
        if chosen is None and len(accounts) > 1:
            raise errors.ProviderInvalid(
                say(
                    "The {side} methods of provider {name!r} book to different ledger accounts ({accounts}), and "
                    "none of them is named for {what} without choosing one. Say which method that is.",
                    side=side,
                    name=provider.name,
                    accounts=", ".join(accounts.values()),
                    what=what,
                ),
                param=f"/{side}_method",
            )
        if chosen is None and not listed:
            missing.append((side, what))
    if missing and (kind.executes or len(missing) == len(sides)):
        side, what = missing[0]
        raise errors.ProviderInvalid(
            say(
                "Provider {name!r} has no {side} method, so nothing says to which ledger account {what} "
                "is booked. List one first.",
                name=provider.name,
                side=side,
                what=what,
            ),
            param=f"/{side}_methods",
        )


def _refuse_taken(ident: int | None, values: Mapping[str, Any]) -> None:
    """A method belongs to one provider at most: name the one that has it."""
    for name, thing in LISTS.items():
        chosen = [getattr(row, "pk", row) for row in values.get(name, ())]
        others = Provider.objects.exclude(pk=ident).filter(**{f"{name}__in": chosen}) if chosen else ()
        for other in others:
            raise errors.ProviderInvalid(
                say(
                    "A {thing} belongs to one provider, and {name!r} has one of these. Take it off there first.",
                    thing=thing,
                    name=other.name,
                ),
                param=f"/{name}",
            )
