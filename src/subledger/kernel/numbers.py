"""Numbers as people and files write them, read exactly or refused (docs/domain/written-numbers.md).

``1.000`` is one to some and a thousand to others. `read_number` knows every reading that a text has: where there is
one, it is taken; where there are two, a declared or usual format decides, and without one the text is refused with
both readings named. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from .currency_signs import SIGNS, currency_among, is_currency
from .errors import DomainError, Door, NumberInvalid
from .sentences import joined, say
from .shown_numbers import Adorned, Exact, amount_of, currencies_shown_by, number_of, unit_in
from .words import counted

__all__ = [
    "Adorned",
    "Exact",
    "NumberFormat",
    "amount_of",
    "currencies_shown_by",
    "currency_among",
    "format_shown_by",
    "number_of",
    "plain_decimal",
    "read_number",
    "unambiguous",
    "write_number",
]


class NumberFormat(StrEnum):
    """How numbers are written, each told by its own example."""

    COMMA_GROUPS = "1,234.56"
    POINT_GROUPS = "1.234,56"
    SPACE_GROUPS_POINT = "1 234.56"
    SPACE_GROUPS_COMMA = "1 234,56"
    APOSTROPHE_GROUPS = "1'234.56"
    INDIAN_GROUPS = "1,23,456.78"
    PLAIN_POINT = "1234.56"
    PLAIN_COMMA = "1234,56"

    @classmethod
    def of(cls, text: str) -> NumberFormat | None:
        """The format of a name as people type it: any space, either apostrophe."""
        wanted = text.strip().translate(ALIKE)
        return next((one for one in cls if one.value == wanted), None)

    @property
    def mark(self) -> str:
        """What stands before the decimals."""
        return self.value[-3]

    @property
    def group(self) -> str:
        """What stands between groups of digits; "" for none."""
        return "" if self.value[1].isdecimal() else self.value[1]


POINT, COMMA = ".", ","
# Looks alike, means the same: spaces of every width, apostrophes, minus signs.
ALIKE = str.maketrans(
    dict.fromkeys("\u00a0\u202f\u2009\u2007\t", " ") | dict.fromkeys("\u2019\u02bc", "'") | {"\u2212": "-"}
)
# The whole of a number that has one reading in every format: no group can end in it.
SIMPLE = re.compile(r"-?[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,20}))?", re.ASCII)
SIDE = re.compile(r"(?<![A-Za-z])((?i:cr|dr)(?=\.?$)|[HS]$)\.?")
CREDIT = frozenset({"cr", "h"})  # H and S: Haben and Soll
NO_DECIMALS = re.compile(r"(?<=[0-9])([.,])(?:--?|[\u2013\u2014]{1,2})(?![0-9])")  # 50,- and 1'000.\u2013
DIGITS = re.compile(r"[0-9.,' ]+", re.ASCII)
TOKEN = re.compile(r"[^0-9\s.,'()+\-]+\.?", re.ASCII)
LONGEST = 60  # characters; nothing longer is a number that a person meant


@dataclass(frozen=True, slots=True)
class _Parts:
    digits: str
    negative: bool
    side: str  # as written, in small letters; "" for none


def read_number(
    text: str,
    *,
    declared: NumberFormat | None = None,
    usual: NumberFormat | None = None,
    currency: str | None = None,
    places: int = 0,
    kept: int | None = None,
    most: int | None = None,
    credit_is_positive: bool = False,
    what: str = say("a number"),
    param: str | None = None,
) -> Decimal:
    """The value of a written number.

    Args:
        declared: the format that the source was said to have; what is written otherwise is refused.
        usual: decides between two readings, and only then.
        currency: whose code or sign may stand beside the number.
        places: decimals to name the readings of an ambiguous number with.
        kept: as many decimals as are taken where the number goes; None for any: no way of writing it is named that
            would be refused there.
        most: no reading lies beyond it (percentages).
        credit_is_positive: ``CR`` (or ``H``) leaves the sign as it is and ``DR`` (``S``) turns it; otherwise the other
            way round.

    Raises:
        NumberInvalid: it is no number, is not in the declared format, or names another currency; or it has two
            ``readings`` and nothing decides.
    """
    if isinstance(text, Exact):
        declared = NumberFormat.PLAIN_POINT
    elif declared is None and SIMPLE.fullmatch(text):
        return Decimal(text)
    parts = _parts(text, currency, what, param)
    turned = parts.negative != (bool(parts.side) and (parts.side in CREDIT) != credit_is_positive)
    readings = _readings(parts.digits)
    if declared is not None:
        value = _in_format(parts.digits, declared)
        if value is None:
            raise NumberInvalid(
                say(
                    "{quoted} is not written as {value}, the number format that was given. Write it so, or "
                    "give the format that it has.",
                    quoted=_quoted(text),
                    value=declared.value,
                ),
                param=param,
            )
    elif not readings:
        raise _no_number(text, what, param)
    else:
        fitting = {mark: value for mark, value in readings.items() if most is None or abs(value) <= most} or readings
        value = next(iter(fitting.values()))
        if len(set(fitting.values())) > 1:
            chosen = _in_format(parts.digits, usual) if usual is not None else None
            if chosen is None:
                signed = sorted((-one if turned else one for one in fitting.values()), key=abs)
                raise _ambiguous(text, signed, places, kept, param)
            value = chosen
    return -value if turned else value


def format_shown_by(text: str) -> NumberFormat | None:
    """The format that a text proves: it is a number with a decimal mark or groups, and has no other reading."""
    if SIMPLE.fullmatch(text):
        return NumberFormat.COMMA_GROUPS if POINT in text else None
    try:
        digits = _parts(text, None, "a number", None, any_token=True).digits
    except DomainError:
        return None
    readings = _readings(digits)
    if len(readings) != 1:
        return None
    return NumberFormat.COMMA_GROUPS if POINT in readings else NumberFormat.POINT_GROUPS


def unambiguous(text: str) -> str:
    """A plain number with a point, written so that it has no other reading: three decimals get a fourth."""
    return f"{text}0" if len(text.partition(POINT)[2]) == 3 else text


def plain_decimal(value: Decimal) -> Decimal:
    """The same number without decimals that say nothing: 19.00 as 19, and 1E+3 as 1000."""
    plain = value.normalize()
    return plain.quantize(Decimal(1)) if plain.as_tuple().exponent > 0 else plain  # type: ignore[operator]


def write_number(value: Decimal, number_format: NumberFormat, *, places: int | None = None) -> str:
    """A number as the format writes it; ``places`` decimals, or as many as it has. What is written can be read back."""
    text = f"{value:f}" if places is None else f"{value:.{places}f}"
    whole, _, decimals = text.removeprefix("-").partition(".")
    mark = number_format.mark
    sign = "-" if text.startswith("-") else ""
    return f"{sign}{_grouped(whole, number_format)}{mark if decimals else ''}{decimals}"


def _grouped(whole: str, number_format: NumberFormat) -> str:
    size = 2 if number_format is NumberFormat.INDIAN_GROUPS else 3
    if not number_format.group or len(whole) <= 3:
        return whole
    head, groups = whole[:-3], [whole[-3:]]
    while head:
        groups.insert(0, head[-size:])
        head = head[:-size]
    return number_format.group.join(groups)


# -- the parts of a text -------------------------------------------------------------------------------------------


def _parts(text: str, currency: str | None, what: str, param: str | None, *, any_token: bool = False) -> _Parts:
    """Digits, sign and side; what stands beside the digits is taken off, each at most once."""
    left = NO_DECIMALS.sub(r"\g<1>00", str(text).translate(ALIKE).strip())
    if not left or len(left) > LONGEST:
        raise _no_number(text, what, param)
    side, negative, signs, tokens = "", False, 0, 0
    while left and not DIGITS.fullmatch(left):
        if left.startswith("(") and left.endswith(")"):
            left, negative, signs = left[1:-1].strip(), True, signs + 1
        elif left[0] in "+-":
            negative, signs = left[0] == "-" or negative, signs + 1
            left = left[1:].strip()
        elif left[-1] in "+-":
            negative, signs = left[-1] == "-" or negative, signs + 1
            left = left[:-1].strip()
        else:
            found = SIDE.search(left)
            head, tail = TOKEN.match(left), re.search(r"[^0-9\s.,'()+\-]+\.?$", left, re.ASCII)
            if found and not side:
                side, left = found[1].lower(), left[: found.start()].strip()
                continue
            token = head or tail
            if token is None or tokens:
                raise _no_number(text, what, param)
            if not any_token:
                _check_currency(token[0], currency, text, what, param)
            tokens += 1
            left = (left[token.end() :] if head else left[: token.start()]).strip()
    if not any(c.isdecimal() for c in left):
        raise _no_number(text, what, param)
    if signs > 1 or (signs and negative and side):
        raise NumberInvalid(
            say(
                "{quoted} has more than one sign. Write one minus, parentheses, CR or DR, or H or S.",
                quoted=_quoted(text),
            ),
            param=param,
        )
    return _Parts(left, negative, side)


def _check_currency(token: str, currency: str | None, text: str, what: str, param: str | None) -> None:
    if currency is None:
        raise _no_number(text, what, param)
    if token.lower() == currency or currency in SIGNS.get(token, ()):
        return
    known = sorted(SIGNS.get(token, ()))
    other = token if known or is_currency(token) else ""
    if not other:
        raise _no_number(text, what, param)
    raise NumberInvalid(
        say(
            "{quoted} is in {other}, and {currency} is wanted here. Write the amount in {currency}.",
            quoted=_quoted(text),
            other=other.upper() if len(other) == 3 else other,
            currency=currency.upper(),
        ),
        param=param,
    )


# -- the readings of its digits ------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _pattern(mark: str, groups: str, *, indian: bool) -> re.Pattern[str]:
    whole = ["[0-9]+"]
    if groups:
        whole.append(rf"[1-9][0-9]{{0,2}}(?P<g>[{re.escape(groups)}])[0-9]{{3}}(?:(?P=g)[0-9]{{3}})*")
    if indian:
        whole.append(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")
    point = re.escape(mark)
    return re.compile(rf"(?:(?P<whole>{'|'.join(whole)})(?:{point}(?P<decimals>[0-9]*))?|{point}(?P<only>[0-9]+))")


def _value(digits: str, pattern: re.Pattern[str]) -> Decimal | None:
    found = pattern.fullmatch(digits)
    if found is None:
        return None
    whole = "".join(c for c in found["whole"] or "0" if c.isdecimal())
    return Decimal(f"{whole}.{found['decimals'] or found['only'] or '0'}".removesuffix(".0"))


def _readings(digits: str) -> dict[str, Decimal]:
    """By decimal mark, what the digits come to where that mark is used."""
    point = _value(digits, _pattern(POINT, ", '", indian=True))
    comma = _value(digits, _pattern(COMMA, ". '", indian=False))
    return {mark: value for mark, value in ((POINT, point), (COMMA, comma)) if value is not None}


def _in_format(digits: str, number_format: NumberFormat) -> Decimal | None:
    """Spaces and apostrophes group digits in every format that groups: they mean nothing else."""
    groups = f" '{number_format.group.strip()}" if number_format.group else ""
    indian = number_format.mark == POINT and COMMA in groups
    return _value(digits, _pattern(number_format.mark, groups, indian=indian))


FORMATS_SAID = {
    Door.PAGE: say("A number format can be set for the company, and for yourself."),
    Door.COMMAND: say("For instance: --number-format '1,234.56', or --number-format '1.234,56'."),
}


# -- refusals --------------------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    shown = str(text)
    return repr(shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…")


def _no_number(text: str, what: str, param: str | None) -> NumberInvalid:
    """Why it is none, as far as that can be told."""
    shown = str(text).translate(ALIKE).strip()
    if any(c.isdigit() and not c.isascii() for c in shown):
        why = say("its digits are not 0 to 9. Write it with those")
    elif re.search(r"[0-9][eE][+-]?[0-9]", shown):
        why = say("it has an exponent. Write all its digits")
    elif any(c.isdecimal() for c in shown) and (unit := unit_in(shown)):
        why = say(
            "it stands beside {unit!r}, which makes it another number. Write all its digits, and no such word",
            unit=unit,
        )
    elif "_" in shown:
        why = say("it has an underscore. Leave it out")
    elif DIGITS.fullmatch(shown.strip("+-()")) and any(c.isdecimal() for c in shown):
        why = say("its groups of digits fit no way of writing numbers. Write it without groups")
    else:
        return NumberInvalid(
            say("{quoted} is not {what}. Write digits, such as 1234.50.", quoted=_quoted(text), what=what), param=param
        )
    return NumberInvalid(
        say("{quoted} is not {what}: {why}, such as 1234.50.", quoted=_quoted(text), what=what, why=why), param=param
    )


def _ambiguous(text: str, values: list[Decimal], places: int, kept: int | None, param: str | None) -> NumberInvalid:
    """Both readings, and how to write each; of one that would be refused there, why it cannot be meant as it stands."""
    readings = [f"{value:,.{max(places, _decimals(value))}f}" for value in values]
    taken = [value for value in values if kept is None or _decimals(value) <= kept]
    ways = _either(unambiguous(f"{value:.{max(places, _decimals(value))}f}") for value in taken)
    if len(taken) < len(values):
        most = counted(kept, "decimal") if kept else say("no decimals")
        advice = (
            say(
                "Here it can have {most} at most: write {ways}, or round it, or say the number format.",
                most=most,
                ways=ways,
            )
            if kept
            else say(
                "Here it can have {most}: write {ways}, or round it, or say the number format.", most=most, ways=ways
            )
        )
    else:
        advice = say("Write {ways}, or say the number format.", ways=ways)
    error = NumberInvalid(
        say("{text} can be {readings}. {advice}", text=str(text).strip(), readings=_either(readings), advice=advice),
        param=param,
        remedies=FORMATS_SAID,
    )
    error.readings = tuple(readings)
    return error


def _either(texts: Iterable[str]) -> str:
    return joined(texts, say(" or "))


def _decimals(value: Decimal) -> int:
    text = f"{value:f}".partition(".")[2].rstrip("0")
    return len(text)
