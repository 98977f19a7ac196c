"""What `subledger check` proves of runs that ask for money is found where it is false, each."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.collecting.house import House

from subledger.reports.proof import prove

# What breaks each, and what the finding says.
BREACHES = {
    "payment-runs-ask-once": (
        "UPDATE gateways_claim c SET object_id = (SELECT min(object_id) FROM gateways_claim WHERE kind = c.kind)"
        " WHERE kind = 'transaction'",
        "2 requests for transaction",
    ),
    "payment-runs-are-their-requests": (
        "UPDATE gateways_paymentrequest SET amount_minor = amount_minor + 1",
        "2 steps over 17500 are done, and 2 requests over 17502 are there",
    ),
    "requests-are-held-with-their-run": (
        "UPDATE gateways_requestbatch SET state = 'held'",
        "and what it asked for held",
    ),
}


@pytest.mark.few(2)
@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_and_named(house: House, name: str):
    for amount, who in ((100, "Ann"), (75, "Bea")):
        house.ledger.invoice(amount, account=house.customer(who))
    house.run()
    assert not any(finding.broken for finding in prove(everywhere=False))
    statement, says = BREACHES[name]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX payment_request_one_open")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = {finding.invariant.name: finding.rows for finding in prove(everywhere=False) if finding.broken}
    assert list(found) == [name]
    assert says in found[name][0]
