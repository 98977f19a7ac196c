"""Invoices, credit notes and payments from files: what lands in the books, and every row that does not."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from tests.factories import NOW, configure, refused_by

from subledger.accounts.models import Account
from subledger.accounts.services import change_account_state, update_account
from subledger.catalog.services import create_products
from subledger.file_kit.errors import FileEmpty, FileEncodingInvalid, FileUnreadable
from subledger.import_kit import errors
from subledger.imports.errors import ImportKindUnknown
from subledger.imports.models import ImportOrder, ImportRun
from subledger.imports.orders import order_in, order_json, order_of
from subledger.imports.queries import import_run_by_id, import_runs
from subledger.journal.services import close_period
from subledger.platform.models import Event
from subledger.transactions.models import OpenItem, Transaction

from .conftest import refused

TODAY = NOW.date()
PAYMENTS = "account,amount,posted_on,method,reference,back_office_code,allocate_to"
INVOICES = "account,number,posted_on,due_on,unit_price"


@pytest.fixture
def books(ledger):
    """A ledger whose account other systems call A1."""
    update_account(account_id=ledger.account.pk, changes={"code": "A1"}, actor="test")
    return ledger


def posted(**filters):
    return list(Transaction.objects.filter(**filters).order_by("posted_on", "id"))


# -- what lands in the books ---------------------------------------------------------------------------------------


def test_rows_of_one_number_are_one_document_with_their_items(bring, books):
    [product] = create_products(
        new=[{"code": "P", "name": "Card", "unit_amount": Decimal(2000), "currency": "eur"}], actor="test"
    )
    report = bring(
        "invoices",
        "account,number,posted_on,product,description,quantity,unit_price,discount_percent,discount_amount,tax_rate\n"
        "A1,X1,2026-05-04,,Card A,1,100.00,15,,19\n"
        "A1,X2,2026-05-05,,Other,3,0.3333,,,\n"
        ",X1,,,Card B,1,100.00,,20.00,standard\n"
        "A1,X1,2026-05-04,P,,2,,,,0\n",
    )
    assert (report.read, report.created, report.rejected, report.totals) == (4, 2, 0, {"eur": 23635 + 100})
    first, second = posted()
    assert (first.number, first.back_office_code, first.amount_minor) == ("INV00000001", "X1", 23635)
    items = [(i.description, i.sub_total_minor, i.tax_percent, i.product_id) for i in first.items.order_by("position")]
    assert items == [
        ("Card A", 10115, 19, None),
        ("Card B", 9520, 19, None),
        ("Card", 4000, 0, product.pk),
    ]
    assert (second.amount_minor, second.due_on) == (100, date(2026, 6, 4))


def test_documents_are_posted_in_the_order_of_their_days(bring, books):
    bring("invoices", f"{INVOICES}\nA1,C,2026-05-03,,1\nA1,A,2026-05-01,,1\nA1,B,2026-05-02,,1\n")
    assert [t.back_office_code for t in posted()] == ["A", "B", "C"]
    assert [t.number for t in posted()] == [f"INV0000000{n}" for n in (1, 2, 3)]
    assert books.balance(as_of="02/05") == 2


def test_issued_on_stands_in_for_posted_on(bring, books):
    bring("invoices", "account,number,issued_on,unit_price\nA1,A,2026-05-01,1\n")
    assert [(t.issued_on, t.posted_on) for t in posted()] == [(date(2026, 5, 1),) * 2]


def test_a_payment_settles_the_invoice_it_names_by_either_number(bring, books):
    bring("invoices", f"{INVOICES}\nA1,X1,2026-05-01,,60\nA1,X2,2026-05-02,,40\nA1,X3,2026-05-02,,7\n")
    report = bring(
        "payments", f"{PAYMENTS}\nA1,40,2026-05-03,cash,ref 7,,X2\nA1,7,2026-05-03,Bank transfer,,BANK-1,INV00000003\n"
    )
    assert (report.created, report.rejected) == (2, 0)
    assert [t.back_office_code for t in posted(open_item__isnull=False)] == ["X1"]
    cash, bank = posted(classification="payment")
    assert (cash.metadata, cash.payment_method.code) == ({"reference": "ref 7"}, "cash")
    assert (bank.back_office_code, bank.payment_method.code) == ("BANK-1", "bank_transfer")


def test_a_credit_note_settles_the_invoice_it_names(bring, books):
    bring("invoices", f"{INVOICES}\nA1,X1,2026-05-01,,60\nA1,X2,2026-05-01,,60\n")
    bring("credit-notes", "account,number,posted_on,unit_price,allocate_to\nA1,X1,2026-05-03,60,X2\n")
    assert [t.back_office_code for t in posted(open_item__isnull=False)] == ["X1"]


def test_the_currency_is_the_rows_then_the_files_then_the_accounts(bring, books):
    dollars = books.open("Bob", currency="usd", code="D1")
    bring("exchange-rates", "currency,on,rate\nusd,2026-01-01,0.9\n")
    yen = "account,amount,posted_on,currency\nD1,5,2026-05-03,\nD1,5,2026-05-03,USD\n"
    assert bring("payments", yen).totals == {"usd": 1000}
    assert refused(bring("payments", "account,amount,posted_on\nD1,6,2026-05-03\n", currency="jpy")) == [
        (2, "currency", "currency_mismatch")
    ]
    assert books.balance(dollars) == -10


def test_csv_xlsx_and_parquet_give_the_same_books(bring, books):
    rows = [
        ["account", "amount", "posted_on", "reference"],
        ["A1", "12.50", "2026-05-02", "one"],
        ["A1", "12.50", "2026-05-02", "one"],
        ["A1", "7.00", "2026-05-03", ""],
    ]
    assert bring("payments", rows).created == 3
    before = posted()
    # A workbook knows numbers and days; in Parquet they may be text.
    typed = [rows[0], *[[a, Decimal(b), date.fromisoformat(c), d] for a, b, c, d in rows[1:]]]
    for suffix, same in ((".xlsx", typed), (".parquet", rows)):
        report = bring("payments", same, suffix=suffix)
        assert (report.created, report.unchanged, report.duplicates, report.rejected) == (0, 0, 3, 0)
    assert posted() == before


def test_a_foreign_file_is_read_by_a_rules_file(bring, books, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(
        'date_format = "%d.%m.%Y"\ncurrency = "EUR"\n[columns]\naccount = "Konto"\namount = "Betrag"\n'
        'posted_on = "Buchungstag"\n[values]\nmethod = "cash"\n'
    )
    report = bring("payments", "Konto;Betrag;Buchungstag;Saldo\nA1;5.00;03.05.2026;17\n", rules=rules)
    assert (report.created, report.extra_columns) == (1, ("Saldo",))
    assert posted()[0].payment_method.code == "cash"


def test_missing_accounts_and_products_are_created_when_asked_for(bring, books):
    rows = "account,customer,number,posted_on,product,description,unit_price\nN1,Nora,X1,2026-05-01,PX,Thing,5\n"
    assert refused(bring("invoices", rows)) == [(2, "account", "account_unknown")]
    report = bring("invoices", rows, create_missing=True)
    assert (report.created, report.created_also["accounts"], report.created_also["products"]) == (1, 1, 1)
    account = Account.objects.get(code="N1")
    assert (account.customer.name, account.currency) == ("Nora", "eur")
    assert posted()[0].items.get().product.name == "Thing"


def test_an_owner_whose_name_is_too_long_for_a_code_is_created_with_a_number(bring, books):
    owner = "Very Long Name of a Company " * 8
    rows = f"account,customer,amount,posted_on\nN1,{owner},5,2026-05-03\n"
    assert bring("payments", rows, create_missing=True).created == 1
    customer = Account.objects.get(code="N1").customer
    assert (customer.name, customer.code[:3]) == (owner.strip(), "CUS")
    assert bring("payments", rows).unchanged == 1


# -- twice is once -------------------------------------------------------------------------------------------------


def test_importing_a_file_again_changes_nothing(bring, books):
    invoices = f"{INVOICES}\nA1,X1,2026-05-01,,60\n"
    payments = f"{PAYMENTS}\nA1,20,2026-05-03,,,B1,X1\nA1,20,2026-05-03,,,,\nA1,20,2026-05-03,,,,\n"
    assert bring("invoices", invoices).created == 1
    assert bring("payments", payments).created == 3
    before, events = posted(), Event.objects.exclude(type__startswith="import.").count()
    again = [bring("invoices", invoices), bring("payments", payments)]
    assert [(r.created, r.unchanged, r.rejected) for r in again] == [(0, 1, 0), (0, 3, 0)]
    assert posted() == before
    assert Event.objects.exclude(type__startswith="import.").count() == events


def test_a_payment_that_was_moved_is_not_imported_again(bring, books):
    rows = "account,amount,posted_on\nA1,20,2026-05-03\n"
    bring("payments", rows)
    [payment] = posted()
    other = books.open("Bob")
    books.move(payment_as_posted(payment), other)
    assert bring("payments", rows).unchanged == 1
    assert books.balance(other) == -20


def payment_as_posted(payment):
    from subledger.transactions.rules.orders import Posted

    return Posted(payment.pk, payment.number, payment.classification, payment.account_id, payment.amount_minor)


@pytest.mark.parametrize(
    ("kind", "before", "after", "column"),
    [
        ("invoices", f"{INVOICES}\nA1,X1,2026-05-01,,60\n", f"{INVOICES}\nA1,X1,2026-05-01,,61\n", "unit_price"),
        ("invoices", f"{INVOICES}\nA1,X1,2026-05-01,,60\n", f"{INVOICES}\nA2,X1,2026-05-01,,60\n", "account"),
        ("payments", f"{PAYMENTS}\nA1,5,2026-05-01,,,B1,\n", f"{PAYMENTS}\nA1,6,2026-05-01,,,B1,\n", "amount"),
    ],
)
def test_a_document_that_says_something_else_now_is_told(bring, books, kind, before, after, column):
    books.open("Bob", code="A2")
    bring(kind, before)
    assert refused(bring(kind, after)) == [(2, column, "already_differs")]


# -- bad rows ------------------------------------------------------------------------------------------------------


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",5,2026-05-03,,,,", "account", "field_missing"),
        ("A1,,2026-05-03,,,,", "amount", "field_missing"),
        ("A1,5,,,,,", "posted_on", "field_missing"),
        ("A9,5,2026-05-03,,,,", "account", "account_unknown"),
        ("A1,0,2026-05-03,,,,", "amount", "amount_invalid"),
        ("A1,-5,2026-05-03,,,,", "amount", "amount_invalid"),
        ("A1,90071992547409.92,2026-05-03,,,,", "amount", "amount_invalid"),
        ("A1,5.001,2026-05-03,,,,", "amount", "amount_invalid"),
        ("A1,five,2026-05-03,,,,", "amount", "amount_invalid"),
        ("A1,5,2026-02-30,,,,", "posted_on", "date_invalid"),
        ("A1,5,2026-05-21,,,,", "posted_on", "posted_on_invalid"),
        ("A1,5,2026-01-31,,,,", "posted_on", "period_closed"),
        ("A1,5,2026-05-03,barter,,,", "method", "entry_unknown"),
        ("A1,5,2026-05-03,,,B0,", "back_office_code", "duplicate_in_file"),
        ("A1,5,2026-05-03,,,,X9", "allocate_to", "invoice_unknown"),
        ("A1,5,2026-05-03,,,,OTHERS", "allocate_to", "allocate_to_invalid"),
        ("A1,5,2026-05-03", "method", "row_incomplete"),
        ("A1,5,2026-05-03,,,,,surplus", "allocate_to", "row_incomplete"),
        ("T1,5,2026-05-03,,,,", "account", "account_terminated"),
        (f"{'x' * 101},5,2026-05-03,,,,", "account", "text_invalid"),
    ],
)
def test_a_bad_payment_is_told_with_its_line_column_and_reason(bring, books, tmp_path, row, column, code):
    close_period(through=date(2026, 1, 31), actor="test")
    closed = books.open("Tom", code="T1")
    change_account_state(account_id=closed.pk, action="terminate", actor="test")
    books.invoice(5, account=books.open("Bob"), back_office_code="OTHERS")
    good = "A1,1,2026-05-02,,,B0,"
    content = f"{PAYMENTS}\n{good}\n{row}\n"
    before = posted()

    report = bring("payments", content)
    assert refused(report) == [(3, column, code)]
    assert (report.is_kept, report.codes) == (False, {code: 1})
    assert posted() == before, "one bad row keeps everything out"

    with (tmp_path / "file.csv.rejected.csv").open() as stream:
        header, rejected = list(csv.reader(stream))
    assert header == [*PAYMENTS.split(","), "line", "column", "code", "reason"]
    width = len(PAYMENTS.split(","))
    assert rejected[:width] == [*row.split(","), *[""] * width][:width]
    assert rejected[width:] == ["3", column, code, report.rejections[0].reason]

    report = bring("payments", content, skip_bad=True)
    assert (report.created, report.rejected, report.is_kept) == (1, 1, True)
    assert len(posted()) == len(before) + 1


@pytest.mark.few(6)
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["A1,,2026-05-01,,5"], [(2, "number", "field_missing")]),
        (["A1,X1,,,5"], [(2, "posted_on", "field_missing")]),
        (["A1,X1,2026-05-01,,"], [(2, "unit_price", "field_missing")]),
        (["A1,X1,2026-05-01,,-1"], [(2, "unit_price", "total_below_zero")]),
        (["A1,X1,2026-05-01,,1e30"], [(2, "unit_price", "number_invalid")]),
        (["A1,X1,2026-05-01,2026-05-20,5"], [(2, "due_on", "due_date_invalid")]),
        (["A1,X1,2026-05-01,2026-04-30,5"], [(2, "due_on", "due_date_invalid")]),
        (["S1,X1,2026-05-01,,5"], [(2, "account", "account_suspended")]),
        (
            ["A1,X1,2026-05-01,,5", "A1,X2,2026-05-01,,5", "S1,X1,2026-05-01,,5"],
            [(2, "number", "document_rejected"), (4, "account", "document_inconsistent")],
        ),
        (
            ["A1,X1,2026-05-01,,5", "A1,X1,2026-05-01,,six"],
            [(2, "number", "document_rejected"), (3, "unit_price", "number_invalid")],
        ),
        (
            ["A1,X1,2026-05-01,,5", "A1,X1,2026-05-01,,-6"],
            [(2, "unit_price", "total_below_zero"), (3, "number", "document_rejected")],
        ),
    ],
)
def test_a_bad_row_keeps_its_whole_document_out(bring, books, rows, expected):
    suspended = books.open("Sue", code="S1")
    change_account_state(account_id=suspended.pk, action="suspend", actor="test")
    report = bring("invoices", "\n".join([INVOICES, *rows]))
    assert refused(report) == expected
    assert posted() == []


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("product", "P9", "product_unknown"), ("tax_rate", "luxury", "entry_unknown"), ("tax_rate", "101",
        "item_invalid"), ("quantity", "0", "item_invalid"), ("quantity", "two", "number_invalid"),
        ("discount_percent", "101", "item_invalid"), ("discount_amount", "5.01", "item_invalid"),
        ("currency", "xyz", "currency_unknown"), ("currency", "usd", "currency_mismatch"),
    ],
)  # fmt: skip
def test_a_bad_item_is_told_with_its_column(bring, books, column, value, code):
    report = bring("invoices", f"account,number,posted_on,unit_price,{column}\nA1,X1,2026-05-01,5,{value}\n")
    assert refused(report) == [(2, column, code)]


def test_a_due_date_outside_the_window_is_kept_when_accepted(bring, books):
    rows = f"{INVOICES}\nA1,X1,2026-05-01,2026-05-20,5\n"
    assert bring("invoices", rows, accept_due_dates=True).created == 1
    assert posted()[0].due_on == date(2026, 5, 20)


def test_one_rejected_file_mended_is_imported_as_it_is(bring, books, tmp_path):
    bring("payments", "account,amount,posted_on\nA1,5,2026-05-03\nA1,x,2026-05-04\n", skip_bad=True)
    rejected = tmp_path / "file.csv.rejected.csv"
    rejected.write_text(rejected.read_text().replace("A1,x", "A1,y"))
    assert bring("payments", rejected).rejected == 1
    again = tmp_path / "file.csv.rejected.csv.rejected.csv"
    assert again.read_text().splitlines()[0] == "account,amount,posted_on,line,column,code,reason"
    again.write_text(again.read_text().replace("A1,y", "A1,7"))
    report = bring("payments", again)
    assert (report.created, report.extra_columns) == (1, ())


@pytest.mark.parametrize("many", [10_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_very_many_bad_rows_make_a_short_report_and_a_whole_file(bring, books, tmp_path, many):
    rows = "".join(f"A1,x,2026-05-03,{n}\n" for n in range(many))
    report = bring("payments", f"account,amount,posted_on,reference\nA1,1,2026-05-03,\n{rows}", skip_bad=True)
    assert (report.read, report.created, report.rejected) == (many + 1, 1, many)
    assert report.codes == {"amount_invalid": many}
    assert [r.line for r in report.rejections] == list(range(3, 103))
    with (tmp_path / "file.csv.rejected.csv").open() as stream:
        assert sum(1 for _ in stream) == many + 1
    assert len(import_run_by_id(report.run_id).rejections) == 100


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ("account,amount,posted_on\n", FileEmpty),
        ("account,amount,posted_on\n,,\n", FileEmpty),
        ("konto,betrag,tag\nA1,5,2026-05-03\n", errors.HeaderInvalid),
        (b"account,amount,posted_on\nA1,5,\xff\n", FileEncodingInvalid),
        ('account,amount,posted_on\n"A1,5,2026-05-03\n', FileUnreadable),
    ],
)
def test_a_file_that_is_no_file_of_payments_is_refused_as_a_whole(bring, books, rows, error):
    with pytest.raises(error):
        bring("payments", rows)
    assert posted() == []
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("invoices", "suspense", "A file of invoices has no option suspense. Leave it out; it has create_missing, "),
        ("customers", "create_missing", "A file of customers has no option create_missing. Leave it out."),
        (
            "payments",
            "create_mising",
            "A file of payments has no option create_mising. Leave it out; it has create_missi",
        ),
    ],
)
def test_an_option_that_a_kind_has_not_is_refused_by_name(bring, books, kind, name, words):
    with pytest.raises(errors.ImportOptionInvalid) as refusal:
        bring(kind, "customer\nA\n", **{name: True})
    assert str(refusal.value).startswith(words)
    assert refusal.value.param == f"/{name}"


def test_what_was_chosen_is_kept_with_an_order_as_earlier_versions_kept_it(company):
    order = order_of("payments", keep_duplicates=True, accept_rates=False)
    kept = order_json(order)
    assert (kept["keep_duplicates"], kept["create_missing"], "accept_rates" in kept) == (True, False, False)
    earlier = kept | {"accept_rates": False, "accept_due_dates": False}
    assert order_in(ImportOrder(kind="payments", order=earlier)) == order


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"rules": {"columns": "no table"}}, errors.MappingInvalid),
        ({"rules": {"colums": {}}}, errors.MappingInvalid),
        ({"rules": "missing.toml"}, errors.MappingInvalid),
        ({"suspense": True, "create_missing": True}, errors.ImportOptionInvalid),
        ({"rejected_to": "folder"}, errors.RejectedFileUnwritable),
    ],
)
def test_options_that_make_no_sense_are_refused(bring, books, tmp_path, options, error):
    if "rejected_to" in options:
        options = {"rejected_to": tmp_path}  # a folder cannot be written
    with pytest.raises(error):
        bring("payments", "account,amount,posted_on\nA9,5,2026-05-03\n", **options)
    assert posted() == []


def test_an_unknown_kind_is_refused(bring, books):
    with pytest.raises(ImportKindUnknown, match="credit-notes"):
        bring("bills", "a\n1\n")


def test_a_dry_run_tells_everything_and_keeps_nothing(bring, books):
    rows = "account,number,posted_on,unit_price\nA1,X1,2026-05-01,5\nN1,X2,2026-05-01,6\n"
    report = bring("invoices", rows, dry_run=True, create_missing=True)
    assert (report.created, report.created_also["accounts"], report.totals) == (2, 1, {"eur": 1100})
    assert (report.is_dry_run, report.is_kept, report.run_id) == (True, False, None)
    assert posted() == []
    assert not Account.objects.filter(code="N1").exists()
    assert not ImportRun.objects.exists()
    bring("invoices", rows, create_missing=True)
    assert [t.number for t in posted()] == ["INV00000001", "INV00000002"], "the dry run used no number"


def test_every_import_leaves_its_record(bring, books):
    kept = bring("payments", "account,amount,posted_on,Balance\nA1,5,2026-05-03,9\n")
    bad = bring("payments", "account,amount,posted_on\nA1,5,2026-05-03\nA1,x,2026-05-03\n")
    last, first = import_runs()
    assert (first.pk, last.pk) == (kept.run_id, bad.run_id)
    assert first.public_id.startswith("imp_")
    assert (first.is_kept, first.created, first.totals, first.extra_columns) == (True, 1, {"eur": 500}, ["Balance"])
    assert (last.is_kept, last.created, last.rejected, last.rejections[0][:3]) == (
        False,
        0,
        1,
        [3, "amount", "amount_invalid"],
    )
    assert (first.at, first.actor, first.file_name, len(first.sha256)) == (NOW, "test", "file.csv", 64)
    told = Event.objects.filter(object_type="import_run").order_by("id").values_list("type", flat=True)
    assert list(told) == ["import.finished", "import.refused"]


# -- scenario 3 ----------------------------------------------------------------------------------------------------


def test_scenario_3_bank_payments_with_suspense_account(bring, books):
    configure(allocation_principle="fifo")
    first, second, fifth = books.account, books.open("Two", code="ACR2"), books.open("Five", code="ACR5")
    update_account(account_id=first.pk, changes={"code": "ACR1"}, actor="test")
    third, fourth = books.open("Three", code="ACR3"), books.open("Four", code="ACR4")
    books.invoice(60, account=first)
    books.invoice(50, account=second)
    change_account_state(account_id=third.pk, action="terminate", actor="test")
    rows = (
        "account,customer,amount,posted_on\nACR1,Ann,60,2026-05-20\nACR9,,35,2026-05-20\nACR3,,20,2026-05-20\n"
        "ACR4,Somebody Else,10,2026-05-20\n"
    )
    plain = bring("payments", rows)
    assert [code for _, _, code in refused(plain)] == ["account_unknown", "account_terminated", "owner_differs"]

    report = bring("payments", rows, suspense=True)
    assert (report.created, report.set_aside, report.rejected) == (4, 3, 0)
    suspense = books.system("suspense")
    assert (books.balance(first), books.balance(suspense), books.balance(fourth)) == (0, -65, 0)
    unknown, _, other = posted(account=suspense)
    assert unknown.metadata == {"account": "ACR9"}
    note = Event.objects.get(object_id=unknown.pk, type="transaction.noted")
    assert note.data == {"text": "To suspense: unknown account (ACR9)."}

    books.move(payment_as_posted(unknown), second)
    books.move(payment_as_posted(other), fifth)
    assert (books.balance(second), books.balance(fifth), books.balance(suspense)) == (15, -10, -20)
    assert bring("payments", rows, suspense=True).unchanged == 4


def test_importing_yesterday_is_allowed_and_tomorrow_is_not(bring, books):
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    report = bring("payments", f"account,amount,posted_on\nA1,5,{yesterday}\nA1,5,{tomorrow}\n", skip_bad=True)
    assert refused(report) == [(3, "posted_on", "posted_on_invalid")]
    assert [t.posted_on for t in posted()] == [yesterday]
    assert OpenItem.objects.count() == 1


def test_the_record_of_an_import_stays_as_it_was_written(bring, books):
    run = import_run_by_id(bring("payments", "account,amount,posted_on\nA1,5,2026-05-03\n").run_id)
    with refused_by("imports_importrun_append_only"):
        ImportRun.objects.filter(pk=run.pk).update(created=7)


# -- documents of the world ----------------------------------------------------------------------------------------


def test_a_credit_line_reduces_its_invoice_and_a_total_is_checked(bring, books):
    header = "account,number,posted_on,unit_price,total\n"
    assert not bring("invoices", header + "A1,X1,2026-05-01,100,80.00\nA1,X1,2026-05-01,-20,80.00\n").rejections
    assert Transaction.objects.get(back_office_code="X1").amount_minor == 80_00
    report = bring("invoices", header + "A1,X2,2026-05-01,100,100.01\n")
    assert refused(report) == [(2, "total", "total_differs")]
    assert "come to 100.00 EUR, and 100.01 EUR was given" in report.rejections[0].reason


def test_an_invoice_of_nothing_is_imported_once(bring, books):
    rows = "account,number,posted_on,unit_price\nA1,X1,2026-05-01,0.00\n"
    assert bring("invoices", rows).created == 1
    assert bring("invoices", rows).unchanged == 1


@pytest.mark.parametrize("written", ["R-1, R-2", "R-2;R-1"])
def test_several_numbers_are_several_targets(bring, books, written):
    rows = "account,number,posted_on,unit_price\n" + "".join(f"A1,R-{n},2026-05-0{n},10\n" for n in (1, 2, 3))
    bring("invoices", rows)
    bring("payments", f'account,amount,posted_on,allocate_to\nA1,20,2026-05-04,"{written}"\n')
    payment = Transaction.objects.get(classification="payment")
    meant = Transaction.objects.filter(pk__in=payment.intended_ids).values_list("back_office_code", flat=True)
    assert sorted(meant) == ["R-1", "R-2"]
    report = bring("payments", 'account,amount,posted_on,allocate_to\nA1,21,2026-05-04,"R-1, R-9"\n')
    assert refused(report) == [(2, "allocate_to", "invoice_unknown")]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"], ids=["cut off", "shows an error"])
def test_a_row_that_is_no_whole_row_keeps_its_document_out_of_the_rest(bring, company, tmp_path, suffix):
    """What such a document lacks would be missing from its total, and nobody would see it."""
    path = tmp_path / f"items{suffix}"
    header, first = ["account", "number", "posted_on", "unit_price"], ["C-100", "I1", "2026-05-04", "5"]
    cut_off, other = ["C-100", "I1", "2026-05-04"], ["C-100", "I2", "2026-05-04", "7"]
    if suffix == ".csv":
        path.write_text("".join(f"{','.join(row)}\n" for row in (header, first, cut_off, other)))
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for line, row in enumerate([header, first, cut_off, other]):
                sheet.write_row(line, 0, row)
            sheet.write_formula(2, 3, "=NA()", None, "#N/A")
    report = bring("invoices", path, create_missing=True, skip_bad=True)
    assert [(one.line, one.code) for one in report.rejections] == [
        (2, "document_rejected"), (3, "row_incomplete" if suffix == ".csv" else "cell_invalid"),
    ]  # fmt: skip
    assert [one.back_office_code for one in Transaction.objects.all()] == ["I2"]
