"""New companies in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Country, Currency, Name, Percent, Text60, Text100
from subledger.api_kit.resources import Input, JsonObject, Thing
from subledger.companies.errors import CompanyInvalid
from subledger.companies.models import Membership
from subledger.transactions.services.defaults import Tax, found_company

router = Router(tags=["People"])


class CompanyOut(Thing):
    """A legal entity with books of its own; its keys are made in it, by whoever administers it."""

    object: Literal["company"]
    code: str
    name: str
    base_currency: str
    time_zone: str
    country: str
    administrator: str


class TaxIn(Schema):
    code: Text60
    name: Name
    percent: Percent


class CompanyIn(Input):
    code: Annotated[str, Field(max_length=40)] = Field(description="Small letters, digits, - and _.")
    name: Name
    base_currency: Currency = Field(description="Of its books; it never changes.")
    time_zone: Text100 = Field(default="UTC", description="An IANA name: its business days are read in it.")
    country: Country = ""
    taxes: list[TaxIn] = Field(default=[], max_length=50, description="Tax rates to begin with.")
    administrator: Text100 = Field(description="Username of a person of this company, who will administer the new one.")


@router.post("/companies", response={201: CompanyOut}, operation_id="create_company")
def create(request: HttpRequest, body: CompanyIn) -> Status[JsonObject]:
    """Create a company with a ready default: definitions, types, methods, chart, posting rules, number series."""
    member = Membership.objects.select_related("user").filter(user__username=body.administrator).first()
    if member is None or not member.user.is_active:
        raise CompanyInvalid(
            f"There is no {body.administrator!r} among the people of this company. Name one of them.",
            param="/administrator",
        )
    row = found_company(
        code=body.code,
        name=body.name,
        base_currency=body.base_currency,
        time_zone=body.time_zone,
        country=body.country,
        taxes=[Tax(tax.code, tax.name, Decimal(tax.percent)) for tax in body.taxes],
        administrator=member.user,
        actor=caller_of(request).actor,
    )
    return Status(
        201,
        {
            "id": row.public_id, "object": "company", "created_at": row.created_at, "code": row.code, "name": row.name,
            "base_currency": row.base_currency, "time_zone": row.time_zone, "country": row.country,
            "administrator": body.administrator,
        },
    )  # fmt: skip
