"""Text as people see it: two that look alike are one.

Unicode has several spellings of what looks the same: ``ü`` as one character or as two (normalisation form C makes them
one, unicode.org/reports/tr15), and characters that show nothing: zero-width spaces, byte order marks, soft hyphens,
marks that turn the direction of writing.
"""

from __future__ import annotations

import re
import unicodedata

# Category Cf of Unicode, without the joiners, and without what shapes numbers in Arabic and Indic scripts.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # category Zs: spaces of other widths
# Joiners decide how Persian and Indic letters (and emoji) look; beside any other letter they show nothing.
_IDLE_JOINER = re.compile("(?<![\u0590-\U0010ffff])[\u200c\u200d]+|[\u200c\u200d]+(?![\u0590-\U0010ffff])")


# Letters and marks by their category that show nothing: fillers, the blank of Braille, the joiner of graphemes.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def shows(text: str) -> bool:
    """Whether anybody sees anything of it: what is made of spaces and invisible characters alone says nothing."""
    return any(
        unicodedata.category(c) not in _SHOWS_NOTHING
        and c not in _BLANK
        and not ("\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef")  # variation selectors
        for c in text
    )


def plain(text: str) -> str:
    """The text in normalisation form C, without characters nobody sees; its spaces are ordinary, its lines end in LF,
    and it has neither at its ends."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text.strip()
    seen = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", _SPACE.sub(" ", _IDLE_JOINER.sub("", seen))).strip()


def plain_name(text: str) -> str:
    """A name or code: as `plain`, with one ordinary space wherever it has any space."""
    return " ".join(plain(text).split())
