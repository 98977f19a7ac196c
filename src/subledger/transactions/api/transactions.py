"""Transactions as they are told: every classification in one shape, whole sets at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from subledger.accounts.models import Account, AccountPaymentPreference, Customer
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Currency, Day, IdOf, Instant, Text60, Text100, Text300, plain
from subledger.api_kit.notes import noted
from subledger.api_kit.parts import Extensible
from subledger.api_kit.resources import Filter, JsonObject, Reference, Resource, Thing, collection, ident_of
from subledger.catalog.models import Product, TaxRate
from subledger.kernel import ids
from subledger.transactions.models import (
    Allocation,
    Category,
    CreditReason,
    PaymentMethod,
    Reason,
    RefundMethod,
    Transaction,
    TransactionItem,
    TransactionType,
)
from subledger.transactions.queries import explain, with_open
from subledger.transactions.rules.item_entry import as_entered
from subledger.transactions.states import (
    DEBITS,
    Classification,
    LinkPrinciple,
    ReleaseReason,
    Settlement,
    TransactionState,
    settlement_of,
)

from .configuration import categories, credit_reasons, payment_methods, refund_methods, transaction_types

router = Router(tags=["Transactions"])
note_router = Router(tags=["Events and notes"])
AccountId = Annotated[int, IdOf(Account.PREFIX)]
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]
NEVER_POSTED = {TransactionState.DRAFT, TransactionState.PENDING, TransactionState.REJECTED}


class EnteredOut(Schema):
    """What was given for an item, as it can be sent again."""

    unit_amount_decimal: str | None
    sub_total: int | None
    tax_inclusive: bool
    discount_percent: str | None
    discount_amount: int | None


class CreditsItemOut(Schema):
    invoice: str
    position: int


class ItemOut(Schema):
    position: int
    product: str | None
    description: str
    quantity: str
    unit_amount_decimal: str = Field(description="Minor units, with decimals where there are any.")
    net_amount: int
    discount_percent: str
    discount_amount: int
    tax_rate: str | None
    tax_percent: str
    tax_amount: int
    sub_total: int = Field(description="net - discount + tax")
    service_start: date | None = Field(description="The first day of its service; null: no service period.")
    service_end: date | None = Field(description="The last day of its service, included.")
    credits_item: CreditsItemOut | None = Field(description="Of credit notes: the item of an invoice that it credits.")
    metadata: dict[str, str]
    entered: EnteredOut | None = Field(description="How the item was entered; null: the system made it.")


class TransactionOut(Extensible, Thing):
    """An invoice, credit note, payment, refund, write-off or cancellation; ``classification`` says which."""

    object: Literal["transaction"]
    classification: Classification
    state: TransactionState
    settlement: Settlement | None = Field(
        description="How far it is settled (debits) or used (credits); null: not posted."
    )
    number: str | None = Field(description="Given on posting; null before.")
    reference_number: str = Field(description="Given on creation.")
    account: Annotated[Any, Reference("accounts")]
    type: str | transaction_types.out  # type: ignore[name-defined]
    category: str | categories.out | None  # type: ignore[name-defined]
    currency: str
    amount: int
    net_amount: int | None = Field(description="Before discount, without tax; documents with items only.")
    discount_amount: int | None
    tax_amount: int | None
    base_amount: int | None = Field(description="In the company's base currency, at the rate of the posting date.")
    unsettled_amount: int | None = Field(description="Of posted debits: what is not covered by credits.")
    outstanding_amount: int | None = Field(description="Of posted invoices: what of unsettled_amount is past due.")
    unallocated_amount: int | None = Field(description="Of posted credits: what is not used.")
    items: list[ItemOut]
    issued_on: date | None = Field(
        description="The day it bears; null: nobody gave one to this draft, which bears the day it is posted."
    )
    posted_on: date | None
    posted_at: datetime | None
    due_on: date | None
    method: str | payment_methods.out | refund_methods.out | None  # type: ignore[name-defined]
    payment_preference: str | None
    received_on: date | None
    received_by: str | None
    back_office_code: str | None
    order_reference: str | None = Field(description="The customer's purchase order; invoices and credit notes.")
    allocate_to: list[str] = Field(description="The invoices it is meant for.")
    reason: str | credit_reasons.out | None = Field(description="Of credit notes: why it was given.")  # type: ignore[name-defined]
    issue_reason: str | None
    rejection_reason: str | None
    cancels: str | None
    cancelled_by: str | None
    writes_off: str | None
    written_off_by: str | None
    mirrors: str | None = Field(description="Of an invoice on the write-off account: the write-off it mirrors.")
    moved_from: str | None
    created_by: str
    updated_at: datetime | None
    updated_by: str | None


def serialise(rows: Sequence[Transaction], request: HttpRequest) -> list[JsonObject]:
    items = _items_of(rows)
    cancelled_by = _made_of(rows, "cancels_id", TransactionState.CANCELLED)
    written_off_by = _made_of(rows, "writes_off_id", TransactionState.WRITTEN_OFF)
    today = caller_of(request).today
    return [
        {
            **_serialise_one(row, today),
            "items": items.get(row.pk, []),
            "cancelled_by": cancelled_by.get(row.pk),
            "written_off_by": written_off_by.get(row.pk),
        }
        for row in rows
    ]


def _serialise_one(row: Transaction, today: date) -> JsonObject:
    is_posted = row.state not in NEVER_POSTED
    is_debit = row.classification in DEBITS
    open_minor: int = row.open_minor  # type: ignore[attr-defined]
    is_late = row.classification == Classification.INVOICE and row.due_on is not None and row.due_on < today
    outstanding = None
    if is_posted and row.classification == Classification.INVOICE:
        outstanding = open_minor if is_late else 0
    return {
        "id": row.public_id,
        "object": "transaction",
        "classification": row.classification,
        "state": row.state,
        "settlement": settlement_of(row.amount_minor, open_minor) if is_posted else None,
        "number": row.number,
        "reference_number": row.reference_number,
        "account": ids.encode(Account.PREFIX, row.account_id),
        "type": ident_of(TransactionType, row.type_id),
        "category": ident_of(Category, row.category_id),
        "currency": row.currency,
        "amount": row.amount_minor,
        "net_amount": row.net_minor,
        "discount_amount": row.discount_minor,
        "tax_amount": row.tax_minor,
        "base_amount": row.base_minor,
        "unsettled_amount": open_minor if is_posted and is_debit else None,
        "outstanding_amount": outstanding,
        "unallocated_amount": open_minor if is_posted and not is_debit else None,
        "issued_on": row.issued_on if is_posted or row.is_dated else None,
        "posted_on": row.posted_on,
        "posted_at": row.posted_at,
        "due_on": row.due_on,
        "method": _method(row),
        "payment_preference": None
        if row.payment_preference_id is None
        else ids.encode(AccountPaymentPreference.PREFIX, row.payment_preference_id),
        "received_on": row.received_on,
        "received_by": row.received_by,
        "back_office_code": row.back_office_code,
        "order_reference": row.order_reference,
        "allocate_to": [ids.encode(Transaction.PREFIX, ident) for ident in row.intended_ids or ()],
        "reason": ident_of(CreditReason, row.credit_reason_id),
        "issue_reason": row.issue_reason,
        "rejection_reason": None
        if row.rejection_reason_id is None
        else ids.encode(Reason.PREFIX, row.rejection_reason_id),
        "cancels": ident_of(Transaction, row.cancels_id),
        "writes_off": ident_of(Transaction, row.writes_off_id),
        "mirrors": ident_of(Transaction, row.mirrors_id),
        "moved_from": ident_of(Transaction, row.moved_from_id),
        "metadata": row.metadata,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "updated_at": row.updated_at,
        "updated_by": row.updated_by,
    }


def _method(row: Transaction) -> str | None:
    if row.refund_method_id is not None:
        return ids.encode(RefundMethod.PREFIX, row.refund_method_id)
    return None if row.payment_method_id is None else ids.encode(PaymentMethod.PREFIX, row.payment_method_id)


def _items_of(rows: Sequence[Transaction]) -> dict[int, list[JsonObject]]:
    """The items of all these documents, by document, in their order."""
    serialised: dict[int, list[JsonObject]] = {}
    wanted = [row.pk for row in rows if row.net_minor is not None]
    if not wanted:
        return serialised
    for item in TransactionItem.objects.filter(transaction_id__in=wanted).order_by("transaction_id", "position"):
        serialised.setdefault(item.transaction_id, []).append(
            {
                "position": item.position,
                "product": None if item.product_id is None else ids.encode(Product.PREFIX, item.product_id),
                "description": item.description,
                "quantity": plain(item.quantity),
                "unit_amount_decimal": plain(item.unit_price),
                "net_amount": item.net_minor,
                "discount_percent": plain(item.discount_percent),
                "discount_amount": item.discount_minor,
                "tax_rate": None if item.tax_rate_id is None else ids.encode(TaxRate.PREFIX, item.tax_rate_id),
                "tax_percent": plain(item.tax_percent),
                "tax_amount": item.tax_minor,
                "sub_total": item.sub_total_minor,
                "service_start": item.service_start,
                "service_end": item.service_end,
                "credits_item": None
                if item.credits_id is None
                else {"invoice": ids.encode(Transaction.PREFIX, item.credits_id), "position": item.credits_position},
                "metadata": item.metadata or {},
                "entered": None if item.price_is is None else _entered(item),
            }
        )
    return serialised


def _entered(row: TransactionItem) -> JsonObject:
    item = as_entered(row)
    return {
        "unit_amount_decimal": plain(item.unit_amount),
        "sub_total": item.sub_total_minor,
        "tax_inclusive": item.tax_inclusive,
        "discount_percent": plain(item.discount_percent),
        "discount_amount": item.discount_minor,
    }


def _made_of(rows: Sequence[Transaction], link: str, state: TransactionState) -> dict[int, str]:
    """What cancelled (or wrote off) these transactions, by theirs."""
    wanted = [row.pk for row in rows if row.state == state]
    if not wanted:
        return {}
    found = Transaction.objects.filter(**{f"{link}__in": wanted}).values_list(link, "pk")
    return {target: ids.encode(Transaction.PREFIX, ident) for target, ident in found}


def rows_of(classification: Classification | None = None) -> QuerySet[Transaction]:
    rows = with_open(Transaction.objects.all())
    return rows if classification is None else rows.filter(classification=classification)


FILTERS = {
    "account": Filter(type=AccountId, lookup="account_id"),
    "customer": Filter(type=Annotated[int, IdOf(Customer.PREFIX)], lookup="account__customer_id"),
    "state": Filter(type=TransactionState, lookup="state"),
    "type": Filter(type=Annotated[int, IdOf(TransactionType.PREFIX)], lookup="type_id"),
    "category": Filter(type=Annotated[int, IdOf(Category.PREFIX)], lookup="category_id"),
    "reason": Filter(type=Annotated[int, IdOf(CreditReason.PREFIX)], lookup="credit_reason_id"),
    "number": Filter(type=Text60, lookup="number"),
    "back_office_code": Filter(type=Text300, lookup="back_office_code"),
    "order_reference": Filter(type=Text100, lookup="order_reference__iexact"),
    "currency": Filter(type=Currency, lookup="currency"),
    "amount": Filter(type=int, lookup="amount_minor", ranged=True),
    "issued_on": Filter(type=Day, lookup="issued_on"),
    "posted_on": Filter(type=Day, lookup="posted_on"),
    "due_on": Filter(type=Day, lookup="due_on"),
    "created_at": Filter(type=Instant, lookup="created_at"),
    "cancels": Filter(type=TransactionId, lookup="cancels_id"),
    "writes_off": Filter(type=TransactionId, lookup="writes_off_id"),
}
EXPANDS: dict[str, Resource | str] = {
    "account": "accounts",
    "type": transaction_types,
    "category": categories,
    "reason": credit_reasons,
}

transactions = Resource(
    path="transactions",
    model=Transaction,
    out=TransactionOut,
    serialise=serialise,
    rows=rows_of,
    filters={**FILTERS, "classification": Filter(type=Classification, lookup="classification")},
    expands=EXPANDS,
)
collection(router, transactions, path="/transactions")
noted(note_router, transactions)


# -- allocations -----------------------------------------------------------------------------------------------------


class AllocationOut(Thing):
    """An amount carried from a credit to a debit. Never edited: released with a date and the reason, if ever."""

    object: Literal["allocation"]
    credit: str | TransactionOut
    debit: str | TransactionOut
    amount: int
    principle: LinkPrinciple
    allocated_on: date
    released_on: date | None
    released_at: datetime | None
    release_reason: ReleaseReason | None


def serialise_allocations(rows: Sequence[Allocation], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "allocation", "credit": ids.encode(Transaction.PREFIX, row.credit_id),
            "debit": ids.encode(Transaction.PREFIX, row.debit_id), "amount": row.minor, "principle": row.principle,
            "allocated_on": row.allocated_on, "created_at": row.created_at, "released_on": row.released_on,
            "released_at": row.released_at, "release_reason": row.release_reason,
        }
        for row in rows
    ]  # fmt: skip


allocations = Resource(
    path="allocations",
    model=Allocation,
    out=AllocationOut,
    serialise=serialise_allocations,
    rows=lambda: Allocation.objects.all(),
    filters={
        "credit": Filter(type=TransactionId, lookup="credit_id"),
        "debit": Filter(type=TransactionId, lookup="debit_id"),
        "account": Filter(type=AccountId, lookup="credit__account_id"),
        "principle": Filter(type=LinkPrinciple, lookup="principle"),
        "allocated_on": Filter(type=Day, lookup="allocated_on"),
        "released_on": Filter(type=Day, lookup="released_on"),
        "created_at": Filter(type=Instant, lookup="created_at"),
    },
    expands={"credit": transactions, "debit": transactions},
)
collection(router, allocations, path="/allocations")


class ExplanationOut(Schema):
    """Why a transaction stands as it does: what settled it, what used to, and why the rest is open."""

    object: Literal["explanation"]
    transaction: str
    open_amount: int
    sentence: str
    allocations: list[AllocationOut] = Field(description="In force.")
    released: list[AllocationOut] = Field(description="Once in force, and why no more.")


@router.get("/transactions/{id}/explain", response=ExplanationOut, operation_id="explain_transaction")
def explain_transaction(request: HttpRequest, id: TransactionId) -> JsonObject:
    """Which credits settled it (or what it settled), by which principle, and why the rest is open."""
    transactions.find(id)
    found = explain(id)
    return {
        "object": "explanation",
        "transaction": found.transaction.public_id,
        "open_amount": found.open_minor,
        "sentence": found.sentence,
        "allocations": serialise_allocations(found.live, request),
        "released": serialise_allocations(found.released, request),
    }
