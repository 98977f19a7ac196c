"""What of the transactions people keep under Configuration."""

# No deferred annotations here: the endpoints made below are annotated with schemas made below.
from functools import partial as bound_to
from typing import Literal

from django.http import HttpRequest
from ninja import Router

from subledger.api_kit.callers import caller_of
from subledger.api_kit.configuration import configurable, entry_table, ref, refs, values_of
from subledger.api_kit.fields import Flag
from subledger.api_kit.resources import Filter, Input, JsonObject, Thing, partial, serialise_fields
from subledger.catalog.models import Product, ProductGroup, TaxRate
from subledger.companies.entries import save_entry
from subledger.journal.models import LedgerAccount
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

router = Router(tags=["Configuration"])
table = bound_to(entry_table, router, save=save_entry)
METHOD = {"ledger_account": (ref(LedgerAccount), ...)}
OF_CLASSIFICATION = {"classification": Filter(type=Classification, lookup="classification")}

payment_methods = table("payment_methods", PaymentMethod, extra=METHOD)
refund_methods = table("refund_methods", RefundMethod, extra=METHOD)
categories = table("categories", Category, extra={"parent": (ref(Category, null=True), None)})
reasons = table("reasons", Reason)
transaction_types = table(
    "transaction_types",
    TransactionType,
    filters=OF_CLASSIFICATION,
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
    product: ref(Product, null=True) = None  # type: ignore[valid-type]
    product_group: ref(ProductGroup, null=True) = None  # type: ignore[valid-type]
    component: Component
    debit: ref(LedgerAccount, null=True) = None  # type: ignore[valid-type]
    credit: ref(LedgerAccount, null=True) = None  # type: ignore[valid-type]


class PostingRuleOut(Thing):
    object: Literal["posting_rule"]
    classification: Classification
    role: AccountRole
    type: str | None
    product: str | None
    product_group: str | None
    component: Component
    debit: str | None
    credit: str | None


configurable(
    router,
    "posting_rules",
    PostingRule,
    save=save_entry,
    fields=("classification", "role", "type", "product", "product_group", "component", "debit", "credit"),
    out=PostingRuleOut,
    body=PostingRuleIn,
    filters={
        "classification": Filter(type=Classification, lookup="classification"),
        "role": Filter(type=AccountRole, lookup="role"),
    },
)


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
def transaction_definition(request: HttpRequest) -> JsonObject:
    row = TransactionDefinition.objects.get()
    return {**serialise_fields(row, *TransactionDefinitionIn.model_fields), "object": "transaction_definition"}


@router.patch(
    "/transaction_definition", response=TransactionDefinitionOut, operation_id="update_transaction_definition"
)
def update_transaction_definition(request: HttpRequest, body: TransactionDefinitionUpdate) -> JsonObject:  # type: ignore[valid-type]
    row = TransactionDefinition.objects.get()
    values = values_of(TransactionDefinition, body.changes())  # type: ignore[attr-defined]
    save_entry(model=TransactionDefinition, ident=row.pk, values=values, actor=caller_of(request).actor)
    return transaction_definition(request)
