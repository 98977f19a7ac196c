"""Rows between deciding and writing: the columns of each table that posting writes, each spelt here and nowhere else.

A field that is None is left out of what goes to the database: its column is NULL or keeps its default. That the
statement which writes them knows each of these columns, and no other, is held by test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from subledger.transactions.states import Classification, LinkPrinciple, ReleaseReason, TransactionState

from .allocation import NewAllocation
from .item_entry import entered_columns
from .items import NewItem, PricedItem
from .posting import PostingPart


@dataclass(slots=True, kw_only=True)
class PostedRow:
    """A transaction as it is posted. Noting it gives ``id`` (unless a draft has one) and what its number is made of.

    That is ``number_as`` with the place of the counter marked, its ``digits``, and the ``ordinal`` among those that the
    set takes of ``counter``.
    """

    classification: Classification
    account_id: int
    currency: str
    amount_minor: int
    base_minor: int
    type_id: int
    issued_on: date
    posted_on: date
    id: int = 0
    counter: str = ""
    ordinal: int = 0
    number_as: str = ""
    digits: int = 1
    net_minor: int | None = None
    discount_minor: int | None = None
    tax_minor: int | None = None
    category_id: int | None = None
    due_on: date | None = None
    back_office_code: str | None = None
    order_reference: str | None = None
    payment_method_id: int | None = None
    refund_method_id: int | None = None
    payment_preference_id: int | None = None
    received_on: date | None = None
    received_by: str | None = None
    intended_ids: list[int] | None = None
    issue_reason: str | None = None
    credit_reason_id: int | None = None
    cancels_id: int | None = None
    writes_off_id: int | None = None
    mirrors_id: int | None = None
    moved_from_id: int | None = None
    metadata: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class NewlyPosted:
    """A new transaction as it stood when it was committed: what was written, and what the writing gave it."""

    row: PostedRow
    company_id: int
    number: str
    open_minor: int
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """What posting changes of a draft."""

    id: int
    counter: str
    ordinal: int
    number_as: str
    digits: int
    issued_on: date
    posted_on: date
    due_on: date | None
    base_minor: int

    @classmethod
    def of(cls, row: PostedRow) -> DraftRow:
        return cls(
            id=row.id,
            counter=row.counter,
            ordinal=row.ordinal,
            number_as=row.number_as,
            digits=row.digits,
            issued_on=row.issued_on,
            posted_on=row.posted_on,
            due_on=row.due_on,
            base_minor=row.base_minor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftColumns:
    """The columns of a transaction that its draft says: every one anew, each time it is saved."""

    account_id: int
    type_id: int
    category_id: int | None
    currency: str
    amount_minor: int
    net_minor: int | None
    discount_minor: int | None
    tax_minor: int | None
    issued_on: date
    is_dated: bool
    due_on: date | None
    back_office_code: str | None
    order_reference: str | None
    payment_method_id: int | None
    refund_method_id: int | None
    payment_preference_id: int | None
    received_on: date | None
    received_by: str | None
    intended_ids: list[int] | None
    issue_reason: str | None
    credit_reason_id: int | None
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item of a document; decimals travel as text."""

    transaction_id: int
    position: int
    product_id: int | None
    description: str
    quantity: str
    unit_amount: str
    net_minor: int
    discount_percent: str
    discount_minor: int
    tax_rate_id: int | None
    tax_percent: str
    tax_minor: int
    sub_total_minor: int
    service_start: date | None
    service_end: date | None
    credits_id: int | None
    credits_position: int | None
    metadata: dict[str, str] | None
    price_is: str | None = None
    entered_discount_percent: str | None = None
    entered_discount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CreditShareRow:
    """What a credit note for invoices as a whole takes of one item."""

    transaction_id: int
    invoice_id: int
    position: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class StateRow:
    """A posted transaction that an action ends."""

    id: int
    state: TransactionState


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event about a transaction."""

    type: str
    object_id: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """An allocation that ends."""

    id: int
    released_on: date
    release_reason: ReleaseReason | None


class AllocationRow(NamedTuple):
    """A new allocation; the database gives the id unless an entry needs to know it.

    A tuple, for allocations come by the hundred thousand and travel as one array a column.
    """

    id: int | None
    account_id: int
    credit_id: int
    debit_id: int
    minor: int
    credit_base_minor: int
    debit_base_minor: int
    principle: LinkPrinciple
    allocated_on: date
    released_on: date | None
    release_reason: ReleaseReason | None

    @classmethod
    def of(cls, link: NewAllocation, account_id: int, ident: int | None) -> AllocationRow:
        return cls(
            id=ident,
            account_id=account_id,
            credit_id=link.credit_id,
            debit_id=link.debit_id,
            minor=link.minor,
            credit_base_minor=link.credit_base,
            debit_base_minor=link.debit_base,
            principle=link.principle,
            allocated_on=link.allocated_on,
            released_on=link.released_on,
            release_reason=link.release_reason,
        )


def item_rows(
    ident: int, items: Iterable[NewItem], priced: Iterable[PricedItem], *, entered: bool = False
) -> list[ItemRow]:
    """The items of document ``ident`` as rows, in their order; ``entered``: by somebody, who finds them so again."""
    return [
        ItemRow(
            transaction_id=ident,
            position=position,
            product_id=item.product_id,
            description=item.description,
            quantity=str(price.quantity),
            unit_amount=str(price.unit_amount),
            net_minor=price.net_minor,
            discount_percent=str(price.discount_percent),
            discount_minor=price.discount_minor,
            tax_rate_id=item.tax_rate_id,
            tax_percent=str(price.tax_percent),
            tax_minor=price.tax_minor,
            sub_total_minor=price.sub_total_minor,
            service_start=item.service_start,
            service_end=item.service_end,
            credits_id=item.credits.transaction_id if item.credits else None,
            credits_position=item.credits.position if item.credits else None,
            metadata=dict(item.metadata) or None,
            **(_entered(item) if entered else {}),
        )
        for position, (item, price) in enumerate(zip(items, priced, strict=True), 1)
    ]


def _entered(item: NewItem) -> dict[str, Any]:
    columns, percent = entered_columns(item), item.discount_percent
    return {**columns, "entered_discount_percent": None if percent is None else str(percent)}


def columns_of(row: type) -> tuple[str, ...]:
    """The names of a row type's columns, in order."""
    return tuple(field.name for field in fields(row))


def as_objects(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows of one type as objects for `json_to_recordset`: what is None is left out."""
    rows = list(rows)
    if not rows:
        return []
    names = columns_of(type(rows[0]))
    values_of = attrgetter(*names)
    return [
        {name: value for name, value in zip(names, values_of(row), strict=True) if value is not None} for row in rows
    ]


def parts_of(items: Iterable[NewItem], priced: Iterable[PricedItem]) -> Iterator[PostingPart]:
    """The items of a document as posting rules see them; to be read where they ask."""
    for item, price in zip(items, priced, strict=True):
        yield PostingPart(
            price.net_minor,
            price.discount_minor,
            price.tax_minor,
            price.sub_total_minor,
            product_id=item.product_id,
            is_deferred=item.service_start is not None,
        )
