"""Taking back what moved in a wallet. Nothing is edited: a void is a transaction of its own, linked both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.transaction import atomic

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform.callers import as_follows, demand
from subledger.transactions.rules.orders import ALL, Cancel
from subledger.transactions.services.posting import execute
from subledger.wallets.configuration import WalletSettings
from subledger.wallets.errors import EarlierThanEntry, NotVoidable
from subledger.wallets.models import Wallet, WalletTransaction
from subledger.wallets.states import ENTRIES, EntryKind, EntryState

from .checks import day_of, held, set_of, settings_of_company, written
from .purses import Voiding
from .sets import Said


@atomic
def void_entry(*, entry_id: int, posted_on: date | None = None, note: str = "", actor: str) -> WalletTransaction:
    """Take back a wallet transaction: what it did is undone, and both say so.

    The void of a credit that came from the account cancels its funding invoice; of a transfer, both sides are voided.

    Raises:
        NotFound, InvalidState, NotVoidable, EarlierThanEntry, VoidWouldOverdraw, DayInvalid, PeriodClosed.
    """
    demand("wallets.void")
    settings = settings_of_company()
    entry = WalletTransaction.objects.select_related("wallet").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound(WalletTransaction, entry_id)
    sides = [entry]
    if entry.kind == EntryKind.TRANSFER:
        other = entry.counterpart or WalletTransaction.objects.filter(counterpart=entry).get()
        sides = sorted((entry, other), key=lambda one: one.face_minor)  # what left goes back last
        sides.reverse()
    wallets = held([one.wallet_id for one in sides])
    entry.refresh_from_db()
    ENTRIES.advance(EntryState(entry.state), "void")
    refuse_void(entry)
    check_texts(note, param="/note")
    on = day_of(posted_on)
    if on < entry.posted_on:
        raise EarlierThanEntry(entry.number, on=on, posted_on=entry.posted_on)
    if entry.document_id is not None:
        with as_follows():
            execute([Cancel(target_id=entry.document_id, amount=ALL, posted_on=on, confirm_posted_on=True,
                            issue_reason=note or None)], actor=actor)  # fmt: skip
        return WalletTransaction.objects.get(voids=entry)
    made = _void(sides, wallets, said=Said(on=on, note=note.strip()), settings=settings, actor=actor)
    return next(one for one in made if one.voids_id == entry.pk)


def _void(
    sides: Sequence[WalletTransaction],
    wallets: Mapping[int, Wallet],
    *,
    said: Said,
    settings: WalletSettings,
    actor: str,
) -> list[WalletTransaction]:
    voiding = [Voiding(one, said.on) for one in sides]
    set_ = set_of(wallets.values(), voiding=voiding, settings=settings, actor=actor)
    return written(set_, [(set_.void_credit if one.face_minor > 0 else set_.void_out)(one, said) for one in sides])


def refuse_void(entry: WalletTransaction) -> None:
    """NotVoidable."""
    if entry.kind == EntryKind.VOID:
        raise NotVoidable(say("{number} is itself a void. Make a new transaction instead.", number=entry.number))
    if entry.kind == EntryKind.REIMBURSE:
        raise NotVoidable(
            say(
                "{number} went back to the account by a credit note. Transfer it from the account into the wallet.",
                number=entry.number,
            )
        )
