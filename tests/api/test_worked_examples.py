"""The specification's worked examples (4.5, 5.2, 3.6), once for each kind of action, through the API alone."""

from __future__ import annotations

import pytest
from tests.factories import NOW

from subledger.platform import clock

from .client import Books, books


@pytest.fixture
def any_due(db):
    """A company whose credit rule lets the examples choose their due dates in June."""
    with clock.frozen(NOW):
        yield books(days=0, proximity_days=60, proximity_operator="plus")


@pytest.fixture
def fifo(db):
    with clock.frozen(NOW):
        yield books(principle="fifo", days=0, proximity_days=60, proximity_operator="plus")


def test_e1_an_invoice_covered_by_a_credit_note_is_cancelled(fifo: Books):
    inv1 = fifo.invoice(100, due_on="2026-06-01")
    cn1 = fifo.credit_note(100)
    assert fifo.links() == {(cn1, inv1, 100, "fifo")}
    inv2 = fifo.invoice(80, on="2026-05-06", due_on="2026-06-10")
    assert fifo.balance() == 80

    answer = fifo.post(f"invoices/{inv1}/cancel", {"posted_on": "2026-05-12", "issue_reason": "Wrong customer"})

    assert answer["state"] == "cancelled"
    assert answer["settlement"] == "settled"
    ic1 = answer["cancelled_by"]
    cancellation = fifo.get(f"transactions/{ic1}")
    assert (cancellation["classification"], cancellation["cancels"]) == ("invoice_cancellation", inv1)
    assert cancellation["issue_reason"] == "Wrong customer"
    assert len(cancellation["items"]) == 1
    assert fifo.links() == {(ic1, inv1, 100, "against_item"), (cn1, inv2, 80, "fifo")}
    assert (fifo.unsettled(inv2), fifo.unallocated(cn1), fifo.balance()) == (0, 20, -20)


def test_e2_intended_credit_notes_are_freed_by_a_cancellation(any_due: Books):
    inv1, inv2, inv3 = (
        any_due.invoice(amount, due_on=due)
        for amount, due in ((100, "2026-06-01"), (60, "2026-06-05"), (150, "2026-06-10"))
    )
    cn1 = any_due.credit_note(100, allocate_to=[inv1])
    cn2 = any_due.credit_note(60, on="2026-05-06", allocate_to=[inv2])
    assert any_due.post(f"invoices/{inv1}/cancel", expect=409)["code"] == "invoice_credited_twice"
    ic1 = any_due.post(f"invoices/{inv1}/cancel", {"confirm_credited": True})["cancelled_by"]

    assert {link[:3] for link in any_due.links()} == {(ic1, inv1, 100), (cn1, inv3, 100), (cn2, inv2, 60)}
    assert (cn1, inv3, 100, "fifo") in any_due.links()
    assert (cn2, inv2, 60, "against_item") in any_due.links()
    assert (any_due.unsettled(inv3), any_due.balance()) == (50, 50)


def test_e4_a_payment_meant_for_an_invoice_displaces_a_fifo_one(any_due: Books):
    inv1 = any_due.invoice(100, due_on="2026-06-01")
    pay1 = any_due.payment(100)
    inv2 = any_due.invoice(80, on="2026-05-06", due_on="2026-06-10")

    pay2 = any_due.payment(100, on="2026-05-07", allocate_to=[inv1])

    assert any_due.links() == {(pay2, inv1, 100, "against_item"), (pay1, inv2, 80, "fifo")}
    assert (any_due.unallocated(pay1), any_due.balance()) == (20, -20)
    told = any_due.get(f"transactions/{inv1}/explain")
    assert told["sentence"] == "Nothing is open."
    assert [row["credit"] for row in told["allocations"]] == [pay2]
    assert [(row["credit"], row["release_reason"]) for row in told["released"]] == [(pay1, "displaced")]


def test_e7_a_payment_is_cancelled_and_free_credit_takes_its_place(fifo: Books):
    inv1 = fifo.invoice(100, due_on="2026-06-01")
    pay1, pay2 = fifo.payment(100), fifo.payment(60, on="2026-05-06")
    assert fifo.balance() == -60

    answer = fifo.post(f"payments/{pay1}/cancel", {"amount": "all", "issue_reason": "Cheque bounced"})

    pc1 = answer["cancelled_by"]
    assert answer["state"] == "cancelled"
    assert fifo.get(f"transactions/{pc1}")["classification"] == "payment_cancellation"
    assert {link[:3] for link in fifo.links()} == {(pay1, pc1, 100), (pay2, inv1, 60)}
    assert (fifo.unsettled(inv1), fifo.balance()) == (40, 40)


def test_e11_a_refund_consumes_free_credit(any_due: Books):
    pay1, inv1 = any_due.payment(200), any_due.invoice(150, on="2026-05-05", due_on="2026-06-01")
    assert (any_due.unallocated(pay1), any_due.unsettled(inv1), any_due.balance()) == (50, 0, -50)

    refund = any_due.refund(50)

    assert any_due.get(f"refunds/{refund}")["settlement"] == "settled"
    inv2 = any_due.invoice(30, on="2026-05-07", due_on="2026-06-10")
    assert (any_due.unsettled(inv2), any_due.balance()) == (30, 30)


def test_a_written_off_invoice_is_mirrored_on_the_write_off_account(api: Books):
    rate = api.post("tax_rates", {"code": "vat19", "name": "VAT 19 %", "percent": "19"})
    definition = api.get("transaction_definition")
    api.patch(f"products/{definition['write_off_product']}", {"tax_rate": rate["id"]})
    invoice = api.post(
        "invoices",
        {
            "account": api.account, "state": "posted", "posted_on": "2026-05-04",
            "items": [{"description": "Services", "unit_amount": 10000, "tax_rate": rate["id"]}],
        },
    )  # fmt: skip
    assert (invoice["net_amount"], invoice["tax_amount"], invoice["amount"]) == (10000, 1900, 11900)
    api.payment(50, allocate_to=[invoice["id"]])
    assert api.balance() == 69

    answer = api.post(f"invoices/{invoice['id']}/write_off", {"amount": "all", "issue_reason": "Bankrupt"})

    assert (answer["state"], answer["settlement"]) == ("written_off", "settled")
    written = api.get(f"transactions/{answer['written_off_by']}")
    assert (written["amount"], written["net_amount"], written["tax_amount"]) == (6900, 5798, 1102)
    assert written["writes_off"] == invoice["id"]
    assert api.balance() == 0
    [system] = [row for row in api.get("accounts", type="system")["data"] if row["system_role"] == "write_off"]
    assert api.balance(system["id"]) == 69
    [mirror] = api.get("invoices", account=system["id"])["data"]
    assert mirror["mirrors"] == written["id"]


def test_a_payment_on_the_suspense_account_is_moved_to_its_customer(api: Books):
    [suspense] = [row["id"] for row in api.get("accounts", type="system")["data"] if row["system_role"] == "suspense"]
    api.invoice(50)
    lost = api.payment(35, account=suspense)
    assert (api.balance(suspense), api.balance()) == (-35, 50)

    found = api.post(f"payments/{lost}/move", {"to_account": api.account, "note": "Found by its IBAN"}, expect=201)

    assert (found["account"], found["moved_from"]) == (api.account, lost)
    assert (api.balance(suspense), api.balance()) == (0, 15)
    assert api.get(f"payments/{lost}")["state"] == "cancelled"
    assert [note["text"] for note in api.get(f"transactions/{found['id']}/notes")["data"]] == ["Found by its IBAN"]


def test_quick_pay_settles_the_chosen_invoice_whatever_is_older(fifo: Books):
    older, chosen = fifo.invoice(40, due_on="2026-06-01"), fifo.invoice(60, due_on="2026-06-10")
    [cash] = fifo.get("payment_methods", code="cash")["data"]

    payment = fifo.post(f"invoices/{chosen}/quick_pay", {"amount": "all", "method": cash["id"]}, expect=201)

    assert (payment["amount"], payment["method"], payment["allocate_to"]) == (6000, cash["id"], [chosen])
    assert fifo.links() == {(payment["id"], chosen, 60, "against_item")}
    assert fifo.unsettled(older) == 40
    refused = fifo.post(f"invoices/{chosen}/quick_pay", {"amount": "all"}, expect=409)
    assert refused["code"] == "already_settled"


@pytest.mark.parametrize("due_on", ["2026-05-21", "2026-06-16"])
def test_5a_another_day_than_the_fifteenth_of_next_month_is_refused(db, due_on):
    with clock.frozen(NOW):
        api = books(credit_rule="on_n_day_x_months_after", nth=15, months=1)
        body = {
            "account": api.account,
            "state": "posted",
            "items": [{"description": "Services", "unit_amount": 100}],
            "due_on": due_on,
        }
        refused = api.post("invoices", body, expect=422)
        assert (refused["code"], refused["param"]) == ("due_date_invalid", "/due_on")
        assert "Invalid Due Date" in refused["detail"]
        assert "2026-06-15" in refused["detail"]


@pytest.mark.parametrize("due_on", ["2026-06-15", None])
def test_5a_the_fifteenth_of_next_month_is_kept_and_is_the_default(db, due_on):
    with clock.frozen(NOW):
        api = books(credit_rule="on_n_day_x_months_after", nth=15, months=1)
        invoice = api.invoice(10, on="2026-05-20", due_on=due_on)
        assert api.get(f"invoices/{invoice}")["due_on"] == "2026-06-15"


def test_5c_the_account_s_own_period_within_the_range(db):
    with clock.frozen(NOW):
        api = books(days=10, proximity_days=5, proximity_operator="minus")
        assert api.get(f"invoices/{api.invoice(10, on='2026-05-20')}")["due_on"] == "2026-05-25"
        own = api.new_account(credit_period={"value": 2, "operator": "minus"})
        assert api.get(f"invoices/{api.invoice(10, on='2026-05-20', account=own)}")["due_on"] == "2026-05-28"
        refused = api.patch(f"accounts/{own}", {"credit_period": {"value": 6, "operator": "minus"}}, expect=422)
        assert refused["code"] == "credit_period_outside_proximity"


def test_a_draft_is_changed_posted_or_rejected(api: Books):
    draft = api.post(
        "invoices",
        {"account": api.account, "items": [{"description": "Services", "unit_amount": 1250, "quantity": "3"}]},
        expect=201,
    )
    assert (draft["state"], draft["number"], draft["settlement"], draft["amount"]) == ("draft", None, None, 3750)
    assert api.balance() == 0

    changed = api.patch(f"invoices/{draft['id']}", {"back_office_code": "X-1", "metadata": {"order": "7"}})
    assert (changed["amount"], changed["items"], changed["back_office_code"]) == (3750, draft["items"], "X-1")
    changed = api.patch(
        f"invoices/{draft['id']}",
        {
            "items": [
                {"description": "Services", "unit_amount_decimal": "33.5", "quantity": 2, "discount_percent": "10"}
            ]
        },
    )
    assert (changed["net_amount"], changed["discount_amount"], changed["amount"]) == (67, 7, 60)
    assert changed["metadata"] == {"order": "7"}

    posted = api.post(f"invoices/{draft['id']}/post", {"posted_on": "2026-05-19"})
    assert (posted["state"], posted["posted_on"], posted["settlement"]) == ("posted", "2026-05-19", "unsettled")
    assert posted["number"].startswith("INV")
    assert api.patch(f"invoices/{draft['id']}", {"metadata": {}}, expect=409)["code"] == "transition_not_allowed"

    other = api.post("refunds", {"account": api.account, "amount": 500}, expect=201)
    [reason, *_] = api.get("reasons")["data"]
    rejected = api.post(f"refunds/{other['id']}/reject", {"reason": reason["id"]})
    assert (rejected["state"], rejected["rejection_reason"]) == ("rejected", reason["id"])


def test_scenario_4_two_cards_with_15_percent_and_20_euros_off(api: Books):
    rate = api.post("tax_rates", {"code": "vat19", "name": "VAT 19 %", "percent": 19})
    card = api.post(
        "products",
        {"code": "card", "name": "Card", "unit_amount_decimal": "10000", "currency": "eur", "tax_rate": rate["id"]},
    )
    items = [{"product": card["id"], "discount_percent": "15"}, {"product": card["id"], "discount_amount": 2000}]
    invoice = api.post("invoices", {"account": api.account, "state": "posted", "items": items}, expect=201)

    told = [(i["net_amount"], i["discount_amount"], i["tax_amount"], i["sub_total"]) for i in invoice["items"]]
    assert told == [(10000, 1500, 1615, 10115), (10000, 2000, 1520, 9520)]
    assert invoice["items"][1]["discount_percent"] == "20"
    header = [invoice[name] for name in ("net_amount", "discount_amount", "tax_amount", "amount")]
    assert header == [20000, 3500, 3135, 19635]


def test_tax_inclusive_drafts_keep_their_amounts_when_something_else_changes(api: Books):
    rate = api.post("tax_rates", {"code": "vat19", "name": "VAT 19 %", "percent": "19"})["id"]
    items = [
        {
            "description": "A",
            "unit_amount": 9999,
            "quantity": "7",
            "tax_rate": rate,
            "tax_inclusive": True,
            "discount_percent": "12.5",
        },
        {"description": "B", "sub_total": 3333, "quantity": "7", "tax_rate": rate, "discount_amount": 41},
    ]
    draft = api.post("credit_notes", {"account": api.account, "items": items}, expect=201)
    changed = api.patch(f"credit_notes/{draft['id']}", {"issue_reason": "Returned"})
    money = ("net_amount", "discount_amount", "tax_amount", "sub_total")
    assert [[i[n] for n in money] for i in changed["items"]] == [[i[n] for n in money] for i in draft["items"]]
    assert changed["issue_reason"] == "Returned"
