"""What a page of the gateway's is, said once for rows and for statements."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection

from subledger.gateways.claims import is_page, page
from subledger.gateways.models import PaymentRequest
from subledger.gateways.states import RequestState

pytestmark = pytest.mark.django_db


def test_a_page_is_one_for_rows_and_for_statements():
    rows = [
        PaymentRequest(state=state, transaction_id=transaction, action_url=url, preference_id=preference)
        for state, transaction, url, preference in product(
            RequestState, (None, 1), ("", "https://a.example"), (None, 1)
        )
    ]
    values = ", ".join(["(%s, %s::bigint, %s)"] * len(rows))
    facts = [fact for row in rows for fact in (row.state, row.transaction_id, row.action_url)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {page('r')} FROM (VALUES {values}) r (state, transaction_id, action_url)", facts)
        assert [said for (said,) in cursor.fetchall()] == [is_page(row) for row in rows]
    assert {row.state for row in rows if is_page(row)} == {RequestState.REQUIRES_ACTION}
