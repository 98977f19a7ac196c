"""What beside changing it can be done with what people configure of accounts."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router

from subledger.accounts.models import AccountDefinition
from subledger.accounts.services import activate_definition
from subledger.accounts.tables import CLASSIFICATIONS, CREDIT_RATINGS, DEFINITIONS, PRESENTMENT_PREFERENCES
from subledger.api_kit.callers import caller_of
from subledger.api_kit.configuration import resource_of
from subledger.api_kit.fields import IdOf
from subledger.api_kit.resources import JsonObject

router = Router(tags=["Configuration"])
account_definitions = resource_of(DEFINITIONS)
account_classifications = resource_of(CLASSIFICATIONS)
credit_ratings = resource_of(CREDIT_RATINGS)
presentment_preferences = resource_of(PRESENTMENT_PREFERENCES)


@router.post(
    "/account_definitions/{id}/activate", response=account_definitions.out, operation_id="activate_account_definition"
)
def activate(request: HttpRequest, id: Annotated[int, IdOf(AccountDefinition.PREFIX)]) -> JsonObject:
    """Put a definition in force; the one that was steps back."""
    account_definitions.find(id)
    activate_definition(definition_id=id, actor=caller_of(request).actor)
    return account_definitions.one(id, request)
