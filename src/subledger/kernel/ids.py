"""Public ids: a prefix that names the thing and thirteen characters that sort by creation.

``txn_01h2x3…`` is the bigint primary key in Crockford's base 32 (https://www.crockford.com/base32.html):
no letter that is taken for a digit, and text order equals number order because the width is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from .sentences import say

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)}
_WIDTH = 13  # 13 * 5 bits hold any positive bigint


class Identified(Protocol):
    """What has public ids: a table, or what rules, which know no table, call it (`Named`)."""

    @property
    def PREFIX(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Named:
    noun: str
    PREFIX: str


def noun_of(thing: Any) -> str:
    """What people call one of them."""
    return thing.noun if isinstance(thing, Named) else str(thing._meta.verbose_name)


def encode(prefix: str, number: int) -> str:
    """``encode("txn", 1) == "txn_0000000000001"``."""
    letters = []
    for _ in range(_WIDTH):
        number, low = divmod(number, 32)
        letters.append(_ALPHABET[low])
    return f"{prefix}_{''.join(reversed(letters))}"


def decode(prefix: str, text: str) -> int:
    """The number behind a public id; ValueError when it is not one of that prefix."""
    head, separator, tail = text.rpartition("_")
    if not separator or head != prefix or len(tail) != _WIDTH:
        raise ValueError(say("{text!r} is not an id that starts with {prefix}_", text=text, prefix=prefix))
    number = 0
    for letter in tail:
        if letter not in _VALUE:
            raise ValueError(
                say("{text!r} is not an id: {letter!r} is not one of its letters", text=text, letter=letter)
            )
        number = number * 32 + _VALUE[letter]
    if number >= 2**63:
        raise ValueError(say("{text!r} is not an id", text=text))
    return number


def looks_like_id(text: str) -> bool:
    """Whether a text has the shape of a public id, of whatever there is."""
    head, separator, tail = text.rpartition("_")
    return bool(separator and head) and len(tail) == _WIDTH and all(letter in _VALUE for letter in tail)


# The database's `next_id` puts so many bits of a sequence below its milliseconds since 2020-01-01.
_SEQUENCE_BITS = 21
_EPOCH_MS = 1_577_836_800_000


def made_at(number: int) -> datetime:
    """When a row was made, to the second, from its time-ordered id: for tables that keep no such column."""
    return datetime.fromtimestamp(((number >> _SEQUENCE_BITS) + _EPOCH_MS) // 1000, UTC)


def first_made_at(instant: datetime) -> int:
    """The lowest id that a row made at an instant can have; 0 for what was before there were ids."""
    return max(int(instant.timestamp() * 1000) - _EPOCH_MS, 0) << _SEQUENCE_BITS
