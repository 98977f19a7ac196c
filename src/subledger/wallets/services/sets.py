"""A set of things that move money of wallets, while it is decided and as it is written.

Whoever makes one holds the accounts of its wallets (`accounts.locks.lock_accounts`): an account is the lock of its
wallet, as it is of its balance, so that a top-up and a debit never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from subledger.companies.queries import today_of_company
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.events import NewEvent, record_events
from subledger.platform.numbering import next_number
from subledger.platform.statements import fresh_ids
from subledger.transactions.rules.configuration import Configuration
from subledger.wallets.booking import pairs_of
from subledger.wallets.configuration import WalletSettings
from subledger.wallets.errors import InsufficientFunds, VoidWouldOverdraw, WalletCancelled
from subledger.wallets.models import Lot, LotTake, Wallet, WalletTransaction
from subledger.wallets.rules.lots import LotUse, Moved, Purse, StandingTake
from subledger.wallets.rules.supplies import Supply, supply_of
from subledger.wallets.states import Cause, EntryKind, EntryState, WalletState

from .openings import keep
from .purses import Need, Voiding, asked_on, concerned_by, lots_covering, shorts_of, standing_of
from .rows import Booking, book, end_takes, told_of, update_lots, update_wallets

ENTRY, ADJUSTMENT = "wallet_transaction", "wallet_adjustment"  # what journal entries of wallets are of


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a wallet transaction bears that no rule decides."""

    on: date
    cause: Cause = Cause.BY_HAND
    cause_number: str = ""
    type_id: int | None = None
    document_id: int | None = None
    source_id: int | None = None
    note: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


class WalletSet:
    """What a set of wallet transactions comes to. Nothing is noted of one before it is checked whole."""

    def __init__(
        self,
        wallets: Iterable[Wallet],
        *,
        needs: Sequence[Need] = (),
        voiding: Sequence[Voiding] = (),
        lots: Iterable[int] = (),
        settings: WalletSettings,
        books: Configuration,
        actor: str,
    ) -> None:
        """``needs`` say which lots are read, ``voiding`` what is to be taken back; ``lots`` name further ones."""
        self.wallets = {wallet.pk: wallet for wallet in wallets}
        self.settings, self.books, self.actor = settings, books, actor
        self.entries: list[WalletTransaction] = []
        self._new_lots: list[Lot] = []
        self._takes: dict[int, LotTake] = {}
        self._ended: dict[int, int] = {}  # takes that end, by the transaction that ends them
        self._bookings: list[Booking] = []
        self._events: list[NewEvent] = []
        self._voided: list[int] = []
        self._paid: dict[int, int] = {}  # of debits whose lots changed: what paid value they take by now
        concerned = concerned_by(voiding)
        self._lots_of = concerned.lots_of  # of credits: the ids of their lots
        self._standing = {take.id: take for take in concerned.takes}  # what stands of takes, as far as it matters here
        held = lots_covering([*needs, *concerned.needs], named=[*lots, *concerned.lots])
        shorts = shorts_of(ident for ident, wallet in self.wallets.items() if wallet.short_minor)
        self._standing.update({take.id: take for of in shorts.values() for take in of})
        self._purses = {ident: Purse(held.get(ident, ()), shorts.get(ident, ())) for ident in self.wallets}

    # -- what moves ----------------------------------------------------------------------------------------------

    def credit(
        self,
        wallet: Wallet,
        said: Said,
        *,
        face: int,
        paid: int,
        parts: Mapping[int | None, int] | None = None,
        expires_on: date | None = None,
        kind: EntryKind = EntryKind.CREDIT,
        counterpart: WalletTransaction | None = None,
    ) -> WalletTransaction:
        """``parts`` say which product how much of the face is meant for; the rest is for any."""
        self._effective(wallet)
        made = self._note(wallet, kind, said, face=face, paid=paid, counterpart=counterpart)
        meant = dict(parts or {})
        meant[None] = meant.get(None, 0) + face - sum(meant.values())
        left_face, left_paid = face, paid
        for product_id, part in meant.items():
            if not part:
                continue
            its_paid = left_paid if part == left_face else left_paid * part // left_face
            left_face, left_paid = left_face - part, left_paid - its_paid
            self.lot(wallet, made, face=part, paid=its_paid, product_id=product_id, expires_on=expires_on)
        self._cover(wallet, made)
        return made

    def lot(
        self,
        wallet: Wallet,
        credit: WalletTransaction,
        *,
        face: int,
        paid: int,
        product_id: int | None,
        expires_on: date | None,
    ) -> None:
        [ident] = fresh_ids(1)
        row = Lot(
            id=ident, company_id=wallet.company_id, wallet=wallet, credit=credit, product_id=product_id,
            face_minor=face, paid_minor=paid, face_left_minor=face, paid_left_minor=paid,
            credited_on=credit.posted_on, expires_on=expires_on,
        )  # fmt: skip
        self._new_lots.append(row)
        self._purses[wallet.pk].add(standing_of(row))
        wallet.left_minor += face

    def debit(
        self,
        wallet: Wallet,
        said: Said,
        *,
        face: int,
        product_id: int | None,
        product: str,
        tax_rate_id: int | None,
        tax_percent: Decimal,
    ) -> WalletTransaction:
        """InsufficientFunds, WalletCancelled."""
        self._effective(wallet)
        purse = self._purses[wallet.pk]
        self._enough(wallet, face, purse.available(product_id, said.on), product)
        takes = purse.take(face, product_id=product_id, on=said.on)
        supply = supply_of(face, sum(one.paid for one in takes), tax_percent)
        pairs = pairs_of(self.books, supply, product_id=product_id, wallet_ledger_id=self.settings.wallet_ledger_id)
        made = self._out(wallet, EntryKind.DEBIT, said, takes, product_id=product_id)
        made.tax_rate_id, made.tax_percent = tax_rate_id, tax_percent
        made.net_minor, made.discount_minor, made.tax_minor = supply.net, supply.discount, supply.tax
        self._book(ENTRY, made, pairs)
        return made

    def leave(self, wallet: Wallet, said: Said, *, face: int, kind: EntryKind) -> WalletTransaction:
        """Money that leaves the wallet as money: of lots that are meant for no product; what goes back to the account,
        of those that somebody paid for."""
        self._effective(wallet)
        purse = self._purses[wallet.pk]
        lots = purse.free(said.on, paid_only=kind is EntryKind.REIMBURSE)
        self._enough(wallet, face, sum(lot.face_left for lot in lots), "")
        return self._out(wallet, kind, said, purse.take_of(lots, face))

    def transfer(self, source: Wallet, target: Wallet, said: Said, *, face: int) -> WalletTransaction:
        """What leaves one wallet enters another as it was: each part with its paid value and its expiry."""
        self._effective(target)
        left = self.leave(source, said, face=face, kind=EntryKind.TRANSFER)
        takes = [take for take in self._takes.values() if take.debit_id == left.pk]
        entered = self._note(target, EntryKind.TRANSFER, said, face=face, paid=-left.paid_minor, counterpart=left)
        parts: dict[date | None, tuple[int, int]] = {}
        purse = self._purses[source.pk]
        for take in takes:
            expires_on = purse.lot(take.lot_id or 0).expires_on
            before = parts.get(expires_on, (0, 0))
            parts[expires_on] = (before[0] + take.face_minor, before[1] + take.paid_minor)
        for expires_on, (part, paid) in parts.items():
            self.lot(target, entered, face=part, paid=paid, product_id=None, expires_on=expires_on)
        self._cover(target, entered)
        return left

    def forfeit(self, wallet: Wallet, said: Said, *, lot: int) -> WalletTransaction:
        """What is left of a lot that expired; its paid value is breakage."""
        purse = self._purses[wallet.pk]
        takes = purse.take_all([purse.lot(lot)])
        made = self._out(wallet, EntryKind.DEBIT, said, takes)
        paid = -made.paid_minor
        self._book(ENTRY, made, [(self.settings.wallet_ledger_id, paid), (self.settings.breakage_ledger_id, -paid)])
        return made

    def void_credit(self, original: WalletTransaction, said: Said) -> WalletTransaction:
        """Take a credit back: what is left of its lots goes, and what they pay for moves to others.

        Raises:
            VoidWouldOverdraw: nothing covers some of it, and the company lets no wallet be overdrawn.
        """
        wallet = self.wallets[original.wallet_id]
        purse = self._purses[wallet.pk]
        lots = self._lots_of.get(original.pk, ())
        for forfeited in self._forfeited(lots):  # what was never there did not expire
            self.void_out(forfeited, said)
        takes = [one for one in self._standing.values() if one.lot_id in lots]
        rest = purse.take_all([purse.lot(ident) for ident in lots])
        made = self._note(wallet, EntryKind.VOID, said, face=-original.face_minor, paid=-original.paid_minor)
        made.voids = original
        self._voided.append(original.pk)
        wallet.left_minor -= sum(one.face for one in rest)
        self._keep(made, made, rest)
        before = wallet.short_minor
        self._end_moved(wallet, made, purse.move(takes, on=asked_on(made)))
        if wallet.short_minor > before and not self.settings.may_overdraw:
            raise VoidWouldOverdraw(original.number, short=Money(wallet.short_minor, wallet.currency))
        self._cover(wallet, made)
        return made

    def void_out(self, original: WalletTransaction, said: Said) -> WalletTransaction:
        """Take back what had gone out: it goes back to the lots that pay for it by now, the last taken first."""
        wallet = self.wallets[original.wallet_id]
        purse = self._purses[wallet.pk]
        takes = [one for one in self._standing.values() if one.debit_id == original.pk]
        paid = sum(one.paid for one in takes)
        made = self._note(wallet, EntryKind.VOID, said, face=-original.face_minor, paid=paid)
        made.voids = original
        self._voided.append(original.pk)
        purse.give_back(takes)
        for one in takes:
            self._end(one, made)
            if one.lot_id is None:
                wallet.short_minor -= one.face
                purse.shorts = [short for short in purse.shorts if short.id != one.id]
            else:
                wallet.left_minor += one.face
        if original.kind == EntryKind.DEBIT:  # what left as money moved nothing in the books
            self._book(ENTRY, made, self._pairs_of(original, -self._supply(original, -original.face_minor, paid)))
        self._cover(wallet, made)
        return made

    def _forfeited(self, lots: Collection[int]) -> Sequence[WalletTransaction]:
        """What of some lots was forfeited, one transaction a lot."""
        taken = {one.debit_id for one in self._standing.values() if one.lot_id in lots}
        if not taken:
            return ()
        return WalletTransaction.objects.filter(pk__in=taken, cause=Cause.EXPIRY).order_by("pk")

    # -- how -----------------------------------------------------------------------------------------------------

    def _effective(self, wallet: Wallet) -> None:
        if wallet.state != WalletState.EFFECTIVE:
            raise WalletCancelled(wallet.number)

    def _enough(self, wallet: Wallet, face: int, available: int, product: str) -> None:
        if face > available:
            asked, there = Money(face, wallet.currency), Money(available, wallet.currency)
            raise InsufficientFunds(wallet.number, asked=asked, available=there, product=product)

    def _out(
        self, wallet: Wallet, kind: EntryKind, said: Said, takes: Sequence[LotUse], *, product_id: int | None = None
    ) -> WalletTransaction:
        face, paid = sum(one.face for one in takes), sum(one.paid for one in takes)
        made = self._note(wallet, kind, said, face=-face, paid=-paid)
        made.product_id = product_id
        wallet.left_minor -= face
        self._keep(made, made, takes)
        return made

    def _note(
        self,
        wallet: Wallet,
        kind: EntryKind,
        said: Said,
        *,
        face: int,
        paid: int,
        counterpart: WalletTransaction | None = None,
    ) -> WalletTransaction:
        [ident] = fresh_ids(1)
        made = WalletTransaction(
            id=ident, company_id=wallet.company_id, wallet=wallet, kind=kind, face_minor=face, paid_minor=paid,
            type_id=said.type_id or self.settings.default_types[kind], currency=wallet.currency, posted_on=said.on,
            document_id=said.document_id, source_id=said.source_id, cause=said.cause, cause_number=said.cause_number,
            note=said.note, metadata=dict(said.metadata), created_at=clock.now(), created_by=self.actor,
            counterpart=counterpart,
        )  # fmt: skip
        self.entries.append(made)
        return made

    def _keep(self, debit: WalletTransaction, by: WalletTransaction, takes: Sequence[LotUse]) -> None:
        like = StandingTake(
            id=0, debit_id=debit.pk, lot_id=None, product_id=debit.product_id, on=debit.posted_on, face=0, paid=0
        )
        for one in takes:
            self._take(like, by, one)

    def _take(self, like: StandingTake, by: WalletTransaction, taken: LotUse) -> StandingTake:
        """Note what a lot, or none, gives to the debit that ``like`` is of."""
        [ident] = fresh_ids(1)
        self._takes[ident] = LotTake(
            id=ident, debit_id=like.debit_id, lot_id=taken.lot_id, face_minor=taken.face, paid_minor=taken.paid,
            made_by_id=by.pk,
        )  # fmt: skip
        made = replace(like, id=ident, lot_id=taken.lot_id, face=taken.face, paid=taken.paid)
        self._standing[ident] = made
        return made

    def _end(self, take: StandingTake, by: WalletTransaction) -> None:
        self._standing.pop(take.id, None)
        if take.id in self._takes:  # made and ended within the set
            self._takes[take.id].ended_by_id = by.pk
        else:
            self._ended[take.id] = by.pk

    def _end_moved(self, wallet: Wallet, by: WalletTransaction, moved: Sequence[Moved]) -> None:
        """Other lots pay from now on; where paid value differs, the books of each debit follow."""
        more: dict[int, int] = {}
        for one in moved:
            self._end(one.ended, by)
            for taken in one.by:
                made = self._take(one.ended, by, taken)
                if taken.lot_id is None:
                    wallet.short_minor += taken.face
                    self._purses[wallet.pk].shorts.append(made)
                else:
                    wallet.left_minor -= taken.face
            if one.ended.lot_id is None:
                wallet.short_minor -= one.ended.face
            more[one.ended.debit_id] = more.get(one.ended.debit_id, 0) + one.paid_more
        for debit_id, minor in more.items():
            if minor:
                self._adjust(debit_id, minor, by)

    def _cover(self, wallet: Wallet, by: WalletTransaction) -> None:
        purse = self._purses[wallet.pk]
        before = wallet.short_minor
        if purse.shorts:
            self._end_moved(wallet, by, purse.cover(on=asked_on(by)))
        if wallet.short_minor < before:
            self._tell("covered", wallet, by, {"amount": before - wallet.short_minor})

    def _adjust(self, debit_id: int, minor: int, by: WalletTransaction) -> None:
        """A debit takes ``minor`` more of paid value than it did, less where it is negative."""
        debit = next((one for one in self.entries if one.pk == debit_id), None)
        if debit_id not in self._paid:
            taken = LotTake.objects.filter(debit_id=debit_id, ended_by=None).aggregate(paid=Sum("paid_minor"))
            self._paid[debit_id] = -debit.paid_minor if debit is not None else taken["paid"] or 0
        debit = debit or WalletTransaction.objects.get(pk=debit_id)
        was, face = self._paid[debit_id], -debit.face_minor
        self._paid[debit_id] = was + minor
        more = self._supply(debit, face, was + minor) - self._supply(debit, face, was)
        self._book(ADJUSTMENT, by, self._pairs_of(debit, more))

    def _supply(self, entry: WalletTransaction, face: int, paid: int) -> Supply:
        """What an outgoing transaction is to the books. Of money that left as money a difference in paid value was
        granted."""
        if entry.kind == EntryKind.DEBIT and entry.cause != Cause.EXPIRY:
            return supply_of(face, paid, Decimal(entry.tax_percent))
        return Supply(0, -paid, 0)

    def _pairs_of(self, entry: WalletTransaction, supply: Supply) -> list[tuple[int, int]]:
        if entry.cause == Cause.EXPIRY:
            paid = supply.paid
            return [(self.settings.wallet_ledger_id, paid), (self.settings.breakage_ledger_id, -paid)]
        return pairs_of(
            self.books, supply, product_id=entry.product_id, wallet_ledger_id=self.settings.wallet_ledger_id
        )

    def _book(self, source: str, of: WalletTransaction, pairs: list[tuple[int, int]]) -> None:
        if any(minor for _, minor in pairs):
            self._bookings.append(Booking(source, of.pk, of.posted_on, of.currency, pairs))

    def _tell(self, verb: str, wallet: Wallet, entry: WalletTransaction, data: dict[str, Any]) -> None:
        facts = {"currency": wallet.currency, "wallet_transaction_id": entry.pk, **data}
        self._events.append(NewEvent(f"wallet.{verb}", "wallet", wallet.pk, facts))

    def write(self) -> None:
        """Write all of it, numbers last: their series is held until the commit."""
        if not self.entries:
            return
        self._events[:0] = keep(self.wallets.values())
        changed = [lot for purse in self._purses.values() for lot in purse.changed.values()]
        new = {lot.pk: lot for lot in self._new_lots}
        for lot in changed:
            if lot.id in new:
                new[lot.id].face_left_minor, new[lot.id].paid_left_minor = lot.face_left, lot.paid_left
        update_lots([lot for lot in changed if lot.id not in new])
        update_wallets(self.wallets.values())
        end_takes(self._ended)
        book(self._bookings, books=self.books, wallet_ledger_id=self.settings.wallet_ledger_id)
        self._events += [told_of(entry) for entry in self.entries]
        record_events(self._events, actor=self.actor)
        if self._voided:
            WalletTransaction.objects.filter(pk__in=self._voided).update(state=EntryState.VOIDED)
        numbers = next_number("wallet_transaction", count=len(self.entries), today=today_of_company)
        for entry, number in zip(self.entries, numbers, strict=True):
            entry.number = number
        WalletTransaction.objects.bulk_create(self.entries)
        Lot.objects.bulk_create(self._new_lots)
        LotTake.objects.bulk_create(self._takes.values())
