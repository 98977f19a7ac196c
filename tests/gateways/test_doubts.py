"""How much money of a request may have moved beside the books, by what is said of it."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from subledger.gateways.rules.doubts import IN, OUT, RequestFacts, Said, in_doubt
from subledger.gateways.rules.doubts import told as told_of
from subledger.gateways.states import RequestState as S
from subledger.gateways.states import RequestType as T


def said(minor, reference="R", *, source="camt.053", verb="post", direction="", on=None, **fields):
    return Said(source, verb, reference, minor, direction, on and date(2026, 5, on), **fields)


def into(state, *told, type_=T.PAYMENT, reference="BOOKED"):
    return in_doubt(RequestFacts(type_, state, 100, reference), told)[IN if type_ is T.PAYMENT else OUT]


@pytest.mark.parametrize("type_", list(T))
@pytest.mark.parametrize(
    ("state", "minor", "counted"),
    [
        (S.PENDING, 99, 0),  # an open request counts by itself, in full
        (S.UNKNOWN, 100, 0),
        (S.UNDER_PROCESSING, 130, 30),
        (S.REJECTED, 90, 100),
        (S.REJECTED, 130, 130),
        (S.POSTED, 90, 90),
    ],
)
def test_what_is_said_counts_by_the_larger_amount(type_, state, minor, counted):
    assert into(state, said(minor), type_=type_) == counted


def test_nothing_said_is_no_doubt():
    for state in S:
        assert in_doubt(RequestFacts(T.PAYMENT, state, 100), []) == {IN: 0, OUT: 0}


@pytest.mark.parametrize(("minor", "counted"), [(90, 0), (100, 0), (101, 1)])
def test_what_is_posted_is_told_again_under_its_own_reference(minor, counted):
    assert into(S.POSTED, said(minor, "BOOKED")) == counted
    assert into(S.POSTED, said(minor, "BOOKED"), said(20, "OTHER")) == counted + 20


def test_several_references_of_one_source_are_several_movements():
    assert into(S.REJECTED, said(100, "A"), said(100, "B")) == 200
    assert into(S.REJECTED, said(100, "A"), said(120, "A")) == 120


@pytest.mark.parametrize("state", [S.REJECTED, S.POSTED])
def test_days_and_rows_of_a_statement_tell_movements_apart_as_references_do(state):
    assert into(state, said(100, on=21), said(100, on=22)) == 200
    assert into(state, said(100, on=21), said(90, on=21)) == 100
    assert into(state, said(100, on=21), said(100, on=21, place=2, is_another=True)) == 200


@pytest.mark.parametrize("told", list(permutations([(100, 21), (140, 22), (150, None)])))
def test_what_is_told_of_no_day_may_be_any_of_those_that_are(told):
    assert into(S.REJECTED, *[said(minor, on=on) for minor, on in told]) == 290
    assert into(S.REJECTED, *[said(minor, on=on) for minor, on in told if on != 22]) == 150


@pytest.mark.parametrize("fields", [{"place": 2}, {"on": 22}])
def test_what_is_posted_is_not_told_again_by_what_is_another(fields):
    assert into(S.POSTED, said(90, "BOOKED", is_another=True, **fields)) == 90
    assert into(S.POSTED, said(90, "BOOKED"), said(90, "BOOKED", is_another=True, **fields)) == 90


@pytest.mark.parametrize("state", [S.REJECTED, S.POSTED])
def test_a_statement_over_another_amount_tells_of_another_movement(state):
    """In one file or in two, under one reference or none; who reports by call may only have corrected himself."""
    for told in permutations([said(60, is_exact=True), said(40, is_exact=True), said(30, is_exact=True)]):
        assert into(state, *told) == 130
    assert into(S.REJECTED, said(120), said(130)) == 130


def test_another_amount_beside_the_booking_is_no_other_word_for_it():
    told = [said(60, "BOOKED", is_exact=True, is_another=True), said(40, "BOOKED", is_exact=True, is_another=True)]
    assert into(S.POSTED, *told) == into(S.POSTED, *reversed(told)) == 100
    assert into(S.POSTED, said(60, "BOOKED", is_exact=True)) == 0


def test_several_sources_speak_of_the_same_movements():
    told = [said(100, "A"), said(100, "B"), said(150, "C", source="api")]
    assert into(S.REJECTED, *told) == into(S.REJECTED, *reversed(told)) == 200


@pytest.mark.parametrize(("type_", "back"), [(T.PAYMENT, OUT), (T.REFUND, IN), (T.PAYMENT_CANCELLATION, IN)])
@pytest.mark.parametrize("state", [S.PENDING, S.POSTED, S.REJECTED])
def test_what_came_back_counts_the_other_way_in_full(state, type_, back):
    moved = in_doubt(RequestFacts(type_, state, 100), [said(99, verb="return")])
    assert moved == {IN: 0, OUT: 0} | {back: 99}


def test_a_named_direction_goes_before_that_of_the_verb():
    assert in_doubt(RequestFacts(T.PAYMENT, S.PENDING, 100), [said(30, direction=OUT)]) == {IN: 0, OUT: 30}


@pytest.mark.parametrize("state", [S.PENDING, S.REJECTED])
def test_what_is_told_is_in_full_what_moved_while_the_books_have_nothing(state):
    assert told_of(RequestFacts(T.PAYMENT, state, 100), [said(90)]) == {IN: 90, OUT: 0}
    assert told_of(RequestFacts(T.REFUND, state, 100), [said(130), said(7, verb="return")]) == {IN: 7, OUT: 130}


def test_of_what_is_posted_only_what_goes_beyond_the_booking_is_told():
    asked = RequestFacts(T.PAYMENT, S.POSTED, 100, "BOOKED")
    assert told_of(asked, [said(130, "BOOKED"), said(20, "OTHER")]) == {IN: 50, OUT: 0}
    assert told_of(asked, [said(130, "BOOKED", verb="return")]) == {IN: 0, OUT: 130}


def test_what_is_no_fact_is_in_doubt_and_not_told():
    words = [said(90, "A"), said(40, "B", is_fact=False)]
    asked = RequestFacts(T.PAYMENT, S.REJECTED, 100)
    assert told_of(asked, words)[IN] == 90
    assert in_doubt(asked, words)[IN] == 130
