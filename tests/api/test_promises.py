"""Promises and disputes by program: made for an invoice, told with it, withdrawn and closed."""

from __future__ import annotations

from .client import Books


def test_a_promise_is_made_told_and_withdrawn(api: Books):
    invoice = api.invoice(300)
    body = {
        "instalments": [{"agreed_on": "2026-07-01", "amount": 100_00}, {"agreed_on": "2026-08-01"}],
        "grace_days": 5,
        "waives_interest": True,
        "note": "By phone.",
    }
    made = api.post(f"invoices/{invoice}/promises", body, expect=201)
    assert made["id"].startswith("ptp_")
    assert made["instalments"] == [
        {"agreed_on": "2026-07-01", "amount": 100_00, "paid_amount": 0},
        {"agreed_on": "2026-08-01", "amount": 200_00, "paid_amount": 0},
    ]
    assert (made["state"], made["breaks_on"], made["invoice"]) == ("open", "2026-07-06", invoice)
    assert api.get(f"invoices/{invoice}")["hold"] == {
        "disputed": False, "promise": made["id"], "held_amount": 300_00, "reached_amount": 0, "next_on": "2026-07-01",
    }  # fmt: skip
    api.payment(100)
    told = api.get(f"promises/{made['id']}", **{"expand[]": "invoice"})
    assert [one["paid_amount"] for one in told["instalments"]] == [100_00, 0]
    assert (told["unpaid_amount"], told["breaks_on"], told["invoice"]["id"]) == (200_00, "2026-08-06", invoice)
    assert [one["id"] for one in api.get("promises", invoice=invoice, state="open")["data"]] == [made["id"]]
    event = api.get("events", object_id=invoice)["data"]
    assert next(one for one in event if one["type"] == "promise.made")["data"]["promise"] == made["id"]
    ended = api.post(f"promises/{made['id']}/withdraw", {"note": "She cannot."})
    assert (ended["state"], ended["end_reason"], ended["end_note"]) == ("withdrawn", "by_hand", "She cannot.")
    assert api.get(f"invoices/{invoice}")["hold"] is None
    again = api.post(f"promises/{made['id']}/withdraw", {}, expect=409)
    assert again["code"] == "transition_not_allowed"


def test_what_makes_no_promise_names_its_field(api: Books):
    invoice = api.invoice(300)
    path = f"invoices/{invoice}/promises"
    for body, param in (
        ({}, "/agreed_on"),
        ({"agreed_on": "2026-07-01", "instalments": [{"agreed_on": "2026-07-01"}]}, "/instalments"),
        ({"instalments": []}, "/instalments"),
        ({"agreed_on": "2026-05-19"}, "/agreed_on"),
        ({"instalments": [{"agreed_on": "2026-05-19"}]}, "/instalments/0/agreed_on"),
        ({"instalments": [{"agreed_on": "2026-07-01", "amount": 299_99}]}, "/instalments/0/amount"),
        ({"agreed_on": "2026-07-01", "grace_days": 366}, "/grace_days"),
        ({"agreed_on": "2026-07-01", "note": "4242 4242 4242 4242"}, "/note"),
    ):
        assert api.post(path, body, expect=422)["param"] == param, body
    credit = api.credit_note(1)
    assert api.post(f"invoices/{credit}/promises", {"agreed_on": "2026-07-01"}, expect=404)["code"] == "not_found"


def test_a_dispute_holds_and_is_closed(api: Books):
    invoice = api.invoice(100)
    made = api.post(f"invoices/{invoice}/disputes", {"reason": "The hours", "amount": 40_00}, expect=201)
    assert (made["object"], made["state"], made["amount"]) == ("invoice_dispute", "open", 40_00)
    assert api.get(f"invoices/{invoice}")["hold"]["disputed"] is True
    assert api.post(f"invoices/{invoice}/disputes", {"reason": "More"}, expect=409)["code"] == "dispute_stands"
    put_off = api.post(f"disputes/{made['id']}/follow_up", {"follow_up_on": "2026-06-01"})
    assert put_off["follow_up_on"] == "2026-06-01"
    assert api.post(f"disputes/{made['id']}/close", {"outcome": "dropped"}, expect=422)["param"] == "/outcome"
    closed = api.post(f"disputes/{made['id']}/close", {"outcome": "rejected", "resolution": "Sheets were signed."})
    assert (closed["state"], closed["outcome"], closed["closed_on"]) == ("closed", "rejected", "2026-05-20")
    assert api.get("disputes", state="open")["data"] == []
