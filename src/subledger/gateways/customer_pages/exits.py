"""The way from a page of ours to one of a gateway's."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.page_kit.rendering import render

from .words import ENGLISH, Words


def passing_page(
    request: HttpRequest, url: str, *, title: str, company: str, words: Words = ENGLISH
) -> HttpResponseBase:
    """Leave for the gateway's page.

    The answer to a form may not redirect to another host: our policy lets forms lead to our own pages alone, and a
    gateway passes its customers on to hosts that nobody knows beforehand (the bank's). So a page of ours leads there.
    """
    context = {"page_title": title, "company": company, "url": url, "words": words}
    response = render(request, "gateways/pay/passing.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
