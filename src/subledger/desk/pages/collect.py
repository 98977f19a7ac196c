"""One customer on the phone: what is owed, who is called, what was said, what is agreed on; then the next customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.accounts.contacts import contacts_of
from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id
from subledger.companies.queries import names_of
from subledger.desk.queries import account_after, collector_of, contacts
from subledger.desk.services import NewContact, record_contact
from subledger.kernel.sentences import say
from subledger.messages.services.outbox import SEND
from subledger.page_kit.access import actor, today
from subledger.page_kit.columns import Column, DayColumn, DeedColumn, MoneyColumn
from subledger.page_kit.contact_links import mail_link, phone_link
from subledger.page_kit.criteria import CriterionInvalid
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.page_kit.ways_back import and_back
from subledger.promises.holds import Hold, holds_of
from subledger.promises.queries import broken_on
from subledger.transactions import labels
from subledger.transactions.queries import balance_of, open_invoices

from .lists import DESK, DeskPage, criteria_in, desk_rows
from .views import SHOWN, ContactForm

# What is done while somebody is on the phone, by the names of the pages.
WHILE_CALLING = ("account_collect", "account_page_link", "account_card_link", "account_collector")
LISTED = 50  # open invoices that the page shows


@dataclass(frozen=True)
class HoldColumn(Column):
    """Why an invoice is held, if so, and until when; since when the promise to pay it is broken."""

    def show(self, row: Any) -> SafeString | str:
        hold: Hold | None = row.hold
        if hold is None or not hold.reason:
            return (
                format_html("{} {}", show.badge("broken"), show.day(row.broken_on)) if row.broken_on else show.NOTHING
            )
        day = show.day(hold.next_on) if hold.reason == "promised" and hold.next_on else ""
        return format_html("{} {}", show.badge(hold.reason), day)


@dataclass(frozen=True)
class LateColumn(DayColumn):
    """The due date; how late it is."""

    def show(self, row: Any) -> SafeString | str:
        late = (today() - row.due_on).days if row.due_on else 0
        if late <= 0:
            return super().show(row)
        words = say("{late} day late", late=late) if late == 1 else say("{late} days late", late=late)
        return format_html('{}<span class="late">{}</span>', super().show(row), words)


class CollectPage(FormPage):
    """The page from which a customer is called: a contact is recorded on it, and the next customer follows."""

    template_name = "desk/collect.html"
    form_class = ContactForm
    submit_label = say("Record")

    def prepare(self, account_id: int) -> None:
        self.account: Account = account_by_id(account_id)
        self.title = self.account.name

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if request.GET.get("then") == "next":
            return redirect(self._on())
        return super().get(request, **named)

    def act(self, form: Form) -> str:
        following = (
            self._following() if "next" in self.request.POST else ""
        )  # as the list stands before what is recorded moves the customer in it
        record_contact(new=NewContact(account_id=self.account.pk, **form.cleaned_data), actor=actor(self.request))
        if "next" in self.request.POST:
            messages.success(self.request, say("Recorded: {name}.", name=self.account.name))
            return self._on(following)
        messages.success(self.request, say("The contact is recorded."))
        return self.here

    @cached_property
    def criteria(self) -> str:
        return criteria_in(self.request)

    @property
    def here(self) -> str:
        return page_url("collect", self.account.pk) + self.criteria

    def _on(self, following: str | None = None) -> str:
        """The next customer, or the desk where there is no other."""
        found = self._following() if following is None else following
        if not found:
            messages.info(self.request, say("No other customer is to be called now."))
        return found or page_url("desk") + self.criteria

    def _following(self) -> str:
        """The page of the next customer whom nobody was in touch with today; "" where there is no other. It takes the
        whole list, so it is asked for when somebody goes on."""
        found = account_after(desk_rows(self.request, self._asked()), self.account.pk)
        return page_url("collect", found) + self.criteria if found is not None else ""

    def _asked(self) -> dict[str, Any]:
        """The criteria of the desk that the address hands on; what cannot be read asks for nothing."""
        found = {}
        for criterion in DeskPage.criteria:
            try:
                found[criterion.name] = criterion.read(self.request)
            except CriterionInvalid:
                continue
        return found

    def extra(self) -> dict[str, Any]:
        account, request = self.account, self.request
        day = today()
        stands = balance_of(account_id=account.pk, currency=account.currency, as_of=day)
        rows = self._open()
        holds = [row.hold for row in rows if row.hold is not None]
        return {
            "crumbs": [Crumb(DESK, page_url("desk") + self.criteria), Crumb(account.name)],
            "page_subtitle": f"{account.number} · {account.currency.upper()}",
            "state": account.state if account.state != "active" else "",
            "actions": self._actions(),
            "tiles": [
                self._tile(labels.OVERDUE, stands.outstanding, "bad" if stands.outstanding else ""),
                self._tile(labels.OPEN, stands.unsettled, ""),
                self._tile(say("Promised"), sum(hold.held_minor for hold in holds), ""),
                self._tile(say("Disputed"), sum(hold.open_minor for hold in holds if hold.is_disputed), ""),
            ],
            "people": self._people(),
            "invoices": table(self._columns(), rows, with_totals=len(rows) > 1),
            "contacts": self._said(),
            "next_url": f"{self.here}{'&' if self.criteria else '?'}then=next",
            "may_record": may(request, "desk.contact") and account.state != "terminated",
            "days": [(say("Tomorrow"), day + timedelta(days=1)), (say("In 3 days"), day + timedelta(days=3)),
                     (say("In a week"), day + timedelta(days=7))],
        }  # fmt: skip

    def _tile(self, label: str, minor: int, tone: str) -> dict[str, Any]:
        return {"label": label, "minor": minor, "currency": self.account.currency, "tone": tone}

    def _open(self) -> Sequence[Any]:
        rows: list[Any] = list(open_invoices(account_id=self.account.pk).select_related("account")[:LISTED])
        holds, broken = holds_of([row.pk for row in rows]), broken_on([row.pk for row in rows])
        for row in rows:
            row.hold, row.broken_on = holds.get(row.pk), broken.get(row.pk)
        return rows

    def _said(self) -> Sequence[Any]:
        rows: list[Any] = list(contacts().filter(account_id=self.account.pk).order_by("-happened_on", "-id")[:SHOWN])
        names = names_of({row.made_by for row in rows})
        for row in rows:
            row.by = names[row.made_by]
            row.done_url = and_back(page_url("contact_done", row.pk), self.here)
        return rows

    def _columns(self) -> Sequence[Column]:
        request, here, day = self.request, self.here, today()

        def deed(name: str, words: str, page: str, offered: Callable[[Any], bool]) -> DeedColumn:
            def link(row: Any) -> str | None:
                return and_back(page_url(page, row.pk), here) if row.hold and offered(row) else None

            return DeedColumn(name, "", words=words, link=link)

        found: list[Column] = [
            Column("number", say("Invoice"), link=lambda row: page_url("transaction", row.pk), strong=True),
            LateColumn("due_on", say("Due")),
            HoldColumn("hold", say("Held")),
            MoneyColumn("open_minor", labels.OPEN, total=True, lead=True),
        ]
        if may(request, "promises.make"):
            found.append(deed("promise", say("Promise"), "promise_new", lambda row: row.hold.promise_id is None))
        if may(request, "promises.dispute"):
            found.append(deed("dispute", say("Dispute"), "dispute_new", lambda row: not row.hold.is_disputed))
        if may(request, SEND):
            found.append(
                deed("remind", say("Remind"), "transaction_remind", lambda row: row.due_on and row.due_on < day)
            )
        return found

    def _people(self) -> list[tuple[str, SafeString | str]]:
        """Whom to call: the customer, then their contact persons, each with phone and address."""
        customer = self.account.customer
        if customer is None:
            return []
        reached = [(customer.name, customer.phone, customer.email)]
        for one in contacts_of(customer.pk)[:10]:
            reached.append((f"{one.name}, {one.role}" if one.role else one.name, one.phone, one.email))
        whose = collector_of(self.account.pk)
        found: list[tuple[str, SafeString | str]] = [
            (name, format_html("{} {}", phone_link(phone) if phone else "", mail_link(email) if email else ""))
            for name, phone, email in reached
            if phone or email
        ]
        return [*found, (say("Collector"), names_of([whose])[whose] if whose else say("Nobody"))]

    def _actions(self) -> list[Action]:
        """Of what the account's page offers, that which is done while its customer is on the phone."""
        account = self.account
        wanted = {page_url(name, account.pk) for name in WHILE_CALLING}
        wanted.add(page_url("message_new", "account", account.public_id))
        offered: list[Action] = contributions("account", "actions", self.request, account)
        found = [one for one in offered if one.url.partition("?")[0] in wanted]
        return [*found, Action(say("Open the account"), page_url("account", account.pk), "user")]
