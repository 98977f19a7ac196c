"""Forgotten passwords: what was asked for is kept, whether or not anybody has that address, and a worker sees to it.

So the page takes as long for one that is known as for any other.
"""

from __future__ import annotations

from django.db.transaction import atomic

from subledger.people.models import ResetRequest
from subledger.platform import clock

AT_ONCE = 100


def ask_for_reset(*, email: str, site: str) -> None:
    """Have a link sent soon; once, however often it is asked for until then."""
    asked = ResetRequest(email=email, site=site, asked_at=clock.now())
    ResetRequest.objects.bulk_create([asked], ignore_conflicts=True)


@atomic
def take_reset_requests() -> list[ResetRequest]:
    """Those that wait, the first first; each is given to one worker."""
    taken = list(ResetRequest.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    ResetRequest.objects.filter(pk__in=[each.pk for each in taken]).delete()
    return taken
