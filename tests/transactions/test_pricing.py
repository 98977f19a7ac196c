"""What a document comes to, and the totals that it must not have."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from tests.transactions.facts import CUSTOMER

from subledger.kernel.errors import DomainError
from subledger.transactions import errors
from subledger.transactions.rules.credits import CreditedItem, Crediting
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import DocumentTotals, ItemRef, NewItem, TaxRounding
from subledger.transactions.rules.pricing import completed_document, price_document
from subledger.transactions.states import Classification as C
from subledger.transactions.states import TransactionState

REF = ItemRef(9, 1)
NONE = Crediting({})
OF_AN_INVOICE = CreditedItem(
    ref=REF, account_id=CUSTOMER, classification=C.INVOICE, state=TransactionState.POSTED, type_id=11, number="INV-9",
    currency="eur", product_id=None, description="Hosting", quantity=Decimal(1), net_minor=100, discount_minor=0,
    tax_rate_id=None, tax_percent=Decimal(0), tax_minor=0, service_start=None, service_end=None,
)  # fmt: skip


def document(kind: C, *prices: int, **said) -> NewTransaction:
    items = tuple(NewItem(unit_amount=Decimal(price), description="x") for price in prices)
    return NewTransaction(classification=kind, **{"account_id": CUSTOMER, "items": items, **said})


def totals(new: NewTransaction) -> DocumentTotals:
    return price_document(new, TaxRounding.ITEM, "eur", NONE)[1]


def test_a_credit_note_takes_what_it_leaves_out_from_the_item_that_it_credits():
    crediting = Crediting({REF: OF_AN_INVOICE})
    note = document(C.CREDIT_NOTE, items=(NewItem(description="x", unit_amount=Decimal(1)), NewItem(credits=REF)))
    first, second = completed_document(note, crediting).items
    assert (first.description, second.description) == ("x", "Hosting")
    plain = document(C.CREDIT_NOTE, 1)
    assert completed_document(plain, crediting) is plain
    with pytest.raises(errors.CreditedItemInvalid, match=r"Item 2 .*stands in no credit note"):
        completed_document(document(C.INVOICE, items=note.items), crediting)
    with pytest.raises(DomainError, match="account"):
        completed_document(document(C.CREDIT_NOTE, items=note.items, account_id=CUSTOMER + 1), crediting)


def test_what_has_no_items_comes_to_its_amount():
    new = NewTransaction(classification=C.PAYMENT, account_id=CUSTOMER, amount_minor=5)
    assert price_document(new, TaxRounding.ITEM, "eur", NONE) == ([], DocumentTotals(5, 0, 0, 5))
    with pytest.raises(DomainError):
        totals(NewTransaction(classification=C.PAYMENT, account_id=CUSTOMER))


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (C.INVOICE, "come to -1.50 EUR: an invoice cannot be below zero. Post a credit note instead."),
        (C.CREDIT_NOTE, "come to -1.50 EUR: a credit note cannot be below zero. Post an invoice instead."),
    ],
)
def test_a_total_below_zero_is_the_other_document(kind: C, says: str):
    with pytest.raises(errors.TotalBelowZero, match=re.escape(says)):
        totals(document(kind, -150))


def test_an_invoice_may_come_to_nothing_and_a_credit_note_to_a_cent():
    assert totals(document(C.INVOICE, 0)).total_minor == 0
    assert totals(document(C.CREDIT_NOTE, 1)).total_minor == 1
    with pytest.raises(DomainError):
        totals(document(C.CREDIT_NOTE, 0))


def test_a_total_that_was_expected_is_the_one_that_it_has():
    assert totals(document(C.INVOICE, 150, expected_total_minor=150)).total_minor == 150
    with pytest.raises(errors.TotalDiffers) as refusal:
        totals(document(C.INVOICE, 150, expected_total_minor=151))
    words = str(refusal.value)
    assert words.index("1.50 EUR") < words.index("1.51 EUR"), words
    with pytest.raises(errors.TotalDiffers, match=r"\b0\.00 EUR"):
        totals(document(C.INVOICE, 150, expected_total_minor=0))
