"""Posting rules by product, group and service period, on real books: the entry, its drafts and what undoes it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.factories import Ledger

from subledger.catalog.models import Product, ProductGroup
from subledger.catalog.services import create_products
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.journal.models import JournalLine, LedgerAccount
from subledger.reports.proof import prove
from subledger.transactions.models import PostingRule, Transaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts, post_new
from subledger.transactions.services.drafts import save_drafts
from subledger.transactions.states import Classification as C


def lines_of(ident: int) -> dict[str, int]:
    """What an entry moves, by ledger code: debits less credits."""
    rows = JournalLine.objects.filter(entry_id=ident).select_related("ledger_account")
    return {row.ledger_account.code: row.debit_minor - row.credit_minor for row in rows}


def rule(component: str, debit: str, credit: str, kind: str = "invoice", **named) -> PostingRule:
    ledger = {row.code: row for row in LedgerAccount.objects.all()}
    values = {"classification": kind, "component": component, "debit": ledger[debit], "credit": ledger[credit], **named}
    return save_entry(model=PostingRule, ident=None, values=values, actor="test")


@pytest.fixture
def shop(ledger: Ledger) -> Ledger:
    """TV and Music in the group Media, a Box in none; the group's revenue is 4010, that of Music 4020."""
    for code in ("4010", "4020"):
        save_entry(model=LedgerAccount, ident=None, values={"code": code, "name": code, "kind": "income"}, actor="test")
    media = save_entry(model=ProductGroup, ident=None, values={"code": "media", "name": "Media"}, actor="test")
    create_products(
        new=[
            {"code": code, "name": code, "group": media if code != "box" else None} for code in ("tv", "music", "box")
        ],
        actor="test",
    )
    rule("net", "1200", "4010", product_group=media)
    rule("net", "1200", "4020", product=Product.objects.get(code="music"))
    return ledger


def document(ledger: Ledger, *codes: str, kind: C = C.INVOICE, **fields):
    products = dict(Product.objects.values_list("code", "pk"))
    items = tuple(
        NewItem(
            unit_amount=Decimal(12000),
            discount_minor=2000,
            tax_percent=Decimal(19),
            product_id=products[code],
            description=code,
        )
        for code in codes
    )
    return ledger.new(kind, items=items, **fields)


def test_each_item_goes_where_its_product_or_its_group_says(shop: Ledger):
    [invoice] = post_new(new=[document(shop, "tv", "music", "box")], actor="test")
    assert lines_of(invoice.id) == {
        "1200": 35700, "4010": -12000, "4020": -12000, "4000": -12000, "4100": 6000, "2200": -5700,
    }  # fmt: skip
    assert not any(finding.broken for finding in prove(everywhere=False))


def test_a_draft_goes_where_the_same_invoice_goes_at_once(shop: Ledger):
    [draft] = save_drafts(new=[document(shop, "tv", "music")], actor="test")
    post_drafts(drafts=[Post(draft_id=draft.pk)], actor="test")
    assert lines_of(draft.pk) == {"1200": 23800, "4010": -12000, "4020": -12000, "4100": 4000, "2200": -3800}


def test_a_product_that_changes_its_group_changes_its_rules(shop: Ledger):
    save_entry(model=Product, ident=Product.objects.get(code="tv").pk, values={"group": None}, actor="test")
    [invoice] = post_new(new=[document(shop, "tv")], actor="test")
    assert lines_of(invoice.id) == {"1200": 11900, "4000": -12000, "4100": 2000, "2200": -1900}


def test_cancelling_reverses_the_very_lines_whatever_rules_say_by_then(shop: Ledger):
    [invoice] = post_new(new=[document(shop, "music")], actor="test")
    entered = lines_of(invoice.id)
    save_entry(
        model=PostingRule,
        ident=PostingRule.objects.get(product__code="music").pk,
        values={"credit": LedgerAccount.objects.get(code="4010")},
        actor="test",
    )
    cancellation = shop.cancel(invoice)
    assert lines_of(cancellation.id) == {code: -minor for code, minor in entered.items()}


def test_a_rule_of_a_product_that_leaves_the_balances_is_refused_when_it_is_saved(shop: Ledger):
    with pytest.raises(ConfigurationInvalid, match="would not move 1200 Accounts receivable by its whole amount"):
        rule("net", "1010", "4010", product=Product.objects.get(code="box"))
    with pytest.raises(ConfigurationInvalid, match="for a product or for a group of them"):
        rule("net", "1200", "4010", product=Product.objects.get(code="box"), product_group=ProductGroup.objects.get())
    assert PostingRule.objects.exclude(product=None, product_group=None).count() == 2
    assert Transaction.objects.count() == 0
