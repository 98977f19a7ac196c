"""A write-off takes back the tax that its invoice charged, by the invoice's own rates, and no other."""

from __future__ import annotations

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from subledger.journal.models import JournalLine
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.writing_off import Taxed, split_write_off


def amounts(posted):
    row = Transaction.objects.get(pk=posted.id)
    return row.net_minor, row.tax_minor, row.amount_minor


def test_an_invoice_without_tax_gives_no_tax_back(ledger):
    written_off = ledger.write_off(ledger.invoice(100))
    assert amounts(written_off) == (100_00, 0, 100_00)
    assert not JournalLine.objects.filter(entry_id=written_off.id, ledger_account__code="2200").exists()


def test_an_invoice_at_two_rates_gives_back_each_in_its_proportion(ledger):
    items = (
        NewItem(unit_amount=D(100_00), tax_percent=D(22), description="A"),
        NewItem(unit_amount=D(100_00), tax_percent=D(10), description="B"),
    )
    invoice = ledger.invoice(items=items)
    ledger.payment(116, to=[invoice])  # half of 232.00
    written_off = ledger.write_off(invoice)
    rows = TransactionItem.objects.filter(transaction_id=written_off.id).order_by("position")
    assert [(r.tax_percent, r.net_minor, r.tax_minor, r.sub_total_minor) for r in rows] == [
        (22, 50_00, 11_00, 61_00),
        (10, 50_00, 5_00, 55_00),
    ]
    assert amounts(written_off) == (100_00, 16_00, 116_00)


def test_all_of_an_invoice_gives_back_exactly_its_tax(ledger):
    items = tuple(NewItem(unit_amount=D(10_01), tax_percent=D(20), description=name) for name in "ABC")
    assert amounts(ledger.write_off(ledger.invoice(items=items))) == (30_03, 6_00, 36_03)


@given(
    rates=st.lists(
        st.tuples(st.decimals(0, 100, places=2), st.integers(0, 10**9)).map(
            lambda pair: Taxed(None, pair[0], int(pair[1] * pair[0] / (100 + pair[0])), pair[1])
        ),
        min_size=1,
        max_size=6,
    ),
    part=st.integers(1, 1000),
)
def test_the_parts_are_what_is_written_off_and_never_more_tax_than_was_charged(rates, part):
    whole = sum(one.total_minor for one in rates)
    wanted = max(1, whole * part // 1000)
    split = [priced for _, priced in split_write_off(wanted, rates)]
    assert sum(one.sub_total_minor for one in split) == wanted
    assert all(one.sub_total_minor == one.net_minor - one.discount_minor + one.tax_minor for one in split)
    assert all(one.net_minor >= 0 for one in split)
    if whole and wanted == whole:
        assert sum(one.tax_minor for one in split) == sum(one.tax_minor for one in rates)
