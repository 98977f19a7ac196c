"""New companies in the API."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Country, Currency, Name, Text60, Text100, Text300
from subledger.api_kit.resources import Input, JsonObject
from subledger.companies.services import administrator_named
from subledger.transactions.services.defaults import found_company, tax_written

router = Router(tags=["People"])


class CompanyOut(Schema):
    id: str
    object: Literal["company"]
    created_at: datetime
    code: str
    name: str
    base_currency: str


class CompanyIn(Input):
    code: Text60 = Field("", description="Small letters, digits, - and _; made of the name if left out.")
    name: Name
    base_currency: Currency
    time_zone: Text60 = "UTC"
    country: Country = ""
    language: Text60 = Field("", description="Of its pages, and of the names that it begins with: en or de.")
    taxes: list[Text100] = Field(default=[], max_length=50, description='Each as "22", or "Reduced rate=10".')
    administrator: Text300 = Field(description="Username of a person of this company.")


@router.post("/companies", response={201: CompanyOut}, operation_id="create_company")
def create(request: HttpRequest, body: CompanyIn) -> Status[JsonObject]:
    """Create a company with every default. Its keys are made by its administrator."""
    administrator = administrator_named(body.administrator)
    row = found_company(
        code=body.code,
        name=body.name,
        base_currency=body.base_currency,
        time_zone=body.time_zone,
        country=body.country,
        language=body.language,
        taxes=[tax_written(one) for one in body.taxes],
        administrator=administrator,
        actor=caller_of(request).actor,
    )
    return Status(
        201,
        {
            "id": row.public_id, "object": "company", "created_at": row.created_at, "code": row.code, "name": row.name,
            "base_currency": row.base_currency,
        },
    )  # fmt: skip
