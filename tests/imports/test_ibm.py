"""The real file: 2,466 invoices of 100 customers, each settled in full on its own day."""

from __future__ import annotations

from pathlib import Path

import pytest

import subledger
from subledger.imports.services import import_file
from subledger.transactions.models import Allocation, OpenItem, Transaction

IBM = Path(subledger.__file__).parent / "demo/data/receivables_ibm.csv"
COMMON = {"account": "customerID"}
INVOICES = COMMON | {
    "number": "invoiceNumber",
    "posted_on": "InvoiceDate",
    "due_on": "DueDate",
    "unit_price": "InvoiceAmount",
}
PAYMENTS = COMMON | {"amount": "InvoiceAmount", "posted_on": "SettledDate", "allocate_to": "invoiceNumber"}


@pytest.mark.wide
def test_every_invoice_is_settled_by_its_own_payment_on_its_day(company, tmp_path):
    how = {
        "date_format": "%m/%d/%Y",
        "create_missing": True,
        "rejected_to": tmp_path / "rejected.csv",
        "actor": "test",
    }
    invoices = import_file("invoices", IBM, mapping=INVOICES, **how)
    assert (invoices.read, invoices.created, invoices.rejected) == (2466, 2466, 0)
    assert (invoices.created_also["accounts"], invoices.totals) == (100, {"eur": 14_770_318})
    payments = import_file("payments", IBM, mapping=PAYMENTS, **how)
    assert (payments.created, payments.rejected, payments.totals) == (2466, 0, invoices.totals)

    assert not OpenItem.objects.exists()
    live = Allocation.objects.filter(released_on=None).select_related("credit", "debit")
    assert live.count() == 2466
    assert all(link.allocated_on == max(link.credit.posted_on, link.debit.posted_on) for link in live)
    assert set(live.values_list("principle", flat=True)) == {"against_item"}

    again = [
        import_file("invoices", IBM, mapping=INVOICES, **how),
        import_file("payments", IBM, mapping=PAYMENTS, **how),
    ]
    assert [(r.created, r.unchanged, r.rejected) for r in again] == [(0, 2466, 0)] * 2
    assert Transaction.objects.count() == 2 * 2466
