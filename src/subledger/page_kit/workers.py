"""Lists that are too long to be written while somebody waits: a worker asks for the page as they would.

``AT_ONCE`` is how many rows of a workbook a web process writes by itself. A longer one is made in the background by the
room that contributes the address where it is asked for (``Part("list", "long_file", …)``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, QueryDict

from subledger.page_kit.faces import contributions
from subledger.page_kit.staff import Staff

__all__ = ["AT_ONCE", "WorkersRequest", "long_file_url"]

AT_ONCE = 10_000
TOLD_EVERY = 500  # rows
Tell = Callable[[int, int | None], object]


class WorkersRequest(HttpRequest):
    """What a worker asks for somebody: nothing is too long for it. ``tell`` hears how many rows are written, and of how
    many where that is known."""

    number: int

    def __init__(self, address: str, match: Any, staff: Staff, tell: Tell) -> None:
        super().__init__()
        self.method = "GET"
        self.path, _, query = address.partition("?")
        asked = QueryDict(query, mutable=True)
        asked["export"] = "xlsx"
        self.GET = asked  # type: ignore[assignment]
        self.resolver_match = match
        self.staff, self.user, self._tell = staff, staff.membership.user, tell
        self.number = 0

    def counted(self, rows: Iterable[Any], target: int | None) -> Iterator[Any]:
        for number, row in enumerate(rows, 1):
            self.number = number
            if number % TOLD_EVERY == 0:
                self._tell(number, target)
            yield row


def long_file_url(request: HttpRequest, page: Any) -> str:
    """Where a workbook of a long list is asked for; "" where nobody makes one."""
    return next(iter(contributions("list", "long_file", request, page)), "")
