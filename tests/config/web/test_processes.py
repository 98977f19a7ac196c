"""When a web process that died is started again, and when that is given up."""

from __future__ import annotations

import pytest

from subledger.config.web.processes import MOST_ALONE, MOST_IN_A_ROW, PAUSES, STARTED_SECONDS, Row


def after(*lives: float) -> Row:
    row = Row()
    for lived in lives:
        row = row.longer(lived)
    return row


def test_each_death_while_it_starts_makes_the_pause_longer():
    assert [after(*[1.0] * deaths).pause for deaths in range(1, MOST_IN_A_ROW + 1)] == list(PAUSES)
    assert list(PAUSES) == sorted(set(PAUSES))


def test_one_that_had_started_begins_the_row_anew():
    assert after(1, 1, 1, STARTED_SECONDS).pause == 0
    assert after(1, 1, 1, STARTED_SECONDS - 0.1).pause == PAUSES[3]


@pytest.mark.parametrize(("others_live", "most"), [(True, MOST_IN_A_ROW), (False, MOST_ALONE)])
def test_it_is_given_up_after_so_many_and_sooner_where_nobody_is_left(others_live: bool, most: int):
    assert not after(*[1.0] * most).is_over(others_live=others_live)
    assert after(*[1.0] * (most + 1)).is_over(others_live=others_live)


def test_whoever_dies_now_and_then_is_always_started_again():
    assert not after(*[STARTED_SECONDS] * 1_000).is_over(others_live=False)
