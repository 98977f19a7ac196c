"""What `subledger check` proves of promises and disputes is found where it is false, each."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.promises.conftest import Promises

from subledger.reports.proof import prove

# What breaks each, and what the finding says.
BREACHES = {
    "promises-sum": (
        "UPDATE promises_instalment SET minor = minor - 1 WHERE agreed_on = '2026-07-01'",
        "its instalments come to 9999, and 10000 is promised",
    ),
    "promises-follow-what-is-open": (
        "UPDATE promises_promise SET state = 'kept', ended_on = '2026-06-01', ended_at = now() WHERE state = 'open'",
        "it is kept, and 10000 is open of its invoice, which is posted",
    ),
    "promises-and-disputes-are-of-invoices": (
        "UPDATE promises_invoicedispute SET currency = 'usd'",
        "it is no promise or dispute of an invoice of its account",
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_and_named(books: Promises, name: str):
    invoice = books.invoice(100, due="10/06")
    books.promise(invoice, ("01/07", 60), ("01/08", None))
    books.dispute(invoice)
    assert not any(finding.broken for finding in prove(everywhere=False))
    statement, says = BREACHES[name]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = {finding.invariant.name: finding.rows for finding in prove(everywhere=False) if finding.broken}
    assert list(found) == [name]
    assert says in found[name][0]
