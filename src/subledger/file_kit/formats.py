"""Number formats of workbooks (ECMA-376-1, 18.8.31): their sections, and what a section shows besides digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

from subledger.kernel.numbers import currency_among
from subledger.kernel.sentences import say_of
from subledger.kernel.shown_numbers import unit_in

GENERAL = say_of("format of a workbook", "General")
# Quoted; escaped; in brackets; a blank as wide as a letter, or a filler; General; a place of a digit; anything else.
_PIECE = re.compile(r'"([^"]*)"|\\(.)|\[([^\]]*)\]|([_*].)|(General)|([0#?])|(.)', re.S | re.I)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": le, ">=": ge, "<>": ne, "<": lt, ">": gt, "=": eq,
}  # fmt: skip
_DATES = frozenset("dmyhsbegtjap")  # letters that stand for parts of a day or time, here or in another language
# In brackets: a currency, and mostly the language that it is written in ([$€-407], [$$-409], [$CHF], [$€-x-euro2]).
_CURRENCY = re.compile(r"\$(.+?)(?:-((?:[0-9A-F]+|x-[\w-]+|[a-z]{2,3}(?:-\w+)*)(?:,[0-9A-F]+)?)?)?", re.I)
_PLACES, _POINT, _WHOLE = "0#?", ".", "general"


class _Piece(NamedTuple):
    kind: str  # one of 0 # ?, the point, General, or "" for text
    text: str = ""


class Section(NamedTuple):
    """One of the up to three formats of numbers that a number format has."""

    pieces: tuple[_Piece, ...]
    percent: bool
    scale: int  # thousands that are left out
    is_grouped: bool
    is_plain: bool  # an exponent or a fraction: shown as no text can tell
    condition: tuple[Callable[[float, float], bool], float] | None
    sign: str = ""  # of a currency, as such
    is_of_negatives: bool = False

    @property
    def currency(self) -> str:
        """The sign or code of a currency that it shows; "" for none."""
        return self.sign or currency_among(self._words())

    @property
    def unit(self) -> str:
        """A word such as k or Mio. beside the number, where the format leaves out no such thousands; "" for none."""
        return unit_in(self._words(), scale=self.scale)

    def _words(self) -> str:
        return "".join(piece.text if not piece.kind else " " for piece in self.pieces)

    def has_text(self, value: float) -> bool:
        """Whether it shows more than the number: text, or zeros before it."""
        if self.is_plain:
            return False
        kinds = [piece.kind for piece in self.pieces]
        places = [at for at, kind in enumerate(kinds) if kind]
        if not places:
            return any(piece.text.strip() for piece in self.pieces)
        if any(not self.pieces[at].kind for at in range(places[0], places[-1])):
            return True
        around = "".join(piece.text for piece in self.pieces if not piece.kind).strip()
        if self.is_of_negatives:
            around = around.strip("-+() ")
        if around.replace("%", "").strip():
            return True
        is_counted = self.percent or self.is_grouped or _POINT in kinds or self.scale
        return kinds.count("0") > 1 and not is_counted and value >= 0 and float(value).is_integer()

    def render(self, digits: str) -> str:
        """A number without its sign, in its places; more digits than places stand before the first."""
        if self.scale:
            digits = f"{Decimal(digits).scaleb(-3 * self.scale).normalize():f}"
        whole, _, decimals = digits.partition(".")
        kinds = [piece.kind for piece in self.pieces]
        point = kinds.index(_POINT) if _POINT in kinds else len(kinds)
        places = [at for at in range(point) if kinds[at] in _PLACES and kinds[at]]
        if point < len(kinds):
            decimals = decimals.ljust(kinds[point:].count("0"), "0")
        filled = dict(zip(places, _filled([kinds[at] for at in places], whole), strict=True))
        if decimals and places:
            filled[places[-1]] += f".{decimals}"
        elif decimals and point < len(kinds):
            filled[point] = f".{decimals}"
        return "".join(
            digits if piece.kind == _WHOLE else filled.get(at, "") if piece.kind else piece.text
            for at, piece in enumerate(self.pieces)
        ).strip()


def section_for(number_format: str, value: float) -> Section | None:
    """The section of a format that shows a value; None where it shows nothing."""
    sections = _sections(number_format)[:3]
    found: Section | None = None
    if any(section.condition for section in sections):
        found = next((one for one in sections if one.condition and one.condition[0](value, one.condition[1])), None)
        if found is None:
            others = [one for one in sections if not one.condition]
            found = others[-1] if others else None
    elif value < 0 and len(sections) > 1:
        found = sections[1]._replace(is_of_negatives=True)
    else:
        found = sections[2] if value == 0 and len(sections) > 2 else next(iter(sections), None)
    return found if found and found.pieces else None


@lru_cache(maxsize=512)
def text_around(number_format: str) -> tuple[str, str] | None:
    """What a format shows before and after a text; None where it shows the text alone."""
    sections: list[list[_Piece | None]] = [[]]
    for quoted, escaped, _, _, _, _, other in _PIECE.findall(number_format):
        if other == ";":
            sections.append([])
        elif other == "@":
            sections[-1].append(None)
        elif quoted or escaped or other.strip('"'):
            sections[-1].append(_Piece("", quoted or escaped or other))
    last = sections[3] if len(sections) > 3 else sections[-1]
    if last.count(None) != 1 or len(last) == 1:
        return None
    at = last.index(None)
    before, after = ("".join(one.text for one in part if one) for part in (last[:at], last[at + 1 :]))
    return before.lstrip(), after.rstrip()


@lru_cache(maxsize=512)
def word_in(number_format: str) -> str:
    """A word that stands in a format where none can, such as Standard; "" for none."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', " ", number_format)
    for word in re.findall(r"[^\W\d_]{3,}", bare):
        letters = set(word.casefold())
        if len(letters) > 2 and letters - _DATES and word.casefold() != GENERAL.casefold():
            return str(word)
    return ""


@lru_cache(maxsize=512)
def _sections(number_format: str) -> tuple[Section, ...]:
    parts: list[list[tuple[str, ...]]] = [[]]
    for found in _PIECE.findall(number_format):
        if found[-1] == ";":
            parts.append([])
        else:
            parts[-1].append(found)
    if any(found[-1] == "@" for found in parts[-1]):
        parts.pop()  # the section of texts
    return tuple(_section(part) for part in parts)


def _section(part: list[tuple[str, ...]]) -> Section:
    pieces: list[_Piece] = []
    percent = is_plain = is_grouped = False
    condition, commas, sign = None, 0, ""
    for quoted, escaped, bracket, _, general, place, other in part:
        if quoted or escaped:
            pieces.append(_Piece("", quoted or escaped))
        elif bracket:
            limit = _CONDITION.fullmatch(bracket)
            if limit:
                condition = (_COMPARISONS[limit[1]], float(limit[2]))
            elif bracket.startswith("$") and not bracket.startswith("$-"):
                shown = _CURRENCY.fullmatch(bracket)
                text, language = (shown[1], shown[2]) if shown else (bracket[1:], None)
                pieces.append(_Piece("", text))
                if language and not any(letter.isdigit() for letter in text):
                    sign = sign or text.strip()
        elif general:
            pieces.append(_Piece(_WHOLE))
        elif place:
            is_grouped, commas = is_grouped or commas > 0, 0
            pieces.append(_Piece(place))
        elif other == ",":
            commas += any(piece.kind for piece in pieces)
        elif other == "." and _Piece(_POINT) not in pieces:
            pieces.append(_Piece(_POINT))
        elif other == "/":
            is_plain = True
        elif other and other != '"':
            percent = percent or other == "%"
            is_plain = is_plain or (other in "+-" and bool(pieces) and pieces[-1].text in ("E", "e"))
            pieces.append(_Piece("", other))
    return Section(tuple(pieces), percent, commas, is_grouped, is_plain, condition, sign)


def _filled(places: list[str], whole: str) -> list[str]:
    """The digits of a whole number in its places, from the right."""
    whole = whole.lstrip("0")
    short = len(places) - len(whole)
    out = []
    for at, place in enumerate(places):
        if at < short:
            out.append("0" if "0" in places[: at + 1] else " " if place == "?" else "")
        else:
            out.append(whole[at - short] if short > 0 or at else whole[: 1 - short])
    return out
