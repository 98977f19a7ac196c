"""Contact persons at the desk, by program and from files: noted, offered where something is sent, removed."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.doors.conftest import Doors, doors, said
from tests.pages.conftest import version_in

from subledger.accounts.contacts import NewContact, add_contacts, contacts_of
from subledger.accounts.models import ContactPerson, Customer
from subledger.import_kit.report import ImportReport
from subledger.messages.models import Message
from subledger.messages.services.outbox import Wish, communicate
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason
from subledger.page_kit.contact_links import phone_link
from subledger.transactions.models import Transaction

__all__ = ["doors"]


def _eva(customer: Customer, **more: object) -> ContactPerson:
    new = NewContact(customer=customer, name="Eva", email="eva@example.com", **more)  # type: ignore[typeddict-item]
    return add_contacts(new=[new], actor="test")[0]


def test_one_is_added_shown_changed_and_removed_on_pages(desk, ledger):
    customer = ledger.account.customer
    here = reverse("backoffice:customer", args=[customer.pk])
    assert "Nobody yet" in said(desk.get(here))
    typed = {"name": "Eva Rossi", "role": "billing", "email": "eva@example.com", "phone": "+39 02 1234",
             "language": "it", "receives": ["invoices", "statements"]}  # fmt: skip
    assert desk.post(reverse("backoffice:contact_new", args=[customer.pk]), typed).url == here
    page = desk.get(here).content.decode()
    assert 'href="tel:+39021234"' in page
    assert 'href="mailto:eva@example.com"' in page
    assert "Invoices, statements" in page
    [row] = contacts_of(customer.pk)
    edit = reverse("backoffice:contact_edit", args=[row.pk])
    opened = desk.get(edit)
    assert desk.post(edit, {**typed, "phone": "1", **version_in(opened)}).status_code == 302
    late = desk.post(edit, {**typed, "phone": "2", **version_in(opened)})
    assert (late.status_code, late.refusal_code) == (409, "changed_meanwhile")
    assert "Phone12" in "".join(said(late).split())  # what stands now, and what was entered
    remove = reverse("backoffice:contact_remove", args=[row.pk])
    assert "They receive invoices, credit notes and receipts no more." in said(desk.get(remove))
    assert desk.post(remove).url == here
    assert desk.get(edit).status_code == 404
    assert "Contact person removed" in said(desk.get(here))


def test_who_may_not_edit_customers_sees_them_and_cannot_change_them(sit, ledger):
    row = _eva(ledger.account.customer)
    reader = sit("auditor")
    page = said(reader.get(reverse("backoffice:customer", args=[row.customer_id])))
    assert "Eva" in page
    assert "Add a contact person" not in page
    assert reader.get(reverse("backoffice:contact_edit", args=[row.pk])).status_code == 403


def boxes_in(page: str) -> dict[str, bool]:
    """Whom a page offers, and whether they are ticked."""
    boxes = re.findall(r'<input type="checkbox" name="recipients" value="([^"]+)"([^>]*)>', page)
    return {address: " checked" in more for address, more in boxes}


@pytest.mark.wide
def test_whoever_sends_something_is_offered_them_and_who_receives_it_is_chosen(desk, ledger):
    Customer.objects.filter(pk=ledger.account.customer_id).update(email="office@example.com")
    _eva(ledger.account.customer, receives=["invoices"], language="it")
    invoice = ledger.invoice(10)
    address = reverse("backoffice:message_new", args=["invoice", Transaction(pk=invoice.id).public_id])
    page = desk.get(address).content.decode()
    assert boxes_in(page) == {"eva@example.com": True, "office@example.com": False}
    form = desk.get(address).context["form"]
    everybody = ["eva@example.com", "office@example.com"]
    typed = {"template": form.initial["template"], "recipients": everybody, "recipient": "else@example.com"}
    shown = desk.post(address, {**typed, "own_language": "on"})
    assert shown.status_code == 200
    assert [one["recipient"] for one in shown.context["shown"]] == [*everybody, "else@example.com"]
    desk.post(address, {**typed, "own_language": "on", "reviewed": shown.context["reviewed"]})
    made = Message.objects.filter(object_id=invoice.id).order_by("pk")
    assert [(one.recipient, one.language) for one in made] == [
        ("eva@example.com", "it"), ("office@example.com", "en"), ("else@example.com", "en"),
    ]  # fmt: skip


@pytest.mark.wide
def test_who_got_it_and_whose_address_gets_no_mail_is_said_where_they_are_chosen(desk, ledger):
    Customer.objects.filter(pk=ledger.account.customer_id).update(email="office@example.com")
    for name in ("eva", "udo", "ida"):
        new = NewContact(
            customer=ledger.account.customer, name=name, email=f"{name}@example.com", receives=["invoices"]
        )
        add_contacts(new=[new], actor="test")
    invoice = ledger.invoice(10)
    suppress_address(address="udo@example.com", reason=SuppressionReason.OPTED_OUT, actor="test")
    communicate(wish=Wish(of="invoice", object_id=invoice.id, recipient="ida@example.com"), actor="test")
    address = reverse("backoffice:message_new", args=["invoice", Transaction(pk=invoice.id).public_id])
    page = desk.get(address)
    text = page.content.decode()
    assert boxes_in(text) == {
        "eva@example.com": True, "ida@example.com": False, "udo@example.com": False, "office@example.com": False,
    }  # fmt: skip
    assert "udo@example.com · gets no mail, because its owner wants none" in text
    assert "ida@example.com · got it on " in text
    template = {"template": page.context["form"].initial["template"]}
    nobody = desk.post(address, template)
    assert (nobody.status_code, "Nobody is chosen" in nobody.content.decode()) == (422, True)
    typed = {**template, "recipients": ["eva@example.com", "udo@example.com"]}
    shown = desk.post(address, typed)
    assert "udo@example.com gets no mail, because its owner wants none." in shown.content.decode()
    sent = desk.post(address, {**typed, "reviewed": shown.context["reviewed"]}, follow=True)
    said_so = "is on its way to eva@example.com. udo@example.com gets no mail, because its owner wants none."
    assert said_so in sent.content.decode()


def test_programs_add_list_change_and_remove_them(doors: Doors):
    customer = doors.ledger.account.customer
    body = {"customer": customer.public_id, "name": "Eva", "email": "eva@example.com", "receives": ["reminders"]}
    made = doors.api.post("contact_persons", body)
    assert (made["object"], made["role"], made["receives"]) == ("contact_person", "general", ["reminders"])
    listed = doors.api.get(f"contact_persons?customer={customer.public_id}&role=general&expand[]=customer")["data"]
    assert [(one["name"], one["customer"]["name"]) for one in listed] == [("Eva", customer.name)]
    where = f"contact_persons/{made['id']}"
    changed = doors.api.patch(where, {"role": "billing", "receives": ["invoices", "reminders"]})
    assert (changed["role"], changed["receives"], changed["email"]) == (
        "billing", ["invoices", "reminders"], "eva@example.com",
    )  # fmt: skip
    refused = doors.api.patch(where, {"email": ""}, expect=422)
    assert (refused["code"], refused["param"]) == ("contact_person_invalid", "/email")
    doors.api.request("DELETE", where)
    doors.api.get(where, expect=404)
    assert doors.api.get("contact_persons")["data"] == []


def test_a_file_brings_them_and_brings_them_once(doors: Doors):
    def brought(**cells: str) -> ImportReport:
        return doors.file("contact-persons", [{"customer": "Ann", "name": "Eva", **cells}])

    several = [
        {"customer": "Ann", "name": "Eva", "email": "eva@example.com", "receives": "Invoices; statements",
         "role": "Billing"},
        {"customer": "Ann", "name": "Udo", "email": "", "receives": "", "role": ""},
    ]  # fmt: skip
    assert doors.file("contact-persons", several).created == 2
    eva, udo = contacts_of(doors.ledger.account.customer_id)
    assert (eva.receives, eva.role, udo.receives) == (["invoices", "statements"], "billing", [])
    again = doors.file("contact-persons", several)
    assert (again.created, again.unchanged, again.rejections) == (0, 2, [])
    [differs] = brought(phone="1").rejections
    assert (differs.code, differs.column) == ("already_differs", "phone")
    for named, code in (("Ida", "duplicate_in_file"), ("IDA", "contact_person_taken")):
        rows = [{**several[0], "name": "Ida"}, {**several[0], "name": named}]
        assert [one.code for one in doors.file("contact-persons", rows).rejections] == [code]


def test_what_is_no_phone_number_calls_nobody():
    assert "href" not in phone_link("javascript:alert(1)")
    assert "<b>" not in phone_link("<b>1</b>")
    for phone in ("+39 (06) 123-45", "06/12345 ext. 7", "0800 123;ext=4"):
        assert ('href="tel:' in phone_link(phone)) == (";ext" not in phone), phone
