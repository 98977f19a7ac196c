"""English for messages: articles, and names of enumerations as people read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeVar

from .sentences import say, say_of

MOST_LISTED = 20
LONGEST_LISTED = 100

__all__ = ["a", "counted", "cut", "listed", "meant_of", "of", "plain"]

Values = TypeVar("Values", bound=type[StrEnum])
MEANT = "__meant_of__"


def of(meant: str) -> Callable[[Values], Values]:
    """For an enumeration whose values mean something of their own in other languages: ``@of("run")``."""

    def marked(values: Values) -> Values:
        setattr(values, MEANT, meant)
        return values

    return marked


def meant_of(value: object) -> str:
    """Of what a value's word is meant; "" where it is the same everywhere."""
    return str(getattr(type(value), MEANT, ""))


def plain(name: object) -> str:
    """``credit_note`` as credit note."""
    return say_of(meant_of(name), str(getattr(name, "value", name)).replace("_", " ").capitalize()).lower()


def a(name: object) -> str:
    """A noun with its article: ``an invoice``, ``a credit note``."""
    noun = str(plain(name))
    return say(f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}")


def counted(number: int, noun: str) -> str:
    """``1 draft``, ``2 drafts``."""
    return say(f"{{number}} {noun}{'' if number == 1 else 's'}", number=number)


def listed(names: Sequence[str]) -> str:
    """Names that somebody else gave, as far as anybody reads: the first of them, each cut, and how many more."""
    first = ", ".join(cut(name) for name in names[:MOST_LISTED])
    more = len(names) - MOST_LISTED
    return say("{named} and {more} more", named=first, more=more) if more > 0 else first


def cut(name: str) -> str:
    return name if len(name) <= LONGEST_LISTED else f"{name[:LONGEST_LISTED]}…"
