"""Credit lines, documents that come to nothing, totals that were expected, taxes rounded once per rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import Ledger

from subledger.companies.entries import save_entry
from subledger.kernel.errors import AmountInvalid
from subledger.kernel.rounding import half_up
from subledger.reports.proof import prove
from subledger.transactions import day_errors, errors
from subledger.transactions.models import OpenItem, Transaction, TransactionDefinition, TransactionItem
from subledger.transactions.rules.items import NewItem, TaxRounding, price_items, total_of
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C

D = Decimal


def line(price: int, **fields: object) -> NewItem:
    return NewItem(description="Services", unit_amount=D(price), **fields)  # type: ignore[arg-type]


def post(ledger: Ledger, *items: NewItem, kind: C = C.INVOICE, **fields: object):
    [posted] = ledger.post(ledger.new(kind, items=items, on="20/05", **fields))
    return posted


def round_by_rate() -> None:
    values = {"tax_rounding": TaxRounding.RATE}
    save_entry(model=TransactionDefinition, ident=TransactionDefinition.objects.get().pk, values=values, actor="test")


def books_are_right() -> None:
    assert [finding.invariant.name for finding in prove() if finding.broken] == []


# -- taxes ---------------------------------------------------------------------------------------------------------

THREE = [line(10_01, tax_percent=D(20))] * 3


@pytest.mark.parametrize(
    ("rounding", "tax", "total"), [(TaxRounding.ITEM, 6_00, 36_03), (TaxRounding.RATE, 6_01, 36_04)]
)
def test_three_items_of_10_01_at_20_percent(rounding: TaxRounding, tax: int, total: int):
    priced = price_items(THREE, rounding=rounding, currency="eur")
    assert (total_of(priced).tax_minor, total_of(priced).total_minor) == (tax, total)
    assert all(one.sub_total_minor == one.net_minor - one.discount_minor + one.tax_minor for one in priced)


ITEMS = st.lists(
    st.builds(
        NewItem,
        quantity=st.integers(1, 9).map(D),
        unit_amount=st.integers(-2_000, 10_000).map(D),
        discount_percent=st.sampled_from([None, D(5), D("12.5")]),
        tax_percent=st.sampled_from([D(0), D(7), D(19), D("5.5")]),
        tax_inclusive=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(ITEMS)
def test_the_tax_of_a_rate_is_that_of_its_sum_and_items_add_up(items: list[NewItem]):
    by_item = price_items(items, rounding=TaxRounding.ITEM, currency="eur")
    priced = price_items(items, rounding=TaxRounding.RATE, currency="eur")
    for rate in {item.tax_percent for item in items}:
        own = [(i, p) for i, p in zip(items, priced, strict=True) if i.tax_percent == rate and not i.tax_inclusive]
        base = sum(p.net_minor - p.discount_minor for _, p in own)
        assert sum(p.tax_minor for _, p in own) == half_up(base * D(rate or 0) / 100)
    for item, before, after in zip(items, by_item, priced, strict=True):
        assert after.sub_total_minor == after.net_minor - after.discount_minor + after.tax_minor
        assert abs(after.tax_minor - before.tax_minor) <= 1
        if item.tax_inclusive:
            assert after.sub_total_minor == before.sub_total_minor, "what was typed stays"


def test_the_company_chooses_and_a_cancellation_reverses_to_the_cent(ledger: Ledger):
    round_by_rate()
    invoice = post(ledger, *THREE)
    assert invoice.amount_minor == 36_04
    taxes = TransactionItem.objects.filter(transaction_id=invoice.id).order_by("position").values_list("tax_minor")
    assert list(taxes) == [(2_01,), (2_00,), (2_00,)]
    assert ledger.cancel(invoice).amount_minor == 36_04
    assert ledger.balance() == 0
    books_are_right()


def test_a_total_that_was_expected_is_checked(ledger: Ledger):
    with pytest.raises(errors.TotalDiffers, match=r"come to 36\.03 EUR, and 36\.04 EUR was given") as refusal:
        post(ledger, *THREE, expected_total_minor=36_04)
    assert refusal.value.param == "/expected_total"
    round_by_rate()
    assert post(ledger, *THREE, expected_total_minor=36_04).amount_minor == 36_04


# -- credit lines --------------------------------------------------------------------------------------------------


def test_a_credit_line_reduces_its_invoice_with_its_tax(ledger: Ledger):
    invoice = post(ledger, line(100_00, tax_percent=D(20)), line(-20_00, tax_percent=D(20)))
    row = Transaction.objects.get(pk=invoice.id)
    assert (row.net_minor, row.tax_minor, row.amount_minor) == (80_00, 16_00, 96_00)
    books_are_right()


def test_a_discount_of_a_credit_line_reduces_the_credit(ledger: Ledger):
    invoice = post(ledger, line(100_00), line(-20_00, discount_percent=D(5)))
    assert invoice.amount_minor == 81_00
    books_are_right()


def test_a_tax_that_is_below_zero_as_a_whole_is_journalised(ledger: Ledger):
    invoice = post(ledger, line(100_00), line(-20_00, tax_percent=D(20)))
    assert invoice.amount_minor == 76_00
    books_are_right()


@pytest.mark.parametrize(("kind", "instead"), [(C.INVOICE, "a credit note"), (C.CREDIT_NOTE, "an invoice")])
def test_a_document_below_zero_is_another_document(ledger: Ledger, kind: C, instead: str):
    with pytest.raises(errors.TotalBelowZero, match=rf"come to -20\.00 EUR: .* Post {instead} instead"):
        post(ledger, line(-20_00), kind=kind)


# -- nothing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "items", [(line(0),), (line(100_00, discount_percent=D(100)),), (line(20_00), line(-20_00))], ids=len
)
def test_an_invoice_of_nothing_posts_and_is_settled_and_can_be_cancelled(ledger: Ledger, items: tuple[NewItem, ...]):
    invoice = post(ledger, *items)
    row = Transaction.objects.get(pk=invoice.id)
    assert (row.state, row.amount_minor, bool(row.number)) == ("posted", 0, True)
    assert not OpenItem.objects.filter(transaction_id=invoice.id).exists()
    ledger.payment(10, on="20/05")
    assert ledger.balance() == -10
    books_are_right()
    ledger.cancel(invoice)
    assert Transaction.objects.get(pk=invoice.id).state == "cancelled"
    books_are_right()


def test_a_draft_of_nothing_is_posted_too(ledger: Ledger):
    [draft] = save_drafts(new=[ledger.new(C.INVOICE, items=(line(0),))], actor="test")
    post_drafts(drafts=[Post(draft_id=draft.pk)], actor="test")
    assert Transaction.objects.get(pk=draft.pk).state == "posted"
    assert not OpenItem.objects.exists()


def test_a_credit_note_of_nothing_is_refused(ledger: Ledger):
    with pytest.raises(AmountInvalid, match=r"0\.00 EUR is too small"):
        post(ledger, line(0), kind=C.CREDIT_NOTE)


# -- days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "asks"), [(date(2025, 4, 15), False), (date(2025, 4, 14), True)])
def test_a_posting_day_of_more_than_400_days_ago_is_asked_for(ledger: Ledger, on: date, asks: bool):
    if asks:
        with pytest.raises(day_errors.PostingDayOld) as refusal:
            ledger.payment(10, on=on)
        assert refusal.value.confirmation == "confirm_posted_on"
        assert not Transaction.objects.exists()
    assert ledger.payment(10, on=on, confirm_posted_on=True)


def test_a_due_date_of_more_than_ten_years_ahead_is_asked_for(ledger: Ledger):
    with pytest.raises(day_errors.DueDateDistant):
        ledger.invoice(10, due=date(2036, 5, 21))
    assert ledger.invoice(10, due=date(2036, 5, 21), confirm_due_on=True)
