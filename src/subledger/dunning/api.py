"""Dunning in the API: the levels that documents reached, and the late charges that were drafted. Plans and levels are
configuration, made from their tables."""

# No deferred annotations here: the bodies are annotated with types made below.
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.faces import ApiFace, Mount
from subledger.api_kit.fields import Day, IdOf
from subledger.api_kit.fields import plain as plain_decimal
from subledger.api_kit.resources import (
    Filter,
    JsonObject,
    Reference,
    Resource,
    Thing,
    collection,
    ident_of,
    serialise_fields,
)
from subledger.messages.models import Message
from subledger.transactions.models import Transaction

from .models import DunningClaim, DunningLevel, DunningRecord
from .states import After, ClaimKind, RecordOutcome

router = Router(tags=["Dunning"])


AccountId = Annotated[int, IdOf(Account.PREFIX)]
DocumentId = Annotated[int, IdOf(Transaction.PREFIX)]


class DunningRecordOut(Thing):
    """A level of dunning that a document reached, once."""

    object: Literal["dunning_record"]
    document: Annotated[Any, Reference("transactions")]
    document_number: str
    account: Annotated[Any, Reference("accounts")]
    level: Annotated[Any, Reference("dunning_levels")]
    level_name: str
    level_number: int
    days: int
    due_on: date
    recorded_on: date = Field(description="The day of the run that recorded it.")
    amount: int = Field(description="What was open of the document then.")
    currency: str
    outcome: RecordOutcome
    why: str = Field(description="Why a letter is to be printed, or no fee was drafted.")
    after: After
    message: Annotated[Any, Reference("messages", null=True)]


class PieceOut(Schema):
    """Days, both included, on which one rate held."""

    from_on: date
    through_on: date
    percent: str


class LateChargeOut(Thing):
    """A late fee, or the late interest of some days, drafted as an invoice: posting that claims it, rejecting it waives
    it."""

    object: Literal["late_charge"]
    kind: ClaimKind
    document: Annotated[Any, Reference("transactions")]
    document_number: str
    account: Annotated[Any, Reference("accounts")]
    from_on: date | None
    through_on: date | None
    percent: str | None = Field(description="Of interest: a year, on its last day.")
    pieces: list[PieceOut] | None = Field(
        description="Of interest: its days by the rate that held on them; null where ``percent`` held on all of them."
    )
    amount: int
    currency: str
    invoice: Annotated[Any, Reference("invoices")]
    invoice_state: str
    superseded: bool = Field(description="It was drafted anew since, and its invoice rejected.")


def _records(rows: Sequence[DunningRecord], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            **serialise_fields(
                row, "document_number", "level_name", "level_number", "days", "due_on", "recorded_on", "currency",
                "outcome", "why", "after",
            ),
            "object": "dunning_record",
            "document": ident_of(Transaction, row.document_id),
            "account": ident_of(Account, row.account_id),
            "level": ident_of(DunningLevel, row.level_id),
            "amount": row.open_minor,
            "message": ident_of(Message, row.message_id),
        }
        for row in rows
    ]  # fmt: skip


def _charges(rows: Sequence[DunningClaim], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            **serialise_fields(row, "kind", "document_number", "from_on", "through_on", "currency"),
            "object": "late_charge",
            "document": ident_of(Transaction, row.document_id),
            "account": ident_of(Account, row.account_id),
            "percent": plain_decimal(row.percent),
            "pieces": row.pieces,
            "amount": row.amount_minor,
            "invoice": ident_of(Transaction, row.invoice_id),
            "invoice_state": row.invoice.state,
            "superseded": row.superseded_at is not None,
        }
        for row in rows
    ]


records = Resource(
    path="dunning_records",
    model=DunningRecord,
    out=DunningRecordOut,
    serialise=_records,
    rows=lambda: DunningRecord.objects.all(),
    filters={
        "document": Filter(type=DocumentId, lookup="document_id"),
        "account": Filter(type=AccountId, lookup="account_id"),
        "outcome": Filter(type=RecordOutcome, lookup="outcome"),
        "after": Filter(type=After, lookup="after"),
        "recorded_on": Filter(type=Day, lookup="recorded_on"),
    },
    expands={"account": "accounts", "document": "transactions", "level": "dunning_levels", "message": "messages"},
)
charges = Resource(
    path="late_charges",
    model=DunningClaim,
    out=LateChargeOut,
    serialise=_charges,
    rows=lambda: DunningClaim.objects.select_related("invoice"),
    filters={
        "document": Filter(type=DocumentId, lookup="document_id"),
        "account": Filter(type=AccountId, lookup="account_id"),
        "kind": Filter(type=ClaimKind, lookup="kind"),
        "invoice": Filter(type=DocumentId, lookup="invoice_id"),
    },
    expands={"account": "accounts", "document": "transactions", "invoice": "invoices"},
)
collection(router, records, path="/dunning_records")
collection(router, charges, path="/late_charges")

API = ApiFace(mounts=(Mount(router=router),))
