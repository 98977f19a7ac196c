"""Cron expressions as people write them: what is none is refused, and so is a step that would count for nothing."""

from __future__ import annotations

from datetime import datetime

from cronsim import CronSim, CronSimError

from subledger.kernel.sentences import say
from subledger.runs.errors import ScheduleInvalid

from .days_off import quoted

STEPS = (60, 24, 31, 12, 7)  # the values of the parts: a step that is longer would count for nothing
LASTS = (59, 23, 31, 12, 7)  # the last of them: 0 and 7 are Sundays
PARTS = {"day-of-month": say("day"), "day-of-week": say("weekday")}  # as cronsim calls them
LONGEST = 100
ANY_TIME = datetime(2026, 1, 1)  # noqa: DTZ001 (a wall clock's) from which an expression is only read


def read_cron(text: object) -> str:
    """The expression in one form. ScheduleInvalid."""
    five = say("five parts (minute, hour, day, month, weekday), such as 30 2 * * 1-5")
    if text in (None, ""):
        raise ScheduleInvalid(say("This schedule needs a cron expression under 'cron': {five}.", five=five), "cron")
    if not isinstance(text, str) or len(text.split()) != 5:
        raise ScheduleInvalid(
            say("{quoted} is no cron expression: it has {five}.", quoted=quoted(text), five=five), "cron"
        )
    if len(text) > LONGEST:
        raise ScheduleInvalid(
            say(
                "A cron expression has {most} characters at most, and this has {length:,}.",
                most=LONGEST,
                length=len(text),
            ),
            "cron",
        )
    try:
        CronSim(text, ANY_TIME)
    except CronSimError as error:
        bad = str(error).removeprefix("Bad ")
        raise ScheduleInvalid(
            say(
                "{quoted} is no cron expression: correct its {part}. It has {five}.",
                quoted=quoted(text),
                part=PARTS.get(bad, bad),
                five=five,
            ),
            "cron",
        ) from error
    for part, terms in enumerate(text.split()):
        for term in terms.split(","):
            _check_step(term, part, text)
    return " ".join(text.split())


def _check_step(term: str, part: int, text: str) -> None:
    """Cron begins anew with each hour, day, month and week, and each range: a step beyond it counts for nothing."""
    among, _, step = term.partition("/")
    if not step:
        return
    if int(step) >= STEPS[part]:
        raise ScheduleInvalid(
            say(
                "{quoted} has a step of {step} in a part that has {values} values only. Count what is longer "
                "without cron, such as every 90 minutes.",
                quoted=quoted(text),
                step=int(step),
                values=STEPS[part],
            ),
            "cron",
        )
    if int(step) > 1 and int(step) >= _values(among, part):
        raise ScheduleInvalid(
            say(
                "{quoted}: the step of {term} is longer than what it steps through, so it would count for nothing. "
                "Leave it out, or count what is longer without cron, such as every 90 minutes.",
                quoted=quoted(text),
                term=term,
            ),
            "cron",
        )


def _values(among: str, part: int) -> int:
    """How many values a step goes through: those of a range, or all from one on."""
    read = CronSim(" ".join(among if at == part else "*" for at in range(len(STEPS))), ANY_TIME)
    found = (read.minutes, read.hours, read.days, read.months, read.weekdays)[part]
    if len(found) > 1:
        return min(len(found), STEPS[part])
    [only] = found
    last = LASTS[part]
    return last - (only if isinstance(only, int) and only >= 0 else last) + 1  # L is the last
