from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stripe_sandbox.billing.credits import note_type, part, split_payment
from stripe_sandbox.billing.proration import Debit, credit, prorate

MONTH = (1_743_465_600, 1_746_057_600)  # April 2025, UTC
TENTH = 1_744_243_200  # 10 April


def test_a_third_of_april_is_used_after_nine_days():
    assert prorate(9000, *MONTH, TENTH) == 6300
    assert prorate(9000, *MONTH, MONTH[0]) == 9000
    assert prorate(9000, *MONTH, MONTH[1]) == 0


def test_prorations_go_by_the_second():
    assert prorate(2_592_000, *MONTH, MONTH[0] + 1) == 2_591_999


def test_a_flexible_credit_returns_the_unused_part_of_what_was_debited():
    debit = Debit(9000, *MONTH, discounts={"di_1": 900})
    assert credit(debit, TENTH) == (6300, {"di_1": 630})


def test_a_second_change_credits_the_first_change_s_debit_over_its_own_time():
    debit = Debit(6300, TENTH, MONTH[1])
    assert credit(debit, (TENTH + MONTH[1]) // 2) == (3150, {})


@given(st.integers(-(10**7), 10**7), st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_parts_of_any_partition_add_up_to_the_whole(total, amounts):
    whole, credited, taken = sum(amounts), 0, 0
    for amount in amounts:
        share = part(total, whole=whole, credited=credited, taken=taken, amount=amount)
        assert share == 0 or (share > 0) == (total > 0)
        credited, taken = credited + amount, taken + share
    assert taken == total


def test_after_a_voided_note_the_last_still_carries_the_remainder():
    first = part(10, whole=3, credited=0, taken=0, amount=1)
    second = part(10, whole=3, credited=1, taken=first, amount=1)
    # The first note is voided: only the second's credit stands.
    last = part(10, whole=3, credited=1, taken=second, amount=2)
    assert second + last == 10


@pytest.mark.parametrize(
    ("total", "remaining", "parts", "kind"),
    [
        (500, 1000, (500, 0), "pre_payment"),
        (500, 0, (0, 500), "post_payment"),
        (500, 200, (200, 300), "mixed"),
    ],
)
def test_a_note_first_reduces_what_is_left_to_pay(total, remaining, parts, kind):
    assert split_payment(total, remaining=remaining) == parts
    assert note_type(*parts) == kind
