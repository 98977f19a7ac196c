"""Contacts with customers who owe, and who collects an account."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Day, IdOf, LongText, SaidLong, Text60, Text300
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Reference,
    Resource,
    Thing,
    collection,
    ident_of,
    resource_at,
)

from .models import CollectionContact
from .queries import collector_of, contacts
from .services import NewContact, assign_collector, follow_up_done, record_contact
from .states import ContactKind

router = Router(tags=["Collections desk"])
AccountId = Annotated[int, IdOf(Account.PREFIX)]
ContactId = Annotated[int, IdOf(CollectionContact.PREFIX)]


class CollectionContactOut(Thing):
    """A call, message, letter, visit or remark on an account. It never changes; its follow-up is done once."""

    object: Literal["collection_contact"]
    account: Annotated[Any, Reference("accounts")]
    kind: ContactKind
    with_whom: str
    text: str
    happened_on: date
    follow_up_on: date | None
    is_done: bool = Field(description="Whether what was to be followed up on is done.")
    done_at: datetime | None
    done_by: str | None
    done_note: str
    created_by: str


class CollectionContactIn(Input):
    account: AccountId
    kind: ContactKind = ContactKind.CALL
    text: SaidLong = Field(description="What was said.")
    with_whom: Text60 = ""
    happened_on: Day | None = Field(default=None, description="Today if left out.")
    follow_up_on: Day | None = Field(default=None, description="When somebody comes back to it.")


class DoneIn(Input):
    note: LongText = ""


class CollectorIn(Input):
    collector: Text300 | None = Field(
        description="The name under which one of the company's people acts, such as user:ana; null: nobody."
    )


class CollectorOut(Schema):
    object: Literal["collector"]
    account: str
    collector: str | None


def serialise(rows: Sequence[CollectionContact], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            "id": row.public_id, "object": "collection_contact", "created_at": row.made_at,
            "account": ident_of(Account, row.account_id), "kind": row.kind, "with_whom": row.with_whom,
            "text": row.text, "happened_on": row.happened_on, "follow_up_on": row.follow_up_on,
            "is_done": row.done_at is not None, "done_at": row.done_at, "done_by": row.done_by or None,
            "done_note": row.done_note, "created_by": row.made_by,
        }
        for row in rows
    ]  # fmt: skip


collection_contacts = Resource(
    path="collection_contacts",
    model=CollectionContact,
    out=CollectionContactOut,
    serialise=serialise,
    rows=contacts,
    filters={
        "account": Filter(type=AccountId, lookup="account_id"),
        "kind": Filter(type=ContactKind, lookup="kind"),
    },
    expands={"account": "accounts"},
)
collection(router, collection_contacts, path="/collection_contacts")


@router.post("/collection_contacts", response={201: CollectionContactOut}, operation_id="create_collection_contact")
def create(request: HttpRequest, body: CollectionContactIn) -> Status[JsonObject]:
    """It stands on the timeline of the account, and on the work list from the day to follow up on."""
    row = record_contact(
        new=NewContact(
            account_id=body.account,
            kind=body.kind,
            text=body.text,
            with_whom=body.with_whom,
            happened_on=body.happened_on,
            follow_up_on=body.follow_up_on,
        ),
        actor=caller_of(request).actor,
    )
    return Status(201, collection_contacts.one(row.pk, request))


@router.post("/collection_contacts/{id}/done", response=CollectionContactOut, operation_id="do_collection_contact")
def done(request: HttpRequest, id: ContactId, body: DoneIn) -> JsonObject:
    """What was to be followed up on leaves the work list; done twice, the first word stands."""
    collection_contacts.find(id)
    follow_up_done(contact_id=id, note=body.note, actor=caller_of(request).actor)
    return collection_contacts.one(id, request)


@router.post("/accounts/{id}/collector", response=CollectorOut, operation_id="assign_account_collector")
def assign(request: HttpRequest, id: AccountId, body: CollectorIn) -> JsonObject:
    """One of the company's people collects the account from now on, or nobody does."""
    resource_at("accounts").find(id)
    assign_collector(account_id=id, collector=body.collector or "", actor=caller_of(request).actor)
    return {"object": "collector", "account": ident_of(Account, id), "collector": collector_of(id) or None}


API = ApiFace(
    mounts=(Mount(router=router),),
    summaries={
        "create_collection_contact": "Record a contact with a customer who owes",
        "do_collection_contact": "Take what is done off the work list",
        "assign_account_collector": "Give an account to a collector",
    },
    examples={"with_whom": "Ana Bianchi", "collector": "user:ana", "happened_on": "2026-05-20"},
)
