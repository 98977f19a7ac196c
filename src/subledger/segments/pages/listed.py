"""The lists of accounts and of transactions, narrowed to a segment: its members, with columns, sums and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.criteria import Choice, Choices, Criterion
from subledger.page_kit.url_ids import page_url
from subledger.segments.models import Segment
from subledger.segments.queries import members_of, segment_by_id, segments
from subledger.segments.states import About

__all__ = ["criterion", "members_url"]

NAME = "segment"


@dataclass(frozen=True)
class SegmentCriterion(Choice):
    about: About = About.ACCOUNTS

    def options(self, request: HttpRequest) -> Choices:
        return [(row.public_id, row.name) for row in segments().filter(about=self.about)]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        segment = segment_by_id(ids.decode(Segment.PREFIX, value))
        return queryset.filter(pk__in=members_of(segment, as_of=today()).order_by().values("pk"))


def criterion(about: About) -> Callable[[Any, Any], list[Criterion]]:
    found = SegmentCriterion(NAME, say("Segment"), about=about, rare=True)
    return lambda request, row: [found]


def members_url(segment: Segment) -> str:
    return f"{page_url(segment.about)}?{urlencode({NAME: segment.public_id})}"
