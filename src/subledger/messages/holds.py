"""What a kind of message is not sent of unless somebody says that it is meant: rooms above declare why.

A room says ``MessageHold(of="payment_reminder", …)`` in `Room.message_holds`. Whoever sends such a message, at whatever
door, is asked first; of many at once what is held is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache

from subledger.platform.declarations import MessageHoldDeclaration
from subledger.platform.rooms import declared

__all__ = ["MessageHold", "held", "hold_words"]


@dataclass(frozen=True, kw_only=True)
class MessageHold(MessageHoldDeclaration):
    """``of`` is a kind, with all that is sent instead of it. ``held`` gives of records, by their ids, those that are
    held now, each with its reason; ``reasons`` say each as part of a sentence."""

    name: str
    of: str
    reasons: Mapping[str, str]
    held: Callable[[Collection[int]], Mapping[int, str]]


@cache
def _holds(family: str) -> tuple[MessageHold, ...]:
    return tuple(one for one in declared(MessageHold) if one.of == family)


def held(family: str, object_ids: Collection[int]) -> dict[int, str]:
    """Of these records those that nobody is told of by that kind without a confirmation, each with its reason."""
    found: dict[int, str] = {}
    for one in _holds(family):
        found = {**one.held(object_ids), **found}
    return found


def hold_words(family: str) -> dict[str, str]:
    """What reasons are, within a sentence."""
    return {reason: words for one in _holds(family) for reason, words in one.reasons.items()}
