"""Which level comes next, and interest by days: worked examples by name, and laws over any history."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from subledger.dunning.rules.interest import (
    Interest,
    Piece,
    Principal,
    Rate,
    Rates,
    Settled,
    Waived,
    interest_of,
    last_day,
    out_of_date,
    pieces,
    stretches,
    to_draft,
)
from subledger.dunning.rules.levels import (
    DunningStanding,
    LevelFacts,
    Next,
    Reached,
    ahead,
    coming,
    reached,
    runs_backwards,
    shift_of,
)

NINE = Rates((Rate(Decimal(9)),))
DUE = date(2026, 6, 10)
NOTICE, REMINDER, FEE, FINAL, END = (LevelFacts(n, days) for n, days in enumerate((-3, 3, 14, 30, 45), 1))
LEVELS = [NOTICE, REMINDER, FEE, FINAL, END]
DAY = timedelta(days=1)


def june(n: int) -> date:
    return date(2026, 6, n)


def july(n: int) -> date:
    return date(2026, 7, n)


# ---- interest


def at_nine(first: date, last: date, minor: int) -> Interest:
    return Interest(first, last, minor, (Piece(first, last, Decimal(9)),))


def test_worked_example_7_11():
    """1,000.00 due 10/06 at 9 %; 400.00 paid 30/06, 600.00 paid 20/07: 20 days on 1,000.00 and 20 on 600.00."""
    principal = Principal(100_000, DUE, (Settled(40_000, june(30)), Settled(60_000, july(20))))
    assert [(one.days, one.principal_minor) for one in stretches(principal, june(11), july(20))] == [
        (20, 100_000),
        (20, 60_000),
    ]
    assert interest_of(principal, NINE, june(11), june(30)) == 493
    assert interest_of(principal, NINE, july(1), july(20)) == 296
    assert to_draft(principal, NINE, through=None, up_to=july(31)) == at_nine(june(11), july(20), 789)


def test_days_that_come_to_nothing_wait_for_the_next_draft():
    principal = Principal(1_000, DUE)
    assert to_draft(principal, NINE, through=None, up_to=june(11)) is None  # a quarter of a cent
    assert to_draft(principal, NINE, through=None, up_to=june(13)) == at_nine(june(11), june(13), 1)


def test_a_payment_that_is_taken_back_counts_while_it_stood():
    principal = Principal(100_000, DUE, (Settled(100_000, june(15), june(20)),))
    assert [(one.first, one.last, one.principal_minor) for one in stretches(principal, june(11), june(30))] == [
        (june(11), june(15), 100_000),
        (june(16), june(20), 0),
        (june(21), june(30), 100_000),
    ]
    assert last_day(principal, june(18)) == june(15)


def test_waived_days_bear_no_interest_from_the_first_to_the_last():
    principal = Principal(100_000, DUE, waived=(Waived(june(15), june(20)),))
    assert [(one.first, one.last, one.principal_minor) for one in stretches(principal, june(11), june(30))] == [
        (june(11), june(14), 100_000),
        (june(15), june(20), 0),
        (june(21), june(30), 100_000),
    ]
    assert to_draft(principal, NINE, through=None, up_to=june(30)) == at_nine(june(11), june(30), 345)  # 14 of 20 days
    assert last_day(principal, june(20)) == june(14)
    assert [principal.on(june(day)) for day in (14, 15, 20, 21)] == [100_000, 0, 0, 100_000]


def test_days_that_are_waived_without_an_end_bear_no_interest_any_more():
    principal = Principal(100_000, DUE, waived=(Waived(june(15), None),))
    assert [(one.last, one.principal_minor) for one in stretches(principal, june(11), july(31))] == [
        (june(14), 100_000),
        (july(31), 0),
    ]
    assert last_day(principal, july(31)) == june(14)


def test_a_day_is_overdue_whatever_little_is_unsettled():
    assert last_day(Principal(1, DUE), june(30)) == june(30)


def test_nothing_is_due_on_time_or_without_a_day():
    on_time = Principal(100_000, DUE, (Settled(100_000, DUE),))
    assert last_day(on_time, july(31)) is None
    assert to_draft(on_time, NINE, through=None, up_to=july(31)) is None
    assert to_draft(Principal(100_000, DUE), NINE, through=june(30), up_to=june(30)) is None
    assert stretches(Principal(1, DUE), june(2), june(1)) == []
    assert to_draft(Principal(100_000, DUE), Rates(), through=None, up_to=july(31)) is None


def test_what_was_drafted_for_days_that_turned_out_otherwise_is_drafted_anew_unless_somebody_decided():
    drafted = [(Interest(june(11), june(24), 345), NINE), (Interest(june(25), july(10), 395), NINE)]
    as_it_was = Principal(100_000, DUE)
    later_known = Principal(100_000, DUE, (Settled(50_000, june(20)),))
    assert out_of_date([(*one, True) for one in drafted], as_it_was) is None
    assert out_of_date([(*one, True) for one in drafted], later_known) == 0
    assert out_of_date([(*drafted[0], False), (*drafted[1], True)], later_known) == 1
    assert out_of_date([(*drafted[0], True), (*drafted[1], False)], later_known) is None
    assert out_of_date([], later_known) is None


TWELVE_FROM_DECEMBER = Rates((Rate(Decimal(9)), Rate(Decimal(12), date(2026, 12, 1))))


def test_each_day_is_charged_by_the_rate_that_held_on_it():
    """1,000.00 due 01/09, 9 %, 12 % from 01/12: 15 days of October are 3.70; 45 days at 9 % and 10 at 12 %, 14.38."""
    principal, october, december = Principal(100_000, date(2026, 9, 1)), date(2026, 10, 16), date(2026, 12, 10)
    first = to_draft(principal, TWELVE_FROM_DECEMBER, through=date(2026, 10, 1), up_to=october)
    assert first == at_nine(date(2026, 10, 2), october, 370)
    second = to_draft(principal, TWELVE_FROM_DECEMBER, through=october, up_to=december)
    assert second == Interest(
        date(2026, 10, 17),
        december,
        1438,
        (Piece(date(2026, 10, 17), date(2026, 11, 30), Decimal(9)), Piece(date(2026, 12, 1), december, Decimal(12))),
    )
    assert [TWELVE_FROM_DECEMBER.on(day) for day in (date(2026, 11, 30), date(2026, 12, 1))] == [9, 12]


def test_before_the_first_rate_nothing_is_charged():
    rates = Rates((Rate(Decimal(9), june(21)),))
    principal = Principal(100_000, DUE)
    assert (rates.on(june(20)), rates.on(june(21)), rates.are_charged) == (0, 9, True)
    assert not Rates((Rate(Decimal(0)),)).are_charged
    assert to_draft(principal, rates, through=None, up_to=june(20)) is None
    made = to_draft(principal, rates, through=None, up_to=june(30))
    assert made is not None
    assert (made.amount_minor, made.pieces) == (
        247,
        (Piece(june(11), june(20), Decimal(0)), Piece(june(21), june(30), Decimal(9))),
    )
    assert interest_of(principal, rates, june(2), june(1)) == 0


def test_a_rate_that_is_said_again_makes_no_piece():
    rates = Rates((Rate(Decimal(9)), Rate(Decimal(9), june(15)), Rate(Decimal(8), july(1))))
    assert pieces(rates, june(11), june(30)) == [Piece(june(11), june(30), Decimal(9))]
    assert pieces(rates, june(30), july(1)) == [
        Piece(june(30), june(30), Decimal(9)),
        Piece(july(1), july(1), Decimal(8)),
    ]


def test_rates_are_followed_by_others_from_a_day():
    both = NINE.then(june(20), Rates((Rate(Decimal(5)), Rate(Decimal(4), june(25)))))
    assert [both.on(june(day)) for day in (19, 20, 24, 25)] == [9, 5, 5, 4]
    cut = TWELVE_FROM_DECEMBER.then(date(2026, 12, 1), Rates((Rate(Decimal(7)),)))
    assert [cut.on(day) for day in (date(2026, 11, 30), date(2026, 12, 1))] == [9, 7]


def test_what_was_drafted_by_another_rate_is_drafted_anew():
    principal = Principal(100_000, date(2026, 9, 1))
    drafted = Interest(date(2026, 10, 17), date(2026, 12, 10), 1356)  # all of it at 9 %
    assert out_of_date([(drafted, NINE, True)], principal) is None
    assert out_of_date([(drafted, TWELVE_FROM_DECEMBER, True)], principal) == 0
    assert out_of_date([(drafted, TWELVE_FROM_DECEMBER, False)], principal) is None


payments = st.lists(
    st.tuples(st.integers(1, 40_000), st.integers(0, 60), st.one_of(st.none(), st.integers(0, 30))), max_size=5
)


@given(payments, st.integers(0, 2_000), st.integers(1, 70), st.lists(st.integers(1, 70), max_size=6))
def test_drafts_side_by_side_come_to_the_sum_of_the_days(paid, basis_points, changed, looks):
    """Whenever somebody looked in between: the days tile, and each draft is the exact sum of its own, rounded once."""
    percent = Decimal(basis_points) / 100
    rates = Rates((Rate(percent), Rate(percent / 2, DUE + timedelta(days=changed))))
    settled, left = [], 100_000
    for minor, after, held in paid:
        part = min(minor, left)
        if not part:
            break
        released = None if held is None else DUE + timedelta(days=after + held)
        settled.append(Settled(part, DUE + timedelta(days=after), released))
        left -= part if released is None else 0
    principal = Principal(100_000, DUE, tuple(settled))
    through, drafts = None, []
    for look in sorted(looks):
        made = to_draft(principal, rates, through=through, up_to=DUE + timedelta(days=look))
        if made is not None:
            drafts.append(made)
            through = made.last
    for one in drafts:
        days = (one.first + timedelta(days=n) for n in range((one.last - one.first).days + 1))
        exact = sum(Fraction(principal.on(day)) * Fraction(rates.on(day)) for day in days) / 36_500
        assert one.amount_minor == int(exact + Fraction(1, 2))
    firsts = [DUE + DAY, *(one.last + DAY for one in drafts)]
    assert [one.first for one in drafts] == firsts[: len(drafts)]


@given(st.integers(1, 90))
def test_paying_the_principal_on_any_day_of_an_overdue_span_loses_nothing(paid_after):
    """Row 51: levels draft on their days; the payment drafts the rest. Together they are the days, once."""
    paid_on = DUE + timedelta(days=paid_after)
    principal = Principal(1_000_000, DUE, (Settled(1_000_000, paid_on),))
    through, drafts = None, []
    for up_to in (*(DUE + timedelta(days=level.days) for level in LEVELS if level.days > 0), paid_on):
        if up_to <= paid_on and (made := to_draft(principal, NINE, through=through, up_to=up_to)):
            drafts.append(made)
            through = made.last
    assert drafts[-1].last == paid_on
    assert sum((one.last - one.first).days + 1 for one in drafts) == paid_after
    assert abs(sum(one.amount_minor for one in drafts) - Fraction(1_000_000 * 9 * paid_after, 36_500)) <= len(drafts)


# ---- levels


def stand(last: LevelFacts | None = None, **more) -> DunningStanding:
    return DunningStanding(DUE, last.days if last else None, **more)


def test_worked_example_7_9():
    """Levels on 07/06, 13/06, 24/06, 10/07 and 25/07, each once."""
    last: LevelFacts | None = None
    found = []
    for n in range(60):
        day = june(1) + timedelta(days=n)
        hit = reached(LEVELS, stand(last), as_of=day)
        if hit:
            assert hit.overtaken == ()
            found.append((day, hit.level))
            last = hit.level
    assert found == [
        (june(7), NOTICE), (june(13), REMINDER), (june(24), FEE), (july(10), FINAL), (july(25), END),
    ]  # fmt: skip
    assert coming(LEVELS, stand(END)) is None


def test_after_days_without_a_run_the_highest_is_told_and_the_rest_overtaken():
    assert reached(LEVELS, stand(NOTICE), as_of=july(12)) == Reached(FINAL, (REMINDER, FEE), 0)


def test_worked_example_7_10():
    """300.00 due 10/06, reminded on 13/06, promised, broken on 04/08: the next level on 05/08, the others behind it."""
    broken = stand(REMINDER, held_until=date(2026, 8, 4))
    assert reached(LEVELS, broken, as_of=date(2026, 8, 4)) is None
    assert coming(LEVELS, broken) == Next(FEE, date(2026, 8, 5))
    assert reached(LEVELS, broken, as_of=date(2026, 8, 5)) == Reached(FEE, (), 42)
    told = stand(FEE, shift=42)
    assert reached(LEVELS, told, as_of=date(2026, 8, 20)) is None
    assert reached(LEVELS, told, as_of=date(2026, 8, 21)) == Reached(FINAL, (), 42)


def test_after_a_hold_no_level_before_the_due_date_comes():
    held = stand(held_until=june(20))
    assert reached(LEVELS, held, as_of=june(21)) == Reached(REMINDER, (), 8)
    assert shift_of(LEVELS, stand(held_until=june(1))) == 0  # it is not reached for long
    assert ahead(LEVELS, stand(END)) == []


def test_levels_come_in_the_order_of_their_days_however_they_are_numbered():
    late, early = LevelFacts(1, 14), LevelFacts(2, 3)
    assert ahead([late, early], stand()) == [early, late]


def test_after_a_hold_the_first_level_is_one_behind_the_due_date():
    on_the_day, day_after = LevelFacts(1, 0), LevelFacts(2, 1)
    assert ahead([on_the_day, day_after], stand(held_until=june(20))) == [day_after]
    assert ahead([on_the_day, day_after], stand()) == [on_the_day, day_after]


def test_levels_that_run_backwards():
    numbered = [(1, -3), (2, 3), (3, 14)]
    assert runs_backwards(numbered, 4, 30) is None
    assert runs_backwards(numbered, 4, 14) == (3, 14)
    assert runs_backwards(numbered, 0, -3) == (1, -3)
    assert runs_backwards([(1, -3), (3, 14)], 2, 20) == (3, 14)
    assert runs_backwards([], 1, 0) is None


@given(
    st.lists(st.integers(-20, 90), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(-30, 160), max_size=12),
    st.one_of(st.none(), st.integers(0, 60)),
)
def test_whatever_days_it_runs_no_level_comes_twice_and_none_behind_a_higher(days, runs, held):
    levels = [LevelFacts(n, one) for n, one in enumerate(sorted(days), 1)]
    standing = DunningStanding(DUE, held_until=None if held is None else DUE + timedelta(days=held))
    told: list[int] = []
    for n in sorted(runs):
        as_of = DUE + timedelta(days=n)
        hit = reached(levels, standing, as_of=as_of)
        if hit is None:
            nearest = coming(levels, standing)
            assert nearest is None or nearest.on > as_of
            continue
        told += [*(one.days for one in hit.overtaken), hit.level.days]
        assert as_of >= DUE + timedelta(days=hit.level.days)
        assert standing.held_until is None or as_of > standing.held_until
        standing = DunningStanding(DUE, hit.level.days, hit.shift)
    assert told == sorted(set(told))
