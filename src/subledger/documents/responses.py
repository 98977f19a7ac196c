"""A document as an answer to a browser."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from .printouts import Printout
from .web import POLICY


def shown_file(printed: Printout, *, is_shown: bool) -> HttpResponse:
    """Shown by the browser, or saved."""
    response = HttpResponse(printed.content, content_type=printed.content_type)
    response["Content-Disposition"] = content_disposition_header(not is_shown, printed.name) or "attachment"
    if printed.content_type.startswith("text/html"):
        response["Content-Security-Policy"] = POLICY
    return response
