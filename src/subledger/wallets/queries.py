"""What wallets hold: balances as of any day, lots, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from subledger.kernel.errors import NotFound

from .models import Lot, LotTake, Wallet, WalletTransaction


@dataclass(frozen=True, slots=True)
class Holding:
    """What a wallet has, in minor units: ``unconditional`` of it may leave it as money or pay for anything."""

    left: int
    short: int
    unconditional: int
    paid: int  # of what is left, what somebody paid for

    @property
    def balance(self) -> int:
        return self.left - self.short


def wallets() -> QuerySet[Wallet]:
    """With what a list or a page shows of them."""
    return Wallet.objects.select_related("account", "account__customer")


def wallet_by_id(ident: int) -> Wallet:
    """NotFound outside the company."""
    row = wallets().filter(pk=ident).first()
    if row is None:
        raise NotFound(Wallet, ident)
    return row


def wallet_of(account_id: int) -> Wallet | None:
    return wallets().filter(account_id=account_id).first()


def entries() -> QuerySet[WalletTransaction]:
    """With what a list or a page shows of them."""
    return WalletTransaction.objects.select_related(
        "wallet", "wallet__account", "type", "product", "document", "source"
    )


def entry_by_id(ident: int) -> WalletTransaction:
    """NotFound outside the company."""
    row = entries().filter(pk=ident).first()
    if row is None:
        raise NotFound(WalletTransaction, ident)
    return row


def lots_of(wallet_id: int) -> QuerySet[Lot]:
    """Those with something left, in the order in which a debit without a product takes them."""
    left = Lot.objects.filter(wallet=wallet_id, face_left_minor__gt=0).select_related("product", "credit")
    return left.order_by("product", "expires_on", "credited_on", "pk")


def all_lots_of(wallet_id: int) -> QuerySet[Lot]:
    """Those that are used up, too."""
    return Lot.objects.filter(wallet=wallet_id).select_related("wallet", "product", "credit")


def takes_of(entry_ids: Iterable[int]) -> QuerySet[LotTake]:
    """Which lots pay for transactions by now, in order."""
    live = LotTake.objects.filter(debit__in=list(entry_ids), ended_by=None)
    return live.select_related("lot", "lot__credit", "lot__product").order_by("pk")


def holding_of(wallet: Wallet, *, on: date) -> Holding:
    """What a wallet has now, of which what is not over by ``on`` may be used."""
    return holdings_of([wallet], on=on)[wallet.pk]


def holdings_of(rows: Sequence[Wallet], *, on: date) -> dict[int, Holding]:
    """The same of each of many, in one statement."""
    usable = (Q(expires_on=None) | Q(expires_on__gte=on)) & Q(credited_on__lte=on, product=None)
    left = Lot.objects.filter(wallet__in=[row.pk for row in rows], face_left_minor__gt=0)
    sums = left.values("wallet").annotate(paid=Sum("paid_left_minor"), free=Sum("face_left_minor", filter=usable))
    found = {one["wallet"]: (one["free"] or 0, one["paid"]) for one in sums.order_by()}
    return {row.pk: Holding(row.left_minor, row.short_minor, *found.get(row.pk, (0, 0))) for row in rows}


def balances_of(wallet_ids: Iterable[int], *, as_of: date) -> dict[int, int]:
    """The balance of each wallet at the end of a day."""
    rows = WalletTransaction.objects.filter(wallet__in=list(wallet_ids), posted_on__lte=as_of)
    return dict(rows.values_list("wallet").annotate(moved=Sum("face_minor")).order_by())
