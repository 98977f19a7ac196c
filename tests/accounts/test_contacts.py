"""Contact persons: who is noted at a customer, and who of them gets what."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from tests.factories import Ledger, make_company, refused_by
from tests.messages.conftest import wish_of

from subledger.accounts.contacts import (
    MOST,
    NewContact,
    add_contacts,
    contact_by_id,
    contacts_of,
    recipients_at,
    remove_contact,
    update_contact,
    version_of_contact,
)
from subledger.accounts.errors import ContactInvalid, ContactNameTaken
from subledger.accounts.models import ContactPerson, Customer
from subledger.accounts.states import Topic
from subledger.kernel.errors import DomainError, NotFound, TextInvalid
from subledger.messages.models import Message, MessageSettings
from subledger.messages.services.outbox import communicate, drafted, send_by_itself
from subledger.platform.callers import Caller, calling
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.platform.versions import ChangedMeanwhile


class Refused(DomainError):
    code = "refused"


@pytest.fixture
def customer(ledger: Ledger) -> Customer:
    row = Customer.objects.get(pk=ledger.account.customer_id)
    Customer.objects.filter(pk=row.pk).update(email="office@example.com", language="de")
    row.refresh_from_db()
    return row


def add(customer: Customer, name: str, *receives: str, **more: str) -> ContactPerson:
    fields = {"email": f"{name.lower()}@example.com", **more}
    new = NewContact(customer=customer, name=name, receives=receives, **fields)  # type: ignore[typeddict-item]
    return add_contacts(new=[new], actor="test")[0]


def addresses(customer: Customer, topic: Topic | None = None) -> list[tuple[str, bool]]:
    return [(one.address, one.gets_it) for one in recipients_at(customer, topic)]


def test_who_receives_something_gets_it_and_else_the_customer_does(customer: Customer):
    own = "office@example.com"
    assert addresses(customer, Topic.INVOICES) == [(own, True)]
    add(customer, "Ina", "statements")
    add(customer, "Abe", email="", phone="1")
    assert addresses(customer, Topic.INVOICES) == [(own, True), ("ina@example.com", False)]
    add(customer, "Udo", "invoices", "reminders")
    add(customer, "Eva", "invoices")
    assert addresses(customer, Topic.INVOICES) == [
        ("eva@example.com", True), ("udo@example.com", True), (own, False), ("ina@example.com", False),
    ]  # fmt: skip
    Customer.objects.filter(pk=customer.pk).update(email="")
    customer.refresh_from_db()
    assert ("ina@example.com", False) in addresses(customer)
    assert not any(gets_it for _, gets_it in addresses(customer))


def test_a_message_goes_to_who_receives_it_by_name_and_in_their_language(ledger: Ledger, customer: Customer):
    invoice = ledger.invoice(10).id
    assert drafted(wish_of(invoice)).written.recipient == "office@example.com"
    add(customer, "Eva", "invoices", language="it-CH")
    draft = drafted(wish_of(invoice))
    assert (draft.written.recipient, draft.written.language) == ("eva@example.com", "it")
    assert draft.kind.tag_named("CONTACT_NAME").value(draft.letter) == "Eva"  # type: ignore[misc]
    chosen = drafted(wish_of(invoice, recipient="office@example.com"))
    assert chosen.written.language == "de"
    assert chosen.kind.tag_named("CONTACT_NAME").value(chosen.letter) == customer.name  # type: ignore[misc]
    typed = communicate(wish=wish_of(invoice, recipient="else@example.com"), actor="test")
    assert (typed.recipient, typed.language) == ("else@example.com", "de")


def test_what_is_sent_by_itself_goes_once_to_each_who_receives_it(ledger: Ledger, customer: Customer):
    MessageSettings.objects.update(automatic=["payment_receipt"])
    add(customer, "Eva", "invoices")
    add(customer, "Udo", "invoices")
    add(customer, "Twin", "invoices", email="EVA@example.com")
    payment = ledger.payment(10).id
    for _ in range(2):
        send_by_itself(kind="payment_receipt", object_ids=[payment], actor="system")
    sent = Message.objects.filter(object_id=payment).order_by("recipient")
    assert [row.recipient.lower() for row in sent] == ["eva@example.com", "udo@example.com"]


def test_one_who_cannot_be_written_to_keeps_nobody_else_from_it(ledger: Ledger, customer: Customer):
    MessageSettings.objects.update(automatic=["payment_receipt"])
    broken = add(customer, "Eva", "invoices")
    add(customer, "Udo", "invoices")
    ContactPerson.objects.filter(pk=broken.pk).update(email="none")  # as an older import may have let through
    payment = ledger.payment(10).id
    send_by_itself(kind="payment_receipt", object_ids=[payment], actor="system")
    assert [row.recipient for row in Message.objects.filter(object_id=payment)] == ["udo@example.com"]


def test_a_change_is_told_on_the_customers_timeline(customer: Customer):
    row = add(customer, "Eva", "invoices", role="billing")
    update_contact(contact_id=row.pk, changes={"receives": ["reminders", "invoices"], "name": "Eva"}, actor="test")
    remove_contact(contact_id=row.pk, actor="test")
    told = Event.objects.filter(object_id=customer.pk, type__startswith="customer.contact_person").order_by("id")
    assert [(one.type.rpartition("_")[2], one.data) for one in told] == [
        ("added", {"contact_person": row.public_id, "name": "Eva", "role": "billing", "receives": "invoices"}),
        ("changed", {"contact_person": row.public_id, "name": "Eva", "receives": ["invoices", "invoices, reminders"]}),
        ("removed", {"contact_person": row.public_id, "name": "Eva"}),
    ]
    assert list(contacts_of(customer.pk)) == []
    assert ContactPerson.ever.filter(pk=row.pk).exists()
    with pytest.raises(NotFound):
        contact_by_id(row.pk)
    assert add(customer, "Eva").pk != row.pk  # the name is free again


def test_a_change_that_changes_nothing_is_not_told(customer: Customer):
    row = add(customer, "Eva", "invoices")
    update_contact(contact_id=row.pk, changes={"name": "Eva", "receives": ["invoices"]}, actor="test")
    assert not Event.objects.filter(type="customer.contact_person_changed").exists()


def test_what_was_shown_is_what_is_changed(customer: Customer):
    row = contact_by_id(add(customer, "Eva").pk)
    version = version_of_contact(row)
    update_contact(contact_id=row.pk, changes={"phone": "1"}, version=version, actor="test")
    with pytest.raises(ChangedMeanwhile):
        update_contact(contact_id=row.pk, changes={"phone": "2"}, version=version, actor="test")


def test_names_tell_a_customers_people_apart(ledger: Ledger, customer: Customer):
    row = add(customer, "Eva")
    with pytest.raises(ContactNameTaken):
        add(customer, "EVA")
    other = add(customer, "Udo")
    with pytest.raises(ContactNameTaken):
        update_contact(contact_id=other.pk, changes={"name": "eva"}, actor="test")
    update_contact(contact_id=row.pk, changes={"name": "EVA"}, actor="test")
    add(ledger.open("Ben").customer, "Eva")
    with pytest.raises(ContactNameTaken):
        add_contacts(new=[NewContact(customer=customer, name="X"), NewContact(customer=customer, name="x")], actor="t")
    assert not contacts_of(customer.pk).filter(name="X").exists()


def test_who_receives_something_keeps_an_address(customer: Customer):
    with pytest.raises(ContactInvalid, match="without an e-mail address"):
        add(customer, "Eva", "invoices", email="")
    row = add(customer, "Eva", "invoices")
    with pytest.raises(ContactInvalid, match="without an e-mail address"):
        update_contact(contact_id=row.pk, changes={"email": ""}, actor="test")
    update_contact(contact_id=row.pk, changes={"email": "", "receives": []}, actor="test")


def test_only_what_is_theirs_can_be_changed(customer: Customer):
    row = add(customer, "Eva")
    with pytest.raises(ContactInvalid, match="customer cannot be changed"):
        update_contact(contact_id=row.pk, changes={"customer": customer}, actor="test")
    with pytest.raises(TextInvalid):
        update_contact(contact_id=row.pk, changes={"phone": "1\x1b"}, actor="test")


def test_a_customer_has_a_bounded_number_of_them(customer: Customer):
    add_contacts(new=[NewContact(customer=customer, name=f"P{n}") for n in range(MOST)], actor="test")
    with pytest.raises(ContactInvalid, match="at most 100"):
        add(customer, "Eva")


def test_another_companys_are_not_there(customer: Customer):
    row = add(customer, "Eva")
    with company_scope(make_company().pk):
        assert list(ContactPerson.objects.all()) == []
        with pytest.raises(NotFound):
            update_contact(contact_id=row.pk, changes={"phone": "1"}, actor="test")
        with pytest.raises(NotFound):
            remove_contact(contact_id=row.pk, actor="test")
        with pytest.raises(NotFound):
            add(customer, "Udo")


@pytest.mark.parametrize(
    ("values", "guard"),
    [
        ({"role": "pope"}, "contact_person_role"),
        ({"receives": ["gifts"]}, "contact_person_topics"),
        ({"receives": ["invoices"], "email": ""}, "contact_person_reached"),
    ],
)
def test_the_database_holds_what_they_are(customer: Customer, values: dict, guard: str):
    row = add(customer, "Eva")
    with refused_by(guard):
        ContactPerson.objects.filter(pk=row.pk).update(**values)


def test_the_database_holds_their_names_apart_and_deletes_none(customer: Customer):
    row = add(customer, "Eva")
    with pytest.raises(IntegrityError, match="contact_person_name"), atomic():
        ContactPerson.objects.create(customer=customer, name="eva")
    with refused_by("accounts_contactperson_append_only"):
        row.delete()


def test_who_may_not_edit_customers_may_not_edit_their_people(customer: Customer):
    row = add(customer, "Eva")
    with calling(Caller("nobody", frozenset({"view"}), Refused)):
        for attempt in (
            lambda: add(customer, "Udo"),
            lambda: update_contact(contact_id=row.pk, changes={"phone": "1"}, actor="test"),
            lambda: remove_contact(contact_id=row.pk, actor="test"),
        ):
            with pytest.raises(Refused):
                attempt()
