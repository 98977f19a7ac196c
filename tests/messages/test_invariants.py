"""What `subledger check` proves of messages is found where it is false, each."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.messages.conftest import address_of, send

from subledger.reports.proof import prove

BREACHES = {
    "messages-opened-once": "UPDATE messages_message SET state = 'sent', send_at = NULL, sealed = 'x' WHERE id = %s",
    "messages-not-left-waiting": "UPDATE messages_message SET send_at = NULL WHERE id = %s",
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_and_named(ledger, name):
    address_of(ledger)
    made = send(ledger.invoice(100, on="04/05").id)
    assert [finding.invariant.name for finding in prove() if finding.broken] == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(BREACHES[name], [made.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert [finding.invariant.name for finding in prove() if finding.broken] == [name]
