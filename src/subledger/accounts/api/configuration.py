"""What of the accounts people keep under Configuration."""

# No deferred annotations here: the endpoints made below are annotated with schemas made below.
from functools import partial
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router

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
from subledger.api_kit.callers import caller_of
from subledger.api_kit.configuration import ENTRY_FILTERS, EntryOut, configurable, entry_table
from subledger.api_kit.fields import Code, Flag, IdOf, LongText, Name, Small
from subledger.api_kit.resources import Input, JsonObject
from subledger.companies.entries import save_entry

router = Router(tags=["Configuration"])
table = partial(entry_table, router, save=save_entry)

account_classifications = table("account_classifications", AccountClassification)
credit_ratings = table("credit_ratings", CreditRating)
payment_preferences = table("payment_preferences", PaymentPreference, extra={"is_default": (Flag, False)})
presentment_preferences = table("presentment_preferences", PresentmentPreference, extra={"is_default": (Flag, False)})


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
    router,
    "account_definitions",
    AccountDefinition,
    save=save_entry,
    fields=[*AccountDefinitionIn.model_fields, "is_active"],
    out=AccountDefinitionOut,
    body=AccountDefinitionIn,
    given={"is_active": False},
    filters=ENTRY_FILTERS,
)


@router.post(
    "/account_definitions/{id}/activate", response=AccountDefinitionOut, operation_id="activate_account_definition"
)
def activate(request: HttpRequest, id: Annotated[int, IdOf(AccountDefinition.PREFIX)]) -> JsonObject:
    """Put a definition in force; the one that was steps back."""
    account_definitions.find(id)
    activate_definition(definition_id=id, actor=caller_of(request).actor)
    return account_definitions.one(id, request)
