"""Text in files for spreadsheets: none of it runs.

Spreadsheets run text that begins with ``= + - @`` as a formula (owasp.org, "CSV Injection"), also behind spaces and
control characters. A quote before it makes it text again, and reading takes that quote off. Numbers are left alone.
"""

from __future__ import annotations

import re

# The first character that shows decides; full-width forms are read as the plain ones by some spreadsheets.
_RUNS = re.compile(r"[\s\x00-\x1f\x7f\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,'\u2019 \u00a0\u202f]\d+)*(?: ?%)?")


def inert(text: str) -> str:
    """The text as a cell that no spreadsheet runs; `as_written` gives it back."""
    return f"'{text}" if _is_live(text.lstrip("'")) else text


def as_written(text: str) -> str:
    """The text as it was before `inert`; any other text as it is."""
    return text[1:] if text[:1] == "'" and _is_live(text.lstrip("'")) else text


def _is_live(text: str) -> bool:
    return bool(_RUNS.match(text)) and not _NUMBER.fullmatch(text)
