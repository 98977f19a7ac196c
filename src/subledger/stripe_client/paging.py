"""Lists of Stripe's, read page by page: one page in memory, and a cursor from which another process goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from .budget import Priority
from .objects import Object, need
from .wire import Parameters, Wire

PAGE_SIZE = 100  # the most that Stripe gives


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as Stripe gave them, the newest first. ``cursor`` is where the next page begins; "" after the last."""

    rows: tuple[Object, ...]
    cursor: str


async def pages_of(
    wire: Wire,
    *path: str,
    parameters: Parameters | None = None,
    after: str = "",
    size: int = PAGE_SIZE,
    priority: Priority | None = None,
) -> AsyncIterator[Page]:
    """``pages_of(wire, "invoices", parameters={"expand": ["data.customer"]})``: a list page by page. StripeFailure.

    Whoever keeps the ``cursor`` of a page whose rows are dealt with gives it as ``after`` and goes on behind it.
    """
    while True:
        cursor = {"starting_after": after} if after else {}
        page = await wire.get(*path, parameters={**(parameters or {}), **cursor, "limit": size}, priority=priority)
        rows = tuple(need(page, "data"))
        after = need(rows[-1], "id") if rows and need(page, "has_more") else ""
        yield Page(rows, after)
        if not after:
            return


async def rows_of(
    wire: Wire,
    *path: str,
    parameters: Parameters | None = None,
    after: str = "",
    priority: Priority | None = None,
) -> AsyncIterator[Object]:
    """The rows of `pages_of`, one by one."""
    async for page in pages_of(wire, *path, parameters=parameters, after=after, priority=priority):
        for row in page.rows:
            yield row
