"""What cannot be undone asks first: refused with what is odd about it, done when it is confirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import configure

from subledger.journal.models import ExchangeRate
from subledger.platform.scope import company_scope

from .client import Books

LONG_AGO = "2016-05-04"


def old_days(api: Books) -> list[tuple[str, dict]]:
    """(path, body) of everything that takes a posting day."""
    posted = {"account": api.account, "state": "posted"}
    draft = api.post("payments", {"account": api.account, "amount": 500})["id"]
    old = {"posted_on": LONG_AGO, "confirm_posted_on": True}
    invoice, other = (api.invoice(5, account=api.new_account(), **old) for _ in range(2))
    payment, moved = (api.payment(5, account=api.new_account(), **old) for _ in range(2))
    return [
        ("invoices", {**posted, "items": [{"unit_amount": 500, "description": "Example"}]}),
        ("payments", {**posted, "amount": 500}),
        (f"payments/{draft}/post", {}),
        (f"invoices/{invoice}/quick_pay", {"amount": "all"}),
        (f"invoices/{other}/cancel", {}),
        (f"payments/{payment}/cancel", {"amount": "all"}),
        (f"payments/{moved}/move", {"to_account": api.new_account()}),
    ]


def test_a_posting_day_long_past_is_confirmed(api: Books):
    for path, body in old_days(api):
        asked = api.post(path, {**body, "posted_on": LONG_AGO}, expect=409)
        assert (asked["code"], asked["param"]) == ("posting_day_old", "/posted_on"), path
        assert "confirm_posted_on" in asked["detail"], path
        done = api.post(path, {**body, "posted_on": LONG_AGO, "confirm_posted_on": True})
        if path.endswith(("/move", "/post")) or "/" not in path:
            assert done["posted_on"] == LONG_AGO, path


def test_a_confirmation_is_another_request_and_the_question_says_that_it_takes_a_new_key(api: Books):
    body = {"account": api.account, "state": "posted", "amount": 500, "posted_on": LONG_AGO}
    first, second = {"Idempotency-Key": "first"}, {"Idempotency-Key": "second"}
    asked = api.post("payments", body, expect=409, **first)
    assert "under a new Idempotency-Key" in asked["detail"]
    confirmed = {**body, "confirm_posted_on": True}
    assert api.post("payments", confirmed, expect=422, **first)["code"] == "idempotency_key_reused"
    api.post("payments", confirmed, expect=201, **second)


def test_a_due_date_far_ahead_is_confirmed(api: Books):
    with company_scope(api.company.pk):
        configure(days=3_650, proximity_days=30, proximity_operator="plus")
    items = [{"unit_amount": 500, "description": "Example"}]
    body = {"account": api.account, "state": "posted", "items": items, "due_on": "2036-05-21"}
    asked = api.post("invoices", body, expect=409)
    assert (asked["code"], asked["param"]) == ("due_date_distant", "/due_on")
    assert "confirm_due_on" in asked["detail"]
    assert api.get("invoices")["data"] == []
    assert api.post("invoices", {**body, "confirm_due_on": True}, expect=201)["due_on"] == "2036-05-21"


def test_a_due_date_before_the_day_that_the_invoice_bears_is_confirmed(api: Books):
    items = [{"unit_amount": 500, "description": "Example"}]
    body = {"account": api.account, "state": "posted", "items": items, "issued_on": "2027-01-02"}
    asked = api.post("invoices", body, expect=409)
    assert (asked["code"], asked["param"]) == ("due_before_issue", "/issued_on")
    assert "confirm_due_on" in asked["detail"]
    assert api.post("invoices", {**body, "state": "draft"}, expect=409)["code"] == "due_before_issue"
    assert api.get("invoices")["data"] == []
    draft = api.post("invoices", {**body, "state": "draft", "confirm_due_on": True}, expect=201)
    assert api.post(f"invoices/{draft['id']}/post", {}, expect=200)["due_on"] < "2027-01-02"


def test_a_dated_draft_that_is_posted_back_is_asked_about(api: Books):
    """It was due after its own date when it was saved, and would not be by now."""
    items = [{"description": "Hosting", "unit_amount": 5_000}]
    body = {"account": api.account, "state": "draft", "items": items, "issued_on": "2026-05-19"}
    draft = api.post("invoices", body, expect=201)
    back = {"posted_on": "2026-04-01"}
    asked = api.post(f"invoices/{draft['id']}/post", back, expect=409)
    assert (asked["code"], asked["param"]) == ("due_before_issue", "/issued_on")
    assert api.get(f"invoices/{draft['id']}")["state"] == "draft"
    done = api.post(f"invoices/{draft['id']}/post", {**back, "confirm_due_on": True}, expect=200)
    assert done["due_on"] < done["issued_on"] == "2026-05-19"
    undated = api.post("invoices", {"account": api.account, "state": "draft", "items": items}, expect=201)
    assert api.post(f"invoices/{undated['id']}/post", back, expect=200)["issued_on"] == "2026-04-01"


def test_a_rate_is_told_in_one_direction_and_kept_in_the_other(api: Books):
    told = api.post("exchange_rates", {"currency": "usd", "on": "2026-05-01", "inverse_rate": "1.25"}, expect=201)
    assert Decimal(told["rate"]) == Decimal("0.8")
    both = {"currency": "usd", "on": "2026-05-02", "rate": "0.8", "inverse_rate": "1.25"}
    for wrong in (both, {"currency": "usd", "on": "2026-05-02"}):
        refused = api.post("exchange_rates", wrong, expect=422)
        assert (refused["code"], refused["param"]) == ("invalid_request", "/rate")


@pytest.mark.parametrize("odd", ["1.25", "8"])
def test_a_rate_far_from_the_one_before_is_confirmed(api: Books, odd: str):
    api.post("exchange_rates", {"currency": "usd", "on": "2026-05-01", "rate": "0.8"}, expect=201)
    body = {"currency": "usd", "on": "2026-05-02", "rate": odd}
    asked = api.post("exchange_rates", body, expect=409)
    assert (asked["code"], asked["param"]) == ("exchange_rate_implausible", "/rate")
    assert "confirm_rate" in asked["detail"]
    assert ("other direction" in asked["detail"]) == (odd == "1.25")
    assert len(api.get("exchange_rates")["data"]) == 1
    api.post("exchange_rates", {**body, "confirm_rate": True}, expect=201)
    with company_scope(api.company.pk):
        assert ExchangeRate.objects.get(on=date(2026, 5, 2)).rate == Decimal(odd)
