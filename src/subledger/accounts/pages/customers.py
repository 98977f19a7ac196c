from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.forms import Form
from django.http import HttpRequest

from subledger.accounts.changes import version_of_customer
from subledger.accounts.contacts import contacts_of
from subledger.accounts.models import Account, Customer
from subledger.accounts.pages.columns import MailColumn, PhoneColumn, TopicsColumn
from subledger.accounts.pages.forms import CustomerForm, NewCustomerForm
from subledger.accounts.pages.tax_numbers import tax_number_said
from subledger.accounts.queries import customer_by_id
from subledger.accounts.services import create_customer_with_account, create_customers, update_customer
from subledger.accounts.states import AccountState
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import BadgeColumn, Column, CountColumn, CurrencyColumn, NameColumn, WordColumn
from subledger.page_kit.criteria import Search
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.tables import SummaryPage, table
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage, FormPage
from subledger.platform.models import Event

CUSTOMERS = say("Customers")


def customer_url(row: Customer) -> str:
    return page_url("customer", row.pk)


def with_annotations(rows: QuerySet) -> QuerySet:
    """With what other rooms show beside customers in lists."""
    for annotated in contributions("customers", "annotations", None, None):
        rows = annotated(rows)
    return rows


def contacts_table(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    edits = may(request, "customers.edit")
    columns = (
        NameColumn(
            "name", say("Name"), link=lambda row: page_url("contact_edit", row.pk) if edits else None, strong=True
        ),
        WordColumn("role", say("Role"), lead=True),
        MailColumn("email", say("Email")),
        PhoneColumn("phone", say("Phone")),
        TopicsColumn("receives", say("Receives")),
    )
    return {
        "title": say("Contact persons"),
        "table": table(columns, contacts_of(customer.pk)),
        "text": say("Nobody yet: everything is sent to the customer's own address."),
    }


class CustomersPage(SummaryPage):
    title = CUSTOMERS
    noun = say("customer")
    empty = say("Add a customer, then open an account for it.")
    default_sort = "name"
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("code__icontains", "name__icontains", "email__icontains", "tax_number__icontains"),
        ),
    )
    columns: Sequence[Column] = (
        NameColumn("name", say("Name"), sort="name", link=customer_url, strong=True),
        Column("code", say("Code"), sort="code"),
        MailColumn("email", say("Email"), sort="email"),
        Column("city", say("City"), sort="city"),
        Column("country", say("Country"), sort="country"),
        CountColumn("account_count", say("Accounts")),
    )

    def queryset(self) -> QuerySet:
        return with_annotations(Customer.objects.annotate(account_count=Count("accounts")))

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.columns = (*self.columns, *contributions("customers", "columns", request, None))

    def extra(self) -> dict[str, Any]:
        allowed = may(self.request, "customers.edit")
        return {"actions": [Action(say("New customer"), page_url("customer_new"), "plus")] if allowed else []}


class CustomerPage(DetailPage):
    def prepare(self, customer_id: int) -> None:
        self.customer = customer_by_id(customer_id)
        self.title = self.customer.name

    def extra(self) -> dict[str, Any]:
        c = self.customer
        accounts = Account.objects.filter(customer=c).order_by("number")
        for annotated in contributions("accounts", "annotations", None, None):
            accounts = annotated(accounts)
        address = ", ".join(
            filter(None, (c.address_line1, c.address_line2, c.postal_code, c.city, c.region, c.country))
        )
        actions = []
        if may(self.request, "accounts.edit"):
            actions.append(Action(say("Open an account"), page_url("account_new", c.pk), "plus"))
        if may(self.request, "customers.edit"):
            actions.append(Action(say("Add a contact person"), page_url("contact_new", c.pk), "user"))
            actions.append(Action(say("Edit"), page_url("customer_edit", c.pk), "pencil"))
        actions += contributions("customer", "actions", self.request, c)
        columns = (
            Column("number", say("Number"), link=lambda row: page_url("account", row.pk), strong=True),
            NameColumn("name", say("Name")),
            CurrencyColumn(),
            *contributions("accounts", "found_columns", None, None),
            BadgeColumn("state", say("State"), lead=True, usual=AccountState.ACTIVE),
        )
        return {
            "crumbs": [Crumb(CUSTOMERS, page_url("customers")), Crumb(c.name)],
            "actions": actions,
            "facts": [
                (say("Code"), c.code),
                (say("Email"), c.email),
                (say("Phone"), c.phone),
                (say("Tax number"), tax_number_said(c.tax_number)),
                (say("Address"), address),
                (say("Language"), LANGUAGES.get(c.language, c.language)),
                *sorted(c.metadata.items()),
            ],
            "tables": [
                {"title": say("Accounts"), "table": table(columns, accounts), "text": say("No account yet: open one.")},
                contacts_table(self.request, c),
                *contributions("customer", "tables", self.request, c),
            ],
            "timeline": entries_of(Event.objects.filter(object_id=c.pk).order_by("-id")[:20], own=c.pk),
        }


class CustomerNewPage(FormPage):
    permission = "customers.edit"
    title = say("New customer")
    form_class = NewCustomerForm
    submit_label = say("Create customer")
    done = say("The customer is created.")

    def form(self, data: Any = None, files: Any = None) -> Form:
        form = super().form(data, files)
        if not may(self.request, "accounts.edit"):
            del form.fields["opens_account"]
        return form

    def act(self, form: Form) -> str:
        """To the account, where one is opened: what is invoiced stands there."""
        new: Any = dict(form.cleaned_data)
        if new.pop("opens_account", False):
            return page_url("account", create_customer_with_account(new=new, actor=actor(self.request)).pk)
        [customer] = create_customers(new=[new], actor=actor(self.request))
        return customer_url(customer)

    def extra(self) -> dict[str, Any]:
        return {
            "crumbs": [Crumb(CUSTOMERS, page_url("customers")), Crumb(self.title)],
            "cancel_url": page_url("customers"),
        }


class CustomerEditPage(FormPage):
    permission = "customers.edit"
    form_class = CustomerForm

    def prepare(self, customer_id: int) -> None:
        self.customer = customer_by_id(customer_id)
        self.title = say("Edit {name}", name=self.customer.name)

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.customer, name) for name in CustomerForm.base_fields}

    def version(self) -> str:
        return version_of_customer(self.customer)

    def edits(self) -> int:
        return int(self.customer.pk)

    def act(self, form: Form) -> str:
        update_customer(
            customer_id=self.customer.pk, changes=form.cleaned_data, version=self.seen, actor=actor(self.request)
        )
        return customer_url(self.customer)

    def extra(self) -> dict[str, Any]:
        here = customer_url(self.customer)
        crumbs = [Crumb(CUSTOMERS, page_url("customers")), Crumb(self.customer.name, here), Crumb(say("Edit"))]
        return {"crumbs": crumbs, "cancel_url": here}
