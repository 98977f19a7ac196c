"""The lots of wallets as a set needs them: those that come first, and no fewer than cover what is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from subledger.companies.queries import today_of_company
from subledger.platform.rows import typed_rows
from subledger.wallets.models import Lot, LotTake, WalletTransaction
from subledger.wallets.rules.lots import LotStanding, StandingTake

AT_FIRST = 16  # lots that are read of a wallet; more where they do not cover
LOTS = """
    SELECT w.place::integer, l.wallet_id, l.id, l.face_minor AS face, l.paid_minor AS paid,
           l.face_left_minor AS face_left, l.paid_left_minor AS paid_left, l.product_id, l.expires_on, l.credited_on
      FROM unnest(%(wallets)s::bigint[], %(products)s::bigint[], %(days)s::date[])
             WITH ORDINALITY AS w (wallet_id, product_id, on_day, place)
     CROSS JOIN LATERAL (
           (SELECT * FROM wallets_lot m WHERE m.wallet_id = w.wallet_id AND m.product_id = w.product_id
               AND m.face_left_minor > 0 AND m.credited_on <= w.on_day
               AND (m.expires_on IS NULL OR m.expires_on >= w.on_day)
             ORDER BY m.expires_on, m.credited_on, m.id LIMIT %(most)s)
           UNION ALL
           (SELECT * FROM wallets_lot m WHERE m.wallet_id = w.wallet_id AND m.product_id IS NULL
               AND m.face_left_minor > 0 AND m.credited_on <= w.on_day
               AND (m.expires_on IS NULL OR m.expires_on >= w.on_day)
             ORDER BY m.expires_on, m.credited_on, m.id LIMIT %(most)s)) AS l
"""
SHORT = """
    SELECT k.id, k.debit_id, k.lot_id, e.product_id, e.posted_on AS on, k.face_minor AS face, k.paid_minor AS paid,
           e.wallet_id
      FROM wallets_lottake k JOIN wallets_wallettransaction e ON e.id = k.debit_id
     WHERE e.wallet_id = ANY(%(wallets)s) AND k.lot_id IS NULL AND k.ended_by_id IS NULL ORDER BY k.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """So much of a wallet, for a product or none, on a day: which lots have to be read."""

    wallet_id: int
    face: int
    on: date
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class _KeptLot:
    place: int  # of the need that it was read for, from 1
    wallet_id: int
    id: int
    face: int
    paid: int
    face_left: int
    paid_left: int
    product_id: int | None
    expires_on: date | None
    credited_on: date

    def standing(self) -> LotStanding:
        return LotStanding(
            id=self.id, face=self.face, paid=self.paid, face_left=self.face_left, paid_left=self.paid_left,
            product_id=self.product_id, expires_on=self.expires_on, credited_on=self.credited_on,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _KeptTake:
    id: int
    debit_id: int
    lot_id: int | None
    product_id: int | None
    on: date
    face: int
    paid: int
    wallet_id: int

    def standing(self) -> StandingTake:
        return StandingTake(
            id=self.id, debit_id=self.debit_id, lot_id=self.lot_id, product_id=self.product_id, on=self.on,
            face=self.face, paid=self.paid,
        )  # fmt: skip


def lots_covering(needs: Sequence[Need], *, named: Iterable[int] = ()) -> dict[int, list[LotStanding]]:
    """Of each wallet the lots that come first for what is needed, and no fewer than cover it if there are as many; with
    them those that are ``named``."""
    found: dict[int, dict[int, LotStanding]] = {need.wallet_id: {} for need in needs}
    whole: dict[int, int] = {}
    for need in needs:
        whole[need.wallet_id] = whole.get(need.wallet_id, 0) + need.face
    open_, most = list(needs), AT_FIRST
    while open_:
        rows = typed_rows(
            _KeptLot,
            LOTS,
            {
                "wallets": [one.wallet_id for one in open_],
                "products": [one.product_id for one in open_],
                "days": [one.on for one in open_],
                "most": most,
            },
        )
        counted: dict[int, int] = {}
        covered: dict[int, int] = {}
        for row in rows:
            found[row.wallet_id].setdefault(row.id, row.standing())
            counted[row.place] = counted.get(row.place, 0) + 1
            covered[row.place] = covered.get(row.place, 0) + row.face_left
        open_ = [
            one
            for place, one in enumerate(open_, 1)
            if counted.get(place, 0) >= most and covered[place] < whole[one.wallet_id]
        ]
        most *= 8
    wanted = list(named)
    for lot in Lot.objects.filter(pk__in=wanted) if wanted else ():
        found.setdefault(lot.wallet_id, {}).setdefault(lot.pk, standing_of(lot))
    return {wallet: list(lots.values()) for wallet, lots in found.items()}


def standing_of(row: Lot) -> LotStanding:
    return LotStanding(
        id=row.pk, face=row.face_minor, paid=row.paid_minor, face_left=row.face_left_minor,
        paid_left=row.paid_left_minor, product_id=row.product_id, expires_on=row.expires_on,
        credited_on=row.credited_on,
    )  # fmt: skip


def standing_take(take: LotTake) -> StandingTake:
    """Of a take that was read with its debit."""
    return StandingTake(
        id=take.pk, debit_id=take.debit_id, lot_id=take.lot_id, product_id=take.debit.product_id,
        on=take.debit.posted_on, face=take.face_minor, paid=take.paid_minor,
    )  # fmt: skip


def shorts_of(wallet_ids: Iterable[int]) -> dict[int, list[StandingTake]]:
    """What no lot covers of wallets, the oldest first."""
    wallets = list(wallet_ids)
    found: dict[int, list[StandingTake]] = {}
    for row in typed_rows(_KeptTake, SHORT, {"wallets": wallets}) if wallets else ():
        found.setdefault(row.wallet_id, []).append(row.standing())
    return found


def asked_on(by: WalletTransaction) -> date:
    """The day on which other lots are asked to pay: whatever day a void or a credit bears, it is only now."""
    return max(by.posted_on, today_of_company())


class Voiding(NamedTuple):
    """What is to be taken back, and on which day."""

    entry: WalletTransaction
    on: date


class Concerned(NamedTuple):
    """What taking something back is about: lots of credits by their credit, takes that stand, what other lots may have
    to pay for, and the lots that get something back."""

    lots_of: Mapping[int, Sequence[int]]
    takes: Sequence[StandingTake]
    needs: Sequence[Need]
    lots: Sequence[int]


def concerned_by(voiding: Sequence[Voiding]) -> Concerned:
    if not voiding:
        return Concerned({}, (), (), ())
    today = today_of_company()  # whatever day it bears, other lots are asked only now
    on = {one.entry.pk: max(one.on, today) for one in voiding}
    credits = {one.entry.pk: one.entry.wallet_id for one in voiding if one.entry.face_minor > 0}
    lots_of: dict[int, list[int]] = {}
    needs: list[Need] = []
    for lot in Lot.objects.filter(credit__in=credits).order_by("pk"):
        lots_of.setdefault(lot.credit_id, []).append(lot.pk)
        # It pays for nothing any more, so others are read for as much.
        needs.append(Need(wallet_id=lot.wallet_id, face=lot.face_left_minor, on=on[lot.credit_id]))
    of_lot = {lot: credit for credit, lots in lots_of.items() for lot in lots}
    out = [one.entry.pk for one in voiding if one.entry.face_minor < 0]
    found = LotTake.objects.filter(Q(lot__in=list(of_lot)) | Q(debit__in=out), ended_by=None)
    takes: list[StandingTake] = []
    for take in found.select_related("debit").order_by("pk"):
        takes.append(standing_take(take))
        if take.lot_id in of_lot:
            needs.append(
                Need(
                    wallet_id=take.debit.wallet_id,
                    face=take.face_minor,
                    on=on[of_lot[take.lot_id]],
                    product_id=take.debit.product_id,
                )
            )
    lots = {*of_lot, *(take.lot_id for take in takes if take.lot_id is not None)}
    return Concerned(lots_of, takes, needs, sorted(lots))
