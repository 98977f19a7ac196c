from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import (
    Account,
    AccountClassification,
    CreditRating,
    PresentmentPreference,
)
from subledger.accounts.rules import CreditPeriod, Operator, Unit
from subledger.accounts.services import (
    change_account_state,
    open_accounts,
    update_account,
)
from subledger.accounts.states import AccountState, AccountType, SystemRole
from subledger.accounts.termination import termination_of
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import (
    Currency,
    IdOf,
    Instant,
    LongName,
    LongText,
    Metadata,
    MinorOrZero,
    Outcome,
    Small,
    Text60,
    Text100,
    Text120,
    Text300,
)
from subledger.api_kit.notes import noted
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Reference,
    Resource,
    Thing,
    collection,
    partial,
    serialise_fields,
)

from .configuration import account_classifications, credit_ratings, presentment_preferences
from .customers import CustomerId, CustomerOut, customers

router = Router(tags=["Accounts"])
note_router = Router(tags=["Events and notes"])
AccountId = Annotated[int, IdOf(Account.PREFIX)]
ClassificationId = Annotated[int, IdOf(AccountClassification.PREFIX)]
RatingId = Annotated[int, IdOf(CreditRating.PREFIX)]
PresentmentId = Annotated[int, IdOf(PresentmentPreference.PREFIX)]
FIELDS = (
    "number", "code", "name", "description", "type", "system_role", "state", "currency", "classification",
    "credit_rating", "tax_number", "billing_address", "buyer_reference", "electronic_address",
    "presentment_preference", "parent", "customer", "metadata", "created_by", "updated_at", "updated_by",
)  # fmt: skip


class CreditPeriodIn(Input):
    """How an account deviates from the due date that the credit rule calculates."""

    value: Small
    operator: Literal["minus", "plus"]
    unit: Unit = Unit.DAYS


class CreditPeriodOut(Schema):
    value: int
    operator: Operator
    unit: Unit


class AccountOut(Thing):
    object: Literal["account"]
    number: str
    code: str
    name: str
    description: str
    type: AccountType
    system_role: SystemRole | None = Field(description="Which of the company's own accounts this is, if one.")
    customer: str | CustomerOut | None
    state: AccountState
    currency: str
    classification: str | account_classifications.out | None  # type: ignore[name-defined]
    credit_rating: str | credit_ratings.out | None  # type: ignore[name-defined]
    credit_limit: int | None = Field(description="The highest balance the account may reach; null: no limit.")
    credit_period: CreditPeriodOut | None
    tax_number: str
    billing_address: str
    buyer_reference: str
    electronic_address: str
    presentment_preference: str | presentment_preferences.out | None  # type: ignore[name-defined]
    parent: Annotated[Any, Reference("accounts", null=True)] = Field(
        description="The account that shows a balance over it."
    )
    created_by: str
    updated_at: Instant
    updated_by: str


class AccountChanges(Input):
    name: LongName
    code: Text100 = ""
    description: LongText = ""
    classification: ClassificationId | None = None
    credit_rating: RatingId | None = None
    credit_limit: MinorOrZero | None = None
    credit_period: CreditPeriodIn | None = None
    tax_number: Text60 = ""
    billing_address: LongText = ""
    buyer_reference: Text120 = Field(default="", description="What the customer wants to read on its invoices.")
    electronic_address: Text120 = Field(
        default="", description="Where it takes electronic invoices: a scheme of EAS and a name, 0204:991-12345-67."
    )
    presentment_preference: PresentmentId | None = None
    parent: AccountId | None = Field(
        default=None, description="The account that shows a balance over it; it does not pay for it."
    )
    metadata: Metadata = {}


class AccountIn(AccountChanges):
    """A customer's account. ``name`` defaults to the customer's, ``currency`` to the company's base currency."""

    customer: CustomerId
    currency: Currency | None = None
    name: Text300 = ""


AccountUpdate = partial(AccountChanges)


def serialise(rows: Sequence[Account], request: HttpRequest) -> list[JsonObject]:
    return [_serialise_one(row) for row in rows]


def _serialise_one(row: Account) -> JsonObject:
    period = None
    if row.credit_period_value is not None:
        period = {
            "value": row.credit_period_value, "operator": row.credit_period_operator, "unit": row.credit_period_unit,
        }  # fmt: skip
    return {
        **serialise_fields(row, *FIELDS),
        "object": "account",
        "created_at": row.created_at,
        "credit_limit": row.credit_limit_minor,
        "credit_period": period,
    }


accounts = Resource(
    path="accounts",
    model=Account,
    out=AccountOut,
    serialise=serialise,
    rows=lambda: Account.objects.all(),
    filters={
        "customer": Filter(type=CustomerId, lookup="customer_id"),
        "number": Filter(type=Text60, lookup="number"),
        "code": Filter(type=Text100, lookup="code"),
        "currency": Filter(type=Currency, lookup="currency"),
        "state": Filter(type=AccountState, lookup="state"),
        "type": Filter(type=AccountType, lookup="type"),
        "classification": Filter(type=ClassificationId, lookup="classification_id"),
        "credit_rating": Filter(type=RatingId, lookup="credit_rating_id"),
        "parent": Filter(type=AccountId, lookup="parent_id"),
        "created_at": Filter(type=Instant, lookup="created_at"),
    },
    expands={
        "customer": customers,
        "classification": account_classifications,
        "credit_rating": credit_ratings,
        "presentment_preference": presentment_preferences,
        "parent": "accounts",
    },
)
collection(router, accounts)
noted(note_router, accounts)
REFERENCES = {
    "classification": account_classifications,
    "credit_rating": credit_ratings,
    "presentment_preference": presentment_preferences,
    "customer": customers,
}


@router.post("", response={201: AccountOut}, operation_id="create_account")
def create(request: HttpRequest, body: AccountIn) -> Status[JsonObject]:
    new: Any = _values(body.model_dump(exclude_unset=True))
    row = open_accounts(new=[new], actor=caller_of(request).actor)[0]
    return Status(201, accounts.one(row.pk, request))


@router.patch("/{id}", response=AccountOut, operation_id="update_account")
def update(request: HttpRequest, id: AccountId, body: AccountUpdate) -> JsonObject:  # type: ignore[valid-type]
    """Change some fields: never the currency, the customer or the type."""
    accounts.find(id)
    changes = _values(body.changes())  # type: ignore[attr-defined]
    update_account(account_id=id, changes=changes, actor=caller_of(request).actor)
    return accounts.one(id, request)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    values = dict(given)
    for name, resource in REFERENCES.items():
        if values.get(name) is not None:
            values[name] = resource.find(values[name], param=f"/{name}")
    if values.get("parent") is not None:
        values["parent"] = accounts.find(values["parent"], param="/parent")
    if "credit_limit" in values:
        values["credit_limit_minor"] = values.pop("credit_limit")
    if values.get("credit_period") is not None:
        period = values["credit_period"]
        values["credit_period"] = CreditPeriod(
            period["value"], Operator(period["operator"]), Unit(period.get("unit", Unit.DAYS))
        )
    return values


# -- life cycle ------------------------------------------------------------------------------------------------------


class StateChange(Input):
    reason: LongText = ""


class TerminationIn(StateChange):
    expected_outcome: Outcome = ""


class TerminationOut(Schema):
    object: Literal["account_termination"]
    account: str
    left: list[str] = Field(description="What stays on it.")
    stopped: list[str] = Field(description="What is never done.")
    outcome: str


@router.get("/{id}/termination", response=TerminationOut, operation_id="preview_account_termination")
def termination(request: HttpRequest, id: AccountId) -> JsonObject:
    """What terminating it would come to; nothing is changed."""
    row = accounts.find(id)
    found = termination_of(row)
    return {
        "object": "account_termination", "account": row.public_id, "left": found.left, "stopped": found.stopped,
        "outcome": found.outcome,
    }  # fmt: skip


def _change_state(request: HttpRequest, ident: int, action: str, body: StateChange) -> JsonObject:
    accounts.find(ident)
    change_account_state(account_id=ident, action=action, actor=caller_of(request).actor, **body.model_dump())
    return accounts.one(ident, request)


@router.post("/{id}/suspend", response=AccountOut, operation_id="suspend_account")
def suspend(request: HttpRequest, id: AccountId, body: StateChange) -> JsonObject:
    """From then on it takes payments and other credits only."""
    return _change_state(request, id, "suspend", body)


@router.post("/{id}/reactivate", response=AccountOut, operation_id="reactivate_account")
def reactivate(request: HttpRequest, id: AccountId, body: StateChange) -> JsonObject:
    """Take back a suspension: it takes invoices again."""
    return _change_state(request, id, "reactivate", body)


@router.post("/{id}/terminate", response=AccountOut, operation_id="terminate_account")
def terminate(request: HttpRequest, id: AccountId, body: TerminationIn) -> JsonObject:
    """From then on nothing can be posted to it. There is no way back."""
    return _change_state(request, id, "terminate", body)
