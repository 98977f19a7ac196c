"""What a promise says, and how far it is kept: pure functions over its instalments and what is open of the invoice.

What is open is the last part of what was promised. So payments cover the instalments in the order of their days,
whatever they were meant for and whenever they were booked; and where more is open than was promised, for a payment of
before was taken back, the rest is not promised: it is due as the invoice says, and is covered first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from subledger.kernel.days import check_day
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.promises.errors import PromiseInvalid

GRACE_DAYS = 3  # unpaid so many days after the agreed day, a promise is broken
MOST_GRACE_DAYS = 365
MOST_INSTALMENTS = 120
LONGEST = timedelta(days=3653)  # ten years: a day beyond is a typing error


@dataclass(frozen=True, slots=True)
class Instalment:
    """``minor`` units of the invoice's currency, promised for a day. None: all that is left."""

    agreed_on: date
    minor: int | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """An instalment of a promise that was made: ``minor`` units for a day."""

    agreed_on: date
    minor: int


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """How an instalment stands: what of it is covered, and what is not. Both sum to its amount."""

    agreed_on: date
    covered_minor: int
    unpaid_minor: int


def agreed(
    instalments: Sequence[Instalment], *, unsettled_minor: int, currency: str, today: date
) -> tuple[Agreed, ...]:
    """The instalments of a new promise in the order of their days.

    One without an amount is for what the others leave of ``unsettled_minor``.

    Raises:
        PromiseInvalid, DayInvalid: no instalment, too many, a day in the past or too far away, a day twice, no amount,
            amounts that do not sum to what is unsettled. ``param`` points to the field at fault.
    """
    if not instalments:
        raise PromiseInvalid(say("No day was agreed on. Name the day of the payment."), param="/instalments")
    if len(instalments) > MOST_INSTALMENTS:
        raise PromiseInvalid(
            say("At most {most} instalments make a promise. Agree on fewer.", most=MOST_INSTALMENTS),
            param="/instalments",
        )
    days: set[date] = set()
    for at, one in enumerate(instalments):
        _check_day(one.agreed_on, days, today=today, param=f"/instalments/{at}/agreed_on")
        days.add(one.agreed_on)
    amounts = _amounts(instalments, unsettled_minor, currency)
    made = (Agreed(one.agreed_on, minor) for one, minor in zip(instalments, amounts, strict=True))
    return tuple(sorted(made, key=lambda one: one.agreed_on))


def _check_day(day: date, days: set[date], *, today: date, param: str) -> None:
    check_day(day, what=say("agreed day"), param=param)
    if day < today:
        raise PromiseInvalid(
            say("Nobody can promise to pay on {day}: it is past. Choose today or a later day.", day=day), param=param
        )
    if day - today > LONGEST:
        raise PromiseInvalid(say("{day} is more than ten years away. Correct the year.", day=day), param=param)
    if day in days:
        raise PromiseInvalid(
            say("{day} is agreed on twice. Put both amounts into one instalment.", day=day), param=param
        )


def _amounts(instalments: Sequence[Instalment], unsettled_minor: int, currency: str) -> list[int]:
    """The amount of each, what is left for the one that names none."""
    for at, one in enumerate(instalments):
        if one.minor is not None and one.minor < 1:
            raise PromiseInvalid(
                say("An instalment is at least one minor unit. Correct the amount, or leave the day out."),
                param=f"/instalments/{at}/amount",
            )
    open_ended = [at for at, one in enumerate(instalments) if one.minor is None]
    if len(open_ended) > 1:
        raise PromiseInvalid(
            say("Several instalments have no amount. Give all but one an amount."),
            param=f"/instalments/{open_ended[1]}/amount",
        )
    named = sum(one.minor or 0 for one in instalments)
    left = unsettled_minor - named
    if (open_ended and left < 1) or (not open_ended and left != 0):
        raise PromiseInvalid(
            say(
                "The instalments come to {named}, and {unsettled} is unsettled. Let them sum to what is unsettled.",
                named=Money(named, currency),
                unsettled=Money(unsettled_minor, currency),
            ),
            param=f"/instalments/{open_ended[0] if open_ended else len(instalments) - 1}/amount",
        )
    return [left if one.minor is None else one.minor for one in instalments]


def parts_of(instalments: Sequence[Agreed], open_minor: int) -> list[InstalmentStanding]:
    """How each instalment stands while ``open_minor`` of the invoice is open; they are in the order of their days."""
    found: list[InstalmentStanding] = []
    left = open_minor
    for one in reversed(instalments):
        unpaid = min(left, one.minor)
        left -= unpaid
        found.append(InstalmentStanding(one.agreed_on, one.minor - unpaid, unpaid))
    return found[::-1]


def next_of(instalments: Sequence[Agreed], open_minor: int) -> InstalmentStanding | None:
    """The first instalment that is not covered whole; None where all are."""
    return next((part for part in parts_of(instalments, open_minor) if part.unpaid_minor), None)


def broken_on(instalments: Sequence[Agreed], open_minor: int, *, grace_days: int) -> date | None:
    """The day from which a promise is broken, if nothing more is paid; None where nothing of it is unpaid."""
    first = next_of(instalments, open_minor)
    return first.agreed_on + timedelta(days=grace_days) if first else None
