"""Letters that none of the fonts has: where a PDF has one, it prints a box. Whoever prints it is told which, and whose.

Which letters the fonts have stands beside them, in ``fonts/letters.txt``, made by ``python -m tools.letters``.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import orjson

from subledger.kernel.sentences import joined, say

from .kinds import title_of
from .sheets import shown
from .values import Document

__all__ = ["code_points", "letters_of", "unprintable", "warnings_of", "words_for"]

_LETTERS = Path(__file__).parent / "fonts" / "letters.txt"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})  # controls, formats, spaces: no font needs to have them
_VARIANTS = range(0xFE00, 0xFE10)  # which of its forms the letter before takes
MOST_NAMED = 12


def unprintable(texts: Iterable[str]) -> list[str]:
    """The letters of some texts that would be boxes, each once, in the order of their code points."""
    return sorted(one for one in set("".join(texts)) if not _is_printable(one))


def letters_of(document: Document) -> list[str]:
    """The letters of a document that would be boxes."""
    said = shown(orjson.dumps(document, default=str).decode())
    return [] if said.isascii() else unprintable([said])


def warnings_of(document: Document) -> tuple[str, ...]:
    """What is to be known before a document goes out as a PDF; nothing where every letter of it is printed."""
    letters = letters_of(document)
    if not letters:
        return ()
    title = say(title_of(document.kind))
    name = joined((title, document.number), " ") if document.number else title
    if document.buyer.name:
        name = say("{document} for {customer}", document=name, customer=document.buyer.name)
    return (words_for(name, letters),)


def words_for(what: str, letters: Iterable[str]) -> str:
    """What people are told of letters without a font."""
    found = list(letters)
    named = ", ".join(f"{one} ({code_points([one])[0]})" for one in found[:MOST_NAMED])
    if len(found) > MOST_NAMED:
        named = say("{named} and {number} more", named=named, number=len(found) - MOST_NAMED)
    return say("{what}: no font of ours has {named}. As a PDF it has a box in place of each.", what=what, named=named)


def code_points(letters: Iterable[str]) -> list[str]:
    return [f"U+{ord(one):04X}" for one in letters]


def _is_printable(letter: str) -> bool:
    number = ord(letter)
    if number < 0x7F or number in _VARIANTS or unicodedata.category(letter) in _UNSEEN:
        return True
    firsts, lasts = _spans()
    at = bisect_right(firsts, number) - 1
    return at >= 0 and number <= lasts[at]


@cache
def _spans() -> tuple[list[int], list[int]]:
    """The first and the last of each row of letters that the fonts have, in order."""
    rows = [line.partition("-") for line in _LETTERS.read_text(encoding="ascii").splitlines() if line[0] != "#"]
    return [int(first, 16) for first, _, _ in rows], [int(last or first, 16) for first, _, last in rows]
