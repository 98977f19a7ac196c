"""Recording a contact, taking a follow-up off the list, giving an account to somebody; what an account's page shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import Form

from subledger.accounts.models import Account
from subledger.accounts.states import AccountState, AccountType
from subledger.companies.queries import names_of
from subledger.desk.models import CollectionContact
from subledger.desk.queries import collector_of, contact_by_id, contacts, follow_ups_due, members_to_choose
from subledger.desk.services import NewContact, assign_collector, follow_up_done, record_contact
from subledger.desk.states import ContactKind
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.columns import ActorColumn, Column, DayColumn, NameColumn, WordColumn
from subledger.page_kit.fields import DayField, TextField
from subledger.page_kit.navigation import Action, Crumb, linked, may
from subledger.page_kit.subjects import SubjectForm
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.page_kit.ways_back import way_back

SHOWN = 10


class DoneColumn(Column):
    """The day to follow up on, and the way to take it off the list."""

    def show(self, row: Any) -> Any:
        if row.follow_up_on is None:
            return show.NOTHING
        if row.done_at is not None:
            return show.badge("done")
        return linked(say("Done"), page_url("contact_done", row.pk))


COLUMNS = (
    NameColumn("text", say("What was said"), strong=True),
    WordColumn("kind", say("How")),
    NameColumn("with_whom", say("With")),
    DayColumn("happened_on", say("Day")),
    DayColumn("follow_up_on", say("Follow up on")),
    ActorColumn("made_by", say("By")),
    DoneColumn("done_at", ""),
)


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label=say("How"))
    with_whom = forms.CharField(label=say("With"), max_length=60, required=False)
    text = TextField(label=say("What was said"), required=True, max_length=1000, widget=forms.Textarea({"rows": 3}))
    happened_on = DayField(label=say("Day"), help_text=say("Left empty: today."))
    follow_up_on = DayField(label=say("Follow up on"), help_text=say("From that day on it is on the work list."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(each.value, show.word(each)) for each in ContactKind]


class ContactNewPage(SubjectForm):
    subject = "account"
    permission = "desk.contact"
    title = say("Record a contact")
    form_class = ContactForm

    def act(self, form: Form) -> str:
        record_contact(new=NewContact(account_id=self.subject_row.pk, **form.cleaned_data), actor=actor(self.request))
        return page_url("account", self.subject_row.pk)


class CollectorForm(forms.Form):
    collector = forms.ChoiceField(label=say("Collector"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        collector = self.fields["collector"]
        assert isinstance(collector, forms.ChoiceField)
        collector.choices = [("", say("Nobody")), *members_to_choose().items()]


class CollectorPage(SubjectForm):
    subject = "account"
    permission = "desk.assign"
    title = say("Who collects it")
    form_class = CollectorForm

    def initial(self) -> dict[str, Any]:
        return {"collector": collector_of(self.subject_row.pk)}

    def act(self, form: Form) -> str:
        assign_collector(
            account_id=self.subject_row.pk, collector=form.cleaned_data["collector"], actor=actor(self.request)
        )
        return page_url("account", self.subject_row.pk)


class DoneForm(forms.Form):
    note = TextField(label=say("What came of it"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class ContactDonePage(FormPage):
    permission = "desk.contact"
    template_name = "page_kit/confirm.html"
    title = submit_label = say("Take it off the list")
    form_class = DoneForm

    def prepare(self, contact_id: int) -> None:
        self.row: CollectionContact = contact_by_id(contact_id)

    def act(self, form: Form) -> str:
        follow_up_done(contact_id=self.row.pk, note=form.cleaned_data["note"], actor=actor(self.request))
        messages.success(self.request, say("The follow-up is done."))
        return self._back()

    def _back(self) -> str:
        return way_back(self.request, page_url("account", self.row.account_id))

    def extra(self) -> dict[str, Any]:
        here = self._back()
        return {
            "crumbs": [Crumb(self.row.account.name, here), Crumb(self.title)],
            "cancel_url": here,
            "question": self.row.text,
        }


def actions(request: Any, account: Account) -> list[Action]:
    if account.type == AccountType.SYSTEM or account.state == AccountState.TERMINATED:
        return []
    found = []
    if may(request, "desk.contact"):
        found.append(Action(say("Record a contact"), page_url("contact_record", account.pk), "note"))
        found.append(Action(say("Call the customer"), page_url("collect", account.pk), "phone"))
    if may(request, "desk.assign"):
        found.append(Action(say("Who collects it"), page_url("account_collector", account.pk), "user"))
    return found


def tables(request: Any, account: Account) -> list[dict[str, Any]]:
    rows = list(contacts().filter(account_id=account.pk).order_by("-happened_on", "-id")[:SHOWN])
    if not rows:
        return []
    collector = collector_of(account.pk)
    title = say("Contacts")
    if collector:
        title = say("Contacts; collected by {name}", name=names_of([collector])[collector])
    return [{"title": title, "table": table(COLUMNS, rows)}]


def todo(request: Any, company: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": say("Customers to follow up on"),
            "count": follow_ups_due(today=today()).count(),
            "url": page_url("work_list"),
            "icon": "note",
        }
    ]
