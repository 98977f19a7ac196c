"""Locks of a company: everything that is posted holds its books, shared, until it is committed."""

from __future__ import annotations

from django.db import connection

from subledger.platform.scope import current_company_id

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('number formats', %s))"


def hold_formats() -> None:
    """Let nobody else say how numbers of the company are written until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [current_company_id()])


def hold_books() -> None:
    """Wait for postings under way and hold new ones off, until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [current_company_id()])
