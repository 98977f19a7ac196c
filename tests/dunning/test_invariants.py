"""What `subledger check` proves of dunning is found where it is false, each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection
from django.db.transaction import atomic, set_rollback
from tests.dunning.conftest import Dunned, plan_of_levels

from subledger.reports.proof import prove

# What breaks each, and what the finding says.
BREACHES = {
    "interest-days-once": (
        "UPDATE dunning_dunningclaim SET from_on = '2026-06-24' WHERE from_on = '2026-06-25'",
        "interest was drafted from 2026-06-24, and that before it until 2026-06-24",
    ),
    "late-charges-name-their-invoice": (
        "UPDATE dunning_dunningclaim SET invoice_id = 1 WHERE kind = 'late_fee'",
        "it has no invoice",
    ),
    "superseded-charges-are-rejected": (
        "UPDATE dunning_dunningclaim SET superseded_at = now() WHERE kind = 'late_fee'",
        "it was drafted anew, and its invoice is draft",
    ),
    "dunning-told-once": (
        "UPDATE dunning_dunningrecord SET message_id = NULL WHERE outcome = 'sent'",
        "Second reminder is sent, and there is no message",
    ),
}


@pytest.mark.wide
def test_breaches_are_found_and_named(dunned: Dunned):
    plan_of_levels(percent=9)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("24/06")
    dunned.pay(1000, "30/06", to=[invoice])
    dunned.run("10/07")
    assert not any(finding.broken for finding in prove(everywhere=False))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name, (statement, says) in BREACHES.items():
        found = _found_after(statement)
        assert list(found) == [name]
        assert says in found[name][0]


def _found_after(statement: str) -> dict[str, Sequence[str]]:
    """What is false once a statement ran behind the guards' backs, which is undone again."""
    with atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount
            cursor.execute("SET LOCAL session_replication_role = origin")
        found = {finding.invariant.name: finding.rows for finding in prove(everywhere=False) if finding.broken}
        set_rollback(True)
    return found
