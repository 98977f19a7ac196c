"""Everything that people keep under Configuration: one shape of endpoints, one door for the writes."""

# No deferred annotations here: the endpoints made below are annotated with schemas passed in.
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

from django.db.models import Model
from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from pydantic import Field, create_model

from subledger.accounts.models import (
    AccountClassification,
    AccountDefinition,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.rules import CreditRuleKind, Operator
from subledger.accounts.services import activate_definition
from subledger.accounts.states import Principle
from subledger.catalog.models import Product, TaxRate
from subledger.companies.entries import save_entry
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.transactions.models import (
    Category,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.rules.posting import AccountRole, Component
from subledger.transactions.states import Classification

from .entrance import caller_of
from .fields import Code, Flag, IdOf, LongText, Name, Percent, Small
from .resources import Filter, Input, Resource, Thing, Told, collection, partial, tell_fields

router = Router(tags=["Configuration"])


class EntryIn(Input):
    code: Code
    name: Name
    description: LongText = ""
    is_active: Flag = True


class EntryOut(Thing):
    code: str
    name: str
    description: str
    is_active: bool


ENTRY = ("code", "name", "description", "is_active")


def configurable(
    path: str,
    model: type[Model],
    *,
    fields: Sequence[str],
    out: type[Schema],
    body: type[Input],
    filters: dict[str, Filter],
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Resource:
    """A configuration resource with list, retrieve, create and update; ``given`` is what every new one starts with."""
    thing = str(model._meta.verbose_name).replace(" ", "_")
    lists = [one.name for one in model._meta.many_to_many]
    update_model = partial(body)

    def tell(rows: Sequence[Any], request: HttpRequest) -> list[Told]:
        return [{**tell_fields(row, *fields), **lists_of(row, lists), "object": thing} for row in rows]

    resource = Resource(
        path=path,
        model=model,
        out=out,
        tell=tell,
        filters=filters,
        rows=lambda: model.objects.prefetch_related(*lists),  # type: ignore[attr-defined]
    )
    collection(router, resource, path=f"/{path}")

    @router.post(
        f"/{path}", response={201: out}, operation_id=f"create_{thing}", summary=f"Create a {resource.singular}"
    )
    def create(request: HttpRequest, body: body) -> Status[Told]:  # type: ignore[valid-type]
        values = values_of(model, body.model_dump())  # type: ignore[attr-defined]
        row = save_entry(model=model, ident=None, values={**given, **values}, actor=caller_of(request).actor)
        return Status(201, resource.one(row.pk, request))

    @router.patch(
        f"/{path}/{{id}}", response=out, operation_id=f"update_{thing}", summary=f"Change a {resource.singular}"
    )
    def update(
        request: HttpRequest,
        body: update_model,  # type: ignore[valid-type]
        id: resource.id_type = Path(...),  # type: ignore[name-defined]
    ) -> Told:
        resource.find(id)
        values = values_of(model, body.changes())  # type: ignore[attr-defined]
        save_entry(model=model, ident=id, values=values, actor=caller_of(request).actor)
        return resource.one(id, request)

    return resource


def lists_of(row: Any, names: Sequence[str]) -> Told:
    return {name: [one.public_id for one in getattr(row, name).all()] for name in names}


def values_of(model: type[Model], given: dict[str, Any]) -> dict[str, Any]:
    """Ids as the rows of this company that they name; NotFound tells which field names none."""
    values = dict(given)
    for name, value in given.items():
        column = model._meta.get_field(name)
        other: Any = column.related_model
        if other is None or value is None:
            continue
        wanted = value if isinstance(value, list) else [value]
        found = {row.pk: row for row in other.objects.filter(pk__in=wanted)}
        for ident in wanted:
            if ident not in found:
                raise NotFound(str(other._meta.verbose_name), ids.encode(other.PREFIX, ident), param=f"/{name}")
        values[name] = [found[ident] for ident in wanted] if isinstance(value, list) else found[value]
    return values


def _entry(path: str, model: type[Model], *, extra: dict[str, tuple[Any, Any]] | None = None) -> Resource:
    """A plain catalogue: code, name, description, whether it is in use, and ``extra`` fields with default and type.

    ``extra`` maps a field to (type in, default); what comes out is the same, references as strings.
    """
    extra = extra or {}
    thing = model.__name__
    body = create_model(f"{thing}In", __base__=EntryIn, **extra)  # type: ignore[call-overload]
    told: dict[str, Any] = {name: (_out_type(model, name), ...) for name in extra}
    told["object"] = (Literal[str(model._meta.verbose_name).replace(" ", "_")], ...)
    out = create_model(f"{thing}Out", __base__=EntryOut, **told)
    filters = {"code": Filter(type=Code, lookup="code"), "is_active": Filter(type=bool, lookup="is_active")}
    if "classification" in extra:
        filters["classification"] = Filter(type=Classification, lookup="classification")
    names = [*ENTRY, *(name for name in extra if not model._meta.get_field(name).many_to_many)]
    return configurable(path, model, fields=names, out=out, body=body, filters=filters)


def _out_type(model: type[Model], name: str) -> Any:
    column: Any = model._meta.get_field(name)
    if column.many_to_many:
        return list[str]
    kinds = {"BooleanField": bool, "SmallIntegerField": int}
    kind = kinds.get(column.get_internal_type(), str)
    return kind | None if column.null else kind


def ref(model: Any, *, null: bool = False) -> Any:
    ident = Annotated[int, IdOf(model.PREFIX)]
    return ident | None if null else ident


def refs(model: Any) -> Any:
    return Annotated[list[ref(model)], Field(max_length=200)]  # type: ignore[misc]


METHOD = {"ledger_account": (ref(LedgerAccount), ...)}

_entry("ledger_accounts", LedgerAccount, extra={"kind": (LedgerKind, ...)})
tax_rates = _entry("tax_rates", TaxRate, extra={"percent": (Percent, ...)})
payment_methods = _entry("payment_methods", PaymentMethod, extra=METHOD)
refund_methods = _entry("refund_methods", RefundMethod, extra=METHOD)
categories = _entry("categories", Category, extra={"parent": (ref(Category, null=True), None)})
reasons = _entry("reasons", Reason)
account_classifications = _entry("account_classifications", AccountClassification)
credit_ratings = _entry("credit_ratings", CreditRating)
payment_preferences = _entry("payment_preferences", PaymentPreference, extra={"is_default": (Flag, False)})
presentment_preferences = _entry("presentment_preferences", PresentmentPreference, extra={"is_default": (Flag, False)})
transaction_types = _entry(
    "transaction_types",
    TransactionType,
    extra={
        "classification": (Classification, ...),
        "is_default": (Flag, False),
        "payment_methods": (refs(PaymentMethod), []),
        "refund_methods": (refs(RefundMethod), []),
        "default_payment_method": (ref(PaymentMethod, null=True), None),
        "default_refund_method": (ref(RefundMethod, null=True), None),
        "categories": (refs(Category), []),
    },
)


class PostingRuleIn(Input):
    """``debit`` or ``credit`` null stands for the ledger account of the payment or refund method."""

    classification: Classification
    role: AccountRole = AccountRole.CUSTOMER
    type: ref(TransactionType, null=True) = None  # type: ignore[valid-type]
    component: Component
    debit: ref(LedgerAccount, null=True) = None  # type: ignore[valid-type]
    credit: ref(LedgerAccount, null=True) = None  # type: ignore[valid-type]


class PostingRuleOut(Thing):
    object: Literal["posting_rule"]
    classification: Classification
    role: AccountRole
    type: str | None
    component: Component
    debit: str | None
    credit: str | None


configurable(
    "posting_rules",
    PostingRule,
    fields=("classification", "role", "type", "component", "debit", "credit"),
    out=PostingRuleOut,
    body=PostingRuleIn,
    filters={
        "classification": Filter(type=Classification, lookup="classification"),
        "role": Filter(type=AccountRole, lookup="role"),
    },
)


class AccountDefinitionIn(Input):
    """How accounts behave. A new one is not in force until it is activated."""

    code: Code
    name: Name
    description: LongText = ""
    allocation_principle: Principle = Principle.AGAINST_ITEM_FIFO
    credit_rule: CreditRuleKind = CreditRuleKind.DAYS
    days: Small = 30
    nth: Small = 0
    months: Small = 0
    proximity_days: Small = 0
    proximity_operator: Operator | None = None
    is_multi_currency: Flag = True


class AccountDefinitionOut(EntryOut):
    """``is_active`` says whether it is the one in force."""

    object: Literal["account_definition"]
    allocation_principle: Principle
    credit_rule: CreditRuleKind
    days: int
    nth: int
    months: int
    proximity_days: int
    proximity_operator: Operator | None
    is_multi_currency: bool


account_definitions = configurable(
    "account_definitions",
    AccountDefinition,
    fields=[*AccountDefinitionIn.model_fields, "is_active"],
    out=AccountDefinitionOut,
    body=AccountDefinitionIn,
    given={"is_active": False},
    filters={"code": Filter(type=Code, lookup="code"), "is_active": Filter(type=bool, lookup="is_active")},
)


@router.post(
    "/account_definitions/{id}/activate", response=AccountDefinitionOut, operation_id="activate_account_definition"
)
def activate(request: HttpRequest, id: Annotated[int, IdOf(AccountDefinition.PREFIX)]) -> Told:
    """Put a definition in force; the one that was steps back."""
    account_definitions.find(id)
    activate_definition(definition_id=id, actor=caller_of(request).actor)
    return account_definitions.one(id, request)


class TransactionDefinitionIn(Input):
    write_off_product: ref(Product)  # type: ignore[valid-type]
    refund_needs_credit_balance: Flag
    tax_rounding: Literal["item", "rate"] = "item"
    default_tax_rate: ref(TaxRate) | None = None  # type: ignore[valid-type]
    receivable: ref(LedgerAccount)  # type: ignore[valid-type]
    suspense: ref(LedgerAccount)  # type: ignore[valid-type]
    exchange_gain: ref(LedgerAccount)  # type: ignore[valid-type]
    exchange_loss: ref(LedgerAccount)  # type: ignore[valid-type]


class TransactionDefinitionOut(Thing):
    """What the company decides about transactions as a whole; ledger accounts by id."""

    object: Literal["transaction_definition"]
    write_off_product: str
    refund_needs_credit_balance: bool
    tax_rounding: str
    default_tax_rate: str | None
    receivable: str
    suspense: str
    exchange_gain: str
    exchange_loss: str


TransactionDefinitionUpdate = partial(TransactionDefinitionIn)


@router.get(
    "/transaction_definition", response=TransactionDefinitionOut, operation_id="retrieve_transaction_definition"
)
def transaction_definition(request: HttpRequest) -> Told:
    row = TransactionDefinition.objects.get()
    return {**tell_fields(row, *TransactionDefinitionIn.model_fields), "object": "transaction_definition"}


@router.patch(
    "/transaction_definition", response=TransactionDefinitionOut, operation_id="update_transaction_definition"
)
def update_transaction_definition(request: HttpRequest, body: TransactionDefinitionUpdate) -> Told:  # type: ignore[valid-type]
    row = TransactionDefinition.objects.get()
    values = values_of(TransactionDefinition, body.changes())  # type: ignore[attr-defined]
    save_entry(model=TransactionDefinition, ident=row.pk, values=values, actor=caller_of(request).actor)
    return transaction_definition(request)
