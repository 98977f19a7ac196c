"""Lists: pages, filters, ranges, expansion, and a cost that does not grow with the page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .client import Books


def test_pages_forwards_and_backwards_meet(api: Books):
    made = [api.post("customers", {"name": f"C{i}"})["id"] for i in range(5)][::-1]
    first = api.get("customers", limit=2)
    assert (first["object"], first["url"], first["has_more"]) == ("list", "/api/v1/customers", True)
    second = api.get("customers", limit=2, starting_after=made[1])
    third = api.get("customers", limit=2, starting_after=made[3])
    assert [one["id"] for page in (first, second, third) for one in page["data"]] == made
    assert third["has_more"] is False
    back = api.get("customers", limit=2, ending_before=made[4])
    assert ([one["id"] for one in back["data"]], back["has_more"]) == (made[2:4], True)
    assert api.get("customers", limit=2, ending_before=made[1])["has_more"] is False
    assert len(api.get("customers")["data"]) == 5


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"starting_after": "txn_0000000000001"},
        {"starting_after": "x"},
        {"starting_after": "cus_0000000000001", "ending_before": "cus_0000000000002"},
        {"colour": "red"},
        {"expand[]": "accounts"},
        {"created_at[gte]": "yesterday"},
        {"created_at[gte]": "2026-05-01T00:00:00"},
        {"created_at[gte]": "0001-01-01T00:00:00+01:00"},
        {"name": "a\0b"},
        {"country": "Italy"},
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(api: Books, query):
    refused = api.get("customers", expect=422, **query)
    assert refused["param"] == f"/{list(query)[-1]}"


def test_filters_and_ranges(api: Books):
    early, late = api.invoice(10, on="2026-05-01"), api.invoice(30, on="2026-05-10")
    paid = api.payment(5, on="2026-05-12", back_office_code="B-1")

    def found(path: str, **query: object) -> list[str]:
        return [one["id"] for one in api.get(path, **query)["data"]]

    assert found("transactions") == [paid, late, early]
    assert found("invoices") == [late, early]
    assert found("transactions", classification="payment") == [paid]
    assert found("transactions", back_office_code="B-1") == [paid]
    assert found("invoices", **{"posted_on[gte]": "2026-05-01", "posted_on[lt]": "2026-05-10"}) == [early]
    assert found("invoices", **{"amount[gt]": 1000}) == [late]
    assert found("invoices", posted_on="2026-05-10") == [late]
    assert found("invoices", account=api.new_account()) == []
    assert found("invoices", customer=api.get(f"accounts/{api.account}")["customer"]) == [late, early]
    assert found("transactions", **{"created_at[lt]": "2026-05-20T12:30:00Z"}) == []
    assert found("transactions", **{"created_at[gte]": "2026-05-21T12:29:00+23:59"}) == [paid, late, early]
    assert found("payments", state="draft") == []
    [link] = api.get("allocations", credit=paid)["data"]
    assert (link["debit"], link["amount"], link["principle"]) == (early, 500, "fifo")
    assert api.get("allocations", **{"expand[]": "debit"})["data"][0]["debit"]["number"].startswith("INV")
    assert api.get(f"allocations/{link['id']}") == link


def test_a_page_costs_the_same_however_many_rows_it_has(api: Books):
    invoices = [api.invoice(10) for _ in range(3)]
    for i in range(12):
        api.invoice(10, items=[{"description": "Services", "unit_amount": 100}] * (i + 1))
    api.payment(50)
    for invoice in invoices[1:]:
        api.post(f"invoices/{invoice}/cancel")
    api.post(f"invoices/{api.invoice(10)}/write_off", {"amount": "all"})

    def statements(path: str, limit: int, expand: dict) -> int:
        with CaptureQueriesContext(connection) as captured:
            api.get(path, limit=limit, **expand)
        return len(captured)

    for path, expand in {
        "transactions": {"expand[]": ["account", "type"]},
        "invoices": {},
        "allocations": {"expand[]": ["credit", "debit"]},
        "journal_entries": {},
        "events": {},
        "accounts": {"expand[]": "customer"},
        "transaction_types": {},
        "posting_rules": {},
        "customers": {},
        "payment_gateway_providers": {},
    }.items():
        few, many = statements(path, 3, expand), statements(path, 100, expand)
        assert many <= few + 2, path
        assert many <= 12, path
