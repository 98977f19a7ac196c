"""What a transaction says before it is posted, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from subledger.transactions.states import Classification

from .items import NewItem


@dataclass(slots=True, kw_only=True)
class NewTransaction:
    """An invoice, credit note, payment or refund as entered.

    Invoices and credit notes have ``items``; payments and refunds an ``amount_minor``. Ids are the company's rows;
    what is None takes the definition's default (type, method, due date) or today (dates, in the company's zone).
    ``intended_ids`` are the invoices a credit is meant for; ``accept_due_date`` lets an import keep a due date that
    the credit rule would not give; ``confirm_credit_limit`` and ``confirm_above_credit`` answer the warnings of a
    refund; ``against_item`` honours the intended invoices under the FIFO principle too (Quick Pay).
    ``expected_total_minor`` is what the items must come to.
    """

    classification: Classification
    account_id: int
    items: tuple[NewItem, ...] = ()
    amount_minor: int | None = None
    expected_total_minor: int | None = None
    currency: str | None = None  # compared with the account's, never stored
    type_id: int | None = None
    category_id: int | None = None
    payment_method_id: int | None = None
    refund_method_id: int | None = None
    payment_preference_id: int | None = None
    issued_on: date | None = None
    posted_on: date | None = None
    due_on: date | None = None
    received_on: date | None = None
    received_by: str | None = None
    back_office_code: str | None = None
    order_reference: str | None = None  # the buyer's purchase order, of invoices and credit notes
    issue_reason: str | None = None
    credit_reason_id: int | None = None  # of credit notes
    intended_ids: tuple[int, ...] = ()
    accept_due_date: bool = False
    confirm_credit_limit: bool = False
    confirm_above_credit: bool = False
    confirm_in_advance: bool = False  # a charge over more than is owed is meant
    confirm_posted_on: bool = False  # a day long past is meant
    confirm_due_on: bool = False  # a due date far ahead, or before the day it bears, is meant
    against_item: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """A transaction type as posting needs it."""

    id: int
    classification: str
    name: str
    payment_method_ids: frozenset[int]
    refund_method_ids: frozenset[int]
    default_payment_method_id: int | None
    default_refund_method_id: int | None
    category_ids: frozenset[int]
    is_active: bool = True


class MethodFacts(NamedTuple):
    """A payment or refund method as posting needs it."""

    name: str
    ledger_account_id: int
    is_active: bool


class ChosenMethod(NamedTuple):
    """The method of a payment or a refund, and the ledger account that it moves; all None for what has none."""

    ledger_account_id: int | None = None
    payment_method_id: int | None = None
    refund_method_id: int | None = None


class ReasonFacts(NamedTuple):
    """A reason of credit notes as posting needs it."""

    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class WriteOffProduct:
    """The product that items of write-offs name."""

    id: int
    name: str


@dataclass(slots=True)
class AccountFacts:
    """An account as read under its lock."""

    id: int
    role: str
    state: str
    currency: str
    number: str
    credit_limit_minor: int | None
    credit_period_value: int | None
    credit_period_operator: str | None
    credit_period_unit: str | None
