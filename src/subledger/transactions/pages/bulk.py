"""One thing done to many transactions of the list: what would become of each is shown, and confirmed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html

from subledger.journal.errors import PeriodClosed
from subledger.kernel import ids
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.sentences import say, say_of
from subledger.kernel.words import counted, plain
from subledger.page_kit.access import actor, today
from subledger.page_kit.bulk import BulkAct, back_to_list, every_row, named_list
from subledger.page_kit.fields import OnceField
from subledger.page_kit.idempotency import once
from subledger.page_kit.navigation import Action, Crumb
from subledger.page_kit.refusals import words_of
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.platform.public_address import public_url
from subledger.runs.models import Run
from subledger.runs.queries import run_by_id
from subledger.transactions.bulk_errors import BulkDiffers, BulkInvalid
from subledger.transactions.day_errors import PostingDateInvalid
from subledger.transactions.models import Transaction
from subledger.transactions.pages.account import AccountTransactionsPage
from subledger.transactions.pages.forms.actions import ManyWriteOffsForm, PostForm, RejectForm
from subledger.transactions.pages.listings import CreditNotesPage, InvoicesPage, PaymentsPage
from subledger.transactions.pages.transactions import PRINT_RANK, TRANSACTIONS, TransactionsPage
from subledger.transactions.queries import dated_otherwise
from subledger.transactions.services.bulk import (
    Bulk,
    Plan,
    check_number,
    demand_act,
    failed_of,
    plan,
    start_bulk,
)
from subledger.transactions.services.bulk_kinds import KINDS, MOST, Act

OF_THE_DAY = frozenset({PostingDateInvalid.code, PeriodClosed.code})
NAMED = 12  # of those that cannot be done, for each reason
FORMS = {Act.POST: PostForm, Act.WRITE_OFF: ManyWriteOffsForm, Act.REJECT: RejectForm}
# The lists that "all that match" is asked of, by the names of their addresses.
LISTS: Mapping[str, type[TransactionsPage]] = {
    "transactions": TransactionsPage,
    "account_transactions": AccountTransactionsPage,
    "invoices": InvoicesPage,
    "payments": PaymentsPage,
    "credit_notes": CreditNotesPage,
}
# act -> label, icon, rank
ACTS = {
    Act.POST: (say("Post"), "check", 90),
    Act.PRINT: (say("Print"), "printer", PRINT_RANK),
    Act.SEND: (say("Send"), "send", 40),
    Act.REMIND: (say("Remind"), "bell", 30),
    Act.WRITE_OFF: (say_of("deed", "Write off"), "eraser", 0),
    Act.REJECT: (say("Reject"), "x", 0),
}
CONSEQUENCES = {
    Act.POST: [
        say("Each gets its number and cannot be changed or deleted any more."),
        say("What is open on their accounts is applied again, by the company's payment terms."),
        say("What asks to be confirmed is left alone: that is done on its own page."),
    ],
    Act.REJECT: [say("The drafts are kept, marked as rejected, and never count.")],
    Act.WRITE_OFF: [
        say("What is open of each is written off as bad debt, and the invoice is closed."),
        say("The same amounts are kept on the company's write-off account, so that they can be recovered."),
        say("This cannot be undone."),
    ],
    Act.SEND: [
        say("Each goes to whoever gets invoices at its customer, by the standard template of their language."),
        say("What was sent cannot be called back."),
    ],
    Act.REMIND: [
        say(
            "Each overdue invoice is told of to whoever gets reminders at its customer, with its PDF and a link to pay."
        ),
        say("What was sent cannot be called back."),
    ],
    Act.PRINT: [say("A copy of each is kept. When the run has ended they are downloaded together.")],
}


def acts(request: HttpRequest, page: Any) -> list[BulkAct]:
    """What can be done to many of the list."""
    return [
        BulkAct(
            act.value,
            label,
            page_url("transactions_bulk", act.value),
            icon,
            permission="view" if act is Act.PRINT else KINDS[act].permissions.execute[0],
            rank=rank,
        )
        for act, (label, icon, rank) in ACTS.items()
    ]


def run_actions(request: HttpRequest | None, run: Run) -> list[Action]:
    """A run that failed at some tries them again, once it is looked at what would become of them."""
    if not failed_of(run):
        return []
    url = f"{page_url('transactions_bulk', run.kind)}?run={ids.encode(Run.PREFIX, run.pk)}"
    return [Action(say("Try the failed ones again"), url, "refresh", rank=60)]


class BulkPage(FormPage):
    """Whatever the list sent is only shown; the form that was shown is done."""

    template_name = "transactions/bulk.html"
    plan: Plan | None = None

    def prepare(self, act: str) -> None:
        if act not in list(Act):
            raise NotFound("action", act)
        self.wanted = Act(act)
        demand_act(self.wanted)
        self.label = ACTS[self.wanted][0]
        self.title = say("{label} many", label=self.label)
        self.chosen: list[int] = []

    def form(self, data: Any = None, files: Any = None) -> Form:
        form = FORMS.get(self.wanted, Form)(data)
        form.fields["once"] = OnceField()
        return form

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        asked = request.GET.get("run", "")
        if asked:
            try:
                self.chosen = failed_of(run_by_id(ids.decode(Run.PREFIX, asked)))
            except ValueError:
                raise NotFound(Run, asked) from None
        return self._planned(self.form()) if self.chosen else self.rendered(self.form())

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        try:
            self.chosen = self._chosen()
            check_number(len(self.chosen))
        except BulkInvalid as refusal:
            messages.warning(request, words_of(refusal))
            return redirect(back_to_list(request, LISTS, page_url("transactions")))
        shown = request.POST.get("reviewed", "")
        if not shown:
            return self._planned(self.form())
        form = self.form(request.POST)
        if not form.is_valid():
            return self._planned(form, 422)
        if not shown.startswith(_stamp(_day_in(form))):  # of another day nothing was shown
            return self._planned(form)
        try:
            return redirect(once(request, lambda: self._start(form, shown)))
        except DomainError as refusal:
            status = 200 if isinstance(refusal, BulkDiffers) else refusal.status
            return self._planned(form, status, error=refusal)

    def _chosen(self) -> list[int]:
        sent = self.request.POST
        if sent.get("all"):
            return every_row(self.request, self._list(), most=MOST)
        try:
            return [ids.decode(Transaction.PREFIX, one) for some in sent.getlist("chosen") for one in some.split()]
        except ValueError:
            raise BulkInvalid(say("What was chosen cannot be read. Tick it in the list again.")) from None

    def _list(self) -> TransactionsPage:
        """The list that was ticked in; BulkInvalid where it says none, for then nobody knows what matches."""
        found = named_list(self.request, LISTS)
        if found is None:
            raise BulkInvalid(say("It is not said of which list all are meant. Choose them in the list again."))
        page = LISTS[found.url_name or ""]()
        if isinstance(page, AccountTransactionsPage):
            page.read_subject(found.kwargs["account_id"])
        return page

    def _bulk(self, form: Form) -> Bulk:
        typed = getattr(form, "cleaned_data", {})
        return Bulk(
            act=self.wanted,
            transaction_ids=self.chosen,
            posted_on=typed.get("posted_on"),
            reject_reason=typed.get("reason") or None,
            issue_reason=typed.get("issue_reason", ""),
            site=public_url(self.request, "/"),
        )

    def _planned(self, form: Form, status: int = 200, **context: Any) -> HttpResponseBase:
        found = self.plan = plan(bulk=self._bulk(form), actor=actor(self.request))
        count = len(found.possible)
        if count:
            self.submit_label = say("{label} {count}", label=self.label, count=show.count(count))
        else:
            self._say_beside_the_day(form, found)
            self.submit_label = say("Look again") if "posted_on" in form.fields else ""
        return self.rendered(form, status, reviewed=_stamp(_day_in(form)) + found.digest, **context)

    @staticmethod
    def _say_beside_the_day(form: Form, found: Plan) -> None:
        """That nothing can be posted on the day that was typed, where it is the day that all are refused for."""
        whys = {one.why for one in found.steps if one.reason in OF_THE_DAY}
        if form.is_bound and len(whys) == 1 and all(one.reason in OF_THE_DAY for one in found.steps):
            form.add_error("posted_on", whys.pop())

    def _start(self, form: Form, shown: str) -> str:
        digest = shown.removeprefix(_stamp(_day_in(form)))
        run = start_bulk(bulk=self._bulk(form), shown=digest, actor=actor(self.request))
        return page_url("run", run.pk)

    def extra(self) -> dict[str, Any]:
        where = page_url("transactions")
        context: dict[str, Any] = {"crumbs": [Crumb(TRANSACTIONS, where), Crumb(self.title)], "cancel_url": where}
        found = self.plan
        if found is None:
            return {
                **context,
                "submit_label": "",
                "empty": say("Tick transactions in their list, and choose what to do."),
            }
        possible = len(found.possible)
        return {
            **context,
            "question": say(
                "{deed} {possible} of {all}?",
                deed=self.label,
                possible=show.count(possible),
                all=show.count(len(found.steps)),
            )
            if possible
            else say("This can be done to none of them."),
            "facts": _facts(found),
            "consequences": CONSEQUENCES[self.wanted] if possible else [],
            "danger": self.wanted in (Act.REJECT, Act.WRITE_OFF),
            "chosen": " ".join(found.many.transactions),
            "impossible": [
                {"why": why, "count": len(those), "rows": _links(those[:NAMED]), "more": max(len(those) - NAMED, 0)}
                for why, those in found.impossible.items()
            ],
        }


def _day_in(form: Form) -> date:
    """The posting date that the form says; today, where it says none."""
    return getattr(form, "cleaned_data", {}).get("posted_on") or today()


def _stamp(day: date) -> str:
    return f"{day:%Y%m%d}"


def _links(those: Sequence[Any]) -> list[tuple[str, str]]:
    return [(one.name, page_url("transaction", one.transaction_id)) for one in those]


def _facts(found: Plan) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = []
    for total in found.totals:
        things = counted(total.count, plain(total.classification))
        label = say("{things} in {currency}", things=things, currency=total.currency.upper())
        facts.append((label, show.money(total.amount_minor, total.currency)))
        if total.tax_minor:
            facts.append((say("Tax in it"), show.money(total.tax_minor, total.currency)))
    if found.act is Act.POST and found.many.posted_on:
        count, first, last = dated_otherwise([one.transaction_id for one in found.possible], found.many.posted_on)
        if first and last:
            days = show.day(first) if first == last else say("{first} to {last}", first=first, last=last)
            facts.append((say("Dated otherwise"), format_html("{}: {}", show.count(count), days)))
    return facts
