"""A file on its way out: to be kept, never to be run or shown by a browser, and in nobody's cache."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from subledger.kernel.sentences import say

from .models import Attachment
from .queries import content_of

INERT = say("default-src 'none'; sandbox")


def file_response(row: Attachment) -> HttpResponse:
    response = HttpResponse(content_of(row), content_type=row.media_type)
    response["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
