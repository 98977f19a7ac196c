"""Random lives of wallets, held to the reference after every step: lots, balances, what is short, and the journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from tests.factories import company_at_work
from tests.wallets.reference import Out, Part, Purse

from subledger.accounts.models import Account
from subledger.transactions.rules.orders import Posted
from subledger.wallets.errors import InsufficientFunds
from subledger.wallets.models import Lot, LotTake, Wallet, WalletTransaction
from subledger.wallets.queries import balances_of
from subledger.wallets.rules.moves import NewCredit, NewDebit, NewReimbursement, NewTransfer
from subledger.wallets.services import moves, voids
from subledger.wallets.services.expiry import expire_lots

from .conftest import Wallets, broken_invariants

FIRST, LAST = date(2026, 4, 1), date(2026, 5, 20)
LEDGER = {"2300": "wallets", "4000": "revenue", "2200": "tax", "4100": "discount", "4300": "breakage"}
PERCENTS = {"access": 19, "sports": 7, None: 0}


@dataclass
class Kept:
    """Something that may be voided: what it made in the reference, and how it is taken back."""

    entry: WalletTransaction
    at: int  # which wallet
    lots: list[Part] = field(default_factory=list)
    out: Out | None = None
    payment: Posted | None = None
    other: Kept | None = None


class Life:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.books = Wallets()
        self.accounts: list[Account] = [self.books.account, self.books.open("Bea")]
        self.products: dict[str | None, Any] = {
            code: self.books.product(code, percent=percent) for code, percent in PERCENTS.items() if code
        }
        self.purses = [Purse(), Purse()]
        self.outs: list[list[Out]] = [[], []]
        self.kept: list[Kept] = []
        self.today = FIRST
        self.name = 0
        for at in (0, 1):  # a wallet each
            self.top_up(at)

    # -- steps

    def amount(self) -> int:
        return self.random.choice((1, 7, 333, 999, 1190, 2500, self.random.randrange(1, 5000)))

    def day(self) -> date:
        back = self.random.choice((0, 0, 0, 1, 3, 10))
        return max(FIRST, self.today - timedelta(days=back))

    def lot_name(self) -> int:
        self.name += 10
        return self.name

    def at(self) -> int:
        return self.random.randrange(2)

    def wallet(self, at: int) -> Wallet:
        return Wallet.objects.get(account=self.accounts[at])

    def top_up(self, at: int) -> None:
        minor, on = self.amount(), self.day()
        paid = self.books.top_up(minor / 100, account=self.accounts[at], on=f"{on:%d/%m}")
        entry = WalletTransaction.objects.get(source=paid.id)
        lots = self.purses[at].credit(self.lot_name(), [(None, minor, minor, None)], on)
        self.kept.append(Kept(entry, at, lots, payment=paid))

    def grant(self, at: int) -> None:
        minor, on = self.amount(), self.day()
        product = self.random.choice((None, "access", "sports"))
        until = self.random.choice((None, on + timedelta(days=self.random.randrange(20))))
        new = NewCredit(
            account_id=self.accounts[at].pk,
            amount_minor=minor,
            posted_on=on,
            product_id=self.products[product].pk if product else None,
            expires_on=until,
        )
        [entry] = moves.credit_wallets(new=[new], actor="test")
        self.kept.append(Kept(entry, at, self.purses[at].credit(self.lot_name(), [(product, minor, 0, until)], on)))

    def debit(self, at: int) -> None:
        minor, on, product = self.amount(), self.day(), self.random.choice((None, "access", "sports"))
        new = NewDebit(
            wallet_id=self.wallet(at).pk,
            amount_minor=minor,
            posted_on=on,
            product_id=self.products[product].pk if product else None,
        )
        lots = self.purses[at].usable(product, on)
        if sum(lot.left for lot in lots) < minor:
            with pytest.raises(InsufficientFunds):
                moves.debit_wallets(new=[new], actor="test")
            return
        [entry] = moves.debit_wallets(new=[new], actor="test")
        out = self.purses[at].take(Out("debit", product, PERCENTS[product], on, minor), lots)
        self.outs[at].append(out)
        self.kept.append(Kept(entry, at, out=out))

    def reimburse(self, at: int) -> None:
        minor, on = self.amount(), self.day()
        new = NewReimbursement(wallet_id=self.wallet(at).pk, amount_minor=minor, posted_on=on)
        lots = [lot for lot in self.purses[at].usable(None, on, only_free=True) if lot.paid_left]
        if sum(lot.left for lot in lots) < minor:
            with pytest.raises(InsufficientFunds):
                moves.reimburse_wallet(new=new, actor="test")
            return
        moves.reimburse_wallet(new=new, actor="test")
        out = self.purses[at].take(Out("reimburse", None, 0, on, minor), lots)
        self.purses[at].book(wallets=out.paid)
        self.outs[at].append(out)

    def transfer(self, at: int) -> None:
        minor, on, to = self.amount(), self.day(), 1 - at
        new = NewTransfer(
            wallet_id=self.wallet(at).pk, to_wallet_id=self.wallet(to).pk, amount_minor=minor, posted_on=on
        )
        lots = self.purses[at].usable(None, on, only_free=True)
        if sum(lot.left for lot in lots) < minor:
            with pytest.raises(InsufficientFunds):
                moves.transfer_between_wallets(new=[new], actor="test")
            return
        [entry] = moves.transfer_between_wallets(new=[new], actor="test")
        out = self.purses[at].take(Out("transfer", None, 0, on, minor), lots)
        self.outs[at].append(out)
        parts: dict[date | None, tuple[int, int]] = {}
        for piece in out.pieces:
            assert piece.lot is not None
            face, paid = parts.get(piece.lot.until, (0, 0))
            parts[piece.lot.until] = (face + piece.face, paid + piece.paid)
        entered = [(None, face, paid, until) for until, (face, paid) in parts.items()]
        made = self.purses[to].credit(self.lot_name(), entered, on)
        other = Kept(WalletTransaction.objects.get(counterpart=entry), to, made)
        self.kept.append(Kept(entry, at, out=out, other=other))

    def expire(self, at: int) -> None:
        on = self.today
        made = expire_lots(
            lot_ids=Lot.objects.filter(wallet=self.wallet(at)).values_list("pk", flat=True), as_of=on, actor="test"
        )
        over = [lot for lot in self.purses[at].lots if lot.left and lot.until is not None and lot.until < on]
        over.sort(key=lambda lot: (lot.until, lot.name))
        assert len(made) == len(over)
        for lot in over:
            self.outs[at].append(self.purses[at].take(Out("expiry", None, 0, on, lot.left), [lot]))

    def void(self, _: int) -> None:
        if not self.kept:
            return
        one = self.kept.pop(self.random.randrange(len(self.kept)))
        days = [one.entry.posted_on, *([one.other.entry.posted_on] if one.other is not None else [])]
        on = max(*days, self.random.choice((self.today, *days)), FIRST)
        purse, outs = self.purses[one.at], self.outs[one.at]
        if one.payment is not None and self.random.random() < 0.5:
            self.books.cancel(one.payment, on=f"{on:%d/%m}")
        else:
            voids.void_entry(entry_id=one.entry.pk, posted_on=on, actor="test")
        if one.other is not None:
            self.purses[one.other.at].void_credit(one.other.lots, self.outs[one.other.at], on)
        if one.out is not None:
            purse.void_out(one.out, on)
            outs.remove(one.out)
        else:
            if one.payment is not None:  # its funding invoice is cancelled
                purse.book(wallets=sum(lot.face for lot in one.lots))
            purse.void_credit(one.lots, outs, on)

    def step(self) -> None:
        self.today = min(LAST, self.today + timedelta(days=self.random.choice((0, 0, 1, 2))))
        deeds = (self.top_up, self.grant, self.debit, self.debit, self.debit, self.transfer, self.reimburse)
        self.random.choice((*deeds, self.void, self.void, self.expire))(self.at())

    # -- what has to be true

    def held(self) -> None:
        for at, purse in enumerate(self.purses):
            wallet = self.wallet(at)
            left = Lot.objects.filter(wallet=wallet, face_left_minor__gt=0)
            seen = sorted(left.values_list("face_minor", "paid_minor", "face_left_minor", "paid_left_minor"))
            assert seen == sorted((lot.face, lot.paid, lot.left, lot.paid_left) for lot in purse.lots if lot.left)
            short = LotTake.objects.filter(debit__wallet=wallet, lot=None, ended_by=None).order_by("pk")
            assert list(short.values_list("face_minor", "paid_minor")) == [(p.face, p.paid) for p in purse.short]
            assert wallet.balance_minor == purse.balance
            for on in (self.today, self.today - timedelta(days=5), FIRST):
                assert balances_of([wallet.pk], as_of=on).get(wallet.pk, 0) == purse.balance_on(on)
        booked = self.books.booked()
        wanted = {name: sum(purse.ledger.get(name, 0) for purse in self.purses) for name in LEDGER.values()}
        funded = -sum(row.paid_minor for row in WalletTransaction.objects.filter(source__isnull=False))
        wanted["wallets"] += funded
        assert {name: booked.get(code, 0) for code, name in LEDGER.items()} == wanted


def live(seed: int, steps: int) -> None:
    with company_at_work():
        life = Life(seed)
        for _ in range(steps):
            life.step()
            life.held()
        assert broken_invariants() == []


@pytest.mark.parametrize("seed", range(12))
def test_random_lives_go_as_the_reference_says(db: None, seed: int):
    live(seed, 25)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_many_random_lives_go_as_the_reference_says(db: None, part: int):
    for seed in range(1000 + part * 100, 1100 + part * 100):
        live(seed, 30)
