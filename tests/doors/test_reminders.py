"""Of which invoice a customer is reminded, and whom it reaches: one answer at every door, and in a set before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tests.doors.conftest import Doors, said
from tests.factories import day
from tests.messages.conftest import ADDRESS, address_of, has_gone
from typer.testing import CliRunner

from subledger.accounts.contacts import NewContact, add_contacts
from subledger.cli.main import app
from subledger.companies.models import Company
from subledger.kernel import ids
from subledger.messages.models import Message
from subledger.messages.services.distribution import distribute
from subledger.messages.services.outbox import Wish
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason
from subledger.page_kit.navigation import Action
from subledger.page_kit.url_ids import page_url
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.transactions.letters import REMINDER
from subledger.transactions.models import Transaction
from subledger.transactions.rules.reminders import ReminderRefusal, why_not_reminded, why_not_told
from subledger.transactions.services.bulk import Act, Bulk, plan

# What a set is told of such an invoice, and what all others are refused for.
CASES = {
    "overdue": ("", ""),
    "due today": ("not_due", "not_overdue"),
    "due later": ("not_due", "not_overdue"),
    "settled": ("settled", "nothing_to_remind_of"),
    "cancelled": ("cancelled", "taken_back"),
    "written off": ("written_off", "written_off"),
}


def made(doors: Doors, case: str) -> int:
    address_of(doors.ledger)
    due = {"due today": "20/05", "due later": "10/06"}.get(case, "10/05")
    invoice = doors.ledger.invoice(100, on="04/05", due=due)
    if case == "settled":
        doors.ledger.payment(100, on="05/05", to=[invoice])
    if case == "cancelled":
        doors.ledger.cancel(invoice, on="06/05")
    if case == "written off":
        doors.ledger.write_off(invoice, on="11/05")
    ident: int = invoice.id
    return ident


def planned(act: Act, *idents: int) -> list[str]:
    return [step.reason for step in plan(bulk=Bulk(act=act, transaction_ids=idents), actor="test").steps]


def offers_to_remind(doors: Doors, ident: int) -> bool:
    actions: list[Action] = doors.page.get(page_url("transaction", ident)).context["actions"]
    return any(one.url == page_url("transaction_remind", ident) for one in actions)


@pytest.mark.few(2)
@pytest.mark.parametrize("case", CASES)
def test_of_an_invoice_every_door_says_the_same(doors: Doors, case: str, company: Company, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    reason, code = CASES[case]
    ident = made(doors, case)
    public = ids.encode(Transaction.PREFIX, ident)
    assert planned(Act.REMIND, ident) == [reason]
    assert offers_to_remind(doors, ident) == (not reason)
    remind = page_url("transaction_remind", ident)
    assert (f'formaction="{remind}"' in doors.page.get(page_url("invoices")).content.decode()) == (not reason)
    command = ["communicate", public, "--kind", "payment_reminder", "--company", company.code]
    body = {"kind": "payment_reminder", "confirm_again": True}
    if code:
        assert doors.api.post(f"invoices/{public}/communicate", body, expect=409)["code"] == code
        assert doors.api.post(f"invoices/{public}/communicate", {**body, "dry_run": True}, expect=409)["code"] == code
        refused = doors.page.post(remind, {})
        assert refused.status_code == 409
        told = CliRunner().invoke(app, command)
        assert told.exit_code != 0
        assert "Nothing was sent" in said(refused)
        assert "Nothing was sent" in told.output
        assert not Message.objects.exists()
    else:
        doors.api.post(f"invoices/{public}/communicate", body, expect=201)
        assert doors.page.post(remind, {"confirm_again": "on"}).status_code == 302
        assert CliRunner().invoke(app, [*command, "--again"]).exit_code == 0
        assert Message.objects.count() == 3


@pytest.mark.few(1)
@pytest.mark.parametrize("reason", ["disputed", "promised"])
def test_what_is_held_is_reminded_of_only_where_that_is_confirmed(
    doors: Doors, reason: str, company: Company, monkeypatch
):
    """A dispute or a promise holds reminders by hand as it holds those of dunning: every door asks first."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    ident = made(doors, "overdue")
    if reason == "disputed":
        open_dispute(document_id=ident, reason="Not delivered.", actor="test")
    else:
        new = NewPromise(document_id=ident, instalments=[Instalment(day("01/06"), None)])
        make_promise(new=new, actor="test")
    public = ids.encode(Transaction.PREFIX, ident)
    assert planned(Act.REMIND, ident) == [reason]
    path, body = f"invoices/{public}/communicate", {"kind": "payment_reminder"}
    asked = doors.api.post(path, body, expect=409)
    assert asked["code"] == "message_held"
    assert "confirm_held" in asked["detail"]
    several = {**body, "recipients": []}
    assert doors.api.post(path, several, expect=409)["code"] == "message_held"
    for looked_at in ({**body, "dry_run": True}, {**several, "dry_run": True}):  # it would not be sent
        assert doors.api.post(path, looked_at, expect=409)["code"] == "message_held"
        doors.api.post(path, {**looked_at, "confirm_held": True}, expect=200)
    remind = page_url("transaction_remind", ident)
    page = doors.page.post(remind, {})
    assert page.status_code == 409
    assert 'type="checkbox" name="confirm_held"' in page.content.decode()
    command = ["communicate", public, "--kind", "payment_reminder", "--company", company.code]
    assert CliRunner().invoke(app, command).exit_code != 0
    assert CliRunner().invoke(app, [*command, "--dry-run"]).exit_code != 0
    assert CliRunner().invoke(app, [*command, "--dry-run", "--although-held"]).exit_code == 0
    assert not Message.objects.exists()
    doors.api.post(path, {**body, "confirm_held": True}, expect=201)
    assert doors.page.post(remind, {"confirm_held": "on"}).status_code == 409  # it went today
    assert doors.page.post(remind, {"confirm_held": "on", "confirm_again": "on"}).status_code == 302
    assert CliRunner().invoke(app, [*command, "--again", "--although-held"]).exit_code == 0
    has_gone()
    again = f"messages/{Message.objects.latest('pk').public_id}/resend"
    assert doors.api.post(again, {}, expect=409)["code"] == "message_held"
    doors.api.post(again, {"confirm_held": True}, expect=201)
    assert Message.objects.count() == 4
    doors.api.post(path, {"recipient": "eva@example.com"}, expect=201)  # the invoice itself is no reminder


def contact(doors: Doors, name: str, *receives: str, email: str = "") -> None:
    customer = doors.ledger.account.customer
    given = NewContact(customer=customer, name=name, email=email or f"{name}@example.com", receives=list(receives))
    add_contacts(new=[given], actor="test")


def stop(address: str) -> None:
    suppress_address(address=address, reason=SuppressionReason.OPTED_OUT, note="", actor="test")


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("scene", "reason"),
    [
        ("reached", ""),
        ("suppressed", "no_mail"),
        ("spelt otherwise", "no_mail"),
        ("no address", "no_address"),
        ("a contact alone", ""),
        ("a contact suppressed, not the customer", "no_mail"),  # by itself it goes to nobody else
        ("one of two suppressed", ""),
        ("a contact for other things", "no_mail"),
    ],
)
@pytest.mark.parametrize("act", [Act.SEND, Act.REMIND])
def test_whom_a_set_reaches_is_whom_each_reaches(doors: Doors, scene: str, reason: str, act: Act):
    ident = made(doors, "overdue")
    topic, other = ("invoices", "statements") if act is Act.SEND else ("reminders", "invoices")
    if scene in ("no address", "a contact alone"):
        address_of(doors.ledger, email="")
    if "contact" in scene or "two" in scene:
        contact(doors, "eva", other if "other" in scene else topic)
    if "two" in scene:
        contact(doors, "udo", topic)
    if scene in ("suppressed", "a contact for other things"):
        stop(ADDRESS)
    if scene == "spelt otherwise":
        stop(ADDRESS.upper())
    if "suppressed, not" in scene or "two" in scene:
        stop("eva@example.com")
    assert planned(act, ident) == [reason]
    wish = Wish(of="invoice", object_id=ident, kind=REMINDER.name if act is Act.REMIND else "")
    if reason:
        code = {"no_mail": "address_suppressed", "no_address": "no_recipient"}[reason]
        with pytest.raises(Exception, match="Nothing was sent") as refused:
            distribute(wish=wish, actor="test")
        assert refused.value.code == code
    else:
        assert distribute(wish=wish, actor="test").messages


def facts(**more: Any) -> Any:
    usual = {
        "mirrors_id": None,
        "classification": "invoice", "state": "posted", "posted_on": day("04/05"), "due_on": day("10/05"),
        "open_minor": 100,
    }  # fmt: skip
    return SimpleNamespace(**{**usual, **more})


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (facts(), None),
        (facts(due_on=day("19/05")), None),
        (facts(due_on=day("20/05")), ReminderRefusal.NOT_DUE),
        (facts(due_on=None), ReminderRefusal.NOT_DUE),
        (facts(open_minor=1), None),
        (facts(open_minor=0), ReminderRefusal.SETTLED),
        (facts(classification="payment"), ReminderRefusal.NOT_INVOICE),
        (facts(state="draft", posted_on=None), ReminderRefusal.NOT_POSTED),
        (facts(state="rejected"), ReminderRefusal.NOT_POSTED),
        (facts(state="cancelled"), ReminderRefusal.CANCELLED),
        (facts(state="written_off", open_minor=0), ReminderRefusal.WRITTEN_OFF),
    ],
)
def test_the_rule(row: Any, why: ReminderRefusal | None):
    assert why_not_reminded(row, day("20/05")) is why
    if why in (None, ReminderRefusal.NOT_POSTED, ReminderRefusal.CANCELLED, ReminderRefusal.WRITTEN_OFF):
        assert why_not_told(row) is why
    else:
        assert why_not_told(row) is None
