"""Numbers of a series as people say them: with other marks, without zeros, from the year on."""

from __future__ import annotations

import re

DAYS = {"{year}": "([0-9]{4})", "{yy}": "([0-9]{2})", "{month}": "([0-9]{2})"}

_PIECES = re.compile(r"\{[^{}]*\}|[/.-]|[^{}/.-]+")
_MARKS = frozenset("/.-")
_FIGURES = frozenset("0123456789{}")  # what a piece of figures begins and ends with


def said(format: str, *, most_digits: int, lacks_front: bool = False) -> re.Pattern[str]:
    """What numbers of a format match as people say them: any marks or blanks, any zeros in front of the counter.

    Two figures side by side need a mark between them. ``lacks_front``: what stands in front of the first part of a day
    may be left out.
    """
    pattern, before, pieces = "", "", _PIECES.findall(format)
    for at, piece in enumerate(pieces):
        if piece in _MARKS:
            continue
        if before:
            has_mark, both = pieces[at - 1] in _MARKS, before[-1] in _FIGURES and piece[0] in _FIGURES
            pattern += "" if both and not has_mark else rf"[\s/.-]{'+' if both else '*'}"
        if lacks_front and piece in DAYS and "{" not in "".join(pieces[:at]):
            pattern = f"(?:{pattern})?"
        counter = rf"0*([1-9][0-9]{{0,{most_digits - 1}}})"
        pattern += DAYS.get(piece) or (counter if piece[0] == "{" else piece)
        before = piece
    return re.compile(pattern, re.ASCII)


def in_writing(format: str, found: re.Match[str] | None, *, digits: int) -> str | None:
    """The number that was `said`, as its format writes it; None where none was."""
    if found is None:
        return None
    groups = iter(found.groups())
    return "".join(
        piece if piece[0] != "{" else next(groups) if piece in DAYS else next(groups).zfill(digits)
        for piece in _PIECES.findall(format)
    )
