"""What is open on many accounts, read by one statement, is what is read account by account."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.factories import Ledger

from subledger.transactions.models import OpenItem
from subledger.transactions.states import Classification as C

CONFIRMED = {"confirm_posted_on": True}
EVERYTHING = 2**62


def needed(*needs: tuple[int, int, int]) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT posting_open_items_v5(%s::json)::text", [str([list(need) for need in needs])])
        [found] = cursor.fetchone()
    return sorted(json.loads(found))


@pytest.fixture
def accounts(ledger: Ledger) -> list[int]:
    """Six accounts: some with invoices open, some with credit, one with nothing."""
    pick, found = random.Random(7), [ledger.account.pk]
    for number in range(5):
        account = ledger.open()
        found.append(account.pk)
        kind = C.PAYMENT if number == 3 else C.INVOICE
        count = pick.randint(2, 9)
        days = [date(2026, pick.randint(1, 4), pick.randint(10, 12)) for _ in range(count)]
        for day in days:
            due = day + timedelta(days=pick.randint(0, 40)) if kind is C.INVOICE else None
            ledger.post(ledger.new(kind, pick.randint(1, 50), account=account, on=day, due=due, **CONFIRMED))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_set_is_covered_as_each_of_its_accounts_is(accounts: list[int], seed: int):
    pick = random.Random(seed)
    needs = [
        (account, pick.choice([0, 1, 1_000, 4_999, 5_000, 12_345, EVERYTHING]), pick.choice([0, 700, EVERYTHING]))
        for account in accounts
    ]
    one_by_one = sorted(item for need in needs for item in needed(need))
    assert needed(*needs) == one_by_one
    assert needed((accounts[0], 0, 0), (accounts[1], 0, 0)) == []


def test_no_more_is_read_than_covers_the_need(accounts: list[int]):
    account = accounts[1]
    first = OpenItem.objects.filter(account_id=account).order_by("order_on", "transaction_id")[0]
    [found] = needed((account, first.open_minor, 0), (accounts[0], 100, 100))
    assert found[:3] == [account, True, first.pk]
    assert len(needed((account, first.open_minor + 1, 0), (accounts[0], 100, 100))) == 2
