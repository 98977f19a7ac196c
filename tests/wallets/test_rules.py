"""Lots and supplies as pure rules: which lot pays, what of it is paid value, what moves and what is short."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from subledger.wallets.rules.lots import LotStanding, LotUse, Moved, Purse, StandingTake
from subledger.wallets.rules.supplies import Supply, net_of, supply_of

DAY = date(2026, 5, 1)
SPORTS, MOVIES = 7, 8


def lot(ident: int, face: int = 100, paid: int | None = None, **said: Any) -> LotStanding:
    paid = face if paid is None else paid
    values = {"face_left": face, "paid_left": paid, "credited_on": DAY, **said}
    return LotStanding(id=ident, face=face, paid=paid, **values)


def take(ident: int, face: int, paid: int, *, of: int | None = 1, debit: int = 50, **said: Any) -> StandingTake:
    values = {"product_id": None, "on": DAY, **said}
    return StandingTake(id=ident, debit_id=debit, lot_id=of, face=face, paid=paid, **values)


def test_paid_value_goes_with_face_and_the_last_use_takes_the_rest():
    one = lot(1, 2500, 2000)
    assert [one.take(333) for _ in range(3)] == [266, 267, 266]
    assert (one.face_left, one.paid_left) == (1501, 1201)
    assert one.take(1501) == 1201
    assert (one.face_left, one.paid_left) == (0, 0)


def test_paid_value_is_half_up():
    one = lot(1, 4, 2)
    assert [one.take(1) for _ in range(4)] == [1, 0, 1, 0]


def test_what_is_left_is_never_worth_more_than_its_face():
    one = lot(1, 100, 99, face_left=2, paid_left=2)
    assert one.take(1) == 1
    assert (one.face_left, one.paid_left) == (1, 1)


def test_no_more_paid_value_is_taken_than_face_or_than_there_is():
    one = lot(1, 2500, 2000, face_left=1834, paid_left=1468)  # a cent more is owed than a debit of one may take
    assert one.take(1) == 1
    other = lot(2, 100, 50, face_left=60, paid_left=0)
    assert other.take(10) == 0


def test_what_is_given_back_is_there_again():
    one = lot(1, 2500, 2000)
    paid = one.take(333)
    one.give_back(333, paid)
    assert (one.face_left, one.paid_left) == (2500, 2000)


@pytest.mark.parametrize(
    ("said", "product", "on", "pays"),
    [
        ({}, None, DAY, True),
        ({}, SPORTS, DAY, True),
        ({"product_id": SPORTS}, SPORTS, DAY, True),
        ({"product_id": SPORTS}, MOVIES, DAY, False),
        ({"product_id": SPORTS}, None, DAY, False),
        ({}, None, DAY - timedelta(days=1), False),
        ({"expires_on": DAY}, None, DAY, True),
        ({"expires_on": DAY}, None, DAY + timedelta(days=1), False),
    ],
)
def test_a_lot_pays_for_its_product_from_its_credit_to_its_last_day(said: Any, product: Any, on: date, pays: bool):
    assert lot(1, **said).pays_for(product, on) is pays


def test_lots_meant_for_the_product_come_first_then_what_expires_then_what_is_older_then_the_first_made():
    later = DAY + timedelta(days=1)
    purse = Purse(
        [
            lot(6, 1),
            lot(5, 1),
            lot(4, 1, credited_on=DAY - timedelta(days=1)),
            lot(3, 1, expires_on=later + timedelta(days=1)),
            lot(2, 1, expires_on=later),
            lot(1, 1, product_id=SPORTS),
        ]
    )
    assert [one.lot_id for one in purse.take(6, product_id=SPORTS, on=DAY)] == [1, 2, 3, 4, 5, 6]
    assert sorted(purse.changed) == [1, 2, 3, 4, 5, 6]


def test_a_purse_takes_as_much_as_there_is_and_no_more():
    purse = Purse([lot(1, 10), lot(2, 10)])
    assert purse.available(None, DAY) == 20
    assert purse.take(15, product_id=None, on=DAY) == (LotUse(1, 10, 10), LotUse(2, 5, 5))
    assert purse.take(15, product_id=None, on=DAY) == (LotUse(2, 5, 5),)
    assert purse.take(1, product_id=None, on=DAY) == ()
    assert purse.available(None, DAY) == 0


def test_what_may_leave_is_meant_for_no_product_and_where_that_is_asked_was_paid_for():
    purse = Purse([lot(1, 10, 0), lot(2, 10), lot(3, 10, product_id=SPORTS), lot(4, 10, 0, face_left=0)])
    assert [one.id for one in purse.free(DAY)] == [1, 2]
    assert [one.id for one in purse.free(DAY, paid_only=True)] == [2]
    assert purse.take_of(purse.free(DAY), 12) == (LotUse(1, 10, 0), LotUse(2, 2, 2))


def test_all_that_is_left_of_some_lots_is_taken():
    purse = Purse([lot(1, 10), lot(2, 10, face_left=4, paid_left=4), lot(3, 10)])
    assert purse.take_all([purse.lot(1), purse.lot(2)]) == (LotUse(1, 10, 10), LotUse(2, 4, 4))
    assert purse.lot(3).face_left == 10


def test_the_last_taken_is_given_back_first_and_what_no_lot_gave_is_not():
    purse = Purse([lot(1, 10, face_left=3, paid_left=3)])
    purse.give_back([take(1, 5, 5), take(2, 2, 2), take(3, 4, 4, of=None)])
    assert (purse.lot(1).face_left, purse.lot(1).paid_left) == (10, 10)
    assert list(purse.changed) == [1]


def test_what_a_lot_paid_for_moves_to_others_and_the_rest_is_short():
    purse = Purse([lot(2, 25, 20)])
    moved = purse.move([take(9, 30, 30)], on=DAY)
    assert moved == (Moved(take(9, 30, 30), (LotUse(2, 25, 20), LotUse(None, 5, 5))),)
    assert moved[0].paid_more == -5


def test_the_first_taken_moves_first():
    purse = Purse([lot(2, 10)])
    first, second = take(1, 10, 10, debit=51), take(2, 10, 4, debit=52)
    assert [one.by for one in purse.move([second, first], on=DAY)] == [(LotUse(2, 10, 10),), (LotUse(None, 10, 4),)]


def test_the_paid_value_of_what_is_short_is_its_part():
    purse = Purse([lot(2, 7)])
    [moved] = purse.move([take(1, 10, 5)], on=DAY)
    assert moved.by == (LotUse(2, 7, 7), LotUse(None, 3, 2))


def test_what_is_short_is_covered_the_oldest_first_as_far_as_lots_reach():
    purse = Purse(shorts=[take(1, 5, 5, of=None), take(2, 5, 5, of=None), take(3, 5, 5, of=None, product_id=SPORTS)])
    purse.add(lot(9, 7))
    covered = purse.cover(on=DAY)
    assert [one.ended.id for one in covered] == [1, 2]
    assert covered[1].by == (LotUse(9, 2, 2), LotUse(None, 3, 3))
    assert [one.id for one in purse.shorts] == [3]


def test_a_lot_meant_for_a_product_covers_that_alone():
    purse = Purse(shorts=[take(1, 5, 5, of=None), take(2, 5, 5, of=None, product_id=SPORTS)])
    purse.add(lot(9, 9, product_id=SPORTS))
    assert [one.ended.id for one in purse.cover(on=DAY)] == [2]
    assert [one.id for one in purse.shorts] == [1]


def test_a_debit_holds_its_tax():
    assert net_of(1190, Decimal(19)) == 1000
    assert net_of(5, Decimal(0)) == 5
    assert net_of(1, Decimal(100)) == 0, "half a cent of tax is a cent"
    assert supply_of(1190, 1190, Decimal(19)) == Supply(1000, 0, 190)
    assert supply_of(1190, 952, Decimal(19)) == Supply(1000, 200, 152)
    assert supply_of(1190, 952, Decimal(19)).paid == 952


def test_supplies_are_taken_off_each_other():
    assert Supply(10, 3, 2) - Supply(4, 1, 1) == Supply(6, 2, 1)
    assert -Supply(10, 3, 2) == Supply(-10, -3, -2)
    assert Supply() == Supply(0, 0, 0)
