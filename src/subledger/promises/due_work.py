"""The one read of this room that goes across companies: where a promise is broken by now."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from .broken import BROKEN

PLACES = f"""
    SELECT DISTINCT company_id FROM ({BROKEN.format(of_company="")}) due ORDER BY company_id
"""


def companies_with_broken(at: datetime) -> list[int]:
    """Companies in which an instalment of an open promise is unpaid for longer than its days of grace."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, {"at": at})
        return [company_id for (company_id,) in cursor.fetchall()]
