"""When a run is due: the wall clock of the company, its changes, days off, cron."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from subledger.kernel.sentences import said
from subledger.page_kit.translation import in_language
from subledger.runs.errors import ScheduleInvalid
from subledger.runs.rules.due_times import MOST_COUNTED, due_times
from subledger.runs.rules.schedule_words import every, free_days
from subledger.runs.rules.schedules import Schedule, as_json, read_schedule

ROME = ZoneInfo("Europe/Rome")


def due(said: dict[str, Any], after: str, count: int = 3, zone: ZoneInfo = ROME) -> list[str]:
    schedule = read_schedule(said, zone)
    assert schedule is not None
    assert read_schedule(as_json(schedule), zone) == schedule
    instants = islice(schedule.after(datetime.fromisoformat(after).replace(tzinfo=zone), zone), count)
    return [instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M") for instant in instants]


def test_a_time_that_the_clock_leaves_out_is_the_first_instant_after_the_gap():
    # On 29 March 2026 Rome goes from 02:00 to 03:00: 02:30 is 03:00 (01:00 UTC), and only on that day.
    expected = ["2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"]
    assert due({"every": "day", "start": "2026-01-01T02:30"}, "2026-03-27T12:00") == expected
    assert due({"every": "cron", "cron": "30 2 * * *"}, "2026-03-27T12:00") == expected
    assert due({"every": "once", "at": "2026-03-29T02:30"}, "2026-03-01T12:00") == ["2026-03-29 01:00"]


def test_a_time_that_comes_twice_is_its_first_coming_and_no_second():
    expected = ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"]
    assert due({"every": "day", "start": "2026-01-01T02:30"}, "2026-10-23T12:00") == expected
    assert due({"every": "cron", "cron": "30 2 * * *"}, "2026-10-23T12:00") == expected


def test_hours_are_elapsed_time():
    # Six hours after 21:30 on the eve of the change is 02:30 of winter time, not 03:30.
    found = due({"every": "hour", "count": 6, "start": "2026-10-24T03:30"}, "2026-10-24T12:00")
    assert found == ["2026-10-24 13:30", "2026-10-24 19:30", "2026-10-25 01:30"]


def test_minutes_and_seconds_are_elapsed_time_as_well():
    found = due({"every": "minute", "count": 45, "start": "2026-10-25T01:30"}, "2026-10-25T02:00")
    assert found == ["2026-10-25 00:15", "2026-10-25 01:00", "2026-10-25 01:45"], "over the hour that comes twice"
    found = due({"every": "second", "count": 30, "start": "2026-01-01T00:00"}, "2026-05-20T12:00")
    assert found == ["2026-05-20 10:00", "2026-05-20 10:01", "2026-05-20 10:01"]


def test_years_keep_the_day_or_take_the_last_of_february():
    found = due({"every": "year", "start": "2024-02-29T09:00"}, "2026-01-01T00:00")
    assert found == ["2026-02-28 08:00", "2027-02-28 08:00", "2028-02-29 08:00"]
    found = due({"every": "year", "count": 2, "start": "2025-12-31T09:00", "until": "2030-01-01T00:00"}, "2026-01-01")
    assert found == ["2027-12-31 08:00", "2029-12-31 08:00"]


def test_months_keep_the_day_or_take_the_last():
    found = due({"every": "month", "start": "2026-01-31T09:00"}, "2026-01-31T10:00")
    assert found == ["2026-02-28 08:00", "2026-03-31 07:00", "2026-04-30 07:00"]


def test_every_second_week_counts_from_its_start():
    found = due({"every": "week", "count": 2, "start": "2026-01-02T09:00", "until": "2026-01-30T09:00"}, "2026-01-03")
    assert found == ["2026-01-16 08:00", "2026-01-30 08:00"]


HOLIDAYS = {"country": "IT", "weekends": True}


def test_days_off_are_left_out_or_moved():
    # 25 and 26 December 2026 are holidays, a Friday and a Saturday; 27 is a Sunday.
    daily = {"every": "day", "start": "2026-01-01T09:00"}
    skipped = due({**daily, "holidays": {**HOLIDAYS, "rule": "skip"}}, "2026-12-24T00:00")
    assert skipped == ["2026-12-24 08:00", "2026-12-28 08:00", "2026-12-29 08:00"]
    monthly = {"every": "month", "start": "2026-01-25T09:00"}
    assert due({**monthly, "holidays": {**HOLIDAYS, "rule": "after"}}, "2026-12-01", 1) == ["2026-12-28 08:00"]
    assert due({**monthly, "holidays": {**HOLIDAYS, "rule": "before"}}, "2026-12-01", 1) == ["2026-12-24 08:00"]


def test_two_that_are_moved_to_one_day_are_one():
    said = {"every": "day", "start": "2026-01-01T09:00", "holidays": {**HOLIDAYS, "rule": "after"}}
    assert due(said, "2026-12-24T10:00", 2) == ["2026-12-28 08:00", "2026-12-29 08:00"]


def test_one_that_was_moved_before_now_is_not_due_again():
    said = {"every": "month", "start": "2026-01-25T09:00", "holidays": {**HOLIDAYS, "rule": "before"}}
    assert due(said, "2026-12-24T10:00", 1) == ["2027-01-25 08:00"]


def test_a_region_has_holidays_of_its_own():
    said = {"every": "day", "start": "2026-01-01T09:00", "holidays": {"country": "DE", "region": "BY"}}
    assert due(said, "2026-01-05T10:00", 1) == ["2026-01-07 08:00"]  # Epiphany is one in Bavaria


@pytest.mark.parametrize(
    ("said", "field", "reason"),
    [
        ({"every": "fortnight"}, "every", "one of"),
        ({"every": "cron", "cron": "61 * * * *"}, "cron", "correct its minute. It has five parts"),
        ({"every": "cron", "cron": "@daily"}, "cron", "five parts"),
        ({"every": "cron", "cron": "0 0 30 2 *"}, "cron", "correct its day. It"),
        ({"every": "cron"}, "cron", "needs a cron expression under 'cron': five parts"),
        ({"every": "cron", "cron": None}, "cron", "needs a cron expression"),
        ({"every": "cron", "cron": True}, "cron", "true is no cron expression"),
        ({"every": "cron", "cron": "0 0 * * 8"}, "cron", "correct its weekday"),
        ({"count": 2}, "every", "now, once, second, minute, hour, day, week, month, year, cron, and none is said"),
        ({"every": "second", "count": 9, "start": "2026-12-02T00:00"}, "count", "from 10 to 10,000, and not 9"),
        ({"every": "day", "count": None, "start": "2026-12-02T00:00"}, "count", "and none is said"),
        ({"every": "day"}, "start", "needs a day and time"),
        ({"every": "day", "start": "2026-13-01T00:00"}, "start", "no day and time"),
        ({"every": "day", "start": "2026-12-01T00:00+01:00"}, "start", "without a zone"),
        ({"every": "day", "start": 5}, "start", "no day and time"),
        ({"every": "day", "start": "2026-12-02T00:00", "until": "2026-12-01T00:00"}, "until", "before it begins"),
        ({"every": "day", "count": 0, "start": "2026-12-02T00:00"}, "count", "whole number"),
        ({"every": "day", "count": True, "start": "2026-12-02T00:00"}, "count", "whole number"),
        ({"every": "now", "cron": "* * * * *"}, "cron", "has no 'cron'"),
        ({"every": "day", "start": "2026-12-01T00:00", "holidays": {"country": "QQ"}}, "holidays", "No holidays"),
        ({"every": "day", "start": "2026-12-01T00:00", "holidays": {"rule": "skip"}}, "holidays", "need a country"),
        ({"every": "hour", "start": "2026-12-01T00:00", "holidays": {"country": "IT", "rule": "after"}}, "holidays",
         "several times a day"),
        ({"every": "cron", "cron": "0 9 25 12 *", "holidays": {"country": "IT"}}, "", "never comes"),
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_read_is_refused_with_its_reason(said: dict[str, Any], field: str, reason: str):
    with pytest.raises(ScheduleInvalid) as refused:
        read_schedule(said, ROME)
    assert reason in str(refused.value)
    assert "None" not in str(refused.value)
    assert refused.value.param == (f"/schedule/{field}" if field else "/schedule")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"every": "now"}, "At once"),
        ({"every": "day", "count": 2, "start": "2026-01-01T02:30"}, "Every 2 days, from 2026-01-01 02:30"),
        (
            {"every": "cron", "cron": "0 6 1 * 1"},
            "At 06:00 on the first day of month and on Monday (on either of them)",
        ),
        (
            {"every": "cron", "cron": "30 2 * * 1-5", "holidays": {"country": "it", "weekends": True}},
            "At 02:30 on Monday through Friday; not on holidays of IT and weekends",
        ),
    ],
)
def test_a_schedule_is_said_in_words(said: dict[str, Any], words: str):
    assert str(read_schedule(said, ROME)) == words


def test_a_day_and_a_weekday_of_cron_are_either_and_not_both():
    # 1 December 2026 is a Tuesday, the 7th a Monday.
    assert due({"every": "cron", "cron": "0 6 1 * 1"}, "2026-11-30T12:00") == [
        "2026-12-01 05:00", "2026-12-07 05:00", "2026-12-14 05:00",
    ]  # fmt: skip


def test_a_cron_expression_is_spelt_out_in_english_alone():
    schedule = Schedule("cron", cron="30 2 * * 1-5", until=datetime(2026, 5, 31, 6, 30))  # noqa: DTZ001
    assert str(schedule).startswith("At 02:30 ")
    with in_language("en"):
        assert said(str(schedule)).endswith("until 31 May 2026, 06:30")
        assert said(str(schedule)).startswith("At 02:30 ")
    with in_language("de"):
        assert said(str(schedule)).startswith("Nach dem Cron-Ausdruck 30 2 * * 1-5 ")


@pytest.mark.parametrize("unit", ["second", "minute", "hour", "day", "week", "month", "year"])
def test_units_are_counted_in_words(unit: str):
    assert every(unit, 5) == f"Every 5 {unit}s"
    if unit != "second":
        assert every(unit, 1) == f"Every {unit}"


def test_days_off_are_said_by_their_country_and_region():
    assert free_days("", "", weekends=True) == "weekends"
    assert free_days("DE", "BY", weekends=True) == "holidays of DE-BY and weekends"
    assert free_days("DE", "", weekends=False) == "holidays of DE"


@pytest.mark.parametrize(
    "said",
    [
        {"every": "cron", "cron": "* * * * 6,0", "holidays": {"weekends": True}},
        {"every": "cron", "cron": "* * 25 12 *", "holidays": {"country": "DE"}},
        {"every": "second", "count": 10, "start": "2026-11-28T00:00", "until": "2026-11-29T23:59",
         "holidays": {"weekends": True}},
        {"every": "week", "start": "2026-11-28T10:00", "holidays": {"weekends": True}},
    ],
)  # fmt: skip
def test_a_schedule_that_comes_on_days_off_alone_is_refused_without_a_look_at_each_of_its_times(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    looked = 0
    raw = Schedule._raw

    def counted(self: Schedule, instant: datetime, zone: ZoneInfo) -> Any:
        nonlocal looked
        for due in raw(self, instant, zone):
            looked += 1
            yield due

    monkeypatch.setattr(Schedule, "_raw", counted)
    with pytest.raises(ScheduleInvalid, match="never comes"):
        read_schedule(said, ROME)
    assert looked < 1_100


def test_days_off_are_left_out_in_one_step_and_times_on_other_days_are_not():
    found = due({"every": "cron", "cron": "0 */12 * * *", "holidays": {"weekends": True}}, "2026-11-27T06:00", 4)
    assert found == ["2026-11-27 11:00", "2026-11-29 23:00", "2026-11-30 11:00", "2026-11-30 23:00"]
    over_the_gap = {"every": "hour", "count": 1, "start": "2026-03-27T22:30", "holidays": {"weekends": True}}
    assert due(over_the_gap, "2026-03-27T22:00") == ["2026-03-27 21:30", "2026-03-27 22:30", "2026-03-29 22:30"]


def test_a_country_has_its_own_weekend():
    daily = {"every": "day", "start": "2026-01-01T12:00", "holidays": {"country": "SA", "weekends": True}}
    assert due(daily, "2026-11-25T13:00") == ["2026-11-26 11:00", "2026-11-29 11:00", "2026-11-30 11:00"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weekends": "yes", "country": "DE"}, "true or false, and not 'yes'"),
        ({"weekends": True, "region": "BY"}, "A region is one of a country"),
        ({"country": {"A": 1}}, 'a text as country, and not {"A": 1}'),
        ({"weekends": date(2026, 1, 1)}, 'true or false, and not "2026-01-01"'),
        ("weekends", "Days off have a country, a region, weekends and a rule."),
        ({"weekends": True, "other": 1}, "Days off have a country, a region, weekends and a rule."),
        ({"weekends": True, "rule": "on"}, "The rule for days off is one of skip, after, before, and not 'on'."),
        ({"country": "xx"}, "No holidays are known of XX. Write the ISO 3166 code of the country, and of its region."),
        ({"country": "DE", "region": "QQ"}, "No holidays are known of DE, QQ. Write the ISO 3166 code of the country"),
    ],
)
def test_days_off_are_taken_as_they_are_said_or_refused(change: Any, words: str):
    with pytest.raises(ScheduleInvalid, match=re.escape(words)) as refused:
        read_schedule({"every": "cron", "cron": "0 6 * * *", "holidays": change}, ROME)
    assert refused.value.param == "/schedule/holidays"


def test_a_cron_expression_has_an_end():
    with pytest.raises(ScheduleInvalid, match="100 characters at most, and this has 409"):
        read_schedule({"every": "cron", "cron": f"{'0,' * 200}0 * * * *"}, ROME)
    longest = f"{'0,' * 45}10 * * * *"
    assert len(longest) == 100
    assert read_schedule({"every": "cron", "cron": longest}, ROME)


def missed(said: dict[str, Any], first: str, now: str) -> tuple[str, int, str]:
    """The last due time, how many before it, and the next, all of the clock of Rome."""
    schedule = read_schedule(said, ROME)
    assert schedule is not None
    moments = [datetime.fromisoformat(text).replace(tzinfo=ROME).astimezone(UTC) for text in (first, now)]
    times = due_times(schedule, moments[0], now=moments[1], zone=ROME)
    last, following = (one and f"{one.astimezone(ROME):%Y-%m-%d %H:%M:%S}" for one in (times.last, times.following))
    return str(last), times.missed, str(following)


def test_what_nobody_was_there_for_is_counted():
    daily = {"every": "day", "start": "2026-01-01T09:00"}
    on_time = ("2026-05-20 09:00:00", 0, "2026-05-21 09:00:00")
    assert missed(daily, "2026-05-20T09:00", "2026-05-20T09:00") == on_time
    assert missed(daily, "2026-05-20T09:00", "2026-05-21T08:59") == on_time
    assert missed(daily, "2026-05-20T09:00", "2026-05-21T09:00") == ("2026-05-21 09:00:00", 1, "2026-05-22 09:00:00")
    ending = {**daily, "until": "2026-05-22T12:00"}
    assert missed(ending, "2026-05-20T09:00", "2026-06-01T00:00") == ("2026-05-22 09:00:00", 2, "None")


def test_years_of_seconds_are_not_counted_one_by_one(monkeypatch: pytest.MonkeyPatch):
    """Four hundred days of every ten seconds are 3,456,000 due times; of them the last and the next are told."""
    stepped = 0
    after = Schedule.after

    def counting(self: Schedule, instant: datetime, zone: ZoneInfo) -> Any:
        nonlocal stepped
        for one in after(self, instant, zone):
            stepped += 1
            yield one

    monkeypatch.setattr(Schedule, "after", counting)
    seconds = {"every": "second", "count": 10, "start": "2025-01-01T00:00"}
    found = missed(seconds, "2025-04-15T00:00", "2026-05-20T12:00:05")
    assert found == ("2026-05-20 12:00:00", MOST_COUNTED, "2026-05-20 12:00:10")
    assert stepped < 2 * MOST_COUNTED


@pytest.mark.parametrize(
    ("said", "last", "following"),
    [
        ({"every": "minute", "start": "2020-01-01T00:00", "until": "2026-01-01T00:00"}, "2026-01-01 00:00:00", "None"),
        ({"every": "cron", "cron": "* * 1 1 *"}, "2026-01-01 23:59:00", "2027-01-01 00:00:00"),
    ],
    ids=["that ended long ago", "with long gaps"],
)
def test_the_last_of_very_many_is_found_however_long_ago_it_was(said: dict[str, Any], last: str, following: str):
    assert missed(said, "2015-01-01T00:00", "2026-05-20T12:00") == (last, MOST_COUNTED, following)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 0 1-31 * 4", "At 00:00 every day"),
        ("0 0 5 * 0-6", "At 00:00 every day"),
        ("0 0 1,15 * 4", "At 00:00 on the first and the 15th day of month and on Thursday (on either of them)"),
    ],
)
def test_days_or_weekdays_that_are_all_of_them_are_every_day(cron: str, words: str):
    assert str(read_schedule({"every": "cron", "cron": cron}, ROME)) == words


@pytest.mark.parametrize("moment", ["1999-12-31T23:59", "2100-01-01T00:00", "9998-01-01T00:00"])
def test_a_day_outside_the_years_that_are_known_says_so(moment: str):
    with pytest.raises(ScheduleInvalid, match="is outside the years 2000 to 2099"):
        read_schedule({"every": "once", "at": moment}, ROME)


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("*/90 * * * *", "a step of 90 in a part that has 60 values"),
        ("0 */36 * * *", "a step of 36 in a part that has 24"),
        ("0 0 */40 * *", "a step of 40 in a part that has 31"),
        ("0 0 * * 1-5/8", "a step of 8 in a part that has 7"),
        ("*/60 * * * *", "a step of 60 in a part that has 60"),
        ("0 0 1-2/2 * *", "the step of 1-2/2 is longer"),
        ("1,*/90 * * * *", "a step of 90 in a part that has 60"),
        ("10-20/30 * * * *", "the step of 10-20/30 is longer than what it steps through"),
        ("10-20/11 * * * *", "the step of 10-20/11 is longer"),
        ("0 8-18/12 * * *", "the step of 8-18/12 is longer"),
        ("0 0 15/20 * *", "the step of 15/20 is longer"),
        ("0 0 15/17 * *", "the step of 15/17 is longer"),
        ("0 0 1 JAN-MAR/3 *", "the step of JAN-MAR/3 is longer"),
        ("0 0 * * MON-FRI/5", "the step of MON-FRI/5 is longer"),
        ("0 0 * * 5/3", "the step of 5/3 is longer"),
        ("5,59/2 * * * *", "the step of 59/2 is longer"),
        ("0 0 L/2 * *", "the step of L/2 is longer"),
    ],
)
def test_a_step_that_never_comes_round_is_refused(cron: str, said: str):
    """Cron begins anew with each hour, day, month and week: the step would count for nothing."""
    with pytest.raises(ScheduleInvalid, match=said):
        read_schedule({"every": "cron", "cron": cron}, ROME)
    assert read_schedule({"every": "cron", "cron": "*/45 */23 */30 */11 */6"}, ROME)
    for whole in (
        "10-20/10 8-18/10 15/16 JAN-MAR/2 MON-FRI/4",
        "59/1 5-5/1 1 * *",
        "0 0 * * 5/2",
        "*/59 * * * 0-7/6",
        "0/30 0/23 * * *",
    ):
        assert read_schedule({"every": "cron", "cron": whole}, ROME)
