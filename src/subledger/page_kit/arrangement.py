"""How a list is arranged for who looks: what it is narrowed to, its columns, the views it is kept in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from subledger.page_kit.columns import Column
from subledger.page_kit.criteria import Criterion
from subledger.page_kit.kept_lists import EVERYTHING, VIEW, KeptList, KeptView, lasting, list_name
from subledger.page_kit.staff import desk
from subledger.page_kit.tallies import ASKED

__all__ = ["Arrangement", "Chip", "chips_of"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A criterion in use, in words, and the address without it."""

    words: str
    without: str


def chips_of(request: HttpRequest, criteria: Sequence[Criterion], values: Mapping[str, Any]) -> list[Chip]:
    """The criteria that the address asks for; those that a list has by itself are none of them."""
    chips = []
    for criterion in criteria:
        value = values.get(criterion.name)
        if value is None or not any(request.GET.get(name) for name in criterion.parameters):
            continue
        rest = request.GET.copy()
        for name in (*criterion.parameters, "after", "before", "export", ASKED):
            rest.pop(name, None)
        chips.append(Chip(criterion.said(request, value), f"{request.path}?{rest.urlencode()}"))
    return chips


class Arrangement:
    """What is kept of a list for who looks, and what of it the address asks for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.name = request, list_name(request)
        self.kept: KeptList = desk().kept_list(request.staff.membership, self.name)  # type: ignore[attr-defined]
        self.asked = request.GET.get(VIEW, "")
        self.view: KeptView | None = self.kept.view(self.asked)

    @property
    def opening(self) -> str:
        """Where somebody is led who asks for the list alone; "" where it stays as it is."""
        view = self.kept.view(self.kept.opens_with) if not self.request.GET else None
        return f"{self.request.path}{view.address}" if view else ""

    @property
    def everything(self) -> str:
        """The address of the list without any criterion."""
        return f"{self.request.path}?{VIEW}={EVERYTHING}" if self.kept.opens_with else self.request.path

    @property
    def is_changed(self) -> bool:
        """Whether the list is narrowed or sorted otherwise than its view says."""
        return self.view is not None and lasting(self.request.GET) != self.view.query

    @property
    def query(self) -> str:
        return lasting(self.request.GET)

    @property
    def chosen(self) -> tuple[str, ...]:
        return self.view.columns if self.view else self.kept.columns

    def columns(self, offered: Sequence[Column]) -> list[Column]:
        """The columns to show of those that the list offers, as they were chosen."""
        by_key = {column.key: column for column in offered}
        chosen = [by_key[key] for key in self.chosen if key in by_key]
        return chosen or [column for column in offered if not column.optional]

    def choices(self, offered: Sequence[Column]) -> list[dict[str, Any]]:
        """All columns, those that are shown first and in their order, for the form that chooses."""
        shown = self.columns(offered)
        rest = [column for column in offered if column not in shown]
        return [
            {"key": column.key, "label": column.label, "is_shown": column in shown}
            for column in (*shown, *rest)
            if column.label
        ]
