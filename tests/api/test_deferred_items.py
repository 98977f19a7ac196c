"""What of items with a service period is deferred, on real books: with a posting rule for it, and without."""

from __future__ import annotations

import pytest
from tests.factories import NOW

from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.reports.proof import prove

from .client import Books, books

JUNE = {"service_start": "2026-06-01", "service_end": "2026-06-30"}
DEFERRED = {"1200": 119_00, "2400": -100_00, "2200": -19_00}
AT_ONCE = {"1200": 119_00, "4100": 20_00, "4000": -120_00, "2200": -19_00}


@pytest.fixture
def shop(db):
    with clock.frozen(NOW):
        yield books()


def defer(shop: Books, classification: str, debit: str, credit: str) -> None:
    ledger = {row["code"]: row["id"] for row in shop.get("ledger_accounts", limit=100)["data"]}
    rule = {"classification": classification, "component": "deferred", "debit": ledger[debit], "credit": ledger[credit]}
    shop.post("posting_rules", rule, expect=201)


def document(shop: Books, *periods: dict[str, str], resource: str = "invoices", state: str = "posted") -> str:
    """An item of net 120.00, discount 20.00 and tax 19 % for each service period."""
    [rate] = [row["id"] for row in shop.get("tax_rates", limit=100)["data"] if float(row["percent"]) == 19]
    item = {"description": "Hosting", "unit_amount": 120_00, "discount_amount": 20_00, "tax_rate": rate}
    body = {"account": shop.account, "state": state, "items": [{**item, **period} for period in periods]}
    ident: str = shop.post(resource, body, expect=201)["id"]
    return ident


def lines_of(shop: Books, ident: str) -> dict[str, int]:
    """What its entry moves, by ledger code: debits less credits."""
    codes = {row["id"]: row["code"] for row in shop.get("ledger_accounts", limit=100)["data"]}
    [entry] = shop.get("journal_entries", transaction=ident)["data"]
    return {codes[line["ledger_account"]]: line["debit"] - line["credit"] for line in entry["lines"]}


def test_what_is_delivered_over_time_is_deferred_whether_posted_at_once_or_as_a_draft(shop: Books):
    defer(shop, "invoice", "1200", "2400")
    assert lines_of(shop, document(shop, JUNE)) == DEFERRED
    draft = document(shop, JUNE, state="draft")
    assert shop.post(f"invoices/{draft}/post")["state"] == "posted"
    assert lines_of(shop, draft) == DEFERRED
    with company_scope(shop.company.pk):
        assert not any(finding.broken for finding in prove(everywhere=False))


def test_what_has_no_service_period_is_not(shop: Books):
    defer(shop, "invoice", "1200", "2400")
    assert lines_of(shop, document(shop, {})) == AT_ONCE
    draft = document(shop, {}, JUNE, state="draft")
    shop.post(f"invoices/{draft}/post")
    both = {code: DEFERRED.get(code, 0) + AT_ONCE.get(code, 0) for code in {**DEFERRED, **AT_ONCE}}
    assert lines_of(shop, draft) == both == lines_of(shop, document(shop, JUNE, {}))


def test_nothing_is_deferred_without_a_rule_for_it(shop: Books):
    assert lines_of(shop, document(shop, JUNE)) == AT_ONCE


def test_credit_notes_and_cancellations_take_back_what_was_deferred(shop: Books):
    defer(shop, "invoice", "1200", "2400")
    defer(shop, "credit_note", "2400", "1200")
    back = {code: -minor for code, minor in DEFERRED.items()}
    assert lines_of(shop, document(shop, JUNE, resource="credit_notes")) == back
    cancelled = shop.post(f"invoices/{document(shop, JUNE)}/cancel")["cancelled_by"]
    assert lines_of(shop, cancelled) == back
