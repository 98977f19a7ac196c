"""A list at its address, written as a workbook for somebody who is not waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.http import FileResponse
from django.urls import Resolver404, resolve

from subledger.kernel.errors import Invalid
from subledger.kernel.sentences import joined, say
from subledger.page_kit.access import at_work
from subledger.page_kit.criteria import address_of
from subledger.page_kit.staff import Staff, desk
from subledger.page_kit.tables import ListPage
from subledger.page_kit.workers import Tell, WorkersRequest

__all__ = ["WrittenList", "dated_address", "list_view", "write_list"]


class NoList(Invalid):
    code = "no_list"

    def __init__(self, address: str) -> None:
        super().__init__(
            say("There is no list at {address!r}. Open the list, and choose XLSX there.", address=address[:200]),
            param="list",
        )


@dataclass(frozen=True, slots=True)
class WrittenList:
    """``permission`` is what whoever reads the list has to have."""

    name: str
    rows: int
    permission: str
    file: IO[bytes]


def list_view(address: str) -> tuple[type[ListPage], Any]:
    """The list at an address of this program, and how the address was understood. NoList."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        raise NoList(address) from None
    view = getattr(match.func, "view_class", None)
    if not (isinstance(view, type) and issubclass(view, ListPage)):
        raise NoList(address)
    return view, match


def dated_address(address: str, *, membership: Any) -> str:
    """The address of a list with the days that it is of now, where it names none (`address_of`). NoList."""
    with _opened(address, membership, lambda number, target: None) as (page, request, _):
        return address_of(request, page.criteria)


@contextmanager
def _opened(address: str, membership: Any, tell: Tell) -> Iterator[tuple[ListPage, WorkersRequest, Any]]:
    view, match = list_view(address)
    caller = desk().caller_of(membership)
    request = WorkersRequest(address, match, Staff(membership, [membership.company], caller), tell)
    page = view(**match.func.view_initkwargs)
    with at_work(membership, caller):
        page.setup(request, *match.args, **match.kwargs)
        yield page, request, match


def write_list(address: str, *, membership: Any, tell: Tell) -> WrittenList:
    """All rows of a list as ``membership`` sees it, as its page would write them.

    Raises:
        NoList; the refusals of the list: what they may not see, criteria that cannot be read, more than a sheet holds.
    """
    with _opened(address, membership, tell) as (page, request, match):
        answer = page.dispatch(request, *match.args, **match.kwargs)
        if not isinstance(answer, FileResponse):
            raise Invalid(
                joined(page.problems, " ")
                or say("{title} could not be written. Open the list, and look at it.", title=page.title)
            )
        assert answer.file_to_stream is not None
        return WrittenList(f"{page.file_name()}.xlsx", request.number, page.permission, answer.file_to_stream)
