"""Failure mode 41: a bank's file imported twice, or overlapping, in any order; genuine twins are kept by count."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import pytest
from django.db.transaction import atomic, set_rollback
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import company_at_work

from subledger.accounts.services import create_customers, open_accounts
from subledger.imports.services import import_file
from subledger.transactions.models import Transaction

# Few values, so that twins within a file and overlaps between files are the rule.
LINES = st.tuples(
    st.sampled_from(["A1", "A2"]), st.sampled_from(["3.50", "12.00"]), st.dates(date(2026, 5, 1), date(2026, 5, 2)),
    st.sampled_from(["", "rent"]),
)  # fmt: skip
FILES = st.lists(LINES, min_size=1, max_size=8)


def bring(lines):
    text = io.StringIO()
    csv.writer(text).writerows([["account", "amount", "posted_on", "reference"], *lines])
    report = import_file("payments", io.BytesIO(text.getvalue().encode()), name="bank.csv", actor="test")
    assert report.rejected == 0
    return report


def in_the_books():
    rows = Transaction.objects.select_related("account")
    return Counter(
        (
            r.account.code,
            f"{r.amount_minor // 100}.{r.amount_minor % 100:02}",
            r.posted_on,
            r.metadata.get("reference", ""),
        )
        for r in rows
    )


@pytest.mark.wide
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=FILES, second=FILES, random=st.randoms(use_true_random=False))
def test_a_a_and_a_with_b_in_any_order_come_to_the_same_payments(db, first, second, random):
    both = list((Counter(first) | Counter(second)).elements())  # of equal bookings, as many as either file has
    files = [first, first, second, both]
    random.shuffle(files)
    for lines in files:
        random.shuffle(lines)
    with atomic(), company_at_work():
        [customer] = create_customers(new=[{"name": "Ann"}], actor="test")
        open_accounts(new=[{"customer": customer, "code": code} for code in ("A1", "A2")], actor="test")
        created = sum(bring(lines).created for lines in files)
        assert in_the_books() == Counter(both)
        assert created == len(both)
        set_rollback(True)
