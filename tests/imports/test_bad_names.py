"""A name that cannot be kept refuses its own row: told with line, column and reason, and the other rows go on."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from tests.imports.conftest import refused

from subledger.accounts.errors import AccountInvalid
from subledger.accounts.imports import customers, opening_balances
from subledger.accounts.models import Account, Customer
from subledger.catalog import imports as catalog
from subledger.catalog.models import Product
from subledger.import_kit.options import titles_of
from subledger.imports.registry import kind_named, kinds
from subledger.journal import imports as rates
from subledger.transactions.imports import postings
from subledger.transactions.models import Transaction
from subledger.transactions.services import actions

CARD, BELL, LONG = "4242424242424242", "A\aB", "x" * 20_000
GOOD: dict[str, dict[str, str]] = {
    "customers": {"customer": "C-1"},
    "accounts": {"account": "A-1", "customer": "C-1", "opening_balance": "5", "opening_on": "2026-05-04"},
    "products": {"product": "P-1", "unit_price": "5"},
    "invoices": {
        "account": "A-1", "number": "N-1", "unit_price": "5", "posted_on": "2026-05-04", "product": "P-1",
    },
    "credit-notes": {
        "account": "A-1", "number": "N-1", "unit_price": "5", "posted_on": "2026-05-04", "product": "P-1",
    },
    "payments": {"account": "A-1", "amount": "5", "posted_on": "2026-05-04"},
    "exchange-rates": {"currency": "usd", "on": "2026-05-04", "rate": "0.9"},
}  # fmt: skip
OWN = ("customer", "account", "product", "number")  # of each row another
BAD = (CARD, BELL, LONG)


def cases_of(kind: str) -> list[tuple[str, str]]:
    """(column, bad cell); digits are bad where a text or a day is meant."""
    fields = kinds()[kind].fields
    columns = [*fields.names, *(["meta:A/B"] if fields.metadata else [])]
    return [
        (column, bad)
        for column in columns
        for bad in BAD
        if not (column in fields.numbers and bad is CARD) and not (column == "due_on" and kind == "credit-notes")
    ]


@pytest.mark.few(3)
@pytest.mark.parametrize("kind", GOOD)
def test_a_bad_cell_in_any_column_refuses_its_own_row(bring, company, kind):
    cases, good = cases_of(kind), GOOD[kind]
    header = list(dict.fromkeys([*good, *(column for column, _ in cases)]))
    rows: list[list[str]] = []
    for at, (column, bad) in enumerate(cases):
        own = {name: f"{name}-{at}" for name in OWN if name in header}
        if column == "inverse_rate":
            own["rate"] = ""
        if "on" in good:
            own["on"] = (date(2026, 1, 1) + timedelta(at)).isoformat()
        cells = {**good, **own, column: bad}
        rows.append([cells.get(name, "") for name in header])
    rows.append([good.get(name, "") for name in header])
    create = {name: True for name in ("accept_rates", "create_missing") if name in titles_of(kind_named(kind).choices)}
    report = bring(kind, [header, *rows], skip_bad=True, **create)
    found = {one.line: one.column for one in reversed(report.rejections)}  # the first of each line
    assert found == {line: column for line, (column, _) in enumerate(cases, 2)}
    assert all(one.reason and CARD not in one.reason for one in report.rejections)
    assert (report.rejected, report.created, report.is_kept) == (len(cases), 1, True)
    with report.rejected_file.open(newline="", encoding="utf-8") as stream:
        assert [row[-4] for row in csv.reader(stream)][1:] == [str(line) for line in sorted(found)]
    for model in (Account, Customer, Product):
        assert not model.objects.filter(code__contains="t-").exists()


def opened() -> list[str]:
    return sorted(Account.objects.exclude(code="").values_list("code", flat=True))


def test_without_skipping_nothing_is_imported_and_the_row_is_told(bring, company):
    report = bring(
        "payments", f"account,amount,posted_on\n{CARD},5,2026-05-04\nA-1,5,2026-05-04\n", create_missing=True
    )
    assert refused(report) == [(2, "account", "card_number_refused")]
    assert (report.is_kept, Transaction.objects.count(), opened()) == (False, 0, [])


@pytest.mark.parametrize("is_account", [True, False])
def test_what_a_service_refuses_to_create_refuses_the_rows_that_need_it(bring, company, monkeypatch, is_account):
    """Whatever the reason: every document of the account or product, and no other."""
    creates = "open_accounts" if is_account else "create_products"
    room = opening_balances if is_account else postings
    create = getattr(room, creates)

    def refuse(*, new, actor):
        if any(one["code"] in ("A-2", "P-2") for one in new):
            raise AccountInvalid("That one is refused.", param="/code")
        return create(new=new, actor=actor)

    monkeypatch.setattr(room, creates, refuse)
    report = bring(
        "invoices",
        "account,number,posted_on,unit_price,product\n"
        "A-1,1,2026-05-04,5,P-1\n"
        f"{'A-2' if is_account else 'A-1'},2,2026-05-04,5,P-1\n"
        f"{'A-2' if is_account else 'A-1'},2,2026-05-04,5,P-{1 if is_account else 2}\n"
        "A-3,3,2026-05-04,5,P-3\n",
        create_missing=True,
        skip_bad=True,
    )
    assert refused(report) == (
        [(3, "account", "account_invalid"), (4, "number", "document_rejected")]
        if is_account
        else [(3, "number", "document_rejected"), (4, "product", "account_invalid")]
    )
    assert report.created == 2
    assert opened() == ["A-1", "A-3"]
    assert sorted(Product.objects.filter(code__startswith="P-").values_list("code", flat=True)) == ["P-1", "P-3"]
    assert (report.created_also["accounts"], report.created_also["products"]) == (2, 2)


def test_a_refusal_of_a_whole_posting_finds_its_row(bring, company, monkeypatch):
    def post(*, new, actor, collect):
        if any(one.amount_minor == 700 for one in new):
            raise AccountInvalid("Not that one.", param="/account")
        return actions.post_new(new=new, actor=actor, collect=collect)

    monkeypatch.setattr(postings, "post_new", post)
    lines = "".join(f"A-1,{amount},2026-05-04\n" for amount in range(4, 11))
    report = bring("payments", f"account,amount,posted_on\n{lines}", create_missing=True, skip_bad=True)
    assert refused(report) == [(5, "account", "account_invalid")]
    assert (report.created, Transaction.objects.count()) == (6, 6)


def test_an_account_of_a_refused_document_alone_is_not_opened(bring, company):
    report = bring(
        "invoices",
        "account,number,posted_on,unit_price\nA-1,1,2026-05-04,5\nA-2,2,2026-05-04,five\n",
        create_missing=True,
        skip_bad=True,
    )
    assert refused(report) == [(3, "unit_price", "number_invalid")]
    assert opened() == ["A-1"]


CALLED = {"customer": "Kunde", "account": "Konto", "product": "Artikel", "number": "Beleg", "currency": "Währung"}
# By kind: a row that a service refuses by what no file has: a code, or the thing as a whole.
REFUSED_AS_A_WHOLE = {
    "customers": (customers, "create_customers", "Kunde"),
    "accounts": (opening_balances, "open_accounts", "Konto"),
    "products": (catalog, "create_products", "Artikel"),
    "exchange-rates": (rates, "enter_rates", "Währung"),
}


@pytest.mark.each_once
@pytest.mark.parametrize("param", ["/code", None, "/nowhere/0/at_all"])
@pytest.mark.parametrize("kind", list(REFUSED_AS_A_WHOLE))
def test_every_refusal_names_a_column_as_the_file_wrote_it(bring, company, monkeypatch, kind, param):
    module, service, column = REFUSED_AS_A_WHOLE[kind]

    def refuse(**_):
        raise AccountInvalid("That one is refused.", param=param)

    monkeypatch.setattr(module, service, refuse)
    good = {name: value for name, value in GOOD[kind].items() if not name.startswith("opening") and value != "C-1"}
    good |= {"customer": "C-1"} if kind == "customers" else {}
    header = [CALLED.get(name, name) for name in good]
    mapping = {name: CALLED[name] for name in good if name in CALLED}
    report = bring(kind, [header, list(good.values())], mapping=mapping)
    assert [(line, told) for line, told, _ in refused(report)] == [(2, column)]
    with report.rejected_file.open(newline="", encoding="utf-8") as stream:
        [told] = list(csv.DictReader(stream))
    assert (told["line"], told["column"]) == ("2", column)


def test_a_day_that_a_service_calls_otherwise_is_told_in_the_column_that_gave_it(bring, company):
    report = bring(
        "invoices",
        "Konto,Beleg,Datum,Preis\nA-1,1,2031-05-04,5\n",
        mapping={"account": "Konto", "number": "Beleg", "issued_on": "Datum", "unit_price": "Preis"},
        create_missing=True,
    )
    assert [column for _, column, _ in refused(report)] == ["Datum"]
