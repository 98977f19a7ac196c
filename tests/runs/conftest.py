from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from tests.factories import make_company
from tests.runs.toy import NEEDED, TABLE

from subledger.companies.models import Company
from subledger.platform.scope import company_scope


def make_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(NEEDED)


@pytest.fixture
def toys(company: Company) -> Company:
    """A company, and a table for the toy kind's numbers; rolled back."""
    make_tables()
    return company


@pytest.fixture
def kept_company(committed_db: None) -> Iterator[Company]:
    """A company whose commits are real, in scope."""
    make_tables()
    company = make_company(time_zone="Europe/Rome")
    with company_scope(company.pk):
        yield company
