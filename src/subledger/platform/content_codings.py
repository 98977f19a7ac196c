"""Which content codings a client takes (RFC 9110, 12.5.3), as far as we offer any."""

from __future__ import annotations

from django.http import HttpRequest


def accepted_codings(request: HttpRequest) -> set[str]:
    """The names in ``Accept-Encoding`` that are not refused by a weight of zero."""
    found = set()
    for part in request.headers.get("Accept-Encoding", "").split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(name.strip().lower())
    return found
