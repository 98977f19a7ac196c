"""What people see when the program itself fails, or the database is away, or a disk full."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse

from subledger.api_kit.errors import InternalError
from subledger.api_kit.problems import problem
from subledger.platform.outages import outage_of

from .refusals import PROGRAMS, plain_page, refused_request

FAILED = (
    "The program failed at this. Whether anything was changed is not known: look before you repeat it, and give your "
    "administrator the reference below."
)


def failed_page(request: HttpRequest) -> HttpResponse:
    """Django's handler of what no page caught; no template, for that may be what failed."""
    outage = outage_of(sys.exc_info()[1])
    if outage is not None:
        return refused_request(request, outage)
    if request.path.startswith(PROGRAMS):
        return problem(InternalError())
    return plain_page("Something broke", FAILED, 500)
