"""What a promise says and how far it is kept: the worked example, and laws beside an independent reference."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subledger.kernel.errors import DayInvalid
from subledger.promises.errors import PromiseInvalid
from subledger.promises.rules.instalments import (
    MOST_INSTALMENTS,
    Agreed,
    Instalment,
    agreed,
    broken_on,
    next_of,
    parts_of,
)

TODAY = date(2026, 6, 12)
THREE = [Instalment(date(2026, month, 1), 100_00) for month in (7, 8, 9)]


def made(*said: Instalment, unsettled: int = 300_00) -> tuple[Agreed, ...]:
    return agreed(said, unsettled_minor=unsettled, currency="eur", today=TODAY)


def test_three_instalments_of_7_10():
    promise = made(*THREE)
    assert [part.unpaid_minor for part in parts_of(promise, 300_00)] == [100_00] * 3
    assert [part.unpaid_minor for part in parts_of(promise, 200_00)] == [0, 100_00, 100_00]
    assert broken_on(promise, 200_00, grace_days=3) == date(2026, 8, 4)
    assert broken_on(promise, 0, grace_days=3) is None


def test_the_one_without_an_amount_is_for_what_is_left_and_days_are_put_in_order():
    promise = made(Instalment(date(2026, 8, 1), None), Instalment(date(2026, 7, 1), 120_00))
    assert promise == (Agreed(date(2026, 7, 1), 120_00), Agreed(date(2026, 8, 1), 180_00))
    assert made(Instalment(TODAY, None)) == (Agreed(TODAY, 300_00),)


@pytest.mark.parametrize(
    ("said", "param"),
    [
        ([], "/instalments"),
        ([Instalment(TODAY, 1)] * (MOST_INSTALMENTS + 1), "/instalments"),
        ([Instalment(TODAY - timedelta(days=1), None)], "/instalments/0/agreed_on"),
        ([Instalment(TODAY + timedelta(days=3654), None)], "/instalments/0/agreed_on"),
        ([Instalment(TODAY, 100_00), Instalment(TODAY, 200_00)], "/instalments/1/agreed_on"),
        ([Instalment(TODAY, 0), Instalment(TODAY + timedelta(days=1), 300_00)], "/instalments/0/amount"),
        ([Instalment(TODAY, None), Instalment(TODAY + timedelta(days=1), None)], "/instalments/1/amount"),
        ([Instalment(TODAY, 299_99)], "/instalments/0/amount"),
        ([Instalment(TODAY, 100_00), Instalment(TODAY + timedelta(days=1), 200_01)], "/instalments/1/amount"),
        ([Instalment(TODAY, 300_00), Instalment(TODAY + timedelta(days=1), None)], "/instalments/1/amount"),
    ],
)
def test_what_makes_no_promise_is_refused_beside_its_field(said: list[Instalment], param: str):
    with pytest.raises(PromiseInvalid) as refusal:
        made(*said)
    assert refusal.value.param == param


def test_the_last_days_that_can_be_agreed_on():
    assert made(Instalment(TODAY + timedelta(days=3653), None))
    with pytest.raises(DayInvalid):
        made(Instalment(date(3000, 1, 1), None))


def test_bounds_of_instalments_are_allowed_themselves():
    most = [Instalment(TODAY + timedelta(days=at), 1) for at in range(MOST_INSTALMENTS)]
    assert len(made(*most, unsettled=MOST_INSTALMENTS)) == MOST_INSTALMENTS
    assert made(Instalment(TODAY, 1), unsettled=1) == (Agreed(TODAY, 1),)
    assert made(THREE[0], Instalment(TODAY, None), unsettled=100_01) == (
        Agreed(TODAY, 1),
        Agreed(THREE[0].agreed_on, 100_00),
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            [Instalment(TODAY, 1)] * (MOST_INSTALMENTS + 1),
            "At most 120 instalments make a promise. Agree on fewer.",
        ),
        (
            [Instalment(date(2026, 6, 11), None)],
            "Nobody can promise to pay on 2026-06-11: it is past. Choose today or a later day.",
        ),
        (
            [Instalment(TODAY + timedelta(days=3654), None)],
            "2036-06-13 is more than ten years away. Correct the year.",
        ),
        (
            [Instalment(TODAY, 100_00), Instalment(TODAY, 200_00)],
            "2026-06-12 is agreed on twice. Put both amounts into one instalment.",
        ),
        (
            [Instalment(TODAY, 299_99)],
            "The instalments come to 299.99 EUR, and 300.00 EUR is unsettled. Let them sum to what is unsettled.",
        ),
    ],
)
def test_refusals_name_the_day_and_the_bound(said: list[Instalment], words: str):
    with pytest.raises(PromiseInvalid) as refusal:
        made(*said)
    assert str(refusal.value) == words


def reference(promise: tuple[Agreed, ...], paid: int) -> list[tuple[int, int]]:
    """Money laid on the instalments coin by coin, the earliest day first: covered and unpaid of each."""
    stacks = [[one.minor, 0] for one in promise]
    for _ in range(paid):
        first = next((stack for stack in stacks if stack[1] < stack[0]), None)
        if first is not None:
            first[1] += 1
    return [(covered, minor - covered) for minor, covered in stacks]


PROMISES = st.lists(st.integers(1, 30), min_size=1, max_size=6).map(
    lambda minors: tuple(Agreed(TODAY + timedelta(days=10 * at), minor) for at, minor in enumerate(minors))
)


@given(PROMISES, st.data())
def test_payments_cover_instalments_in_the_order_of_their_days(promise: tuple[Agreed, ...], data: st.DataObject):
    promised = sum(one.minor for one in promise)
    open_minor = data.draw(st.integers(0, promised + 20))  # more than was promised where an old payment was taken back
    expected = reference(promise, max(promised - open_minor, 0))
    parts = parts_of(promise, open_minor)
    assert [(part.covered_minor, part.unpaid_minor) for part in parts] == expected
    assert sum(part.unpaid_minor for part in parts) == min(open_minor, promised)
    first = next((one.agreed_on for one, (_, unpaid) in zip(promise, expected, strict=True) if unpaid), None)
    following = next_of(promise, open_minor)
    assert (following.agreed_on if following else None) == first
    assert broken_on(promise, open_minor, grace_days=3) == (first + timedelta(days=3) if first else None)
