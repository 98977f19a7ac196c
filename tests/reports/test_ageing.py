"""Ageing as of any day against a reference that knows none of our queries: raw rows added up in Python."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest
from tests.factories import Ledger

from subledger.kernel.errors import DomainError
from subledger.reports.catalogue import report_named
from subledger.reports.proof import prove
from subledger.transactions.models import Allocation, Transaction
from subledger.transactions.queries import balance_of

DEBITS = {"invoice", "refund", "payment_cancellation"}
EDGES = ((0, "not_due"), (30, "days_1_30"), (60, "days_31_60"), (90, "days_61_90"), (120, "days_91_120"))


def reference(as_of: date) -> dict[str, dict[str, int]]:
    """Buckets by account number, from transactions and allocations as they are stored."""
    open_minor: dict[int, int] = {}
    facts = {}
    for row in Transaction.objects.filter(account__type="customer").select_related("account"):
        if row.posted_on and row.posted_on <= as_of:
            open_minor[row.pk], facts[row.pk] = row.amount_minor, row
    for link in Allocation.objects.all():
        if link.allocated_on <= as_of and (link.released_on is None or link.released_on > as_of):
            for side in (link.credit_id, link.debit_id):
                open_minor[side] -= link.minor
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ident, minor in open_minor.items():
        if not minor:
            continue
        row, buckets = facts[ident], found[facts[ident].account.number]
        if row.classification not in DEBITS:
            buckets["unallocated"] += minor
            continue
        late = (as_of - (row.due_on or row.posted_on)).days
        buckets[next((name for limit, name in EDGES if late <= limit), "days_over_120")] += minor
    return {account: {name: minor for name, minor in row.items() if minor} for account, row in found.items()}


def reported(as_of: date) -> dict[str, dict[str, int]]:
    rows = report_named("aged-receivables").run(as_of=as_of).as_dicts()
    for row in rows:
        buckets = sum(row[name] for name in (*(name for _, name in EDGES), "days_over_120"))
        assert row["total"] == buckets - row["unallocated"]
    return {
        row["account"]: {
            name: minor for name, minor in row.items() if minor and name not in ("account", "name", "currency", "total")
        }
        for row in rows
    }


@pytest.mark.few(1)
@pytest.mark.parametrize("seed", range(4))
def test_ageing_of_a_random_ledger_is_the_reference_on_every_day(ledger: Ledger, seed: int):
    rng = random.Random(seed)
    accounts = [ledger.account, ledger.open("Bob"), ledger.open("Cecil")]
    invoices, payments = [], []
    day = date(2026, 1, 1)
    while day < date(2026, 5, 18):
        day += timedelta(days=rng.choice([0, 0, 1, 2, 5]))
        account = rng.choice(accounts)
        deed = rng.choice(
            [
                "invoice",
                "invoice",
                "payment",
                "payment",
                "meant",
                "note",
                "cancel",
                "cancel",
                "refund",
                "write_off",
                "move",
            ]
        )
        mine = [posted for posted in invoices if posted.account_id == account.pk]
        try:
            if deed == "invoice":
                due = day + timedelta(days=rng.randint(0, 60))
                invoices.append(ledger.invoice(rng.randint(1, 200), account=account, on=day, due=due))
            elif deed == "payment":
                payments.append(ledger.payment(rng.randint(1, 200), account=account, on=day))
            elif deed == "meant" and mine:
                meant = [rng.choice(mine)]
                payments.append(ledger.payment(rng.randint(1, 150), account=account, on=day, to=meant))
            elif deed == "note":
                ledger.credit_note(rng.randint(1, 40), account=account, on=day)
            elif deed == "cancel" and invoices and payments:
                ledger.cancel(rng.choice(rng.choice([invoices, payments])), on=day)
            elif deed == "refund":
                ledger.refund(rng.randint(1, 30), account=account, on=day)
            elif deed == "write_off" and mine:
                ledger.write_off(rng.choice(mine), on=day)
            elif deed == "move" and payments:
                payments.append(ledger.move(rng.choice(payments), account, on=day))
        except DomainError:
            continue  # what the state of the books refuses is another test's matter

    assert Allocation.objects.exclude(released_on=None).exists(), "a ledger without releases proves little"
    for as_of in (date(2026, 1, 1) + timedelta(days=days) for days in range(0, 300, 7)):
        assert reported(as_of) == reference(as_of), as_of
        for account in accounts:
            balance = balance_of(account_id=account.pk, currency="eur", as_of=as_of)
            [row] = report_named("aged-receivables").run(as_of=as_of, account=account.pk).rows or [[0]]
            assert row[-1] == balance.balance == balance.unsettled - balance.unallocated
    assert [finding.invariant.name for finding in prove() if finding.broken] == []
