"""``python -m tools.letters``: which letters the fonts of documents have, as `documents/letters.py` reads them.

Run it when a font comes, goes or changes; a test tells. It needs fonttools, which nothing else here does:
``pip install fonttools`` for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

HOME = Path(__file__).parents[1] / "src" / "subledger" / "documents"
FONTS, LETTERS = HOME / "fonts", HOME / "fonts" / "letters.txt"
NAMES = ("*.ttf", "*.otf")


def fonts() -> list[Path]:
    return sorted(path for name in NAMES for path in FONTS.glob(name))


def mark() -> str:
    """Of the fonts, so that a test knows whether the letters are theirs."""
    digest = hashlib.sha256()
    for path in fonts():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    for _, group in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in group]
        yield found[0], found[-1]


def main() -> None:
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found]

    numbers: set[int] = set()
    for path in fonts():
        numbers |= set(TTFont(path, lazy=True).getBestCmap())
    lines = [f"{first:X}-{last:X}" if last > first else f"{first:X}" for first, last in spans(numbers)]
    LETTERS.write_text("\n".join([f"# fonts {mark()}", *lines]) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
