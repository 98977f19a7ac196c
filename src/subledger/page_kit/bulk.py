"""Acts on many rows of a list: a tick before each row, and a bar of acts where one is ticked.

Rooms contribute them to a list that names what it lists (`Ticked.ticked`)::

    Part("transactions", "bulk", 10, lambda request, page: [BulkAct("post", "Post", page_url(…), permission="…")])

An act is an address that the ticks are sent to, as ``chosen``, or with ``all`` the criteria of the list, as
``criteria``; ``list`` is the path of the list, which `named_list` reads. Nothing is done there but that what would be
done is shown. It works without scripts, which only tick a whole page at once and count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.kernel.sentences import say
from subledger.page_kit.columns import Column
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import may

__all__ = ["BulkAct", "TickColumn", "Ticked", "back_to_list", "every_row", "named_list"]

FORM = "bulk"  # the id of the form that the ticks belong to, wherever they stand


@dataclass(frozen=True, slots=True)
class BulkAct:
    """``permission`` is what shows it; the deed asks for its own."""

    name: str
    label: str
    url: str
    icon: str = "arrow-right"
    permission: str = "view"
    rank: int = 0


@dataclass(frozen=True)
class TickColumn(Column):
    """Before each row of a list; its heading ticks them all."""

    key: str = "public_id"
    label: str = say("Choose")
    css: str = "col-tick"
    name: Callable[[Any], str] = str
    ticks: bool = True

    def cell(self, row: Any) -> SafeString:
        return format_html(
            '<label class="tick"><input type="checkbox" class="form-check-input" form="{}" name="chosen" value="{}" '
            'data-tick autocomplete="off"><span class="visually-hidden">{}</span></label>',
            FORM,
            self.value(row),
            say("Choose {name}", name=self.name(row)),
        )


TICK = TickColumn()


class Ticked:
    """Mixed into list pages: what can be done to many of their rows."""

    ticked: ClassVar[str] = ""  # what rooms contribute acts to; "": there are none
    request: HttpRequest

    @cached_property
    def acts(self) -> list[BulkAct]:
        """The likeliest first."""
        found = contributions(self.ticked, "bulk", self.request, self) if self.ticked else []
        return sorted((act for act in found if may(self.request, act.permission)), key=lambda act: -act.rank)

    def ticks(self) -> list[Column]:
        """The column of ticks before the others, where there is something to do."""
        return [TICK] if self.acts else []


def named_list(request: HttpRequest, lists: Collection[str]) -> ResolverMatch | None:
    """The list that a form was ticked in, one of ``lists`` by the names of their addresses; None where it says none."""
    try:
        found = resolve(request.POST.get("list", ""))
    except Resolver404:
        return None
    return found if found.url_name in lists else None


def back_to_list(request: HttpRequest, lists: Collection[str], otherwise: str) -> str:
    """The address of the list that a form was ticked in, as it was narrowed; ``otherwise`` where it says none."""
    where = request.POST["list"] if named_list(request, lists) else otherwise
    criteria = request.POST.get("criteria", "")
    return f"{where}?{criteria}" if criteria else where


def every_row(request: HttpRequest, page: Any, *, most: int) -> list[int]:
    """The keys of every row of a summary page that the ``criteria`` which its form sent let through, in its order; of
    those beyond ``most`` one."""
    asked = copy(request)
    asked.GET = QueryDict(request.POST.get("criteria", ""))
    page.setup(asked)
    page.read_criteria()
    rows = page.found().order_by(*page.order.expressions())
    return list(rows.values_list("pk", flat=True)[: most + 1])
