"""Whether a thing still says what somebody was shown of it before they change it.

Usage
-----
::

    version = version_of(row, "name", "email")                  # goes out with the form
    check_version(version, version_of(held, "name", "email"), thing="customer")     # under the lock

A version is a digest of what the thing says, so that no column is needed for it, and a change that was taken back is
none. Whoever was shown nothing sends none, and is not held to anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.db.models import Model

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say

DIGITS = 32


class ChangedMeanwhile(DomainError):
    """Somebody else changed a thing after it was shown: saving would undo what they did."""

    code = "changed_meanwhile"

    def __init__(self, thing: str) -> None:
        super().__init__(
            say(
                "Nothing was saved: somebody changed this {thing} after it was shown to you. Look at "
                "what it says now before you save it again.",
                thing=say(thing),
            )
        )


def version_of(row: Model, *names: str, more: Iterable[Any] = ()) -> str:
    """The digest of some of a row's fields, and of what else belongs to it: ids of a list, its lines."""
    fields = [(name, _plain(getattr(row, row._meta.get_field(name).attname))) for name in names]  # type: ignore[union-attr]
    return sha256(repr((fields, list(more))).encode()).hexdigest()[:DIGITS]


def _plain(value: Any) -> Any:
    return sorted(value.items()) if isinstance(value, Mapping) else value


def check_version(shown: str, now: str, *, thing: str) -> None:
    """ChangedMeanwhile where another version was ``shown`` than there is ``now``, which is read under the lock."""
    if shown and shown != now:
        raise ChangedMeanwhile(thing)
