"""Real invoices: an IBM sample of accounts receivable, imported as anybody would import their own file.

2,466 invoices of 100 customers over 2012 and 2013, each due after 30 days and settled in full,
early or late, by a
payment meant for it.
"""

from __future__ import annotations

from pathlib import Path

from subledger.accounts.models import Customer
from subledger.accounts.services import update_customer
from subledger.import_kit.report import ImportReport, Progress
from subledger.imports.services import import_file

FILE = Path(__file__).with_name("data") / "receivables_ibm.csv"
# The sum that the file's description states.
STATED_MINOR = 147_703_18
STATED_COUNT = 2_466

INVOICES = {
    "account": "customerID",
    "number": "invoiceNumber",
    "posted_on": "InvoiceDate",
    "due_on": "DueDate",
    "unit_price": "InvoiceAmount",
}
PAYMENTS = {
    "account": "customerID",
    "amount": "InvoiceAmount",
    "posted_on": "SettledDate",
    "allocate_to": "invoiceNumber",
}


class SampleDiffers(RuntimeError):
    """The packaged file did not come to what it is known to: the package is damaged, or the import wrong."""


def import_sample(*, actor: str, progress: Progress) -> None:
    """Import the invoices, then the payments, into the company in scope."""
    for kind, mapping in (("invoices", INVOICES), ("payments", PAYMENTS)):

        def of_kind(stage: str, done: int, total: int | None, kind: str = kind) -> None:
            progress(f"{stage} {kind}", done, total)

        report = import_file(
            kind,
            FILE,
            mapping=mapping,
            date_format="%m/%d/%Y",
            currency="usd",
            create_missing=kind == "invoices",
            actor=actor,
            progress=of_kind,
        )
        _hold_to_what_is_known(report)
    for customer in Customer.objects.order_by("pk"):
        update_customer(customer_id=customer.pk, changes=of_sample(customer), actor=actor)


def of_sample(customer: Customer) -> dict[str, str]:
    """What the file says nothing of, and an invoice needs to be sent."""
    return {"email": f"{customer.code.lower()}@example.com", "country": "US"}


def _hold_to_what_is_known(report: ImportReport) -> None:
    came_to = (report.created, report.totals.get("usd"), report.rejected)
    if came_to != (STATED_COUNT, STATED_MINOR, 0):
        raise SampleDiffers(f"{report.kind} came to {came_to}, not {(STATED_COUNT, STATED_MINOR, 0)}")
