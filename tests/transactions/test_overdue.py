"""What is overdue is one fact, however it is asked: of open items with their documents, in SQL, by an index alone."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from tests.factories import Ledger

from subledger.platform.scope import current_company_id
from subledger.transactions.models import OpenItem
from subledger.transactions.overdue import overdue, overdue_items, overdue_sql


def by_sql(today: date) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.transaction_id FROM transactions_openitem o"
            f" WHERE o.company_id = %(company)s AND {overdue_sql('o', today='%(today)s')}",
            {"company": current_company_id(), "today": today},
        )
        return {row[0] for row in cursor.fetchall()}


def test_the_three_ways_to_ask_agree_on_every_day(ledger: Ledger):
    paid = ledger.payment(70, on="01/05")
    refund = ledger.refund(70, on="02/05")
    ledger.cancel(paid, on="03/05", confirm_paid_out=True)  # what was refunded is owed again, and no invoice
    late = ledger.invoice(100, on="01/05", due="04/05")
    at_once = ledger.invoice(50, on="05/05", due="05/05")  # due on the day of its posting
    ledger.invoice(30, on="05/05", due="30/05")
    ledger.payment(10, on="06/05", to=[late])
    found = []
    for days in range(10):
        today = date(2026, 5, 1) + timedelta(days=days)
        rows = set(OpenItem.objects.filter(overdue(today=today)).values_list("pk", flat=True))
        assert set(overdue_items(OpenItem.objects.all(), today=today).values_list("pk", flat=True)) == rows
        assert by_sql(today) == rows
        found.append(rows)
    assert refund.id in set(OpenItem.objects.filter(is_debit=True).values_list("pk", flat=True))
    assert [found[at] for at in (3, 4, 5)] == [set(), {late.id}, {late.id, at_once.id}]
