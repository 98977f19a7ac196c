"""Contact persons of customers in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from subledger.accounts.contacts import add_contacts, remove_contact, update_contact
from subledger.accounts.models import ContactPerson
from subledger.accounts.states import ContactRole, Topic
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import IdOf, LongName, Text30, Text60, Text320
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

from .customers import CustomerId, CustomerOut, customers

router = Router(tags=["Customers"])
ContactId = Annotated[int, IdOf(ContactPerson.PREFIX)]
Topics = Annotated[list[Text30], Field(max_length=20)]


class ContactPersonOut(Thing):
    """Somebody at a customer whom messages go to and whom people call."""

    object: Literal["contact_person"]
    customer: str | CustomerOut
    name: str
    role: ContactRole
    email: str
    phone: str
    language: str
    receives: list[Topic] = Field(description="What they get without being chosen.")


class ContactPersonIn(Input):
    customer: CustomerId
    name: LongName
    role: Text30 = Field(default="", description=f"One of {', '.join(ContactRole)}; general if left out.")
    email: Text320 = ""
    phone: Text60 = ""
    language: Text30 = Field(default="", description="Such as de-AT; the customer's if left out.")
    receives: Topics = Field(
        default=[],
        description=f"Of {', '.join(Topic)}: what they get without being chosen, at their e-mail address.",
    )


ContactPersonUpdate = partial(ContactPersonIn, without=["customer"])


def serialise(rows: Sequence[ContactPerson], request: HttpRequest) -> list[JsonObject]:
    names = ("customer", "name", "role", "email", "phone", "language", "receives")
    return [{**serialise_fields(row, *names), "object": "contact_person"} for row in rows]


contact_persons = Resource(
    path="contact_persons",
    model=ContactPerson,
    out=ContactPersonOut,
    serialise=serialise,
    rows=lambda: ContactPerson.objects.all(),
    filters={
        "customer": Filter(type=CustomerId, lookup="customer_id"),
        "role": Filter(type=ContactRole, lookup="role"),
        "email": Filter(type=Text320, lookup="email"),
    },
    expands={"customer": customers},
)
collection(router, contact_persons)


@router.post("", response={201: ContactPersonOut}, operation_id="create_contact_person")
def create(request: HttpRequest, body: ContactPersonIn) -> Status[JsonObject]:
    new: Any = body.model_dump(exclude_unset=True)
    new["customer"] = customers.find(new["customer"], param="/customer")
    row = add_contacts(new=[new], actor=caller_of(request).actor)[0]
    return Status(201, contact_persons.one(row.pk, request))


@router.patch("/{id}", response=ContactPersonOut, operation_id="update_contact_person")
def update(request: HttpRequest, id: ContactId, body: ContactPersonUpdate) -> JsonObject:  # type: ignore[valid-type]
    """Change some fields; what is left out stays as it is."""
    contact_persons.find(id)
    update_contact(contact_id=id, changes=body.changes(), actor=caller_of(request).actor)  # type: ignore[attr-defined]
    return contact_persons.one(id, request)


@router.delete("/{id}", response={204: None}, operation_id="remove_contact_person")
def remove(request: HttpRequest, id: ContactId) -> Status[None]:
    """They are written to no more; what they were sent keeps saying so."""
    contact_persons.find(id)
    remove_contact(contact_id=id, actor=caller_of(request).actor)
    return Status(204, None)
