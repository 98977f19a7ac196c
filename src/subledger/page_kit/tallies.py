"""What the rows of a list come to: counted and added up as far as a page can afford, and all of them when asked for.

A list of any length costs what its page costs: up to ``COUNTED`` rows it says how many there are and what they come to;
beyond that it says that there are more, and adds them up for whoever asks by ``?sums=1``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

__all__ = ["ASKED", "COUNTED", "Tally", "is_asked", "number_of", "url_of_sums"]

COUNTED = 10_000
ASKED = "sums"  # the parameter of an address that asks for the sums of every row


@dataclass(frozen=True, slots=True)
class Tally:
    """``rows`` are all there are, or with ``is_more`` fewer than that. ``is_left_out``: nobody asked for its sums yet.

    ``seconds`` is how long adding up took, where it was asked for.
    """

    rows: int
    lines: Sequence[Any] = ()
    is_more: bool = False
    is_left_out: bool = False
    seconds: float | None = None


def number_of(rows: QuerySet[Any], *, most: int) -> int:
    """How many rows there are; ``most`` + 1 where there are more than ``most``, however many those are."""
    return rows.order_by()[: most + 1].count()


def is_asked(request: HttpRequest) -> bool:
    return bool(request.GET.get(ASKED))


def url_of_sums(request: HttpRequest) -> str:
    """The page as it is shown, with the sums of every row; it opens at them."""
    asked = request.GET.copy()
    asked.pop("export", None)
    asked[ASKED] = "1"
    return f"{request.path}?{asked.urlencode()}#{ASKED}"
