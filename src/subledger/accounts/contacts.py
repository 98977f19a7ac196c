"""The contact persons of a customer: added, changed, removed; and who of them gets what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypedDict

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.transaction import atomic

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.text import plain_name
from subledger.kernel.texts import check_texts
from subledger.messages.kinds import Recipient
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.versions import check_version, version_of

from .checks import check_lengths, checked_contact, texts
from .errors import ContactInvalid, ContactNameTaken
from .locks import locked
from .models import ContactPerson, Customer
from .states import Topic

FIELDS = ("name", "role", "email", "phone", "language", "receives")
MOST = 100  # of one customer


class NewContact(TypedDict, total=False):
    """Fields of a new contact person; ``customer`` and ``name`` are needed."""

    customer: Customer
    name: str
    role: str
    email: str
    phone: str
    language: str
    receives: Sequence[str]


def contact_by_id(ident: int) -> ContactPerson:
    """NotFound: there is none, or they were removed."""
    found: ContactPerson | None = ContactPerson.objects.select_related("customer").filter(pk=ident).first()
    if found is None:
        raise NotFound(ContactPerson, ident)
    return found


def contacts_of(customer_id: int) -> QuerySet[ContactPerson]:
    found: QuerySet[ContactPerson] = ContactPerson.objects.filter(customer_id=customer_id).order_by("name", "id")
    return found


def recipients_at(customer: Customer | None, topic: Topic | None = None) -> tuple[Recipient, ...]:
    """Everybody at a customer whom mail reaches. Who receives the topic gets it by itself; where nobody does, it goes
    to the customer's own address. Who gets it comes first."""
    return () if customer is None else _recipients(customer, contacts_of(customer.pk), topic)


def recipients_of_each(customers: Collection[Customer], topic: Topic) -> dict[int, tuple[Recipient, ...]]:
    """`recipients_at` for many, by the customer's id."""
    people: dict[int, list[ContactPerson]] = {customer.pk: [] for customer in customers}
    for one in ContactPerson.objects.filter(customer_id__in=people).order_by("name", "id"):
        people[one.customer_id].append(one)
    return {customer.pk: _recipients(customer, people[customer.pk], topic) for customer in customers}


def addresses_of_each(customers: Collection[Customer], topic: Topic) -> dict[int, list[str]]:
    """Where a topic goes by itself, by the customer's id; [] where it reaches nobody."""
    found = recipients_of_each(customers, topic)
    return {ident: [one.address for one in known if one.gets_it] for ident, known in found.items()}


def _recipients(customer: Customer, contacts: Iterable[ContactPerson], topic: Topic | None) -> tuple[Recipient, ...]:
    people = [
        Recipient(one.email, one.name, one.language or customer.language, gets_it=topic in one.receives)
        for one in contacts
        if one.email
    ]
    is_own = bool(customer.email)
    is_anybodys = any(one.gets_it for one in people)
    own = [Recipient(customer.email, "", customer.language, gets_it=not is_anybodys)] if is_own else []
    return tuple(sorted([*own, *people], key=lambda one: not one.gets_it))


def first_of(recipients: Sequence[Recipient]) -> str:
    """The address of who gets it first; "" where nobody gets it without being chosen."""
    return next((one.address for one in recipients if one.gets_it), "")


def version_of_contact(row: ContactPerson) -> str:
    return version_of(row, *FIELDS)


@atomic
def add_contacts(*, new: Sequence[NewContact], actor: str) -> list[ContactPerson]:
    """Note contact persons of customers, all or none.

    Raises:
        ContactInvalid; ContactNameTaken: the customer has one of that name; TextInvalid, CardNumberRefused.
    """
    demand("customers.edit")
    held = _held({given["customer"].pk for given in new})
    rows = [ContactPerson(customer=held[given["customer"].pk], **_checked(given)) for given in new]
    _refuse_too_many(rows)
    _refuse_taken(rows)
    ContactPerson.objects.bulk_create(rows)
    record_events(
        [_told("added", row, {"role": row.role, "receives": ", ".join(row.receives)}) for row in rows], actor=actor
    )
    return rows


@atomic
def update_contact(*, contact_id: int, changes: Mapping[str, Any], version: str = "", actor: str) -> ContactPerson:
    """Change a contact person. ChangedMeanwhile: something else is said of them than was shown. As `add_contacts`."""
    demand("customers.edit")
    row: ContactPerson = locked(ContactPerson, contact_id)
    check_version(version, version_of_contact(row), thing=say("contact person"))
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise ContactInvalid(
            say(
                "{names} cannot be changed. What can: {fields}.",
                names=", ".join(sorted(unknown)),
                fields=", ".join(FIELDS),
            )
        )
    before = {name: getattr(row, name) for name in FIELDS}
    for name, value in _checked({**before, **changes}).items():
        setattr(row, name, value)
    if row.name.lower() != before["name"].lower():
        _refuse_taken([row])
    try:
        with atomic():
            row.save(update_fields=FIELDS)
    except IntegrityError:  # somebody took the name since we looked
        raise ContactNameTaken(row.name) from None
    changed = {name: [_said(before[name]), _said(getattr(row, name))] for name in FIELDS}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    if changed:
        told = _told("changed", row, changed if "name" in changed else {**changed, "name": row.name})
        record_events([told], actor=actor)
    return row


@atomic
def remove_contact(*, contact_id: int, actor: str) -> None:
    """Write to somebody no more. What they were sent keeps saying so."""
    demand("customers.edit")
    row: ContactPerson = locked(ContactPerson, contact_id)
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    record_events([_told("removed", row, {"name": row.name})], actor=actor)


def _held(customer_ids: set[int]) -> dict[int, Customer]:
    """The customers under their locks, taken in order. NotFound: one is not of this company."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=customer_ids).order_by("pk")
    held = {row.pk: row for row in rows}
    for missing in customer_ids - held.keys():
        raise NotFound(Customer, missing, param="/customer")
    return held


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    check_texts({**texts(given), "receives": list(given.get("receives") or ())})
    values = {name: value for name, value in given.items() if name != "customer"}
    values["name"] = plain_name(str(values.get("name") or ""))
    values["email"] = str(values.get("email") or "").strip()
    values = checked_contact(values)
    check_lengths(ContactPerson, values)
    return values


def _refuse_too_many(rows: Sequence[ContactPerson]) -> None:
    for customer_id in {row.customer_id for row in rows}:
        more = sum(row.customer_id == customer_id for row in rows)
        if contacts_of(customer_id).count() + more > MOST:
            raise ContactInvalid(
                say("A customer has at most {most} contact persons. Remove some who have left first.", most=MOST)
            )


def _refuse_taken(rows: Sequence[ContactPerson]) -> None:
    """A name is one person's of a customer; letters are alike in either case."""
    taken = {
        (customer_id, name.lower())
        for pk, customer_id, name in ContactPerson.objects.filter(
            customer_id__in={row.customer_id for row in rows}
        ).values_list("pk", "customer_id", "name")
        if pk not in {row.pk for row in rows}
    }
    for row in rows:
        named = (row.customer_id, row.name.lower())
        if named in taken:
            raise ContactNameTaken(row.name)
        taken.add(named)


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _told(verb: str, row: ContactPerson, more: Mapping[str, Any]) -> NewEvent:
    facts = {"contact_person": row.public_id, "name": row.name, **more}
    return NewEvent(f"customer.contact_person_{verb}", "customer", row.customer_id, facts)
