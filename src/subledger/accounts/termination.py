"""What terminating an account would strand: told by the rooms that know, before it is done for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from .errors import AccountNotClear
from .models import Account


class Stranded(NamedTuple):
    """Something that would be left on a terminated account, in words: "a credit of 50.00 EUR on 1 open item"."""

    words: str


# Rooms above put in here what they know of an account.
reporters: list[Callable[[Account], Iterable[Stranded]]] = []


def stranded_on(account: Account) -> list[Stranded]:
    """Everything that terminating an account would strand; nothing where it is clear."""
    return [one for report in reporters for one in report(account)]


def check_clear(account: Account, *, confirmed: bool) -> None:
    found = stranded_on(account)
    if found and not confirmed:
        raise AccountNotClear(account.number, [one.words for one in found])
