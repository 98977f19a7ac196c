"""Payment requests as the search finds them: by their number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from subledger.gateways.pages.common import request_number, request_url
from subledger.gateways.queries import requests
from subledger.page_kit.faces import Found


def exact(asked: str) -> Iterable[str]:
    if asked.upper().startswith("PRQ-"):
        yield from map(request_url, requests().filter(pk=request_number(asked)))


def about(asked: str, found: Sequence[int]) -> Iterable[int]:
    if asked.upper().startswith("PRQ-"):
        yield from requests().filter(pk=request_number(asked)).values_list("pk", flat=True)


SEARCH = (Found(position=40, exact=exact, about=about),)
