"""What an account's page says of the transactions on it: balance and ageing, open items, allocations, the statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, Value, When

from subledger.accounts.models import Account
from subledger.accounts.states import AccountState
from subledger.file_kit.sheets import Heading
from subledger.kernel.money import Money
from subledger.page_kit.access import today
from subledger.page_kit.charts import Chart, graded_chart
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
from subledger.transactions.queries import balance_of, open_invoices, statement_of, with_open
from subledger.transactions.rules.ageing import BUCKETS
from subledger.transactions.sums import ageing_now

from .due import DueColumn
from .settlement import SettlementColumn

OPEN_COLUMNS = (
    NumberColumn("number", "Number", link=transaction_url, strong=True),
    DayColumn("posted_on", labels.POSTED),
    DueColumn("due_on", "Due"),
    MoneyColumn("amount_minor", "Amount", lead=True),
    SettlementColumn("open_minor", labels.STATUS),
)
RECENT_COLUMNS = (
    NumberColumn("number", "Number", link=transaction_url, strong=True),
    WordColumn("classification", labels.TYPE),
    DayColumn("posted_on", labels.POSTED),
    MoneyColumn("amount_minor", "Amount", lead=True),
    StandingColumn("open_minor", labels.STATUS),
)


def tabs(request: Any, account: Account) -> list[Tab]:
    count = OpenItem.objects.filter(account=account).count()
    return [
        Tab("Open items", page_url("account_open", account.pk), count=count),
        Tab("Transactions", page_url("account_transactions", account.pk)),
        Tab(labels.APPLIED, page_url("account_allocations", account.pk)),
    ]


def statement_tab(request: Any, account: Account) -> list[Tab]:
    return [Tab("Statement", page_url("account_statement", account.pk))]


def actions(request: Any, account: Account) -> list[Action]:
    if account.state == AccountState.TERMINATED:
        return []
    told = account.customer_id and may(request, "messages.send")
    url = page_url("message_new", "account", account.public_id)
    made = [
        replace(action, rank=70) if action.icon == ICONS["invoice"] else action
        for action in new_actions(request, account.pk)
    ]
    return [*_collecting(request, account), *made, *([Action("Send a message", url, "send")] if told else [])]


def _collecting(request: Any, account: Account) -> Iterator[Action]:
    """Of a customer's account: collecting is likelier than a new invoice while something is open."""
    if not account.customer_id or not may_collect(request):
        return
    url = page_url("account_collect", account.pk)
    is_open = OpenItem.objects.filter(account=account, is_debit=True).exists()
    if is_open:
        yield Action("Collect", url, "cash", rank=90)
    yield Action("Record payment", f"{url}?way=record", "bolt", rank=80 if is_open else 60)


def things_on_it(request: Any, account: Account) -> list[QuerySet]:
    return [Transaction.objects.filter(account_id=account.pk)]


def tiles(request: Any, account: Account) -> list[dict[str, Any]]:
    currency = account.currency
    balance = balance_of(account_id=account.pk, currency=currency, as_of=today())
    limit = account.credit_limit_minor
    over = limit is not None and balance.balance > limit
    return [
        {
            "label": "Balance",
            "minor": balance.balance,
            "currency": currency,
            "tone": "bad" if over else "",
            "hint": (
                "above the credit limit"
                if over
                else "the customer owes"
                if balance.balance > 0
                else "we owe the customer"
                if balance.balance < 0
                else ""
            ),
        },
        {
            "label": labels.OPEN,
            "minor": balance.unsettled,
            "currency": currency,
            "hint": "open debits",
            "url": page_url("account_open", account.pk),
        },
        {
            "label": labels.UNAPPLIED,
            "minor": balance.unallocated,
            "currency": currency,
            "hint": "paid or credited, not used yet",
        },
        {
            "label": labels.OVERDUE,
            "minor": balance.outstanding,
            "currency": currency,
            "hint": "past its due date" if balance.outstanding else "nothing overdue",
            "tone": "bad" if balance.outstanding else "good",
        },
    ]


def chart(request: Any, account: Account) -> list[Chart]:
    """None where nothing is open: there is nothing to see in six empty bars."""
    minors = ageing_now(today=today(), account_id=account.pk)
    if not any(minors):
        return []
    return [
        graded_chart(
            minors=minors,
            currency=account.currency,
            title="Open amounts by days overdue",
            id="ageing",
            labels=[bucket.label for bucket in BUCKETS],
        )
    ]


def tables(request: Any, account: Account) -> list[dict[str, Any]]:
    invoices = open_invoices(account_id=account.pk)[:10]
    recent = standing(with_open(Transaction.objects.filter(account_id=account.pk))).order_by("-id")[:10]
    return [
        {
            "title": "Overdue and next due",
            "table": table(OPEN_COLUMNS, invoices),
            "url": page_url("account_open", account.pk),
            "label": "All open items",
            "text": "Nothing is open.",
        },
        {
            "title": "Latest transactions",
            "table": table(RECENT_COLUMNS, recent),
            "text": "Nothing has been posted yet.",
            "url": page_url("account_transactions", account.pk),
        },
    ]


class AccountOpenPage(SubjectTab, SummaryPage):
    subject = "account"
    title = "Open items"
    noun = "open item"
    tab = "account_open"
    tie = "id"
    default_sort = "open_item__order_on"
    empty = "Nothing is open on this account."
    columns = (
        NumberColumn("number", "Number", sort="number", link=transaction_url, strong=True),
        WordColumn("classification", labels.TYPE),
        DayColumn("posted_on", "Posted", sort="posted_on"),
        DayColumn("due_on", "Due", sort="open_item__order_on"),
        MoneyColumn("amount_minor", "Amount", sort="amount_minor"),
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
    DayColumn("allocated_on", "Applied on", sort="allocated_on"),
    Column("credit", "Credit", link=lambda a: page_url("transaction", a.credit_id), strong=True),
    Column("debit", "Debit", link=lambda a: page_url("transaction", a.debit_id)),
    WordColumn("principle", "Applied", sort="principle"),
    MoneyColumn("minor", "Amount", sort="minor", currency="credit.currency", lead=True, total=True),
    BadgeColumn("stage", "State"),
    DayColumn("released_on", "Unapplied on", sort="released_on", nullable=True),
    WordColumn("release_reason", "Because"),
)


class AllocationsPage(SummaryPage):
    title = labels.APPLIED
    noun = "application"
    empty = "Payments and credits are applied automatically whenever something is posted."
    criteria = (
        Choice("principle", "Applied", choices=(("fifo", "Oldest first"), ("against_item", "Chosen"))),
        Choice("stage", "State", choices=(("applied", "Applied"), ("unapplied", "Unapplied"))),
        DayRange("allocated_on", "Applied on"),
    )
    columns = ALLOCATION_COLUMNS
    counted = Q(released_on=None)
    totals_said = {"": "Total applied"}

    def queryset(self) -> QuerySet:
        stage = Case(When(released_on=None, then=Value("applied")), default=Value("unapplied"))
        return Allocation.objects.select_related("credit", "debit").annotate(stage=stage)


class AccountAllocationsPage(SubjectTab, AllocationsPage):
    subject = "account"
    tab = "account_allocations"

    def queryset(self) -> QuerySet:
        return super().queryset().filter(credit__account_id=self.subject_row.pk)


class AccountStatementPage(SubjectTab, ReportPage):
    subject = "account"
    title = "Statement"
    noun = "line"
    tab = "account_statement"
    filename = "statement"
    empty = "Nothing was posted in this period."
    criteria = (DayRange("period", "Period", initial=lambda request: (today() - timedelta(days=365), today())),)
    columns = (
        DayColumn("posted_on", labels.POSTED),
        Column("number", "Number", link=lambda r: page_url("transaction", r["id"]), strong=True),
        WordColumn("classification", labels.TYPE),
        NameColumn("description", "Description"),
        MoneyColumn("debit", "Debit", total=True, plain=True),
        MoneyColumn("credit", "Credit", total=True, plain=True),
        MoneyColumn("balance", "Balance", plain=True, lead=True),
    )

    def report(self, *, period: Any) -> Sequence[dict[str, Any]]:
        start, end = period
        self.statement = statement_of(
            account_id=self.subject_row.pk, start=start or self.subject_row.created_at.date(), end=end or today()
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
        ends = (("Opening balance", self.statement.opening), ("Closing balance", self.statement.closing))
        balances = [f"{label} {Money(minor, currency)}" for label, minor in ends]
        return Heading("Statement of account", [given.lines[0], str(self.subject_row), *given.lines[1:], *balances])

    def extra(self) -> dict[str, Any]:
        if self.problems:
            return super().extra()
        self.rows()
        tiles = [
            {"label": label, "minor": minor, "currency": self.subject_row.currency}
            for label, minor in (
                ("Opening balance", self.statement.opening),
                ("Closing balance", self.statement.closing),
            )
        ]
        start, end = self.values["period"]
        days = urlencode({"from": start or self.subject_row.created_at.date(), "to": end or today()})
        url = f"{page_url('account_statement_print', self.subject_row.pk)}?{days}"
        given = super().extra()
        printing = [Action("Print statement", url, "printer"), *given.get("actions", [])]
        return {**given, "tiles": tiles, "actions": printing}
