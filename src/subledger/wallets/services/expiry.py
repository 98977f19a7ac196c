"""What is left of lots whose last day is over is forfeited: its paid value is breakage."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.transaction import atomic

from subledger.platform.callers import demand
from subledger.wallets.models import Lot, WalletTransaction
from subledger.wallets.states import Cause

from .checks import held, set_of, settings_of_company
from .sets import Said


@atomic
def expire_lots(*, wallet_ids: Collection[int], as_of: date, actor: str) -> list[WalletTransaction]:
    """Forfeit what is left of lots that may not be used on ``as_of`` any more, one transaction a lot.

    Raises:
        NotFound, PeriodClosed, ExchangeRateMissing.
    """
    demand("wallets.expire")
    wallets = held(list(wallet_ids))
    over: dict[int, list[int]] = {}
    rows = Lot.objects.filter(wallet__in=list(wallets), face_left_minor__gt=0, expires_on__lt=as_of)
    for ident, wallet_id in rows.order_by("expires_on", "pk").values_list("pk", "wallet_id"):
        over.setdefault(wallet_id, []).append(ident)
    set_ = set_of(
        wallets.values(), lots=[lot for of in over.values() for lot in of], settings=settings_of_company(), actor=actor
    )
    said = Said(on=as_of, cause=Cause.EXPIRY)
    made = [set_.forfeit(wallets[ident], said, lot=lot) for ident, lots in sorted(over.items()) for lot in lots]
    set_.write()
    return made
