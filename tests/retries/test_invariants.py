"""What `subledger check` proves of retries is found where it is false, each."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.retries.conftest import SOFT, Retrying

from subledger.reports.proof import prove

pytestmark = pytest.mark.django_db

# What breaks each, and what the finding says.
BREACHES = {
    "retries-follow-failures": (
        "UPDATE gateways_paymentrequest SET type = 'refund' WHERE id IN (SELECT failed_request_id FROM retries_retry)",
        "what failed is no payment of its account",
    ),
    "retries-within-their-plan": ("UPDATE retries_retry SET number = 5", "it is 5 of 4"),
    "retries-made-once": (
        "UPDATE retries_retry SET document_id = (SELECT min(document_id) FROM retries_retry)",
        "2 retries of it are scheduled or wait",
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_and_named(books: Retrying, name: str):
    books.ledger.invoice(50, account=books.house.customer("Bea"))
    books.collect(books.ledger.invoice(75), SOFT, SOFT)
    assert not any(finding.broken for finding in prove(everywhere=False))
    statement, says = BREACHES[name]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX retry_one_live")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = {finding.invariant.name: finding.rows for finding in prove(everywhere=False) if finding.broken}
    assert name in found
    assert says in found[name][0]
