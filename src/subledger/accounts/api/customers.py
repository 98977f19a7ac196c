from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from subledger.accounts.models import Customer
from subledger.accounts.services import create_customers, update_customer
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import (
    Country,
    IdOf,
    Instant,
    LongName,
    Metadata,
    Text30,
    Text60,
    Text100,
    Text120,
    Text300,
    Text320,
)
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Resource,
    Thing,
    collection,
    partial,
    serialise_fields,
)
from subledger.kernel.languages import LANGUAGES

router = Router(tags=["Customers"])
CustomerId = Annotated[int, IdOf(Customer.PREFIX)]
FIELDS = (
    "code", "name", "email", "phone", "tax_number", "address_line1", "address_line2", "city", "postal_code", "region",
    "country", "language", "metadata",
)  # fmt: skip


class CustomerOut(Thing):
    object: Literal["customer"]
    code: str
    name: str
    email: str
    phone: str
    tax_number: str
    address_line1: str
    address_line2: str
    city: str
    postal_code: str
    region: str
    country: str
    language: str


class CustomerIn(Input):
    """``code`` is the customer's name in other systems; without one it gets a number of ours."""

    name: LongName
    code: Text100 = ""
    email: Text320 = ""
    phone: Text60 = ""
    tax_number: Text60 = ""
    address_line1: Text300 = ""
    address_line2: Text300 = ""
    city: Text120 = ""
    postal_code: Text30 = ""
    region: Text120 = ""
    country: Country = ""
    language: Text30 = Field(
        default="", description=f"Such as de-AT. What is sent is in the nearest of {', '.join(LANGUAGES)}."
    )
    metadata: Metadata = {}


CustomerUpdate = partial(CustomerIn)


def serialise(rows: Sequence[Customer], request: HttpRequest) -> list[JsonObject]:
    return [{**serialise_fields(row, *FIELDS), "object": "customer", "created_at": row.created_at} for row in rows]


customers = Resource(
    path="customers",
    model=Customer,
    out=CustomerOut,
    serialise=serialise,
    rows=lambda: Customer.objects.all(),
    filters={
        "code": Filter(type=Text100, lookup="code"),
        "name": Filter(type=Text300, lookup="name"),
        "email": Filter(type=Text320, lookup="email"),
        "tax_number": Filter(type=Text60, lookup="tax_number"),
        "country": Filter(type=Country, lookup="country"),
        "created_at": Filter(type=Instant, lookup="created_at"),
    },
)
collection(router, customers)


@router.post("", response={201: CustomerOut}, operation_id="create_customer")
def create(request: HttpRequest, body: CustomerIn) -> Status[JsonObject]:
    new: Any = body.model_dump(exclude_unset=True)
    row = create_customers(new=[new], actor=caller_of(request).actor)[0]
    return Status(201, customers.one(row.pk, request))


@router.patch("/{id}", response=CustomerOut, operation_id="update_customer")
def update(request: HttpRequest, id: CustomerId, body: CustomerUpdate) -> JsonObject:  # type: ignore[valid-type]
    """Change some fields; what is left out stays as it is."""
    customers.find(id)
    update_customer(customer_id=id, changes=body.changes(), actor=caller_of(request).actor)  # type: ignore[attr-defined]
    return customers.one(id, request)
