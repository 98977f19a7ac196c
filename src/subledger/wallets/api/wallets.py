"""Wallets: what they hold, their lots, and how money moves in them."""

# No deferred annotations here: the bodies are annotated with id types made below.
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.fields import Day, IdOf
from subledger.api_kit.resources import (
    Filter,
    Input,
    JsonObject,
    Reference,
    Resource,
    Thing,
    collection,
    page,
    page_of,
    query_of,
    refuse_unknown_parameters,
    serialise_fields,
)
from subledger.transactions.queries import balance_of
from subledger.wallets.models import Lot, Wallet, WalletTransaction
from subledger.wallets.queries import all_lots_of, balances_of, holdings_of, wallets
from subledger.wallets.rules.moves import NewCredit, NewDebit, NewReimbursement, NewTransfer
from subledger.wallets.services.moves import (
    credit_wallets,
    debit_wallets,
    reimburse_wallet,
    transfer_between_wallets,
)
from subledger.wallets.services.openings import open_wallet
from subledger.wallets.states import WalletState

from .entries import MoveIn, ProductId, WalletId, WalletTransactionOut, wallet_transactions

router = Router(tags=["Wallets"])
AccountId = Annotated[int, IdOf(Account.PREFIX)]


class WalletOut(Thing):
    """The wallet of an account: prepaid money, in the account's currency."""

    object: Literal["wallet"]
    number: str
    account: Annotated[Any, Reference("accounts")]
    state: WalletState
    currency: str
    balance: int = Field(description="``left`` - ``short``.")
    left: int = Field(description="What its lots can buy.")
    short: int = Field(description="What was bought and no lot covers.")
    unconditional: int = Field(description="May be used today for anything.")
    paid: int = Field(description="What of ``left`` somebody paid for.")
    opened_on: date
    cancelled_on: date | None
    created_by: str


class WalletIn(Input):
    account: AccountId


class WalletBalanceOut(Schema):
    object: Literal["wallet_balance"]
    wallet: str
    as_of: date
    currency: str
    balance: int


class LotOut(Thing):
    """What is left of one credit, or of the part of it that is meant for one product."""

    object: Literal["wallet_lot"]
    wallet: str
    credit: Annotated[Any, Reference("wallet_transactions")] = Field(description="What made it.")
    product: Annotated[Any, Reference("products", null=True)] = Field(description="What alone it may pay for.")
    currency: str
    amount: int = Field(description="When it was made.")
    paid_amount: int = Field(description="What of it somebody paid for.")
    left: int
    paid_left: int
    credited_on: date
    expires_on: date | None = Field(description="The last day on which it may be used.")


class CreditIn(MoveIn):
    """Granted credit, for which nobody paid."""

    product: ProductId | None = Field(default=None, description="What alone it may pay for.")
    expires_on: Day | None = Field(default=None, description="The last day on which it may be used.")


class DebitIn(MoveIn):
    """A supply, at a gross amount: its tax is that of the product."""

    product: ProductId | None = None


class TransferIn(MoveIn):
    to_wallet: WalletId = Field(description="Another wallet in the same currency.")


class ReimburseIn(MoveIn):
    """Of money that is meant for no product."""


class BothBalancesOut(WalletTransactionOut):
    """With what account and wallet come to by now."""

    account_balance: int = Field(description="Above zero: the customer owes.")
    wallet_balance: int


def serialise(rows: Sequence[Wallet], request: HttpRequest) -> list[JsonObject]:
    holdings = holdings_of(rows, on=caller_of(request).today)
    serialised = []
    for row in rows:
        held = holdings[row.pk]
        serialised.append({
            **serialise_fields(
                row, "number", "account", "state", "currency", "opened_on", "cancelled_on", "created_by"
            ),
            "object": "wallet", "balance": held.balance, "left": held.left, "short": held.short,
            "unconditional": held.unconditional, "paid": held.paid,
        })  # fmt: skip
    return serialised


def serialise_lots(rows: Sequence[Lot], request: HttpRequest) -> list[JsonObject]:
    return [
        {
            **serialise_fields(row, "wallet", "credit", "product", "credited_on", "expires_on"),
            "object": "wallet_lot", "currency": row.wallet.currency, "amount": row.face_minor,
            "paid_amount": row.paid_minor, "left": row.face_left_minor, "paid_left": row.paid_left_minor,
        }
        for row in rows
    ]  # fmt: skip


wallets_resource = Resource(
    path="wallets",
    model=Wallet,
    out=WalletOut,
    serialise=serialise,
    rows=wallets,
    filters={
        "account": Filter(type=AccountId, lookup="account_id"),
        "state": Filter(type=WalletState, lookup="state"),
        "currency": Filter(type=str, lookup="currency"),
        "opened_on": Filter(type=Day, lookup="opened_on"),
    },
    expands={"account": "accounts"},
)
lots_resource = Resource(
    path="wallets/lots",
    model=Lot,
    out=LotOut,
    serialise=serialise_lots,
    rows=Lot.objects.none,
    filters={
        "product": Filter(type=ProductId, lookup="product_id"),
        "left": Filter(type=int, lookup="face_left_minor", ranged=True),
        "expires_on": Filter(type=Day, lookup="expires_on"),
    },
    expands={"credit": "wallet_transactions", "product": "products"},
)
LotQuery: Any = query_of(lots_resource)
collection(router, wallets_resource, path="/wallets")


@router.post("/wallets", response={201: WalletOut}, operation_id="create_wallet")
def create(request: HttpRequest, body: WalletIn) -> Status[JsonObject]:
    """It begins empty, and an account has one. The first credit of an account opens its wallet by itself."""
    made = open_wallet(account_id=body.account, actor=caller_of(request).actor)
    return Status(201, wallets_resource.one(made.pk, request))


@router.get("/wallets/{id}/balance", response=WalletBalanceOut, operation_id="retrieve_wallet_balance")
def balance(request: HttpRequest, id: WalletId, as_of: Day | None = None) -> JsonObject:
    """At the end of a day; today if none is given."""
    wallet = wallets_resource.find(id)
    day = as_of or caller_of(request).today
    found = balances_of([id], as_of=day)
    return {
        "object": "wallet_balance", "wallet": wallet.public_id, "as_of": day, "currency": wallet.currency,
        "balance": found.get(id, 0),
    }  # fmt: skip


@router.get("/wallets/{id}/lots", response=page_of(lots_resource), operation_id="list_wallet_lots")
def lots(request: HttpRequest, id: WalletId, query: LotQuery = Query(...)) -> JsonObject:
    """Newest first. ``left[gt]=0`` leaves out those that are used up."""
    wallets_resource.find(id)
    refuse_unknown_parameters(request, LotQuery)
    return page(lots_resource, all_lots_of(id), query, request)


@router.post("/wallets/{id}/credit", response={201: WalletTransactionOut}, operation_id="credit_wallet")
def credit(request: HttpRequest, id: WalletId, body: CreditIn) -> Status[JsonObject]:
    """Nobody paid for it: what it buys is a discount."""
    wallet = wallets_resource.find(id)
    new = NewCredit(account_id=wallet.account_id, product_id=body.product, expires_on=body.expires_on, **body.move())
    [made] = credit_wallets(new=[new], actor=caller_of(request).actor)
    return Status(201, wallet_transactions.one(made.pk, request))


@router.post("/wallets/{id}/debit", response={201: WalletTransactionOut}, operation_id="debit_wallet")
def debit(request: HttpRequest, id: WalletId, body: DebitIn) -> Status[JsonObject]:
    """All of it, or nothing. Lots that are meant for the product pay first, then those that expire first."""
    wallets_resource.find(id)
    new = NewDebit(wallet_id=id, product_id=body.product, **body.move())
    [made] = debit_wallets(new=[new], actor=caller_of(request).actor)
    return Status(201, wallet_transactions.one(made.pk, request))


@router.post("/wallets/{id}/transfer", response={201: WalletTransactionOut}, operation_id="transfer_wallet")
def transfer(request: HttpRequest, id: WalletId, body: TransferIn) -> Status[JsonObject]:
    """What leaves this wallet is answered; what enters the other is its ``counterpart``. Expiry and what was paid for
    go with the money."""
    wallets_resource.find(id)
    wallets_resource.find(body.to_wallet, param="/to_wallet")
    new = NewTransfer(wallet_id=id, to_wallet_id=body.to_wallet, **body.move())
    [made] = transfer_between_wallets(new=[new], actor=caller_of(request).actor)
    return Status(201, wallet_transactions.one(made.pk, request))


@router.post("/wallets/{id}/reimburse", response={201: BothBalancesOut}, operation_id="reimburse_wallet")
def reimburse(request: HttpRequest, id: WalletId, body: ReimburseIn) -> Status[JsonObject]:
    """By a credit note on the account of the wallet."""
    wallets_resource.find(id)
    made = reimburse_wallet(new=NewReimbursement(wallet_id=id, **body.move()), actor=caller_of(request).actor)
    return Status(201, with_both_balances(made, request))


def with_both_balances(made: WalletTransaction, request: HttpRequest) -> JsonObject:
    wallet = wallets_resource.find(made.wallet_id)
    account = balance_of(account_id=wallet.account_id, currency=wallet.currency, as_of=caller_of(request).today)
    return {
        **wallet_transactions.one(made.pk, request),
        "account_balance": account.balance,
        "wallet_balance": wallet.balance_minor,
    }
