"""Templates rendered so that what they were given goes with the answer.

Django's template contexts hold themselves in a circle (a pushed layer knows its context), and through them the page
with every row it read. Only a full garbage collection would free that, and with a heap of a few hundred megabytes one
comes late: a web process that shows long reports grew by the size of a report at each look.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import engines
from django.template.context import make_context
from django.utils.safestring import SafeString
from django.views import View

__all__ = ["PageView", "render", "render_to_string"]


class PageView(View):
    """A view that is gone with its request: Django's keeps a bound ``get`` as its own ``head``, which is a circle."""

    def head(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        return getattr(self, "get", self.http_method_not_allowed)(request, *args, **named)


def render(
    request: HttpRequest, template_name: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """As ``django.shortcuts.render``."""
    return HttpResponse(render_to_string(template_name, context, request), status=status)


def render_to_string(
    template_name: str, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None
) -> SafeString:
    """As ``django.template.loader.render_to_string``."""
    engine = engines["django"]
    template = engine.get_template(template_name)
    if request is not None:
        request.crumbs = (context or {}).get("crumbs") or ()  # type: ignore[attr-defined]  # the menu goes by them
    layers = make_context(dict(context or {}), request, autoescape=engine.engine.autoescape)  # type: ignore[attr-defined]
    try:
        return SafeString(template.template.render(layers))  # type: ignore[attr-defined]
    finally:
        layers.dicts.clear()
