"""Ids grow, whatever the machine's clock does."""

from __future__ import annotations

import pytest
from django.db import connection

from subledger.platform.statements import fresh_ids

TWO_DAYS_MS = 2 * 24 * 60 * 60 * 1000


def set_clock_back() -> int:
    """As if ids had been given two days ahead of now; the highest of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('id_clock', pg_sequence_last_value('id_clock'::regclass) + %s)", [TWO_DAYS_MS])
        [mark] = cursor.fetchone()
    return (mark << 21) | 2097151


@pytest.mark.django_db
def test_ids_go_on_above_those_given_before_the_clock_was_set_back():
    fresh_ids(1)
    highest = set_clock_back()
    try:
        ids = [each for _ in range(3) for each in fresh_ids(1_000)]
        assert min(ids) > highest
        assert ids == sorted(ids)
        assert len(set(ids)) == len(ids)
    finally:  # a sequence is not rolled back: the next tests number by the clock again
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('id_clock', 1)")


@pytest.mark.django_db
def test_ids_follow_the_clock_while_it_runs_as_clocks_do():
    with connection.cursor() as cursor:
        cursor.execute("SELECT (date_part('epoch', clock_timestamp()) * 1000)::bigint - 1577836800000")
        [before] = cursor.fetchone()
        [given] = fresh_ids(1)
        cursor.execute("SELECT (date_part('epoch', clock_timestamp()) * 1000)::bigint - 1577836800000")
        [after] = cursor.fetchone()
    assert before <= given >> 21 <= after
