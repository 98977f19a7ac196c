"""How numbers of a series are written, and when they begin again: rules without a database.

A format is text with placeholders: ``RE-{year}-{number:5}`` makes ``RE-2026-00042``. A series counts on for ever, or in
each year or month by itself; the day that a document bears says in which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property

from .errors import NumbersCollide, SeriesInvalid
from .number_cards import cards_refused, comes_to_card
from .sentences import say
from .spoken_numbers import DAYS as SPOKEN_DAYS
from .spoken_numbers import in_writing, said

LONGEST = 30  # characters of a number
MOST_DIGITS = 12  # of the counter in it
GROWN = 10  # digits to which a counter may grow within the longest number
HIGHEST = 10**MOST_DIGITS - 1
PLACE = "#"  # of the counter in what `SeriesFormat.around` answers; no number has it
YEARS = (1900, 2999)  # as days are bounded

_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_NUMBER = re.compile(r"\{number(?::([0-9]{1,2}))?\}", re.ASCII)
_REFERENCE = re.compile(r"[A-Z]{3}-[0-9A-Z]{13}", re.ASCII)
_YEAR, _SHORT_YEAR, _MONTH = "{year}", "{yy}", "{month}"
_DIGIT = frozenset("0123456789")
_DAYS = {
    _YEAR: (frozenset("12"), _DIGIT, _DIGIT, _DIGIT),
    _SHORT_YEAR: (_DIGIT, _DIGIT),
    _MONTH: (frozenset("01"), _DIGIT),
}


class Restart(StrEnum):
    """When a series begins again at 1."""

    NEVER = "never"
    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True)
class SeriesFormat:
    """A format, read: what stands before the counter and behind it, and how many digits the counter has at least."""

    text: str
    before: str
    digits: int
    after: str

    @classmethod
    def read(cls, text: str) -> SeriesFormat:
        """SeriesInvalid where no number could be written so."""
        text = text.strip()
        found: list[re.Match[str]] = []
        for placeholder in _PLACEHOLDER.findall(text):
            if (number := _NUMBER.fullmatch(placeholder)) is not None:
                found.append(number)
            elif placeholder not in _DAYS:
                raise _invalid(
                    say(
                        "{placeholder} is no placeholder of numbers. Those are {{number}}, {{number:6}} with zeros in "
                        "front, {{year}}, {{yy}} and {{month}}.",
                        placeholder=placeholder,
                    )
                )
        if len(found) != 1:
            raise _invalid(
                say(
                    "A format has {number} once: that is where the number stands. Write for example "
                    "RE-{year}-{number:5}."
                )
            )
        digits = int(found[0][1] or 1)
        if not 1 <= digits <= MOST_DIGITS:
            raise _invalid(say("A number has 1 to {most} digits, not {digits}.", most=MOST_DIGITS, digits=digits))
        made = cls.kept(text)
        made._check_characters()
        return made

    @classmethod
    def kept(cls, text: str) -> SeriesFormat:
        """One that was read before: it is not checked again."""
        found = _NUMBER.search(text)
        assert found is not None
        before, _, after = text.partition(found[0])
        return cls(text, before, int(found[1] or 1), after)

    @classmethod
    def plain(cls, prefix: str, digits: int) -> SeriesFormat:
        return cls.read(f"{prefix}{{number:{digits}}}")

    def _check_characters(self) -> None:
        literal = _PLACEHOLDER.sub("", self.text)
        if wrong := re.search(r"[^A-Z0-9/.-]", literal, re.ASCII):
            if wrong[0].isascii() and wrong[0].islower():
                raise _invalid(say("Numbers are written in capital letters: {text}.", text=self._in_capitals()))
            raise _invalid(
                say(
                    "{character!r} cannot stand in a number: capital letters A to Z, digits and - / . can.",
                    character=wrong[0],
                )
            )
        shape = _PLACEHOLDER.sub("0", self.text)
        if re.search(r"^[/.-]|[/.-]$|[/.-]{2}", shape):
            raise _invalid(
                say(
                    "A number begins and ends with a letter or a digit, and no two of - / . stand side by side: banks "
                    "refuse references that are written otherwise."
                )
            )
        longest = len(self.written(10**GROWN - 1, date(2000, 1, 1)))
        if max(longest, len(self.written(1, date(2000, 1, 1)))) > LONGEST:
            raise _invalid(
                say(
                    "A number has {longest} characters at most, with room for one that has grown to {grown} digits. "
                    "This one could have {found}: shorten it.",
                    longest=LONGEST,
                    grown=GROWN,
                    found=longest,
                )
            )
        if self.writes_cards():
            raise _invalid(cards_refused())
        if _REFERENCE.fullmatch(self.written(1, date(2000, 1, 1))):
            raise _invalid(
                say("References of drafts and of payment requests look like this, such as REF-0123456789ABC.")
            )

    def writes_cards(self, following: int = 1) -> bool:
        """Whether a number from ``following`` on, up to a million later, could be read as that of a payment card."""
        return comes_to_card(
            self.written, digits=self.digits, says_short_year=_SHORT_YEAR in self.placeholders, following=following
        )

    def _in_capitals(self) -> str:
        return "".join(one if one.startswith("{") else one.upper() for one in _PLACEHOLDER.split(self.text))

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """Those of the day."""
        return frozenset(one for one in _DAYS if one in self.before + self.after)

    @property
    def has_year(self) -> bool:
        return bool(self.placeholders & {_YEAR, _SHORT_YEAR})

    @property
    def has_month(self) -> bool:
        return _MONTH in self.placeholders

    def around(self, day: date) -> str:
        """A number of that day, with `PLACE` where its counter stands."""
        return _of_day(self.before, day) + PLACE + _of_day(self.after, day)

    def written(self, value: int, day: date) -> str:
        return self.around(day).replace(PLACE, f"{value:0{self.digits}d}")

    def in_full(self, text: str) -> str | None:
        """The number that somebody means who leaves out zeros, or says other marks: RE-2026-42 and RE 2026 42 are
        RE-2026-00042; None for another one."""
        return self._meant(text)

    def without_front(self, text: str) -> str | None:
        """The same of one that may lack what stands in front of its year: 2026-42 is RE-2026-00042."""
        return self._meant(text, lacks_front=True)

    def _meant(self, text: str, *, lacks_front: bool = False) -> str | None:
        found = said(self.text, most_digits=MOST_DIGITS, lacks_front=lacks_front).fullmatch(text)
        return in_writing(self.text, found, digits=self.digits)

    @cached_property
    def letters(self) -> str:
        """With what people abbreviate it: what stands in front of everything that changes, without its last mark."""
        return _PLACEHOLDER.split(self.text)[0].rstrip("/.-")

    def pattern(self, of: str = "") -> str:
        """A regular expression of PostgreSQL that numbers match, with the counter or a placeholder captured alone."""
        least = f"[0-9]{{{self.digits}}}|[1-9][0-9]{{{self.digits},{MOST_DIGITS - 1}}}"
        if self.digits == MOST_DIGITS:
            least = f"[0-9]{{{self.digits}}}"
        counter = f"({'' if not of else '?:'}{least})"
        return f"^{_pattern(self.before, of)}{counter}{_pattern(self.after, of)}$"

    @cached_property
    def _language(self) -> tuple[tuple[frozenset[str], bool], ...]:
        """Its characters one by one: what may stand there, and whether it may be left out."""
        return (
            *_characters(self.before),
            *((_DIGIT, False) for _ in range(self.digits)),
            *((_DIGIT, True) for _ in range(MOST_DIGITS - self.digits)),
            *_characters(self.after),
        )


@dataclass(frozen=True)
class Numbering:
    """How a series is numbered from now on."""

    format: SeriesFormat
    restarts: Restart = Restart.NEVER

    @classmethod
    def read(cls, format: str, restarts: str) -> Numbering:
        """SeriesInvalid where a series that begins again would give a number twice."""
        made = cls(SeriesFormat.read(format), Restart(restarts))
        if made.restarts is not Restart.NEVER and not made.format.has_year:
            raise _invalid(
                say(
                    "Numbers that begin again would come twice: this format does not say the year. Write {year} or "
                    "{yy} in it, or let them never begin again."
                )
            )
        if made.restarts is Restart.MONTH and not made.format.has_month:
            raise _invalid(
                say(
                    "Numbers that begin again each month would come twice: this format does not say the month. Write "
                    "{month} in it."
                )
            )
        return made

    @classmethod
    def kept(cls, format: str, restarts: str) -> Numbering:
        """One that was read before."""
        return cls(SeriesFormat.kept(format), Restart(restarts))

    def period(self, day: date) -> str:
        """The year or month in which a document of that day is counted: ``2026``, ``2026-11``; ``""`` for ever."""
        return "" if self.restarts is Restart.NEVER else f"{day:%Y-%m}"[: 4 if self.restarts is Restart.YEAR else 7]

    def key(self, code: str, day: date) -> str:
        """What posting calls the counter of a document of that day."""
        return f"{code} {self.period(day)}".rstrip()

    def day_in(self, period: str, *, today: date) -> date:
        """A day in a period, today where it is in there. SeriesInvalid: it is none."""
        if period == self.period(today):
            return today
        pattern = {Restart.YEAR: r"([0-9]{4})", Restart.MONTH: r"([0-9]{4})-(0[1-9]|1[0-2])"}.get(self.restarts)
        found = re.fullmatch(pattern, period, re.ASCII) if pattern else None
        if found is None or not YEARS[0] <= int(found[1]) <= YEARS[1]:
            raise SeriesInvalid(_period_words(self.restarts, period), param="/period")
        return date(int(found[1]), int(found[2]) if self.restarts is Restart.MONTH else 1, 1)

    def examples(self, following: int, day: date, *, count: int = 3) -> list[str]:
        """The numbers that come next to documents of that day."""
        return [self.format.written(following + at, day) for at in range(count)]


@dataclass(frozen=True)
class Used:
    """What documents bear of a format in one period: the highest counter, and the lowest from the asked one on."""

    highest: int
    first_in_the_way: int | None = None


def counters_after(
    standing: Mapping[str, int],
    *,
    numbering: Numbering,
    period: str,
    asked: int | None,
    used: Mapping[str, Used],
    today: date,
) -> dict[str, int]:
    """The next number of each period once a series is numbered so: what stands, past all that is used already.

    ``asked`` is the next one of ``period``; None leaves it to what stands.

    Raises:
        SeriesInvalid: no number is that high or low. NumbersCollide: one that is used already would come again.
    """
    counters = dict(standing)
    if asked is not None:
        if not 1 <= asked <= HIGHEST:
            raise SeriesInvalid(
                say("The next number is 1 or more, with {most} digits at most.", most=MOST_DIGITS), param="/next_number"
            )
        taken = used.get(period, Used(0)).first_in_the_way
        if taken is not None:
            day = numbering.day_in(period, today=today)
            raise NumbersCollide(
                say(
                    "{number} is taken, and numbers from {asked} on would come to it. The next one that is free of "
                    "all is {free}.",
                    number=numbering.format.written(taken, day) if not period_varies(numbering) else taken,
                    asked=asked,
                    free=used[period].highest + 1,
                ),
                param="/next_number",
            )
        counters[period] = asked
    for one, found in used.items():
        if one != period or asked is None:
            counters[one] = max(counters.get(one, 1), found.highest + 1)
    return counters


def period_varies(numbering: Numbering) -> bool:
    """Whether documents that share a counter say different days in their numbers."""
    if numbering.restarts is Restart.NEVER:
        return bool(numbering.format.placeholders)
    return numbering.restarts is Restart.YEAR and numbering.format.has_month


def common(one: SeriesFormat, other: SeriesFormat) -> str | None:
    """A number that both formats could write; None where every number tells which of them wrote it."""
    return _common(one._language, other._language)


@cache
def _common(one: tuple[tuple[frozenset[str], bool], ...], other: tuple[tuple[frozenset[str], bool], ...]) -> str | None:
    reached: dict[tuple[int, int], str] = {(0, 0): ""}
    for at in range(len(one) + 1):
        for beside in range(len(other) + 1):
            text = reached.get((at, beside))
            if text is None:
                continue
            steps: list[tuple[int, int, str]] = []
            if at < len(one) and one[at][1]:
                steps.append((at + 1, beside, text))
            if beside < len(other) and other[beside][1]:
                steps.append((at, beside + 1, text))
            if at < len(one) and beside < len(other) and (both := one[at][0] & other[beside][0]):
                steps.append((at + 1, beside + 1, text + ("1" if "1" in both else min(both))))
            for next_at, next_beside, longer in steps:
                known = reached.get((next_at, next_beside))
                if known is None or len(longer) < len(known):
                    reached[next_at, next_beside] = longer
    return reached.get((len(one), len(other)))


def meant(text: str, numbering: Numbering, days: Iterable[date]) -> Iterator[str]:
    """The numbers that somebody may mean by ``text``: in full, without zeros, from the year on, or by the counter
    alone, of ``days``."""
    asked = text.strip().upper()
    if (whole := numbering.format.in_full(asked)) is not None:
        yield whole
        return
    if (of_year := numbering.format.without_front(asked)) is not None:
        yield of_year
    letters = numbering.format.letters
    front = f"(?:{re.escape(letters)}[/.-]?)?" if letters else ""
    short = re.fullmatch(rf"{front}0*([1-9][0-9]{{0,{MOST_DIGITS - 1}}})", asked, re.ASCII)
    if short is not None:
        yield from dict.fromkeys(numbering.format.written(int(short[1]), day) for day in days)


def named(text: str, formats: Sequence[SeriesFormat]) -> Iterator[tuple[int, int]]:
    """Where whole numbers of some formats stand in a text, from left to right: (start, end)."""
    for word in re.finditer(r"[A-Z0-9]+(?:[/.-][A-Z0-9]+)*", text, re.ASCII):
        if any(re.match(one.pattern(), word[0], re.ASCII) for one in formats):
            yield word.span()


def _of_day(text: str, day: date) -> str:
    if "{" not in text:
        return text
    return text.replace(_YEAR, f"{day:%Y}").replace(_SHORT_YEAR, f"{day:%y}").replace(_MONTH, f"{day:%m}")


def _pattern(text: str, captured: str = "") -> str:
    parts = []
    for part in _PLACEHOLDER.split(text):
        pattern = SPOKEN_DAYS.get(part)
        if pattern is None:
            parts.append(re.sub(r"([/.-])", r"\\\1", part))
        else:
            parts.append(pattern if part == captured else pattern.strip("()"))
    return "".join(parts)


def _characters(text: str) -> Iterator[tuple[frozenset[str], bool]]:
    for part in _PLACEHOLDER.split(text):
        if part in _DAYS:
            yield from ((characters, False) for characters in _DAYS[part])
        else:
            yield from ((frozenset(character), False) for character in part)


def _period_words(restarts: Restart, period: str) -> str:
    if restarts is Restart.NEVER:
        return say("These numbers never begin again, so they have no years or months of their own. Leave it out.")
    if restarts is Restart.YEAR:
        return say("{period!r} is no year. Write it as 2026.", period=period)
    return say("{period!r} is no month. Write it as 2026-11.", period=period)


def _invalid(words: str) -> SeriesInvalid:
    return SeriesInvalid(words, param="/format")
