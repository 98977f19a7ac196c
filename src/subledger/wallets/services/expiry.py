"""What is left of lots whose last day is over is forfeited: its paid value is breakage."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.transaction import atomic

from subledger.journal.errors import PeriodClosed
from subledger.journal.queries import closed_through
from subledger.platform.callers import demand
from subledger.wallets.models import Lot, WalletTransaction
from subledger.wallets.states import Cause

from .checks import held, set_of, settings_of_company
from .sets import Said


@atomic
def expire_lots(*, lot_ids: Collection[int], as_of: date, actor: str) -> dict[int, WalletTransaction]:
    """Forfeit what is left of those of these lots that may not be used on ``as_of`` any more, one transaction a lot.

    Returns:
        By the lot; of one that is used up or not over, nothing.

    Raises:
        PeriodClosed, ExchangeRateMissing.
    """
    demand("wallets.expire")
    closed = closed_through()
    if closed is not None and as_of <= closed:
        raise PeriodClosed(effective_on=as_of, closed_through=closed)
    named = Lot.objects.filter(pk__in=list(lot_ids))
    wallets = held(list(named.values_list("wallet_id", flat=True).distinct()))
    over = named.filter(face_left_minor__gt=0, expires_on__lt=as_of).order_by("wallet_id", "expires_on", "pk")
    lots = list(over.values_list("pk", "wallet_id"))  # under the locks: what is left stays so
    set_ = set_of(wallets.values(), lots=[ident for ident, _ in lots], settings=settings_of_company(), actor=actor)
    said = Said(on=as_of, cause=Cause.EXPIRY)
    made = {ident: set_.forfeit(wallets[wallet_id], said, lot=ident) for ident, wallet_id in lots}
    set_.write()
    return made
