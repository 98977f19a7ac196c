"""Pages travel compressed; the API's answers do not, for they are small, and quick is better.

A page says things that a stranger may have put there beside things that they may not know, and how well the whole
compresses could tell of the latter (BREACH): the tokens of forms are masked anew in each, and Django adds a header of
random length.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from .refusals import PROGRAMS


def compression(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    compressed = GZipMiddleware(get_response)

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PROGRAMS):
            return get_response(request)
        return compressed(request)  # type: ignore[return-value]  # not a coroutine: get_response is none

    return answer
