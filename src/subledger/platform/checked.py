"""When the books of a company were proved last, and what that came to."""

from __future__ import annotations

from contextlib import suppress

from django.db import InternalError

from . import clock
from .models import LastCheck
from .scope import current_company_id


def keep_check(*, breaches: int) -> None:
    """Note what a proof of the books of the company in scope came to. A replica, which only reads, notes nothing."""
    with suppress(InternalError):  # cannot execute in a read-only transaction
        LastCheck.objects.update_or_create(
            company_id=current_company_id(), defaults={"finished_at": clock.now(), "breaches": breaches}
        )
