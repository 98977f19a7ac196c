"""Paying back what a gateway collected, through that gateway."""

# No deferred annotations here: the bodies are annotated with id types made below.
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Flag, IdOf, LongText, Metadata, MinorOr, Said300, SaidLong
from subledger.api_kit.idempotency import bound
from subledger.api_kit.resources import Input, JsonObject, WholeOf, resource_at
from subledger.gateways.services.submission import refund_payment
from subledger.platform.idempotency import Binding
from subledger.transactions.models import Category, RefundMethod, Transaction, TransactionType
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import ALL
from subledger.transactions.services.carriers import Requested, carried_out
from subledger.transactions.states import Classification

router = Router(tags=["Documents"])
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]
TypeId = Annotated[int, IdOf(TransactionType.PREFIX)]
CategoryId = Annotated[int, IdOf(Category.PREFIX)]
RefundMethodId = Annotated[int, IdOf(RefundMethod.PREFIX)]
NAMES = {"type": "type_id", "category": "category_id", "method": "refund_method_id"}


AmountOrAll = Annotated[Any, MinorOr(ALL)]


class RefundPaymentIn(Input):
    """The fields go onto the refund."""

    amount: AmountOrAll = Field(description='In minor units; or "all" that is left of the payment.')
    method: RefundMethodId | None = Field(default=None, description="The provider's if left out.")
    type: TypeId | None = Field(default=None, description="The default of refunds if left out.")
    category: CategoryId | None = None
    issue_reason: LongText | None = None
    back_office_code: Said300 | None = None
    confirm_credit_limit: Flag = Field(default=False, description="Go ahead although the credit limit is exceeded.")
    confirm_above_credit: Flag = Field(default=False, description="Go ahead although it is more than the credit.")
    metadata: Metadata = {}
    note: SaidLong | None = None


@router.post("/payments/{id}/refund", response={201: Annotated[Any, WholeOf("refunds")]}, operation_id="refund_payment")
@bound(Binding.BY_SERVICE)
def refund(request: HttpRequest, id: TransactionId, body: RefundPaymentIn) -> Status[JsonObject]:
    """Pay back part or all of what a gateway collected, through that gateway; the answer is the refund."""
    payment, actor = resource_at("payments").find(id), caller_of(request).actor
    given = body.model_dump(exclude={"amount"})

    def ask() -> Requested:
        values = {NAMES.get(name, name): value for name, value in given.items()}
        new = NewTransaction(classification=Classification.REFUND, account_id=payment.account_id, **values)
        return refund_payment(payment_id=id, amount=body.amount, new=new, actor=actor)

    return Status(201, resource_at("refunds").one(carried_out(ask).came_to(), request))
