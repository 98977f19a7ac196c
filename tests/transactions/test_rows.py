"""What deciding notes arrives in the tables: every field of a row type is a column that the statement writes."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from tests.factories import Ledger

from subledger.accounts.models import AccountPaymentPreference, PaymentPreference
from subledger.catalog.models import TaxRate
from subledger.journal.models import JournalEntry, JournalLine
from subledger.journal.rules import EntryRow, LineRow
from subledger.platform.scope import current_company_id
from subledger.platform.sql_versions import present
from subledger.transactions.models import Category, CreditReason, Transaction, TransactionItem, TransactionType
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.rows import (
    AllocationRow,
    DraftRow,
    EventRow,
    ItemRow,
    PostedRow,
    ReleaseRow,
    StateRow,
    as_objects,
    columns_of,
)
from subledger.transactions.states import Classification as C

ROWS: dict[str, type] = {
    "p_entries": EntryRow,
    "p_lines": LineRow,
    "p_events": EventRow,
    "p_items": ItemRow,
    "p_transactions": PostedRow,
    "p_drafts": DraftRow,
    "p_states": StateRow,
    "p_releases": ReleaseRow,
}


def write_statement() -> str:
    """What posting calls, with what it calls of other rooms."""
    functions = {"transactions": "posting_write", "journal": "journal_write", "platform": "events_write"}
    return "\n".join(
        str(step.sql)
        for room, name in functions.items()
        for step in present(room).versions
        if f"FUNCTION {name}" in str(step.sql)
    )


def test_the_statement_reads_each_field_of_the_rows_and_no_other():
    read = {
        parameter: {column.split()[0] for column in columns.split(",")}
        for parameter, columns in re.findall(r"json_to_recordset\((p_\w+)\)\s+AS \w+\(([^)]+)\)", write_statement())
    }
    assert read == {parameter: set(columns_of(row)) for parameter, row in ROWS.items()}


def test_the_statement_reads_allocations_as_one_array_a_field():
    [columns] = re.findall(r"json_to_record\(p_allocations\)\s+AS c\(([^)]+)\)", write_statement())
    assert tuple(column.split()[0] for column in columns.split(",")) == AllocationRow._fields


def test_a_misspelt_field_is_refused_when_the_row_is_made():
    with pytest.raises(TypeError, match="isue_reason"):
        StateRow(1, "posted", isue_reason="x")  # type: ignore[call-arg, arg-type]
    row = EventRow("a", 1, {})
    with pytest.raises((AttributeError, TypeError)):
        row.tpye = "b"  # type: ignore[attr-defined]


def test_what_is_none_is_left_out():
    assert as_objects([]) == []
    [told] = as_objects([ReleaseRow(7, date(2026, 5, 1), None)])
    assert told == {"id": 7, "released_on": date(2026, 5, 1)}


def category(classification: C) -> int:
    made = Category.objects.create(code=f"c-{classification}", name="Chosen", company_id=current_company_id())
    TransactionType.objects.get(classification=classification, is_default=True).categories.add(made)
    return made.pk


def test_every_column_that_is_said_is_read_back(ledger: Ledger):
    """A payment, its move, an invoice and its write-off, an invoice and its cancellation, a refund,
    a credit note: every column."""
    preference = AccountPaymentPreference.objects.create(
        account=ledger.account, preference=PaymentPreference.objects.get(code="card")
    )
    other = ledger.open("Bo")
    said = {"issue_reason": "why", "metadata": {"k": "v"}}
    first, second = date(2026, 5, 2), date(2026, 5, 4)

    item = NewItem(
        unit_amount=Decimal(1000),
        quantity=Decimal(3),
        discount_percent=Decimal(10),
        tax_percent=Decimal(19),
        tax_rate_id=TaxRate.objects.get(code="standard").pk,
        description="Hosting",
    )
    invoice = ledger.invoice(
        items=(item,), issued_on=first, on=second, due="01/06", category_id=category(C.INVOICE), back_office_code="I",
        order_reference="PO-1", accept_due_date=True, **said,
    )  # fmt: skip
    row = Transaction.objects.get(pk=invoice.id)
    assert (row.amount_minor, row.net_minor, row.discount_minor, row.tax_minor) == (3213, 3000, 300, 513)
    assert (row.currency, row.base_minor, row.issued_on, row.posted_on) == ("eur", 3213, first, second)
    assert (row.due_on, row.back_office_code, row.issue_reason, row.metadata) == (
        date(2026, 6, 1), "I", "why", {"k": "v"},
    )  # fmt: skip
    assert (row.category_id, row.order_reference) == (Category.objects.get(code="c-invoice").pk, "PO-1")
    [kept] = TransactionItem.objects.filter(transaction=row)
    assert (kept.description, kept.quantity, kept.unit_amount, kept.discount_percent) == ("Hosting", 3, 1000, 10)
    assert (kept.net_minor, kept.discount_minor, kept.tax_percent, kept.tax_minor) == (3000, 300, 19, 513)
    assert (kept.sub_total_minor, kept.position, kept.tax_rate_id) == (3213, 1, item.tax_rate_id)
    lines = JournalLine.objects.filter(entry_id=invoice.id)
    assert (
        sum(line.debit_minor for line in lines) == sum(line.base_credit_minor for line in lines) == 3513
    )  # discount apart
    assert JournalEntry.objects.get(pk=invoice.id).effective_on == second

    written_off = ledger.write_off(invoice, on=second, category_id=category(C.WRITE_OFF), back_office_code="W", **said)
    row = Transaction.objects.get(pk=written_off.id)
    assert (row.writes_off_id, row.issue_reason, row.back_office_code, row.metadata) == (
        invoice.id, "why", "W", {"k": "v"},
    )  # fmt: skip
    assert row.category_id == Category.objects.get(code="c-write_off").pk
    assert Transaction.objects.get(mirrors_id=written_off.id).due_on == second

    cancelled = ledger.invoice(5, on=second)
    cancellation = ledger.cancel(
        cancelled, on=second, category_id=category(C.INVOICE_CANCELLATION), back_office_code="X", **said
    )
    row = Transaction.objects.get(pk=cancellation.id)
    assert (row.cancels_id, row.issue_reason, row.back_office_code, row.metadata) == (
        cancelled.id, "why", "X", {"k": "v"},
    )  # fmt: skip
    assert row.category_id == Category.objects.get(code="c-invoice_cancellation").pk

    due = ledger.invoice(40, on=second)
    payment = ledger.payment(
        40, on=second, to=[due], category_id=category(C.PAYMENT), payment_preference_id=preference.pk,
        back_office_code="P", received_on=first, received_by="Carla", **said,
    )  # fmt: skip
    row = Transaction.objects.get(pk=payment.id)
    assert (row.payment_preference_id, row.received_on, row.received_by) == (preference.pk, first, "Carla")
    assert (row.intended_ids, row.back_office_code, row.issue_reason) == ([due.id], "P", "why")
    moved = Transaction.objects.get(pk=ledger.move(payment, other, on=second, issue_reason="moved").id)
    assert (moved.moved_from_id, moved.received_on, moved.received_by) == (payment.id, first, "Carla")
    assert (moved.category_id, moved.payment_method_id, moved.metadata) == (
        row.category_id, row.payment_method_id, {"k": "v"},
    )  # fmt: skip
    assert Transaction.objects.get(cancels_id=payment.id).issue_reason == "moved"

    refund = ledger.refund(15, account=other, on=second, category_id=category(C.REFUND), back_office_code="R", **said)
    row = Transaction.objects.get(pk=refund.id)
    assert (row.back_office_code, row.category_id) == ("R", Category.objects.get(code="c-refund").pk)
    assert row.refund_method_id is not None

    reason = CreditReason.objects.get(code="duplicate").pk
    note = ledger.credit_note(5, account=other, on=second, credit_reason_id=reason)
    assert Transaction.objects.get(pk=note.id).credit_reason_id == reason

    filled = {
        name
        for name in columns_of(PostedRow)
        for row in Transaction.objects.values()
        if name in row and row[name] not in (None, {}, [])
    }
    assert set(columns_of(PostedRow)) - filled == {
        "counter",
        "ordinal",
        "number_as",
        "digits",
    }  # what the number is made of
