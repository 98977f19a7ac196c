"""Invoices, credit notes, payments and refunds: created, changed while draft, posted, and acted upon."""

# No deferred annotations here: the endpoints made below are annotated with schemas passed in.
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import AccountPaymentPreference
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import (
    Currency,
    Day,
    Flag,
    IdOf,
    LongText,
    Metadata,
    Minor,
    MinorOr,
    MinorOrZero,
    MinorSigned,
    Percent,
    Said100,
    Said300,
    SaidLong,
    SignedUnitAmount,
    Text300,
)
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import Input, JsonObject, Resource, collection, partial
from subledger.catalog.models import Product, TaxRate
from subledger.kernel.errors import NotFound
from subledger.platform.idempotency import Binding
from subledger.transactions.models import (
    Category,
    CreditReason,
    PaymentMethod,
    Reason,
    RefundMethod,
    Transaction,
    TransactionType,
)
from subledger.transactions.queries import as_read
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL, Cancel, Move, Post, QuickPay, WriteOff
from subledger.transactions.services import actions
from subledger.transactions.services.carriers import carried_out, carry_out, save_draft_once
from subledger.transactions.services.drafts import reject_drafts
from subledger.transactions.states import Classification

from .configuration import reasons
from .items import Quantity, change_draft, items_of
from .transactions import EXPANDS, FILTERS, AccountId, TransactionId, TransactionOut, rows_of, serialise

router = Router(tags=["Documents"])
C = Classification
TypeId = Annotated[int, IdOf(TransactionType.PREFIX)]
CategoryId = Annotated[int, IdOf(Category.PREFIX)]
PaymentMethodId = Annotated[int, IdOf(PaymentMethod.PREFIX)]
RefundMethodId = Annotated[int, IdOf(RefundMethod.PREFIX)]
ChosenId = Annotated[int, IdOf(AccountPaymentPreference.PREFIX)]
ReasonId = Annotated[int, IdOf(Reason.PREFIX)]

AmountOrAll = Annotated[Any, MinorOr(ALL)]


class ItemIn(Input):
    """One item: a product, a price, or both; exactly one of unit price and sub-total, at most one discount."""

    product: Annotated[int, IdOf(Product.PREFIX)] | None = None
    description: LongText = ""
    quantity: Quantity = Field(default=1, validate_default=True)
    unit_amount: MinorSigned | None = Field(
        default=None, description="Minor units; or unit_amount_decimal. Below zero: a line that reduces its document."
    )
    unit_amount_decimal: SignedUnitAmount | None = Field(default=None, description="Minor units with decimals.")
    sub_total: MinorSigned | None = Field(default=None, description="With tax and discount; instead of a unit price.")
    discount_percent: Percent | None = None
    discount_amount: MinorOrZero | None = None
    tax_rate: Annotated[int, IdOf(TaxRate.PREFIX)] | None = Field(
        default=None, description="The product's if left out."
    )
    tax_inclusive: Flag = Field(default=False, description="Whether the unit price contains the tax.")
    service_start: Day | None = Field(default=None, description="The first day of its service; with service_end.")
    service_end: Day | None = Field(default=None, description="The last day of its service, included.")
    metadata: Metadata = {}


class CreditsItemIn(Input):
    """An item of a posted invoice of the account."""

    invoice: Annotated[int, IdOf(Transaction.PREFIX)]
    position: Annotated[int, Field(ge=1, le=32_767, description="Of the item in the invoice, the first being 1.")]


class CreditNoteItemIn(ItemIn):
    """One item. With ``credits_item`` product, description, tax and service period come from the item credited; without
    a price it credits all that is left of that."""

    credits_item: CreditsItemIn | None = Field(
        default=None, description="What it credits: never more than the item came to, in net and in tax."
    )


class DocumentIn(Input):
    account: AccountId
    state: Literal["draft", "posted"] = "draft"
    currency: Currency | None = Field(default=None, description="Compared with the account's, never stored.")
    type: TypeId | None = Field(default=None, description="The default of the classification if left out.")
    category: CategoryId | None = None
    issued_on: Day | None = Field(default=None, description="The day it bears; the day it is posted if left out.")
    posted_on: Day | None = Field(default=None, description="Today if left out; for state posted only.")
    confirm_posted_on: Flag = Field(default=False, description="Go ahead although that day is long past.")
    back_office_code: Said300 | None = None
    issue_reason: LongText | None = None
    metadata: Metadata = {}
    note: SaidLong | None = None


Items = Annotated[list[ItemIn], Field(min_length=1, max_length=1000)]
CreditNoteItems = Annotated[list[CreditNoteItemIn], Field(min_length=1, max_length=1000)]
Intended = Annotated[list[TransactionId], Field(max_length=1000, description="Posted invoices of the account.")]
ExpectedTotal = Annotated[MinorOrZero | None, Field(description="What the items must come to, with tax; else refused.")]


OrderReference = Annotated[Said100 | None, Field(description="The customer's purchase order number.")]


class InvoiceIn(DocumentIn):
    items: Items
    order_reference: OrderReference = None
    expected_total: ExpectedTotal = None
    due_on: Day | None = Field(default=None, description="By the credit rule if left out.")
    confirm_due_on: Flag = Field(default=False, description="Although it is far ahead, or before the day it bears.")


class CreditNoteIn(DocumentIn):
    items: CreditNoteItems
    reason: Annotated[int, IdOf(CreditReason.PREFIX)] | None = Field(
        default=None, description="Why it is given: one of ``credit_reasons``."
    )
    expected_total: ExpectedTotal = None
    order_reference: OrderReference = None
    allocate_to: Intended = []


class PaymentIn(DocumentIn):
    amount: Minor
    method: PaymentMethodId | None = Field(default=None, description="The type's default if left out.")
    payment_preference: ChosenId | None = None
    received_on: Day | None = None
    received_by: Text300 | None = None
    allocate_to: Intended = []
    confirm_in_advance: Flag = Field(default=False, description="Have a gateway collect more than is owed.")


class RefundIn(DocumentIn):
    amount: Minor
    method: RefundMethodId | None = Field(default=None, description="The type's default if left out.")
    payment_preference: ChosenId | None = None
    confirm_credit_limit: Flag = Field(default=False, description="Go ahead although the credit limit is exceeded.")
    confirm_above_credit: Flag = Field(default=False, description="Go ahead although it is more than the credit.")


class PostIn(Input):
    expected_total: MinorOrZero | None = Field(
        default=None, description="What the draft came to when it was looked at: refused where it was changed since."
    )
    posted_on: Day | None = Field(default=None, description="Today if left out.")
    confirm_posted_on: Flag = Field(default=False, description="Go ahead although that day is long past.")
    confirm_due_on: Flag = Field(default=False, description="Of invoices posted back: go ahead with that due date.")
    confirm_credit_limit: Flag = Field(default=False, description="Of refunds: although it exceeds the credit limit.")
    confirm_above_credit: Flag = Field(default=False, description="Of refunds: although it is more than the credit.")
    confirm_in_advance: Flag = Field(default=False, description="Of payments: although it is more than is owed.")


class RejectIn(Input):
    reason: ReasonId


class ActionIn(Input):
    """The fields go onto what the action makes."""

    type: TypeId | None = Field(default=None, description="Of what the action makes; its default if left out.")
    category: CategoryId | None = None
    issue_reason: LongText | None = None
    back_office_code: Said300 | None = None
    posted_on: Day | None = Field(default=None, description="Today if left out.")
    confirm_posted_on: Flag = Field(default=False, description="Go ahead although that day is long past.")
    metadata: Metadata = {}
    note: SaidLong | None = None


class WholeIn(ActionIn):
    amount: AmountOrAll = Field(description='All that the action takes, in minor units; or "all". Less is refused.')


PaidOut = Annotated[Flag, Field(description="Go ahead although a refund has paid out the payment's credit already.")]


class CancelInvoiceIn(ActionIn):
    confirm_credited: Flag = Field(default=False, description="Go ahead although a credit note is for the invoice.")


class CancelPaymentIn(WholeIn):
    confirm_paid_out: PaidOut = False


class QuickPayIn(WholeIn):
    """The payment's: it pays all that is unsettled of the invoice."""

    method: PaymentMethodId | None = None
    payment_preference: ChosenId | None = None
    issued_on: Day | None = None
    received_on: Day | None = None
    received_by: Text300 | None = None
    confirm_in_advance: Flag = Field(default=False, description="Although others under way will bring some of it.")


class MoveIn(Input):
    to_account: AccountId
    posted_on: Day | None = Field(default=None, description="Today if left out.")
    confirm_posted_on: Flag = Field(default=False, description="Go ahead although that day is long past.")
    confirm_paid_out: PaidOut = False
    issue_reason: LongText | None = None
    note: SaidLong | None = None


# What a draft may change: not its account's currency, its state or its note.
UNCHANGEABLE = {"state", "posted_on", "note", "currency", "confirm_credit_limit", "confirm_above_credit",
                "confirm_in_advance", "confirm_posted_on"}  # fmt: skip
RENAMED = {"account": "account_id", "type": "type_id", "category": "category_id", "amount": "amount_minor",
           "payment_preference": "payment_preference_id", "allocate_to": "intended_ids",
           "expected_total": "expected_total_minor", "reason": "credit_reason_id"}  # fmt: skip


def _values(classification: Classification, given: dict[str, Any], *, account_id: int = 0) -> dict[str, Any]:
    """A body's fields as those of a `NewTransaction`; what they refer to is looked for in this company."""
    values = {RENAMED.get(name, name): value for name, value in given.items() if name != "state"}
    if "method" in values:
        column = "refund_method_id" if classification is C.REFUND else "payment_method_id"
        values[column] = values.pop("method")
    if "intended_ids" in values:
        values["intended_ids"] = tuple(dict.fromkeys(values["intended_ids"]))
    if values.get("payment_preference_id") is not None:
        _check_preference(values["payment_preference_id"], values.get("account_id", account_id))
    if "items" in values:
        values["items"] = items_of(values["items"], account_id=values.get("account_id", account_id))
    return values


def _check_preference(ident: int, account_id: int | None) -> None:
    if not AccountPaymentPreference.objects.filter(pk=ident, account_id=account_id).exists():
        whose = "payment preference of this account"
        raise NotFound(AccountPaymentPreference, ident, noun=whose, param="/payment_preference")


def _documents(path: str, classification: Classification, body: type[DocumentIn]) -> Resource:
    """The endpoints that invoices, credit notes, payments and refunds share."""
    thing = classification.value
    update_model = partial(body, without=UNCHANGEABLE)
    resource = Resource(
        path=path, model=Transaction, out=TransactionOut, serialise=serialise, rows=lambda: rows_of(classification),
        filters=FILTERS, expands=EXPANDS,
    )  # fmt: skip
    collection(router, resource, path=f"/{path}")

    @router.post(
        f"/{path}", response={201: TransactionOut}, operation_id=f"create_{thing}",
        description="As a draft (the default), which has no effect on the balance, or posted at once. What a gateway "
        "has to move first is pending until it has: see its payment_request.",
    )  # fmt: skip
    @bound(Binding.BY_SERVICE)
    def create(request: HttpRequest, body: body) -> Status[JsonObject]:  # type: ignore[valid-type]
        actor = caller_of(request).actor
        given = body.model_dump()  # type: ignore[attr-defined]

        def new() -> NewTransaction:
            return NewTransaction(classification=classification, **_values(classification, given))

        if given["state"] == "posted":
            ended = carry_out(lambda: Post(new=new()), actor=actor)
            if ended.posted is not None and ended.posted.newly is not None:
                return Status(201, resource.made(as_read(ended.posted.newly), request))
            ident = ended.came_to()
        else:
            ident = save_draft_once(new, actor=actor)
        return Status(201, resource.one(ident, request))

    @router.patch(
        f"/{path}/{{id}}", response=TransactionOut, operation_id=f"update_{thing}",
        description="What is left out stays as it is. Posted ones cannot be changed.",
    )  # fmt: skip
    def update(request: HttpRequest, id: TransactionId, body: update_model) -> JsonObject:  # type: ignore[valid-type]
        changes = body.changes()  # type: ignore[attr-defined]
        change_draft(
            lambda: resource.find(id),
            lambda new: _values(classification, changes, account_id=new.account_id),
            actor=caller_of(request).actor,
        )
        return resource.one(id, request)

    @router.post(
        f"/{path}/{{id}}/post",
        response=TransactionOut,
        operation_id=f"post_{thing}",
        description="It gets its number and counts from then on; it can be cancelled, never changed.",
    )
    @bound(Binding.BY_SERVICE)
    def post(request: HttpRequest, id: TransactionId, body: PostIn) -> JsonObject:
        resource.find(id)
        order = Post(draft_id=id, **{RENAMED.get(name, name): value for name, value in body.model_dump().items()})
        ident = carry_out(lambda: order, actor=caller_of(request).actor).came_to()
        return resource.one(ident, request)

    @router.post(
        f"/{path}/{{id}}/reject",
        response=TransactionOut,
        operation_id=f"reject_{thing}",
        description="Discard a draft for a reason of the company's list. It is kept and never counts.",
    )
    def reject(request: HttpRequest, id: TransactionId, body: RejectIn) -> JsonObject:
        resource.find(id)
        reason = reasons.find(body.reason, param="/reason")
        reject_drafts(transaction_ids=[id], reason=reason, actor=caller_of(request).actor)
        return resource.one(id, request)

    return resource


invoices = _documents("invoices", C.INVOICE, InvoiceIn)
credit_notes = _documents("credit_notes", C.CREDIT_NOTE, CreditNoteIn)
payments = _documents("payments", C.PAYMENT, PaymentIn)
refunds = _documents("refunds", C.REFUND, RefundIn)


def _order(target_id: int, body: Schema) -> dict[str, Any]:
    given = body.model_dump()
    names = {**RENAMED, "amount": "amount", "method": "payment_method_id", "to_account": "to_account_id"}
    return {"target_id": target_id, **{names.get(name, name): value for name, value in given.items()}}


def _cancel(request: HttpRequest, resource: Resource, ident: int, order: dict[str, Any]) -> JsonObject:
    resource.find(ident)
    carry_out(lambda: Cancel(**order), actor=caller_of(request).actor).came_to()
    return resource.one(ident, request)


@router.post("/invoices/{id}/cancel", response=TransactionOut, operation_id="cancel_invoice")
@bound(Binding.BY_SERVICE)
def cancel_invoice(request: HttpRequest, id: TransactionId, body: CancelInvoiceIn) -> JsonObject:
    """Undo a posted invoice, all of it; the answer is the invoice, its ``cancelled_by`` the cancellation posted."""
    return _cancel(request, invoices, id, {**_order(id, body), "amount": ALL})


@router.post("/payments/{id}/cancel", response=TransactionOut, operation_id="cancel_payment")
@bound(Binding.BY_SERVICE)
def cancel_payment(request: HttpRequest, id: TransactionId, body: CancelPaymentIn) -> JsonObject:
    """Undo a posted payment; the answer is the payment, its ``cancelled_by`` the cancellation that was posted.

    One that a gateway collected is paid back through it first, where its provider lists the type of the cancellation:
    until that is done the payment stays posted and its ``payment_request`` says what it waits for.
    """
    return _cancel(request, payments, id, _order(id, body))


@router.post("/invoices/{id}/write_off", response=TransactionOut, operation_id="write_off_invoice")
@bound(Binding.BY_SERVICE)
def write_off_invoice(request: HttpRequest, id: TransactionId, body: WholeIn) -> JsonObject:
    """Write off what is unsettled; the answer is the invoice, its ``written_off_by`` the write-off that was posted."""
    invoices.find(id)
    order = WriteOff(**_order(id, body), mirror_account_id=0)
    carried_out(lambda: actions.write_off(orders=[order], actor=caller_of(request).actor)[0]).came_to()
    return invoices.one(id, request)


@router.post("/invoices/{id}/quick_pay", response={201: TransactionOut}, operation_id="quick_pay_invoice")
@bound(Binding.BY_SERVICE)
def quick_pay_invoice(request: HttpRequest, id: TransactionId, body: QuickPayIn) -> Status[JsonObject]:
    """Pay what is unsettled, Against Item; the answer is the payment, pending while its gateway has not ended it."""
    invoice = invoices.find(id)

    def order() -> QuickPay:
        if body.payment_preference is not None:
            _check_preference(body.payment_preference, invoice.account_id)
        return QuickPay(**_order(id, body))

    ident = carry_out(order, actor=caller_of(request).actor).came_to()
    return Status(201, payments.one(ident, request))


@router.post("/payments/{id}/move", response={201: TransactionOut}, operation_id="move_payment")
@bound(Binding.BY_SERVICE)
def move_payment(request: HttpRequest, id: TransactionId, body: MoveIn) -> Status[JsonObject]:
    """Move a payment to another account: cancelled here, posted there. The answer is the payment there."""
    payments.find(id)
    ident = carry_out(lambda: Move(**_order(id, body)), actor=caller_of(request).actor).came_to()
    return Status(201, payments.one(ident, request))
