"""What an account's page says of the transactions on it: balance and ageing, open items, allocations, the statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, Value, When

from subledger.accounts.models import Account
from subledger.accounts.queries import has_children
from subledger.accounts.states import AccountState
from subledger.file_kit.sheets import Heading
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.page_kit.access import day_of, today
from subledger.page_kit.charts import Strip, strip
from subledger.page_kit.columns import (
    BadgeColumn,
    Column,
    DayColumn,
    MoneyColumn,
    NameColumn,
    WordColumn,
)
from subledger.page_kit.criteria import Choice, DayRange
from subledger.page_kit.navigation import Action, Tab, may
from subledger.page_kit.subjects import SubjectTab
from subledger.page_kit.tables import ReportPage, SummaryPage, table
from subledger.page_kit.url_ids import page_url
from subledger.transactions import labels
from subledger.transactions.models import Allocation, OpenItem, Transaction
from subledger.transactions.pages.ageing import open_items_url
from subledger.transactions.pages.offers import may_collect
from subledger.transactions.pages.transactions import (
    ICONS,
    NumberColumn,
    StandingColumn,
    TransactionsPage,
    new_actions,
    standing,
    transaction_url,
)
from subledger.transactions.printouts import STATEMENT_SPAN
from subledger.transactions.queries import balance_of, open_invoices, statement_of, with_open
from subledger.transactions.rules.ageing import BUCKETS
from subledger.transactions.sums import ageing_now

from .due import DueColumn
from .settlement import SettlementColumn

OPEN_COLUMNS = (
    NumberColumn("number", say("Number"), link=transaction_url, strong=True),
    DayColumn("posted_on", labels.POSTED),
    DueColumn("due_on", say("Due")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    SettlementColumn("open_minor", labels.STATUS),
)
RECENT_COLUMNS = (
    NumberColumn("number", say("Number"), link=transaction_url, strong=True),
    WordColumn("classification", labels.TYPE),
    DayColumn("posted_on", labels.POSTED),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    StandingColumn("open_minor", labels.STATUS),
)


def tabs(request: Any, account: Account) -> list[Tab]:
    count = OpenItem.objects.filter(account=account).count()
    return [
        Tab(say("Open items"), page_url("account_open", account.pk), count=count),
        Tab(say("Transactions"), page_url("account_transactions", account.pk)),
        Tab(labels.APPLIED, page_url("account_allocations", account.pk)),
    ]


def statement_tab(request: Any, account: Account) -> list[Tab]:
    return [Tab(say("Statement"), page_url("account_statement", account.pk))]


def actions(request: Any, account: Account) -> list[Action]:
    if account.state == AccountState.TERMINATED:
        return []
    told = account.customer_id and may(request, "messages.send")
    url = page_url("message_new", "account", account.public_id)
    made = [
        replace(action, rank=70) if action.icon == ICONS["invoice"] else action
        for action in new_actions(request, account.pk)
    ]
    return [*_collecting(request, account), *made, *([Action(say("Send a message"), url, "send")] if told else [])]


def _collecting(request: Any, account: Account) -> Iterator[Action]:
    """Of a customer's account: collecting is likelier than a new invoice while something is open."""
    if not account.customer_id or not may_collect(request):
        return
    url = page_url("account_collect", account.pk)
    is_open = OpenItem.objects.filter(account=account, is_debit=True).exists()
    if is_open:
        yield Action(say("Collect"), url, "cash", rank=90)
    yield Action(say("Record payment"), f"{url}?way=record", "bolt", rank=80 if is_open else 60)


def things_on_it(request: Any, account: Account) -> list[QuerySet]:
    return [Transaction.objects.filter(account_id=account.pk)]


def tiles(request: Any, account: Account) -> list[dict[str, Any]]:
    currency = account.currency
    balance = balance_of(account_id=account.pk, currency=currency, as_of=today())
    limit = account.credit_limit_minor
    over = limit is not None and balance.balance > limit
    return [
        {
            "label": say("Balance"),
            "minor": balance.balance,
            "currency": currency,
            "tone": "bad" if over else "",
            "hint": (
                say("above the credit limit")
                if over
                else say("the customer owes")
                if balance.balance > 0
                else say("we owe the customer")
                if balance.balance < 0
                else ""
            ),
        },
        {
            "label": labels.OPEN,
            "minor": balance.unsettled,
            "currency": currency,
            "hint": say("open debits"),
            "url": page_url("account_open", account.pk),
        },
        {
            "label": labels.UNAPPLIED,
            "minor": balance.unallocated,
            "currency": currency,
            "hint": say("paid or credited, not used yet"),
        },
        {
            "label": labels.OVERDUE,
            "minor": balance.outstanding,
            "currency": currency,
            "hint": say("past its due date") if balance.outstanding else say("nothing overdue"),
            "tone": "bad" if balance.outstanding else "good",
        },
    ]


def strips(request: Any, account: Account) -> list[Strip]:
    """Its ageing, whose parts lead to the open items in them; none where nothing is open."""
    day = today()
    minors = ageing_now(today=day, account_id=account.pk)
    if not any(minors):
        return []
    return [
        strip(
            title=say("Open amounts by days overdue"),
            currency=account.currency,
            labels=[bucket.label for bucket in BUCKETS],
            minors=minors,
            urls=[open_items_url(bucket.name, account.currency, day, account=account.number) for bucket in BUCKETS],
        )
    ]


def tables(request: Any, account: Account) -> list[dict[str, Any]]:
    invoices = open_invoices(account_id=account.pk)[:10]
    recent = standing(with_open(Transaction.objects.filter(account_id=account.pk))).order_by("-id")[:10]
    return [
        {
            "title": say("Overdue and next due"),
            "table": table(OPEN_COLUMNS, invoices),
            "url": page_url("account_open", account.pk),
            "label": say("All open items"),
            "text": say("Nothing is due."),
        },
        {
            "title": say("Latest transactions"),
            "table": table(RECENT_COLUMNS, recent),
            "text": say("Nothing has been posted yet."),
            "url": page_url("account_transactions", account.pk),
        },
    ]


class AccountOpenPage(SubjectTab, SummaryPage):
    subject = "account"
    title = say("Open items")
    noun = say("open item")
    tab = "account_open"
    tie = "id"
    default_sort = "open_item__order_on"
    empty = say("Nothing is open on this account.")
    columns = (
        NumberColumn("number", say("Number"), sort="number", link=transaction_url, strong=True),
        WordColumn("classification", labels.TYPE),
        DayColumn("posted_on", say("Posted"), sort="posted_on"),
        DayColumn("due_on", say("Due"), sort="open_item__order_on"),
        MoneyColumn("amount_minor", say("Amount"), sort="amount_minor"),
        SettlementColumn("open_minor", labels.STATUS),
        MoneyColumn("unsettled", labels.OPEN, total=True, lead=True),
        MoneyColumn("unallocated", labels.UNAPPLIED, total=True),
    )

    def queryset(self) -> QuerySet:
        opened = with_open(Transaction.objects.filter(account_id=self.subject_row.pk, open_item__isnull=False))
        return opened.select_related("open_item").annotate(
            unsettled=_side(is_debit=True), unallocated=_side(is_debit=False)
        )


def _side(*, is_debit: bool) -> Any:
    return Case(When(open_item__is_debit=is_debit, then=F("open_item__open_minor")))


class AccountTransactionsPage(SubjectTab, TransactionsPage):
    subject = "account"
    tab = "account_transactions"
    columns = tuple(column for column in TransactionsPage.columns if column.key != "account.name")

    def queryset(self) -> QuerySet:
        return super().queryset().filter(account_id=self.subject_row.pk)


ALLOCATION_COLUMNS = (
    DayColumn("allocated_on", labels.APPLIED_ON, sort="allocated_on"),
    Column("credit", say("Credit"), link=lambda a: page_url("transaction", a.credit_id), strong=True),
    Column("debit", say("Debit"), link=lambda a: page_url("transaction", a.debit_id)),
    WordColumn("principle", labels.APPLIED_HOW, sort="principle"),
    MoneyColumn("minor", say("Amount"), sort="minor", currency="account.currency", lead=True, total=True),
    BadgeColumn("stage", say("State")),
    DayColumn("released_on", labels.UNAPPLIED_ON, sort="released_on", nullable=True),
    WordColumn("release_reason", labels.REASON),
)


class AllocationsPage(SummaryPage):
    title = labels.APPLIED
    noun = say("application")
    empty = say("Payments and credits are applied automatically whenever something is posted.")
    criteria = (
        Choice(
            "principle", labels.APPLIED_HOW, choices=(("fifo", say("Oldest first")), ("against_item", say("Chosen")))
        ),
        Choice("stage", say("State"), choices=(("applied", say("Applied")), ("unapplied", say("Unapplied")))),
        DayRange("allocated_on", labels.APPLIED_ON),
    )
    columns = ALLOCATION_COLUMNS
    counted = Q(released_on=None)
    totals_said = {"": say("Total applied")}

    def queryset(self) -> QuerySet:
        stage = Case(When(released_on=None, then=Value("applied")), default=Value("unapplied"))
        return Allocation.objects.select_related("account", "credit", "debit").annotate(stage=stage)


class AccountAllocationsPage(SubjectTab, AllocationsPage):
    subject = "account"
    tab = "account_allocations"

    def queryset(self) -> QuerySet:
        return super().queryset().filter(account_id=self.subject_row.pk)


class AccountStatementPage(SubjectTab, ReportPage):
    subject = "account"
    title = say("Statement")
    noun = say("line")
    tab = "account_statement"
    filename = "statement"
    empty = say("Nothing was posted in this period.")
    criteria = (DayRange("period", say("Period"), initial=lambda request: (today() - STATEMENT_SPAN, today())),)
    columns = (
        DayColumn("posted_on", labels.POSTED),
        Column("number", say("Number"), link=lambda r: page_url("transaction", r["id"]), strong=True),
        WordColumn("classification", labels.TYPE),
        NameColumn("description", say("Description")),
        MoneyColumn("debit", say("Debit"), total=True, plain=True),
        MoneyColumn("credit", say("Credit"), total=True, plain=True),
        MoneyColumn("balance", say("Balance"), plain=True, lead=True),
    )

    def report(self, *, period: Any) -> Sequence[dict[str, Any]]:
        start, end = period
        self.statement = statement_of(
            account_id=self.subject_row.pk, start=start or day_of(self.subject_row.created_at), end=end or today()
        )
        return [
            {
                "id": line.id,
                "posted_on": line.posted_on,
                "number": line.number,
                "classification": line.classification,
                "description": line.description,
                "debit": line.debit or None,
                "credit": line.credit or None,
                "balance": line.balance,
                "currency": self.subject_row.currency,
            }
            for line in self.statement.lines
        ]

    def file_name(self) -> str:
        self.filename = f"statement_{self.subject_row.number}"
        return super().file_name()

    def heading(self) -> Heading:
        given, currency = super().heading(), self.subject_row.currency
        assert given is not None  # a report has one
        ends = ((say("Opening balance"), self.statement.opening), (say("Closing balance"), self.statement.closing))
        balances = [say("{label} {amount}", label=label, amount=Money(minor, currency)) for label, minor in ends]
        return Heading(
            say("Statement of account"), [given.lines[0], str(self.subject_row), *given.lines[1:], *balances]
        )

    def extra(self) -> dict[str, Any]:
        if self.problems:
            return super().extra()
        self.rows()
        tiles = [
            {"label": label, "minor": minor, "currency": self.subject_row.currency}
            for label, minor in (
                (say("Opening balance"), self.statement.opening),
                (say("Closing balance"), self.statement.closing),
            )
        ]
        start, end = self.values["period"]
        days = urlencode({"from": start or day_of(self.subject_row.created_at), "to": end or today()})
        url = f"{page_url('account_statement_print', self.subject_row.pk)}?{days}"
        given = super().extra()
        printing = [Action(say("Print statement"), url, "printer"), *given.get("actions", [])]
        if has_children(self.subject_row):
            printing.insert(1, Action(say("Print with child accounts"), f"{url}&group=1", "printer"))
        if self.subject_row.customer_id and may(self.request, "messages.send"):
            send = page_url("message_new", "account", self.subject_row.public_id)
            printing.insert(1, Action(say("Send statement"), f"{send}?kind=statement&{days}", "send"))
        return {**given, "tiles": tiles, "actions": printing}
