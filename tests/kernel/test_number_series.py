"""How numbers of a series are written, when they begin again, and what they must not come to."""

from __future__ import annotations

import re
from datetime import date

import pytest

from subledger.kernel.errors import NumbersCollide, SeriesInvalid
from subledger.kernel.number_series import (
    HIGHEST,
    LONGEST,
    Numbering,
    Restart,
    SeriesFormat,
    Used,
    common,
    counters_after,
    meant,
    named,
)

DAY = date(2026, 3, 4)
YEARLY = Numbering.read("RE-{year}-{number:5}", "year")


@pytest.mark.parametrize(
    ("format", "number"),
    [
        ("INV{number:8}", "INV00000042"),
        ("RE-{year}-{number:5}", "RE-2026-00042"),
        ("{yy}{month}/{number:4}", "2603/0042"),
        ("RE/{year}.{number}-A", "RE/2026.42-A"),
        ("{number}", "42"),
    ],
)
def test_a_number_is_written_as_its_format_says(format: str, number: str):
    read = SeriesFormat.read(format)
    assert read.written(42, DAY) == number
    assert read.around(DAY).replace("#", f"{42:0{read.digits}d}") == number
    assert re.match(read.pattern(), number)[1].lstrip("0") == "42"  # type: ignore[index]
    assert read.in_full(number) == number
    assert len(read.written(10**10 - 1, DAY)) <= LONGEST


@pytest.mark.parametrize(
    "text", ["RE-{year}-{number:12}", "{year}{month}{number:8}", "{number:12}", "{number}/{year}{month}"]
)
def test_numbers_that_come_to_no_card_in_a_million_documents_are_taken(text: str):
    assert not SeriesFormat.read(text).writes_cards()


def test_a_counter_may_not_be_set_to_where_cards_begin():
    read = SeriesFormat.read("{number:12}-1")
    assert read.writes_cards(400_000_000_000)
    assert not read.writes_cards(100_000_000_000)


def test_a_counter_that_outgrows_its_digits_goes_on_with_more():
    read = SeriesFormat.read("P{number:2}")
    assert [read.written(value, DAY) for value in (99, 100)] == ["P99", "P100"]
    assert re.match(read.pattern(), "P100")
    assert not re.match(read.pattern(), "P099"), "nothing writes it so"


@pytest.mark.parametrize(
    ("format", "why"),
    [
        ("RE", "{number} once"),
        ("{number}{number}", "{number} once"),
        ("RE-{jahr}-{number}", "{jahr} is no placeholder"),
        ("RE-{number:x}", "{number:x} is no placeholder"),
        ("re-{year}-{number}", "capital letters: RE-{year}-{number}"),
        ("RE_{number}", "'_' cannot stand"),
        ("RÉ{number}", "'É' cannot stand"),
        ("RE {number}", "' ' cannot stand"),
        ("RE{{number}}", "'{' cannot stand"),
        ("-{number}", "begins and ends"),
        ("{number}/", "begins and ends"),
        ("R-/{number}", "side by side"),
        *(
            (text, "payment card")
            for text in (
                "411111111111{number:4}",
                "4111-1111-1111-{number:4}",
                "{number:4}-1111-1111-1111",
                "4{number:12}",
                "41111111{number}",
                "4111A1111A1111A{number:4}",
                "{yy}{number:12}",
            )
        ),
        ("R{number:13}", "1 to 12 digits, not 13"),
        ("R{number:0}", "1 to 12 digits, not 0"),
        ("ABCDEFGHIJKLMNOPQRSTU{number}", "30 characters at most"),
        ("REF-0{number:12}", "References of drafts"),
    ],
)
def test_what_no_number_can_be_is_refused(format: str, why: str):
    with pytest.raises(SeriesInvalid, match=re.escape(why)) as refused:
        SeriesFormat.read(format)
    assert refused.value.param == "/format"


def test_twenty_letters_leave_room_for_a_counter_that_grows():
    assert SeriesFormat.read("ABCDEFGHIJKLMNOPQRST{number}").digits == 1


@pytest.mark.parametrize(
    ("format", "restarts", "why"),
    [("INV{number}", "year", "does not say the year"), ("RE{yy}-{number}", "month", "does not say the month")],
)
def test_numbers_that_begin_again_say_when(format: str, restarts: str, why: str):
    with pytest.raises(SeriesInvalid, match=why):
        Numbering.read(format, restarts)
    assert Numbering.read("RE{yy}{month}-{number}", "month").period(DAY) == "2026-03"


def test_a_document_counts_in_the_year_that_it_says():
    assert YEARLY.key("invoice", date(2025, 12, 31)) == "invoice 2025"
    assert YEARLY.format.written(7, date(2025, 12, 31)) == "RE-2025-00007"
    assert Numbering.read("RE-{year}-{number}", "never").key("invoice", DAY) == "invoice"


@pytest.mark.parametrize("period", ["26", "2026-03", "1899", "3000", "٢٠٢٦", "", "x"])
def test_what_is_no_year_is_refused(period: str):
    with pytest.raises(SeriesInvalid):
        YEARLY.day_in(period, today=DAY)
    assert YEARLY.day_in("2026", today=DAY) == DAY
    assert YEARLY.day_in("2025", today=DAY) == date(2025, 1, 1)


def test_what_is_no_month_is_refused():
    monthly = Numbering.read("{year}{month}-{number}", "month")
    assert monthly.day_in("2025-12", today=DAY) == date(2025, 12, 1)
    for period in ("2025-13", "2025-00", "2025"):
        with pytest.raises(SeriesInvalid):
            monthly.day_in(period, today=DAY)
    with pytest.raises(SeriesInvalid, match="never begin again"):
        Numbering.read("INV{number}", "never").day_in("2026", today=DAY)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("INV{number:8}", "INV{number:8}", "INV11111111"),
        ("INV{number:8}", "INV{year}{number:4}", "INV11111111"),
        ("R{number}", "R{number:12}", "R111111111111"),
        ("{year}-{number}", "20{yy}-{number:3}", "2011-111"),
        ("RE-{year}-{number}", "RE-{number}", None),
        ("INV{number}", "INVO{number}", None),
        ("A{month}-{number}", "A2{number}-1", None),
        ("A{number}", "A{number:8}B", None),
    ],
)
def test_two_series_never_make_one_number(one: str, other: str, both: str | None):
    found = common(SeriesFormat.read(one), SeriesFormat.read(other))
    assert found == common(SeriesFormat.read(other), SeriesFormat.read(one)) == both
    if found is not None:
        assert re.match(SeriesFormat.read(one).pattern(), found)
        assert re.match(SeriesFormat.read(other).pattern(), found)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("RE-2026-42", ["RE-2026-00042"]),
        ("re-2025-0042", ["RE-2025-00042"]),
        ("42", ["RE-2026-00042", "RE-2025-00042"]),
        ("0042", ["RE-2026-00042", "RE-2025-00042"]),
        ("RE42", ["RE-2026-00042", "RE-2025-00042"]),
        ("re-42", ["RE-2026-00042", "RE-2025-00042"]),
        ("2025-42", ["RE-2025-00042"]),
        ("2026 42", ["RE-2026-00042"]),
        ("re 2026/42", ["RE-2026-00042"]),
        ("RE2026-0042", ["RE-2026-00042"]),
        ("RE", []),
        ("0", []),
        ("202642", ["RE-2026-202642", "RE-2025-202642"]),
        ("2026-", []),
        ("X-2026-42", []),
        ("INV42", []),
        ("RE-2026-", []),
        ("١", []),
    ],
)
def test_what_people_mean_who_leave_out_zeros(text: str, numbers: list[str]):
    assert list(meant(text, YEARLY, [DAY, date(2025, 1, 1)])) == numbers


@pytest.mark.parametrize(
    ("format", "said", "number"),
    [
        ("INV{number:8}", "inv 42", "INV00000042"),
        ("{yy}{month}/{number:4}", "2603 42", "2603/0042"),
        ("RE/{year}.{number}-A", "2026-42-a", "RE/2026.42-A"),
        ("{number}/{year}", "42 2026", "42/2026"),
        ("A7-{year}-{number:3}", "2026.7", "A7-2026-007"),
        ("A7{year}-{number:3}", "2026.7", "A72026-007"),
        ("RE{year}{number:5}", "2026 42", None),
    ],
)
def test_marks_are_said_in_any_way(format: str, said: str, number: str | None):
    """Two figures side by side need the mark that keeps them apart."""
    assert SeriesFormat.read(format).without_front(said.upper()) == number


def test_numbers_are_found_in_a_sentence():
    formats = [YEARLY.format, SeriesFormat.read("INV{number:8}")]
    text = "Invoice RE-2026-00042, once INV00000001, is of 2026-11-30; RE-2026-1/2 is none."
    assert [text[start:end] for start, end in named(text, formats)] == ["RE-2026-00042", "INV00000001"]


def counted(asked: int | None = None, *, period: str = "2026", **used: Used) -> dict[str, int]:
    return counters_after(
        {"2025": 8, "2026": 20},
        numbering=YEARLY,
        period=period,
        asked=asked,
        used={name.removeprefix("in_"): one for name, one in used.items()},
        today=DAY,
    )


def test_counting_goes_on_where_nothing_is_asked():
    assert counted() == {"2025": 8, "2026": 20}


def test_the_next_number_may_go_forwards_and_back_over_what_nobody_used():
    assert counted(400) == {"2025": 8, "2026": 400}
    assert counted(15, in_2026=Used(14)) == {"2025": 8, "2026": 15}
    assert counted(1, period="2024") == {"2024": 1, "2025": 8, "2026": 20}


def test_a_number_that_is_used_is_named_and_the_way_past_it():
    with pytest.raises(NumbersCollide, match=r"RE-2026-00014 is taken.*from 10 on.*free of all is 20\.") as refused:
        counted(10, in_2026=Used(19, 14))
    assert refused.value.param == "/next_number"


def test_every_year_goes_on_past_what_it_used_in_that_format():
    """Somebody goes back to a format that was used before."""
    assert counted(in_2026=Used(31), in_2024=Used(3)) == {"2024": 4, "2025": 8, "2026": 32}


@pytest.mark.parametrize("asked", [0, -1, HIGHEST + 1])
def test_no_number_is_that_high_or_low(asked: int):
    with pytest.raises(SeriesInvalid, match="12 digits"):
        counted(asked)


def test_the_next_numbers_are_said():
    assert YEARLY.examples(42, DAY) == ["RE-2026-00042", "RE-2026-00043", "RE-2026-00044"]
    assert YEARLY.restarts is Restart.YEAR
