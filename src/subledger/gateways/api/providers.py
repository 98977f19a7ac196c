"""Payment gateway providers: configured, switched on and off. Their secrets go in and never come out."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AfterValidator, Field

from subledger.accounts.models import PaymentPreference
from subledger.api_kit.callers import caller_of
from subledger.api_kit.entries import ENTRY, EntryIn, EntryOut, lists_of, ref, refs, values_of
from subledger.api_kit.fields import Currency, IdOf, Text60, Text100, Text300
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import Filter, JsonObject, Resource, collection, partial, serialise_fields
from subledger.gateways import registry
from subledger.gateways.models import Provider
from subledger.gateways.services.providers import delete_provider, save_provider, set_state
from subledger.gateways.states import Mode, ProviderState
from subledger.journal.models import LedgerAccount
from subledger.platform.idempotency import Binding, made_before
from subledger.platform.public_address import public_url
from subledger.transactions.models import PaymentMethod, RefundMethod, TransactionType

router = Router(tags=["Payment gateways"])
ProviderId = Annotated[int, IdOf(Provider.PREFIX)]
PLAIN = (
    "kind", "state", "mode", "api_version", "base_url", "currencies", "payment_type", "payment_method",
    "refund_method", "fee_account", "calls_per_second", "action_hours", "creditor",
)  # fmt: skip
LISTS = ("payment_methods", "refund_methods", "cancellation_types", "preferences")
SECRETS = ("test_key", "live_key", "webhook_secrets")


def _visible(text: str) -> str:
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("it must be visible ASCII characters")
    return text


Secret = Annotated[str, Field(max_length=500), AfterValidator(_visible)]
Url = Annotated[str, Field(max_length=300, pattern=r"^(https?://[!-~]+)?$")]
Few = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Hours = Annotated[int, Field(strict=True, ge=1, le=24 * 365)]


class ProviderIn(EntryIn):
    """``kind`` stays what it was made with. A method or preference belongs to one provider at most."""

    kind: Text60 = Field(description="One of payment_gateway_kinds.")
    mode: Mode = Mode.TEST
    api_version: Text60 | None = Field(default=None, description="The newest that is spoken if left out.")
    base_url: Url = Field(default="", description="Empty: the gateway's own.")
    test_key: Secret | None = Field(default=None, description="Write-only; empty removes it.")
    live_key: Secret | None = Field(default=None, description="Write-only; empty removes it.")
    webhook_secrets: Annotated[list[Secret], Field(max_length=5)] | None = Field(
        default=None, description="Write-only; takes the place of those that are set."
    )
    currencies: Annotated[list[Currency], Field(max_length=200)] = Field(
        default=[], description="Empty: all that the gateway takes."
    )
    payment_methods: refs(PaymentMethod) = []  # type: ignore[valid-type]
    refund_methods: refs(RefundMethod) = []  # type: ignore[valid-type]
    cancellation_types: refs(TransactionType) = Field(  # type: ignore[valid-type]
        default=[], description="Payment cancellations of these types pay the money back through the gateway."
    )
    preferences: refs(PaymentPreference) = []  # type: ignore[valid-type]
    payment_type: ref(TransactionType, null=True) = None  # type: ignore[valid-type]
    payment_method: ref(PaymentMethod, null=True) = None  # type: ignore[valid-type]
    refund_method: ref(RefundMethod, null=True) = None  # type: ignore[valid-type]
    fee_account: ref(LedgerAccount, null=True) = None  # type: ignore[valid-type]
    calls_per_second: Few | None = Field(
        default=None, description="For all calls of the account together. Null: what the gateway allows an account."
    )
    action_hours: Hours = Field(default=23, description="How long a customer has to authenticate, or to pay a page.")
    creditor: dict[Literal["name", "iban", "bic", "creditor_id"], Text100] = Field(
        default={}, description="Our side of bank files, for generic providers."
    )


class ProviderOut(EntryOut):
    object: Literal["payment_gateway_provider"]
    kind: str
    state: ProviderState
    mode: Mode
    api_version: str
    base_url: str
    has_test_key: bool
    has_live_key: bool
    webhook_secret_count: int
    webhook_url: str | None = Field(description="Where the gateway is to send its events; null: it sends none.")
    currencies: list[str]
    payment_methods: list[str]
    refund_methods: list[str]
    cancellation_types: list[str]
    preferences: list[str]
    payment_type: str | None
    payment_method: str | None
    refund_method: str | None
    fee_account: str | None
    calls_per_second: int | None
    action_hours: int
    creditor: dict[str, str]


class KindOut(Schema):
    object: Literal["payment_gateway_kind"]
    name: str
    title: str
    executes: bool = Field(description="Whether Subledger calls it; else an integrator works its requests off.")
    has_keys: bool
    api_versions: list[str]
    currencies: list[str] | None = Field(description="Null: any.")


class KindList(Schema):
    object: Literal["list"]
    data: list[KindOut]
    has_more: bool
    url: str


def serialise(rows: Sequence[Provider], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            **serialise_fields(row, *ENTRY, *PLAIN),
            **lists_of(row, LISTS),
            "object": "payment_gateway_provider",
            "has_test_key": bool(row.sealed_test_key),
            "has_live_key": bool(row.sealed_live_key),
            "webhook_secret_count": len(row.sealed_webhook_secrets),
            "webhook_url": _webhook_url(row, request),
        }
        for row in rows
    ]


def _webhook_url(row: Provider, request: HttpRequest) -> str | None:
    kind = registry.kinds().get(row.kind)
    if kind is None or not kind.executes:
        return None
    return public_url(request, f"/webhooks/{row.kind}/{row.public_id}")


providers = Resource(
    path="payment_gateway_providers",
    model=Provider,
    out=ProviderOut,
    serialise=serialise,
    rows=lambda: Provider.objects.prefetch_related(*LISTS),
    filters={
        "code": Filter(type=Text300, lookup="code"),
        "kind": Filter(type=Text60, lookup="kind"),
        "state": Filter(type=ProviderState, lookup="state"),
        "mode": Filter(type=Mode, lookup="mode"),
    },
)
collection(router, providers, path="/payment_gateway_providers")
ProviderUpdate = partial(ProviderIn, without={"kind"})


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """A body as the service takes it; secrets and versions that were not sent are left as they are."""
    secrets = {name: given.pop(name) for name in SECRETS if name in given}
    unset = {name for name in ("api_version",) if given.get(name) is None}
    plain = {name: value for name, value in given.items() if name not in unset}
    return {**values_of(Provider, plain), **{name: value for name, value in secrets.items() if value is not None}}


@router.post(
    "/payment_gateway_providers",
    response={201: ProviderOut},
    operation_id="create_payment_gateway_provider",
    summary="Create a provider",
)
@bound(Binding.BY_SERVICE)
def create(request: HttpRequest, body: ProviderIn) -> Status[JsonObject]:
    """It is not effective yet: activate it."""
    made = made_before()
    if made is not None:
        return Status(201, providers.one(made.id, request))
    row = save_provider(ident=None, values=_values(body.model_dump()), actor=caller_of(request).actor)
    return Status(201, providers.one(row.pk, request))


@router.patch(
    "/payment_gateway_providers/{id}",
    response=ProviderOut,
    operation_id="update_payment_gateway_provider",
    summary="Change a provider",
)
@bound(Binding.BY_SERVICE)
def update(request: HttpRequest, id: ProviderId, body: ProviderUpdate) -> JsonObject:  # type: ignore[valid-type]
    providers.find(id)
    if made_before() is not None:
        return providers.one(id, request)
    values = _values(body.changes())  # type: ignore[attr-defined]
    save_provider(ident=id, values=values, actor=caller_of(request).actor)
    return providers.one(id, request)


@router.post(
    "/payment_gateway_providers/{id}/activate",
    response=ProviderOut,
    operation_id="activate_payment_gateway_provider",
)
def activate(request: HttpRequest, id: ProviderId) -> JsonObject:
    """Make it effective: its methods are collected through it from now on."""
    providers.find(id)
    set_state(provider_id=id, state=ProviderState.EFFECTIVE, actor=caller_of(request).actor)
    return providers.one(id, request)


@router.post(
    "/payment_gateway_providers/{id}/deactivate",
    response=ProviderOut,
    operation_id="deactivate_payment_gateway_provider",
)
def deactivate(request: HttpRequest, id: ProviderId) -> JsonObject:
    """Collect nothing through it any more; what was sent still ends."""
    providers.find(id)
    set_state(provider_id=id, state=ProviderState.NOT_EFFECTIVE, actor=caller_of(request).actor)
    return providers.one(id, request)


@router.delete("/payment_gateway_providers/{id}", response={204: None}, operation_id="delete_payment_gateway_provider")
def delete(request: HttpRequest, id: ProviderId) -> Status[None]:
    """Delete one that nothing was done with."""
    providers.find(id)
    delete_provider(provider_id=id, actor=caller_of(request).actor)
    return Status(204, None)


@router.get("/payment_gateway_kinds", response=KindList, operation_id="list_payment_gateway_kinds")
def list_kinds(request: HttpRequest) -> JsonObject:
    """The kinds of gateways there are here: ours, and those of installed packages."""
    serialised = [
        {
            "object": "payment_gateway_kind", "name": kind.name, "title": kind.title, "executes": kind.executes,
            "has_keys": kind.has_keys, "api_versions": list(kind.api_versions),
            "currencies": None if kind.currencies is None else sorted(kind.currencies),
        }
        for _, kind in sorted(registry.kinds().items())
    ]  # fmt: skip
    return {"object": "list", "data": serialised, "has_more": False, "url": request.path}
