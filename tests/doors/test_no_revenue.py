"""Types and products that are no revenue: deposits, vouchers, what is passed on. No account of income moves by them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.doors.conftest import said
from tests.reports.activity_reference import REFERENCES

from subledger.catalog.models import Product
from subledger.catalog.services import create_products
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.journal.models import JournalLine, LedgerAccount
from subledger.reports.proof import prove
from subledger.transactions.models import PostingRule, Transaction, TransactionType
from subledger.transactions.reports.activity import revenue_totals
from subledger.transactions.revenue_errors import RevenueMixed, RevenueRefused
from subledger.transactions.rules.items import ItemRef, NewItem

NINETEEN = Decimal(19)


def save(model, **values):
    return save_entry(model=model, ident=None, values=values, actor="test")


def ledger_account(code: str) -> LedgerAccount:
    return LedgerAccount.objects.get(code=code)


def rule(classification: str, component: str, debit: str, credit: str, **of):
    sides = {"debit": ledger_account(debit), "credit": ledger_account(credit)}
    return save(PostingRule, classification=classification, role="customer", component=component, **sides, **of)


@pytest.fixture
def deposits(company) -> LedgerAccount:
    return save(LedgerAccount, code="2350", name="Customer deposits", kind="liability")


@pytest.fixture
def deposit(deposits) -> Product:
    return save(Product, code="deposit", name="Deposit", is_revenue=False)


@pytest.fixture
def with_rules(deposit) -> Product:
    rule("invoice", "net", "1200", "2350", product=deposit)
    rule("credit_note", "net", "2350", "1200", product=deposit)
    return deposit


def item(amount: int, product: Product | None = None, **fields) -> NewItem:
    values = {"unit_amount": Decimal(amount), "tax_percent": NINETEEN, "description": "Chair", **fields}
    return NewItem(product_id=product.pk if product else None, **values)


def entry_of(posted) -> dict[str, int]:
    lines = JournalLine.objects.filter(entry_id=posted.id).select_related("ledger_account")
    return {line.ledger_account.code: line.debit_minor - line.credit_minor for line in lines}


def revenue() -> list[tuple]:
    days = list(Transaction.objects.values_list("posted_on", flat=True))
    rows = revenue_totals(start=min(days), end=max(days)).rows
    assert list(rows) == REFERENCES["revenue-totals"](min(days), max(days))
    return [(row[0], row[1], row[5], row[7]) for row in rows]


def test_a_deposit_beside_a_sale(ledger, with_rules):
    """The worked example of docs/domain/posting-rules.md: a chair of 100.00, a deposit of 50.00, 19 % on both."""
    invoice = ledger.invoice(items=(item(100_00), item(50_00, with_rules, description="Deposit")))
    assert entry_of(invoice) == {"1200": 178_50, "4000": -100_00, "2350": -50_00, "2200": -28_50}
    assert revenue() == [("invoice", "Invoice", 100_00, 119_00)]
    back = ledger.credit_note(items=(NewItem(credits=ItemRef(invoice.id, 2)),))
    assert entry_of(back) == {"1200": -59_50, "2350": 50_00, "2200": 9_50}
    assert revenue() == [("invoice", "Invoice", 100_00, 119_00)]
    cancelled = ledger.cancel(ledger.invoice(items=(item(7_00, with_rules, tax_percent=None),)))
    assert entry_of(cancelled) == {"1200": -7_00, "2350": 7_00}
    assert revenue() == [("invoice", "Invoice", 100_00, 119_00)]
    assert not any(finding.broken for finding in prove(everywhere=False))


def test_without_a_rule_of_its_own_it_is_refused_and_says_what_to_do(ledger, deposit):
    with pytest.raises(RevenueRefused) as refusal:
        ledger.invoice(items=(item(100_00), item(50_00, deposit)))
    assert str(refusal.value) == (
        "Cannot post: product 'Deposit' is no revenue, and the posting rules would enter it on 4000 Revenue, an "
        "account of income. Under Configuration, Posting rules, add one for an invoice of this product that names "
        "another account, for its net and, where it has one, for its discount."
    )
    assert not Transaction.objects.exists()


def test_its_discount_is_no_less_revenue(ledger, with_rules):
    with pytest.raises(RevenueRefused, match="4100 Discounts granted"):
        ledger.invoice(items=(item(50_00, with_rules, discount_minor=5_00),))
    rule("invoice", "discount", "2350", "1200", product=with_rules)
    posted = ledger.invoice(items=(item(50_00, with_rules, discount_minor=5_00, tax_percent=None),))
    assert entry_of(posted) == {"1200": 45_00, "2350": -45_00}


def test_a_draft_is_posted_by_its_items_too(doors, deposit):
    body = {
        "account": doors.ledger.account.public_id,
        "items": [{"product": deposit.public_id, "unit_amount": 50_00}, {"description": "Chair", "unit_amount": 1}],
    }
    draft = doors.api.request("POST", "invoices", body).json()
    refused = doors.api.request("POST", f"invoices/{draft['id']}/post", {}).json()
    assert refused["code"] == "revenue_refused"
    rule("invoice", "net", "1200", "2350", product=deposit)
    posted = doors.api.request("POST", f"invoices/{draft['id']}/post", {}).json()
    assert posted["state"] == "posted"
    [found] = Transaction.objects.all()
    found.id = found.pk
    assert entry_of(found) == {"1200": 50_01, "2350": -50_00, "4000": -1}


def test_what_is_no_revenue_is_not_deferred(ledger, with_rules):
    rule("invoice", "deferred", "1200", "2400")
    june = {"service_start": date(2026, 6, 1), "service_end": date(2026, 6, 30)}
    posted = ledger.invoice(items=(item(100_00, **june), item(50_00, with_rules, **june)))
    assert entry_of(posted) == {"1200": 178_50, "2400": -100_00, "2350": -50_00, "2200": -28_50}


@pytest.fixture
def funding(deposits) -> TransactionType:
    kind = save(TransactionType, code="funding", name="Wallet funding", classification="invoice", is_revenue=False)
    rule("invoice", "total", "1200", "2350", type=kind)
    return kind


def test_documents_of_a_type_that_is_none(ledger, funding):
    posted = ledger.invoice(items=(item(50_00, tax_percent=None),), type_id=funding.pk)
    assert entry_of(posted) == {"1200": 50_00, "2350": -50_00}
    ledger.invoice(10)
    assert revenue() == [("invoice", "Invoice", 10_00, 10_00)]
    ledger.cancel(posted)
    assert revenue() == [("invoice", "Invoice", 10_00, 10_00)], "nor does its cancellation count"


def test_without_rules_of_its_own_a_type_is_refused(ledger, deposits):
    kind = save(TransactionType, code="voucher", name="Voucher sale", classification="invoice", is_revenue=False)
    with pytest.raises(RevenueRefused, match="type 'Voucher sale' is no revenue"):
        ledger.invoice(10, type_id=kind.pk)


def test_a_credit_note_takes_back_what_it_was(ledger, funding):
    refunding = save(TransactionType, code="unfund", name="Funds back", classification="credit_note", is_revenue=False)
    rule("credit_note", "total", "2350", "1200", type=refunding)
    funded = ledger.invoice(items=(item(50_00, tax_percent=None),), type_id=funding.pk)
    sold = ledger.invoice(items=(item(50_00, tax_percent=None),))
    with pytest.raises(
        RevenueMixed, match=r"is no revenue\. Choose a type of credit note that does not count"
    ) as refusal:
        ledger.credit_note(items=(NewItem(credits=ItemRef(funded.id, 1)),))
    assert refusal.value.param == "/type"
    with pytest.raises(RevenueMixed, match="was posted as revenue, and the type of the credit note is no revenue"):
        ledger.credit_note(items=(NewItem(credits=ItemRef(sold.id, 1)),), type_id=refunding.pk)
    back = ledger.credit_note(items=(NewItem(credits=ItemRef(funded.id, 1)),), type_id=refunding.pk)
    assert entry_of(back) == {"1200": -50_00, "2350": 50_00}
    ledger.credit_note(items=(NewItem(credits=ItemRef(sold.id, 1)),))
    assert [row[2] for row in revenue()] == [50_00, -50_00]


def test_every_door_says_it_of_a_product(doors):
    made = doors.api.request("POST", "products", {"code": "a", "name": "A", "is_revenue": False}).json()
    assert made["is_revenue"] is False
    assert doors.api.request("POST", "products", {"code": "b", "name": "B"}).json()["is_revenue"] is True
    assert doors.send("entry_new", {"code": "c", "name": "C", "is_active": "on"}, "products").status_code == 302
    rows = [
        {"product": "d", "is_revenue": "no"},
        {"product": "e", "is_revenue": "yes"},
        {"product": "f", "is_revenue": ""},
    ]
    assert doors.file("products", rows).rejections == []
    told = dict(Product.objects.exclude(code="write-off").values_list("code", "is_revenue"))
    assert told == {"a": False, "b": True, "c": False, "d": False, "e": True, "f": True}
    assert doors.file("products", rows).unchanged == 3
    report = doors.file("products", [{"product": "d", "is_revenue": "yes"}, {"product": "g", "is_revenue": "maybe"}])
    assert [(one.code, one.column) for one in report.rejections] == [
        ("already_differs", "is_revenue"),
        ("entry_unknown", "is_revenue"),
    ]


def test_every_door_says_it_of_a_type(doors):
    body = {"code": "vch", "name": "Voucher", "classification": "invoice", "is_revenue": False}
    assert doors.api.request("POST", "transaction_types", body).json()["is_revenue"] is False
    typed = {"code": "fnd", "name": "Funding", "classification": "invoice", "is_active": "on"}
    assert doors.send("entry_new", typed, "transaction-types").status_code == 302
    assert TransactionType.objects.get(code="fnd").is_revenue is False
    answer = doors.send("entry_new", {**typed, "code": "x", "classification": "write_off"}, "transaction-types")
    assert "types of invoices and credit notes do" in said(answer)


def test_whether_it_is_revenue_cannot_change_once_it_was_posted(ledger, with_rules):
    chair = create_products(new=[{"code": "chair", "name": "Chair"}], actor="test")[0]
    kind = TransactionType.objects.get(classification="invoice", is_default=True)
    save_entry(model=Product, ident=chair.pk, values={"is_revenue": False}, actor="test")
    save_entry(model=Product, ident=chair.pk, values={"is_revenue": True}, actor="test")
    ledger.invoice(items=(item(1_00, chair),))
    for row, thing in ((chair, "product 'Chair'"), (kind, "type 'Invoice'")):
        with pytest.raises(ConfigurationInvalid, match=f"Whether {thing} is revenue cannot change") as refusal:
            save_entry(model=type(row), ident=row.pk, values={"is_revenue": False}, actor="test")
        assert refusal.value.param == "/is_revenue"
