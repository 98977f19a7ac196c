"""Importing a file lets nobody do what entering its rows by hand would refuse them."""

from __future__ import annotations

import pytest

from subledger.accounts.models import Account, Customer
from subledger.catalog.models import Product
from subledger.companies.errors import PermissionDenied
from subledger.companies.permissions import granted
from subledger.import_kit.options import titles_of
from subledger.imports.models import ImportRun
from subledger.imports.registry import kind_named
from subledger.imports.registry import kinds as declared
from subledger.journal.models import ExchangeRate
from subledger.platform.callers import Caller, calling
from subledger.transactions.models import Transaction

FILES = {
    "customers": "customer,name\nC1,Ann",
    "contact-persons": "customer,name\nC1,Eva",
    "accounts": "account,customer\nA1,Ann",
    "products": "product,name\nP1,Thing",
    "invoices": "account,number,unit_price,posted_on\nA9,1,10,2026-05-04",
    "credit-notes": "account,number,unit_price,posted_on\nA9,1,10,2026-05-04",
    "payments": "account,amount,posted_on\nA9,99,2026-05-04",
    "exchange-rates": "currency,on,rate\nusd,2026-05-04,0.9",
}


def somebody(*permissions: str) -> Caller:
    return Caller("user:eve", frozenset(permissions), lambda one: PermissionDenied(one, title=one))


@pytest.mark.parametrize("kind", FILES)
def test_a_file_needs_what_its_rows_need(company, bring, kind):
    with calling(somebody("view", "imports.run")), pytest.raises(PermissionDenied) as refusal:
        bring(kind, FILES[kind])
    assert (refusal.value.permission,) == declared()[kind].needed
    with calling(somebody(*declared()[kind].needed)), pytest.raises(PermissionDenied, match=r"imports\.run"):
        bring(kind, FILES[kind])
    assert not Account.objects.filter(type="customer").exists()
    assert not Product.objects.filter(code="P1").exists()
    for table in (Customer, ExchangeRate, Transaction, ImportRun):
        assert not table.objects.exists()


def test_every_kind_that_rooms_declare_is_here():
    assert set(declared()) == set(FILES)


def test_what_is_created_on_the_way_needs_its_permission_too(company, bring):
    may = ("imports.run", "transactions.post")
    with calling(somebody(*may)), pytest.raises(PermissionDenied, match=r"customers\.edit"):
        bring("payments", FILES["payments"], create_missing=True)
    with calling(somebody(*may, "customers.edit", "accounts.edit")):
        assert bring("payments", FILES["payments"], create_missing=True).created == 1
    rows = "account,number,unit_price,posted_on,product\nNEW,1,10,2026-05-04,P9"
    with (
        calling(somebody(*may, "customers.edit", "accounts.edit")),
        pytest.raises(PermissionDenied, match=r"products\.edit"),
    ):
        bring("invoices", rows, create_missing=True, skip_bad=True)
    assert not Account.objects.filter(code="NEW").exists()
    with calling(somebody("imports.run", "accounts.edit")), pytest.raises(PermissionDenied, match=r"customers\.edit"):
        bring("accounts", "account\nA1")


def test_opening_balances_are_posted_by_those_who_may_post(company, bring):
    rows = "account,opening_balance\nA1,100"
    may = ("imports.run", "customers.edit", "accounts.edit")
    with calling(somebody(*may)), pytest.raises(PermissionDenied, match=r"transactions\.post:invoice"):
        bring("accounts", rows)
    assert not Transaction.objects.exists()
    with calling(somebody(*may, "transactions.post")):  # the types of opening balances are made on the way
        assert bring("accounts", rows).created == 1
    with calling(somebody(*may, "transactions.post:invoice")), pytest.raises(PermissionDenied, match="credit_note"):
        bring("accounts", "account,opening_balance\nA2,-100")


def may_create(kind: str) -> dict[str, bool]:
    return {"create_missing": True} if "create_missing" in titles_of(kind_named(kind).choices) else {}


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("billing_manager", set(FILES) - {"exchange-rates"}),
        ("accountant", {"products", "exchange-rates"}),
        ("administrator", set(FILES)),
    ],
)
def test_ready_roles_import_what_is_their_job(company, bring, role, kinds):
    caller = somebody(*granted(role))
    done = set()
    for kind in FILES:
        with calling(caller):
            try:
                report = bring(kind, FILES[kind], **may_create(kind) if role != "accountant" else {})
            except PermissionDenied:
                continue
        assert report.rejected == 0
        done.add(kind)
    assert done == kinds
