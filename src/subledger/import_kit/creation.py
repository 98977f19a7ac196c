"""Creating a part of a file at once, so that what is refused is refused by its own row and by no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db.transaction import atomic

from subledger.kernel.errors import DomainError

New = TypeVar("New")


def refusals_of(create: Callable[[Sequence[New]], object], new: Sequence[New]) -> dict[int, DomainError]:
    """Create all at once; when that is refused, half by half, so that each refusal finds what it is of, by place.

    ``create`` makes all or none. What is not refused is made.
    """
    if not new:
        return {}
    try:
        with atomic():
            create(new)
    except DomainError as error:
        if len(new) == 1:
            return {0: error}
        middle = len(new) // 2
        first, second = refusals_of(create, new[:middle]), refusals_of(create, new[middle:])
        return first | {middle + place: refusal for place, refusal in second.items()}
    return {}
