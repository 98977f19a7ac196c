"""The contact persons of a customer: added, changed and removed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import Form

from subledger.accounts.contacts import (
    NewContact,
    add_contacts,
    contact_by_id,
    remove_contact,
    update_contact,
    version_of_contact,
)
from subledger.accounts.models import Customer
from subledger.accounts.pages.customers import CUSTOMERS, customer_url
from subledger.accounts.pages.forms import RECEIVES, ContactForm
from subledger.accounts.queries import customer_by_id
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.navigation import Action, Crumb
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage


class _OnCustomer(FormPage):
    permission = "customers.edit"
    form_class: ClassVar[type[Form]] = ContactForm
    customer: Customer

    def extra(self) -> dict[str, Any]:
        here = customer_url(self.customer)
        crumbs = [Crumb(CUSTOMERS, page_url("customers")), Crumb(self.customer.name, here), Crumb(self.title)]
        return {"crumbs": crumbs, "cancel_url": here}


class ContactNewPage(_OnCustomer):
    title = say("New contact person")
    submit_label = say("Add")

    def prepare(self, customer_id: int) -> None:
        self.customer = customer_by_id(customer_id)

    def act(self, form: Form) -> str:
        new = NewContact(customer=self.customer, **form.cleaned_data)  # type: ignore[typeddict-item]
        add_contacts(new=[new], actor=actor(self.request))
        return customer_url(self.customer)


class _OnContact(_OnCustomer):
    def prepare(self, contact_id: int) -> None:
        self.contact = contact_by_id(contact_id)
        self.customer = self.contact.customer


class ContactEditPage(_OnContact):
    def prepare(self, contact_id: int) -> None:
        super().prepare(contact_id)
        self.title = say("Edit {name}", name=self.contact.name)

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.contact, name) for name in ContactForm.base_fields}

    def version(self) -> str:
        return version_of_contact(self.contact)

    def edits(self) -> int:
        return int(self.customer.pk)  # whose timeline tells of it

    def act(self, form: Form) -> str:
        update_contact(
            contact_id=self.contact.pk, changes=form.cleaned_data, version=self.seen, actor=actor(self.request)
        )
        return customer_url(self.customer)

    def extra(self) -> dict[str, Any]:
        remove = Action(say("Remove"), page_url("contact_remove", self.contact.pk), "trash", danger=True)
        return {**super().extra(), "actions": [remove]}


class ContactRemovePage(_OnContact):
    title = submit_label = say("Remove contact person")
    template_name = "page_kit/confirm.html"
    form_class = Form

    def act(self, form: Form) -> str:
        remove_contact(contact_id=self.contact.pk, actor=actor(self.request))
        return customer_url(self.customer)

    def extra(self) -> dict[str, Any]:
        received = [RECEIVES[topic].lower() for topic in RECEIVES if topic in self.contact.receives]
        told = [say("They receive {one} no more.", one=one) for one in received]
        return {
            **super().extra(),
            "danger": True,
            "question": say(
                "Remove {name} from the contact persons of {customer}?",
                name=self.contact.name,
                customer=self.customer.name,
            ),
            "consequences": [*told, say("What they were sent keeps saying so.")],
        }
