"""Numbers that their source holds as numbers, and what stands beside them: signs of currencies, units such as ``k``."""

from __future__ import annotations

from .currency_signs import SIGNS, WORDS, currency_among, is_currency

_THOUSANDS, _MILLIONS, _BILLIONS = frozenset({1}), frozenset({2}), frozenset({3})
# Words that make a number larger or smaller -> the thousands to whose power, where there is such a power.
UNITS: dict[str, frozenset[int]] = {
    **dict.fromkeys(("k", "tsd", "thousand", "thousands", "tausend", "mille", "mila", "tys", "tis", "тыс"), _THOUSANDS),
    **dict.fromkeys(("mm", "mn", "mln", "mio", "million", "millions", "millionen", "milj", "млн"), _MILLIONS),
    **dict.fromkeys(("bn", "mrd", "mia", "mld", "billion", "billions", "milliarden", "млрд"), _BILLIONS),
    "mil": frozenset({1, 2}),
    **dict.fromkeys(("lakh", "lakhs", "lac", "crore", "crores", "‰", "‱", "bps"), frozenset()),
}
# The same where money is meant: beside a quantity they are metres, tonnes, sizes.
OF_MONEY: dict[str, frozenset[int]] = {
    "M": _MILLIONS, "m": _MILLIONS, "T": frozenset({1, 4}), "t": _THOUSANDS, "B": _BILLIONS, "b": _BILLIONS,
}  # fmt: skip


def unit_in(text: str, *, scale: int = 0) -> str:
    """The first word of a text that says in thousands, millions and so on; "" for none, or one that means ``scale``.

    ``scale`` counts the thousands that a format leaves out itself.
    """
    for word in WORDS.findall(text):
        if is_currency(word) or word in SIGNS:
            continue
        unit = _without_currency(word.removesuffix("."))
        scales = OF_MONEY.get(unit, UNITS.get(unit.casefold()))
        if scales is not None and scale not in scales:
            return unit
    return ""


def _without_currency(word: str) -> str:
    """``k`` of ``k€``, ``€k`` and ``kEUR``."""
    for length in (3, 2, 1):
        head, tail = word[:length], word[-length:]
        if len(word) > length and (tail in SIGNS or (tail.isupper() and is_currency(tail))):
            return word[:-length].removesuffix(".")
        if len(word) > length and not head.isalpha() and head in SIGNS:
            return word[length:]
    return word


class Exact(str):
    """The text of a number that its source holds as a number (a workbook's cell): its point is a decimal point."""

    __slots__ = ()


class Adorned(str):
    """A number as its sheet shows it (``C-5``), which is the text; ``number`` is the stored value, written out.

    What names something (an account, a reference) is the text; what counts something is the number; what is money is
    the number in the currency that is shown. ``unit`` is a word that the sheet shows beside the number and that its
    format does not account for (``10.00 k`` of a stored 10): how much is meant nobody knows.
    """

    __slots__ = ("currency", "number", "number_format", "unit")

    number: str
    number_format: str  # that makes the one of the other
    currency: str  # the sign or code that it shows; "" for none
    unit: str  # "" for none

    def __new__(cls, text: str, number: str, number_format: str, currency: str = "", unit: str = "") -> Adorned:
        made = super().__new__(cls, text)
        made.number = Exact(number) if "." in number else number
        made.number_format = number_format
        made.currency = currency
        made.unit = unit
        return made


def number_of(text: str) -> str:
    """A text to read a number in: of what a sheet adorns, its stored value, with a unit that makes it another."""
    if not isinstance(text, Adorned):
        return text
    return f"{text.number} {text.unit}" if text.unit and text.unit not in OF_MONEY else text.number


def amount_of(text: str) -> str:
    """A text to read money in: of what a sheet adorns, its stored value with unit and currency that it is shown in."""
    if not isinstance(text, Adorned):
        return text
    if text.unit:
        return f"{text.number} {text.unit}"
    return type(text.number)(f"{text.number} {text.currency}") if text.currency else text.number


def currencies_shown_by(text: str) -> frozenset[str]:
    """The currencies that the sign or code beside a written amount may stand for; empty where it has none."""
    token = currency_among(amount_of(text))
    return SIGNS.get(token) or (frozenset({token.lower()}) if is_currency(token) else frozenset())
