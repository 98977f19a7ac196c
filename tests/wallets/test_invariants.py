"""What `subledger check` proves of wallets is found where it is false, each."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic

from subledger.reports.proof import prove

from .conftest import Wallets

# What breaks each, and what the finding says.
BREACHES = {
    "wallets-are-their-lots": (
        "UPDATE wallets_wallet SET left_minor = left_minor + 1",
        "left 601 and short 0, by its lots 600 and 0, by what moved 600",
    ),
    "lots-are-what-was-not-taken": (
        "UPDATE wallets_lottake SET face_minor = 399, paid_minor = 399",
        "600 of 1000 is left (paid 600 of 1000), and 399 is taken (paid 399)",
    ),
    "wallets-are-ledger-2300": (
        "UPDATE journal_journalline SET debit_minor = 399 WHERE ledger_account_id = "
        "(SELECT wallet_account_id FROM wallets_walletdefinition LIMIT 1) AND debit_minor = 400",
        "the ledger says 601, the lots 600",
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_and_named(books: Wallets, name: str):
    books.top_up(10, on="01/05")
    books.debit(4, on="02/05")
    assert not any(finding.broken for finding in prove(everywhere=False))
    statement, says = BREACHES[name]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SAVEPOINT sound")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = {finding.invariant.name: finding.rows for finding in prove(everywhere=False) if finding.broken}
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT sound")
    assert name in found
    assert says in found[name][0]


def test_no_lot_gives_more_than_it_has_whoever_writes(books: Wallets):
    books.top_up(10, on="01/05")
    for statement in (
        "UPDATE wallets_lot SET face_left_minor = -1",
        "UPDATE wallets_lot SET paid_left_minor = 1001",
        "UPDATE wallets_lot SET face_minor = 2000",
        "UPDATE wallets_wallet SET left_minor = -1",
        "UPDATE wallets_wallettransaction SET face_minor = 1",
    ):
        with pytest.raises(IntegrityError), atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
