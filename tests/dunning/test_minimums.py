"""The smallest amount that a plan reminds of: of an account, all together, in its currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.dunning.conftest import Dunned, on, plan_of_levels
from tests.messages.conftest import address_of
from tests.pages.conftest import member, seat

from subledger.accounts.models import Account, Customer
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.dunning.models import DunningMinimum, DunningPlan, DunningRecord
from subledger.dunning.queries import letters_to_print
from subledger.page_kit.url_ids import page_url

pytestmark = pytest.mark.django_db


def least(plan: DunningPlan, amount: Any, currency: str = "eur") -> DunningMinimum:
    values = {"plan": plan, "amount": Decimal(str(amount)), "currency": currency}
    return save_entry(model=DunningMinimum, ident=None, values=values, actor="test")


def test_a_cent_is_left_alone_until_enough_is_overdue(dunned: Dunned):
    """100.00 with 99.99 paid, by a plan that reminds from 5.00 on: nothing, until an invoice of 4.99 is overdue too."""
    least(plan_of_levels(percent=9), 500)
    invoice = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.pay("99.99", "05/06", to=[invoice])
    run = dunned.run("24/06")
    assert [(step.reason, step.amount_minor) for step in run.steps.all()] == [("below_minimum", 1)]
    assert (dunned.told(), dunned.mails(), dunned.claims(), dunned.claims("late_fee")) == ([], [], [], [])
    with dunned.at("25/06"):
        dunned.ledger.invoice("4.99", on="12/06", due="20/06")
    dunned.run("25/06")
    assert dunned.told(invoice.id) == [
        ("Notice", "25/06", "overtaken"), ("Reminder", "25/06", "overtaken"), ("Second reminder", "25/06", "sent")
    ]  # fmt: skip
    assert len(dunned.mails()) == 1


@pytest.mark.parametrize(
    ("smallest", "credited", "state"),
    [(500, "999.99", "rejected"), (500, "995.00", "draft"), (500, "995.01", "rejected"), (None, "999.99", "draft")],
)
def test_a_fee_goes_where_credit_notes_leave_less_than_the_smallest_amount(
    dunned: Dunned, smallest: int | None, credited: str, state: str
):
    """1,000.00 with a fee of 5.00: 5.00 that are left by a credit note bear it, 4.99 do not; without a smallest amount
    a cent does, until it is written off."""
    plan = plan_of_levels()
    if smallest is not None:
        least(plan, smallest)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    dunned.run("24/06")
    [fee] = dunned.claims("late_fee")
    with dunned.at("30/06"):
        dunned.ledger.credit_note(credited, on="30/06", to=[invoice])
        dunned.hear()
    fee.invoice.refresh_from_db()
    assert fee.invoice.state == state
    if smallest is None:
        with dunned.at("01/07"):
            dunned.ledger.write_off(invoice, on="01/07")
            dunned.hear()
        fee.invoice.refresh_from_db()
        assert (fee.invoice.state, fee.invoice.rejection_reason.code) == ("rejected", "recalculated")


def test_a_fee_stays_where_the_rest_was_paid_late_or_was_that_small_from_the_start(dunned: Dunned):
    least(plan_of_levels(), 500)
    invoice = dunned.ledger.invoice(1000, on="01/06", due="10/06")
    small = dunned.ledger.invoice(3, on="01/06", due="10/06")
    dunned.run("24/06")
    dunned.pay("999.99", "30/06", to=[invoice])
    with dunned.at("01/07"):
        dunned.ledger.credit_note(1, on="01/07", to=[small])
        dunned.ledger.write_off(invoice, on="01/07")
        dunned.hear()
    assert [fee.invoice.state for fee in dunned.claims("late_fee")] == ["draft", "draft"]


def test_a_letter_over_less_than_the_smallest_amount_lapses(dunned: Dunned):
    """100.00 to print and 99.99 paid the next day: nobody prints a letter over a cent."""
    least(plan_of_levels(), 500)
    address_of(dunned.ledger, "")
    invoice, enough = (dunned.ledger.invoice(100, account=dunned.ledger.open(name), on="01/06", due="10/06")
                       for name in ("Little", "Enough"))  # fmt: skip
    Customer.objects.update(email="")
    dunned.run("13/06")
    waiting = {row.document_id: row.pk for row in DunningRecord.objects.filter(outcome="to_print")}
    assert waiting.keys() == {invoice.id, enough.id}
    dunned.pay("99.99", "14/06", account=Account.objects.get(name="Little"), to=[invoice])
    with dunned.at("14/06"):
        assert letters_to_print(as_of=on("14/06")) == {waiting[enough.id]}
    dunned.run("15/06")
    assert dunned.told(invoice.id)[-1] == ("Reminder", "13/06", "lapsed")


def test_another_currency_or_plan_has_no_part_in_it(dunned: Dunned):
    plan = plan_of_levels()
    least(plan, 500, "usd")
    other = save_entry(model=DunningPlan, ident=None, values={"code": "other", "name": "Other"}, actor="test")
    least(other, 500)
    invoice = dunned.ledger.invoice(1, on="01/06", due="10/06")
    dunned.run("13/06")
    assert [told[0] for told in dunned.told(invoice.id)] == ["Notice", "Reminder"]


def test_its_page_says_why_and_the_plan_what(company: object, dunned: Dunned):
    plan = plan_of_levels()
    least(plan, 500)
    invoice = dunned.ledger.invoice(1, on="01/06", due="10/06")
    with dunned.at("13/06"):
        desk: Client = seat(member(company, "administrator"))
        assert "Below the smallest amount" in desk.get(page_url("transaction", invoice.id)).content.decode()
        page = desk.get(page_url("entry", "dunning-plans", plan.public_id)).content.decode()
        assert all(text in page for text in ("Smallest amounts", "5.00", "New smallest amount"))


@pytest.mark.parametrize(("amount", "param"), [(500, "/currency"), (0, "/amount"), ("0.5", "/amount")])
def test_two_of_a_currency_and_impossible_ones_are_refused(dunned: Dunned, amount: Any, param: str):
    plan = plan_of_levels()
    least(plan, 1000)
    with pytest.raises(ConfigurationInvalid) as refusal:
        least(plan, amount, "eur" if amount == 500 else "usd")
    assert refusal.value.param == param
