"""Creating a part of a file at once, so that what is refused is refused by its own row and by no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db.transaction import atomic

from subledger.kernel.errors import DomainError

New = TypeVar("New")


class CameMeanwhile(Exception):
    """The part in hand is undone, and the books are asked anew: they may have what it would create."""


def look_again(refusals: Iterable[DomainError]) -> None:
    """CameMeanwhile, where one of them says so."""
    if any(refusal.overtaken for refusal in refusals):
        raise CameMeanwhile


def refusals_of(
    create: Callable[[Sequence[New]], object], new: Sequence[New], *, is_second_look: bool
) -> dict[int, DomainError]:
    """Create all at once; when that is refused, half by half, so that each refusal finds what it is of, by place.

    ``create`` makes all or none. What is not refused is made. CameMeanwhile, unless it ``is_second_look`` already.
    """
    if not new:
        return {}
    try:
        with atomic():
            create(new)
    except DomainError as error:
        if not is_second_look:
            look_again([error])
        if len(new) == 1:
            return {0: error}
        middle = len(new) // 2
        first, second = (
            refusals_of(create, some, is_second_look=is_second_look) for some in (new[:middle], new[middle:])
        )
        return first | {middle + place: refusal for place, refusal in second.items()}
    return {}
