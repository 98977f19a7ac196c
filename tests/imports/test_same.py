"""What is the same: equal in every fact that a row states; and what only looks the same is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.factories import configure
from tests.imports.conftest import refused

from subledger.accounts.models import AccountClassification
from subledger.accounts.services import update_account
from subledger.catalog.models import ProductGroup, TaxRate
from subledger.catalog.services import create_products
from subledger.companies.entries import save_entry
from subledger.imports.models import ImportPart, ImportRun
from subledger.imports.queries import created_by_run
from subledger.imports.registry import kinds
from subledger.transactions.models import CreditReason, Transaction

INVOICE = "account,number,posted_on,issued_on,due_on,currency,quantity,unit_price,discount_percent,tax_rate,description"
FIRST = "A1,R-1,2026-05-04,2026-05-03,2026-06-03,EUR,2,50.00,10%,22%,Work"
PAYMENT = "account,amount,posted_on,currency,method,reference,back_office_code,received_on"
PAID = "A1,5.00,2026-05-04,EUR,cash,RF1,B1,2026-05-02"


@pytest.fixture
def books(ledger):
    update_account(account_id=ledger.account.pk, changes={"code": "A1"}, actor="test")
    ledger.open("Bob", code="A2")
    return ledger


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("EUR", "USD", "currency"),
        ("R-1,2026-05-04", "R-1,2026-05-05", "posted_on"),
        ("2026-05-03", "2026-05-02", "issued_on"),
        ("2026-06-03", "2026-06-04", "due_on"),
        ("A1,", "A2,", "account"),
        (",2,50.00", ",1,100.00", "quantity"),
        ("50.00", "50.01", "unit_price"),
        ("10%", "9%", "discount_percent"),
        ("22%", "19%", "tax_rate"),
        ("Work", "Other work", "description"),
    ],
)
def test_an_invoice_is_unchanged_only_with_every_fact_it_states(bring, books, before, after, field):
    assert bring("invoices", f"{INVOICE}\n{FIRST}\n", accept_due_dates=True).created == 1
    assert bring("invoices", f"{INVOICE}\n{FIRST}\n", accept_due_dates=True).unchanged == 1
    report = bring("invoices", f"{INVOICE}\n{FIRST.replace(before, after, 1)}\n", accept_due_dates=True)
    assert refused(report) == [(2, field, "already_differs")]
    assert "minor units" not in report.rejections[0].reason
    assert Transaction.objects.count() == 1


def test_what_a_row_leaves_out_is_not_compared(bring, books):
    bring("invoices", f"{INVOICE}\n{FIRST}\n", accept_due_dates=True)
    short = "account,number,posted_on,quantity,unit_price,discount_percent,tax_rate\nA1,R-1,2026-05-04,2,50,10,22\n"
    assert bring("invoices", short).unchanged == 1


def test_items_in_another_order_are_the_same_and_one_that_differs_is_found(bring, books):
    head = "account,number,posted_on,unit_price,tax_rate\n"
    rows = ["A1,R-1,2026-05-04,10.00,\n", "A1,R-1,2026-05-04,20.00,\n"]
    bring("invoices", head + "".join(rows))
    assert bring("invoices", head + "".join(reversed(rows))).unchanged == 1
    report = bring("invoices", head + rows[0] + rows[1].replace("20.00", "21.00"))
    assert refused(report) == [(2, "number", "document_rejected"), (3, "unit_price", "already_differs")]
    assert "20.00 EUR there, 21.00 EUR here" in report.rejections[1].reason
    assert refused(bring("invoices", head + rows[0])) == [(2, "number", "already_differs")]


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("EUR", "USD", "currency"),
        ("2026-05-04", "2026-05-05", "posted_on"),
        ("2026-05-02", "2026-05-03", "received_on"),
        ("5.00", "6.00", "amount"),
        ("cash", "bank_transfer", "method"),
        ("RF1", "RF2", "reference"),
        ("A1,", "A2,", "account"),
    ],
)
def test_a_payment_with_a_code_is_unchanged_only_with_every_fact_it_states(bring, books, before, after, field):
    assert bring("payments", f"{PAYMENT}\n{PAID}\n").created == 1
    assert bring("payments", f"{PAYMENT}\n{PAID}\n").unchanged == 1
    assert refused(bring("payments", f"{PAYMENT}\n{PAID.replace(before, after, 1)}\n")) == [
        (2, field, "already_differs")
    ]


def test_a_credit_note_meant_for_another_invoice_differs(bring, books):
    invoices = [books.invoice(10, back_office_code=code) for code in ("I1", "I2")]
    assert len(invoices) == 2
    head = "account,number,posted_on,unit_price,allocate_to\n"
    assert bring("credit-notes", f"{head}A1,C1,2026-05-04,5,I1\n").created == 1
    assert bring("credit-notes", f"{head}A1,C1,2026-05-04,5,I1\n").unchanged == 1
    assert refused(bring("credit-notes", f"{head}A1,C1,2026-05-04,5,I2\n")) == [(2, "allocate_to", "already_differs")]


@pytest.mark.few(4)
@pytest.mark.parametrize(
    ("kind", "head", "row", "other", "field"),
    [
        ("customers", "customer,phone", "C1,123", "C1,124", "phone"),
        ("customers", "customer,city", "C1,Rome", "C1,Milan", "city"),
        ("customers", "customer,meta:vip", "C1,yes", "C1,no", "meta:vip"),
        ("products", "product,unit_price,currency", "P1,5,EUR", "P1,5,USD", "currency"),
        ("products", "product,description", "P1,Long", "P1,Short", "description"),
        ("accounts", "account,name", "N1,Ann", "N1,Bob", "name"),
        ("accounts", "account,customer", "N1,Cu1", "N1,Cu2", "customer"),
        ("accounts", "account,credit_period_days", "N1,25", "N1,30", "credit_period_days"),
        ("accounts", "account,opening_balance,opening_on", "N1,5,2026-01-01", "N1,-5,2026-01-01", "opening_balance"),
        ("accounts", "account,opening_balance,opening_on", "N1,5,2026-01-01", "N1,5,2026-01-02", "opening_on"),
    ],
)
def test_master_data_is_unchanged_only_with_every_fact_it_states(bring, books, kind, head, row, other, field):
    create = {"create_missing": True} if kind == "accounts" else {}
    configure(proximity_days=10, proximity_operator="plus_minus")
    assert bring(kind, f"{head}\n{row}\n", **create).created == 1
    assert bring(kind, f"{head}\n{row}\n", **create).unchanged == 1
    assert refused(bring(kind, f"{head}\n{other}\n", **create)) == [(2, field, "already_differs")]


BANK = "account,amount,posted_on,reference\nA1,5.00,2026-05-04,rent\n"


def test_an_equal_payment_of_another_file_is_told_and_left_out(bring, books, table):
    bring("payments", table(BANK, name="may"))
    report = bring("payments", table(BANK + "A1,6.00,2026-05-05,rent\n", name="june"))
    assert (report.created, report.unchanged, report.duplicates, report.rejected) == (1, 0, 1, 0)
    [told] = report.looks_imported
    assert (told.line, told.code) == (2, "payment_looks_imported")
    assert "the payment 5.00 EUR that was imported on" in told.reason
    assert "from may.csv by test" in told.reason
    assert "--keep-duplicates" in told.reason
    assert "--" not in told.on_page
    run = ImportRun.objects.get(pk=report.run_id)
    assert (run.duplicates, run.looks_imported[0][0]) == (1, 2)
    assert created_by_run(run.pk, 10) == [("transaction", Transaction.objects.get(amount_minor=600).pk)]


def test_the_same_file_asks_nothing(bring, books, table):
    path = table(BANK, name="may")
    bring("payments", path)
    assert (bring("payments", path).unchanged, bring("payments", path).duplicates) == (1, 0)


def test_a_payment_that_looks_imported_is_kept_on_demand_and_once(bring, books, table):
    bring("payments", table(BANK, name="may"))
    june = table(BANK + "\n", name="june")
    assert bring("payments", june, keep_duplicates=True).created == 1
    assert bring("payments", june, keep_duplicates=True).unchanged == 1
    assert bring("payments", june).unchanged == 1
    assert Transaction.objects.count() == 2


def test_an_equal_payment_of_an_import_before_parts_were_kept_is_unchanged_in_the_same_file(bring, books, monkeypatch):
    monkeypatch.setattr("subledger.imports.parts.Parts.keep", lambda *_: None)
    bring("payments", BANK)
    assert bring("payments", BANK).unchanged == 1
    other = bring("payments", BANK + "\n")
    assert other.duplicates == 1
    assert "that was entered on" in other.looks_imported[0].reason
    assert not ImportPart.objects.exists()


def test_names_that_look_alike_are_one_account(bring, books):
    head = "account,amount,posted_on,reference\n"
    rows = "Müller,1,2026-05-04,a\nMu\u0308ller,2,2026-05-04,b\nMü\u200bller,3,2026-05-04,c\n"
    report = bring("payments", head + rows, create_missing=True)
    assert (report.created, report.created_also["accounts"]) == (3, 1)


def test_a_day_that_is_a_number_is_named_as_one(bring, books):
    report = bring("payments", "account,amount,posted_on\nA1,5,46146\n")
    assert refused(report) == [(2, "posted_on", "date_invalid")]
    assert "is a number, where a day is meant" in report.rejections[0].reason
    assert "2026-05-04" in report.rejections[0].reason


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_percentages_are_one_rule_for_tax_and_discount_in_every_format(bring, books, tmp_path, suffix):
    import xlsxwriter

    path = tmp_path / f"file{suffix}"
    if suffix == ".csv":
        path.write_text("account,number,posted_on,unit_price,tax_rate,discount_percent\nA1,1,2026-05-04,100,22%,5%\n")
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0%"})
            sheet.write_row(0, 0, ["account", "number", "posted_on", "unit_price", "tax_rate", "discount_percent"])
            sheet.write_row(1, 0, ["A1", 1, "2026-05-04", 100])
            sheet.write(1, 4, 0.22, percent)
            sheet.write(1, 5, 0.05, percent)
    assert bring("invoices", path).totals == {"eur": 11590}


# -- every column of every kind ----------------------------------------------------------------------------------------

# What a row is told by: one that says it otherwise is about another thing.
NAMES = {
    "customers": {"customer"},
    "contact-persons": {"customer", "name"},
    "accounts": {"account"},
    "products": {"product"},
    "invoices": {"number"},
    "credit-notes": {"number"},
    "payments": {"back_office_code"},
    "exchange-rates": {"currency", "on"},
}
# By kind and column: a row that is imported, and what the same row says in that column afterwards.
ITEM = "account,number,posted_on,unit_price"
OTHERWISE: dict[str, dict[str, tuple[str, str]]] = {
    "customers": {
        **{
            name: (f"customer,{name}\nC1,one\n", "two")
            for name in ("name", "phone", "tax_number", "city", "postal_code", "region", "address_line1",
                         "address_line2", "meta:key")
        },
        "email": ("customer,email\nC1,a@example.com\n", "b@example.com"),
        "country": ("customer,country\nC1,IT\n", "DE"),
        "language": ("customer,language\nC1,it\n", "de"),
    },
    "contact-persons": {
        "role": ("customer,name,email,role\nAnn,Eva,a@example.com,general\n", "billing"),
        "email": ("customer,name,email\nAnn,Eva,a@example.com\n", "b@example.com"),
        "phone": ("customer,name,email,phone\nAnn,Eva,a@example.com,1\n", "2"),
        "language": ("customer,name,email,language\nAnn,Eva,a@example.com,it\n", "de"),
        "receives": ("customer,name,email,receives\nAnn,Eva,a@example.com,invoices\n", "reminders"),
    },
    "accounts": {
        "customer": ("account,customer\nN1,Cu1\n", "Cu2"),
        "name": ("account,customer,name\nN1,Ann,one\n", "two"),
        "currency": ("account,customer,currency\nN1,Ann,EUR\n", "USD"),
        "classification": ("account,customer,classification\nN1,Ann,gold\n", "silver"),
        "parent": ("account,customer,parent\nN1,Ann,A1\n", "A2"),
        "credit_limit": ("account,customer,credit_limit\nN1,Ann,100\n", "200"),
        "credit_period_days": ("account,customer,credit_period_days\nN1,Ann,25\n", "30"),
        "opening_balance": ("account,customer,opening_balance,opening_on\nN1,Ann,5,2026-01-01\n", "6"),
        "opening_on": ("account,customer,opening_balance,opening_on\nN1,Ann,5,2026-01-01\n", "2026-01-02"),
    },
    "products": {
        **{
            name: (f"product,{name}\nP1,one\n", "two")
            for name in ("name", "name_en", "name_de", "name_it", "name_el")
        },
        "description": ("product,description\nP1,one\n", "two"),
        "unit_price": ("product,unit_price,currency\nP1,5,EUR\n", "6"),
        "currency": ("product,unit_price,currency\nP1,5,EUR\n", "USD"),
        "tax_rate": ("product,tax_rate\nP1,19\n", "22"),
        "group": ("product,group\nP1,gold\n", "silver"),
        "is_revenue": ("product,is_revenue\nP1,yes\n", "no"),
    },
    "invoices": {
        "account": (f"{ITEM}\nA1,R-1,2026-05-04,10\n", "A2"),
        "unit_price": (f"{ITEM}\nA1,R-1,2026-05-04,10\n", "11"),
        "posted_on": (f"{ITEM}\nA1,R-1,2026-05-04,10\n", "2026-05-05"),
        "issued_on": (f"{ITEM},issued_on\nA1,R-1,2026-05-04,10,2026-05-03\n", "2026-05-02"),
        "currency": (f"{ITEM},currency\nA1,R-1,2026-05-04,10,EUR\n", "USD"),
        "due_on": (f"{ITEM},due_on\nA1,R-1,2026-05-04,10,2026-06-03\n", "2026-06-04"),
        "order_reference": (f"{ITEM},order_reference\nA1,R-1,2026-05-04,10,PO-1\n", "PO-2"),
        "product": (f"{ITEM},product\nA1,R-1,2026-05-04,10,ONE\n", "TWO"),
        "description": (f"{ITEM},description\nA1,R-1,2026-05-04,10,one\n", "two"),
        "quantity": (f"{ITEM},quantity\nA1,R-1,2026-05-04,10,1\n", "2"),
        "discount_percent": (f"{ITEM},discount_percent\nA1,R-1,2026-05-04,10,10%\n", "9%"),
        "discount_amount": (f"{ITEM},discount_amount\nA1,R-1,2026-05-04,10,1\n", "2"),
        "tax_rate": (f"{ITEM},tax_rate\nA1,R-1,2026-05-04,10,22%\n", "19%"),
        "service_start": (f"{ITEM},service_start,service_end\nA1,R-1,2026-05-04,10,2026-05-01,2026-05-31\n",
                          "2026-05-02"),
        "service_end": (f"{ITEM},service_start,service_end\nA1,R-1,2026-05-04,10,2026-05-01,2026-05-31\n",
                        "2026-05-30"),
        "meta:key": (f"{ITEM},meta:key\nA1,R-1,2026-05-04,10,one\n", "two"),
    },
    "credit-notes": {
        "allocate_to": (f"{ITEM},allocate_to\nA1,C-1,2026-05-04,1,I1\n", "I2"),
        "credits_item": (f"{ITEM},credits_item\nA1,C-1,2026-05-04,1,I1:1\n", "I2:1"),
        "reason": (f"{ITEM},reason\nA1,C-1,2026-05-04,1,one\n", "two"),
    },
    "payments": {
        "account": (f"{PAYMENT}\n{PAID}\n", "A2"),
        "amount": (f"{PAYMENT}\n{PAID}\n", "6.00"),
        "posted_on": (f"{PAYMENT}\n{PAID}\n", "2026-05-05"),
        "currency": (f"{PAYMENT}\n{PAID}\n", "USD"),
        "method": (f"{PAYMENT}\n{PAID}\n", "bank_transfer"),
        "reference": (f"{PAYMENT}\n{PAID}\n", "RF2"),
        "received_on": (f"{PAYMENT}\n{PAID}\n", "2026-05-01"),
        "allocate_to": (f"{PAYMENT},allocate_to\n{PAID},I1\n", "I2"),
    },
    "exchange-rates": {},
}  # fmt: skip
OTHERWISE["credit-notes"] |= {name: one for name, one in OTHERWISE["invoices"].items() if name not in ("due_on",)}
NOT_COMPARED = {
    "invoices": {"customer": "the customer of an account that is opened", "total": "what the items must come to"},
    "credit-notes": {
        "customer": "the customer of an account that is opened",
        "total": "what the items must come to",
        "due_on": "read and not kept",
    },
    "payments": {"customer": "whose payment it is, where those of others go to suspense"},
    "exchange-rates": {"rate": "a rate that differs is entered", "inverse_rate": "a rate that differs is entered"},
}


def test_every_column_of_every_kind_is_compared_or_said_not_to_be():
    for kind in kinds().values():
        columns = {*kind.fields.names, *(["meta:key"] if kind.fields.metadata else [])}
        said = [NAMES[kind.name], {*OTHERWISE[kind.name]}, {*NOT_COMPARED.get(kind.name, {})}]
        assert set.union(*said) == columns, kind.name
        assert sum(map(len, said)) == len(columns), kind.name


def set_up_choices() -> None:
    for model in (AccountClassification, ProductGroup, CreditReason):
        for code in ("one", "two") if model is CreditReason else ("gold", "silver"):
            save_entry(model=model, ident=None, values={"code": code, "name": code.title()}, actor="test")
    for percent in ("19", "22"):
        values = {"code": f"t{percent}", "name": f"{percent} percent", "percent": Decimal(percent)}
        save_entry(model=TaxRate, ident=None, values=values, actor="test")
    create_products(new=[{"code": code, "name": code} for code in ("ONE", "TWO")], actor="test")


@pytest.mark.few(16)
@pytest.mark.parametrize(
    ("kind", "column"), [(kind, column) for kind, columns in OTHERWISE.items() for column in columns]
)
def test_a_file_that_says_any_column_otherwise_is_not_unchanged(bring, books, kind, column):
    configure(proximity_days=10, proximity_operator="plus_minus")
    for code in ("I1", "I2"):
        books.invoice(10, back_office_code=code)
    set_up_choices()
    rows, other = OTHERWISE[kind][column]
    options = {"create_missing": True} if kind == "accounts" else {}
    options |= {"accept_due_dates": True} if kind in ("invoices", "credit-notes") else {}
    assert (bring(kind, rows, **options).created, bring(kind, rows, **options).unchanged) == (1, 1)
    head, row = (line.split(",") for line in rows.splitlines())
    row[head.index(column)] = other
    assert refused(bring(kind, f"{','.join(head)}\n{','.join(row)}\n", **options)) == [(2, column, "already_differs")]
