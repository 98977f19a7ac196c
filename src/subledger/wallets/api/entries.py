"""Wallet transactions: listed, told with the lots that paid for them, voided."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day, IdOf, LongText, Metadata, Minor
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Reference,
    Resource,
    Thing,
    collection,
    ident_of,
    serialise_fields,
)
from subledger.catalog.models import Product
from subledger.transactions.models import Transaction
from subledger.wallets.models import Lot, LotTake, Wallet, WalletTransaction, WalletTransactionType
from subledger.wallets.queries import entries, takes_of
from subledger.wallets.services.voids import void_entry
from subledger.wallets.states import Cause, EntryKind, EntryState

router = Router(tags=["Wallet transactions"])
WalletId = Annotated[int, IdOf(Wallet.PREFIX)]
EntryId = Annotated[int, IdOf(WalletTransaction.PREFIX)]
TypeId = Annotated[int, IdOf(WalletTransactionType.PREFIX)]
ProductId = Annotated[int, IdOf(Product.PREFIX)]
TransactionId = Annotated[int, IdOf(Transaction.PREFIX)]


class PaidByOut(Schema):
    """What a lot gave."""

    lot: str | None = Field(description="Null: no lot covers it, and the next credit will.")
    credit: str | None = Field(description="The wallet transaction that made the lot.")
    amount: int
    paid_amount: int = Field(description="What of it somebody paid for; the rest was granted.")


class WalletTransactionOut(Thing):
    """One thing that moved money of a wallet. Amounts are above zero where money comes in, below where it goes out."""

    object: Literal["wallet_transaction"]
    number: str
    wallet: Annotated[Any, Reference("wallets")]
    kind: EntryKind
    type: Annotated[Any, Reference("wallet_transaction_types")]
    state: EntryState
    amount: int = Field(description="What it does to the balance of the wallet.")
    paid_amount: int = Field(description="What of it somebody paid for: it is in the ledger.")
    currency: str
    posted_on: date
    product: Annotated[Any, Reference("products", null=True)]
    tax_rate: str | None
    tax_percent: str
    net_amount: int = Field(description="Of a debit, when made: without tax.")
    discount_amount: int = Field(description="What granted credit paid for.")
    tax_amount: int = Field(description="On what was paid for.")
    paid_by: list[PaidByOut] = Field(description="Of what goes out: the lots that pay for it now, in order.")
    voids: str | None = Field(description="The wallet transaction that this one took back.")
    voided_by: str | None
    counterpart: str | None = Field(description="Of a transfer: the transaction in the other wallet.")
    transaction: Annotated[Any, Reference("transactions", null=True)] = Field(
        description="By which money left the account, or went back."
    )
    source: Annotated[Any, Reference("transactions", null=True)] = Field(
        description="The payment or credit note that credited it."
    )
    cause: Cause
    note: str
    created_by: str


class VoidIn(Input):
    posted_on: Day | None = Field(default=None, description="Today if left out; never before the transaction's day.")
    note: LongText = Field(default="", description="Why it is taken back.")


class MoveIn(Input):
    """What every movement may say."""

    amount: Minor
    type: TypeId | None = Field(default=None, description="One of this kind; else the default.")
    posted_on: Day | None = Field(default=None, description="Today if left out.")
    note: LongText = ""
    metadata: Metadata = {}

    def move(self) -> dict[str, Any]:
        """As the fields of a `NewMove`."""
        return {
            "amount_minor": self.amount, "type_id": self.type, "posted_on": self.posted_on, "note": self.note,
            "metadata": self.metadata,
        }  # fmt: skip


def serialise(rows: Sequence[WalletTransaction], request: HttpRequest) -> list[JsonObject]:
    idents = [row.pk for row in rows]
    takes: dict[int, list[LotTake]] = {}
    for take in takes_of(idents):
        takes.setdefault(take.debit_id, []).append(take)
    voided_by = dict(WalletTransaction.objects.filter(voids__in=idents).values_list("voids_id", "pk"))
    # What went out names what came in by its own row; what came in is named by it.
    counterparts = dict(WalletTransaction.objects.filter(counterpart__in=idents).values_list("counterpart_id", "pk"))
    return [
        {
            **serialise_fields(
                row, "number", "wallet", "kind", "type", "state", "currency", "posted_on", "product", "tax_rate",
                "tax_percent", "voids", "source", "cause", "note", "metadata", "created_by",
            ),
            "object": "wallet_transaction",
            "amount": row.face_minor,
            "paid_amount": row.paid_minor,
            "net_amount": row.net_minor,
            "discount_amount": row.discount_minor,
            "tax_amount": row.tax_minor,
            "paid_by": [_paid_by(take) for take in takes.get(row.pk, ())],
            "voided_by": ident_of(WalletTransaction, voided_by.get(row.pk)),
            "counterpart": ident_of(WalletTransaction, row.counterpart_id or counterparts.get(row.pk)),
            "transaction": ident_of(Transaction, row.document_id),
        }
        for row in rows
    ]  # fmt: skip


def _paid_by(take: LotTake) -> JsonObject:
    return {
        "lot": ident_of(Lot, take.lot_id),
        "credit": ident_of(WalletTransaction, take.lot.credit_id if take.lot is not None else None),
        "amount": take.face_minor,
        "paid_amount": take.paid_minor,
    }


wallet_transactions = Resource(
    path="wallet_transactions",
    model=WalletTransaction,
    out=WalletTransactionOut,
    serialise=serialise,
    rows=entries,
    filters={
        "wallet": Filter(type=WalletId, lookup="wallet_id"),
        "kind": Filter(type=EntryKind, lookup="kind"),
        "state": Filter(type=EntryState, lookup="state"),
        "type": Filter(type=TypeId, lookup="type_id"),
        "product": Filter(type=ProductId, lookup="product_id"),
        "cause": Filter(type=Cause, lookup="cause"),
        "transaction": Filter(type=TransactionId, lookup="document_id"),
        "source": Filter(type=TransactionId, lookup="source_id"),
        "posted_on": Filter(type=Day, lookup="posted_on"),
    },
    expands={
        "wallet": "wallets",
        "type": "wallet_transaction_types",
        "product": "products",
        "transaction": "transactions",
        "source": "transactions",
    },
)
collection(router, wallet_transactions, path="/wallet_transactions")


@router.post(
    "/wallet_transactions/{id}/void", response={201: WalletTransactionOut}, operation_id="void_wallet_transaction"
)
def void(request: HttpRequest, id: EntryId, body: VoidIn) -> Status[JsonObject]:
    """What it did is undone by a transaction of its own, which is answered. Of a credit that came from the account, the
    invoice that brought it is cancelled; of a transfer, both sides are voided."""
    wallet_transactions.find(id)
    made = void_entry(entry_id=id, posted_on=body.posted_on, note=body.note, actor=caller_of(request).actor)
    return Status(201, wallet_transactions.one(made.pk, request))
