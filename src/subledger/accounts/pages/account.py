"""One account: overview, open items, transactions, allocations, timeline and statement, a tab each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from subledger.accounts.models import Account
from subledger.accounts.pages.accounts import ACCOUNTS
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import ACCOUNT, SYSTEM_ACCOUNT, AccountState, AccountType
from subledger.gateways.pages.words import way_words
from subledger.gateways.services.links import hosting_provider
from subledger.page_kit import labels
from subledger.page_kit.access import today
from subledger.page_kit.addresses import page_url
from subledger.page_kit.charts import ageing_chart
from subledger.page_kit.columns import (
    BadgeColumn,
    Column,
    DayColumn,
    MoneyColumn,
    NameColumn,
    SettlementColumn,
    WordColumn,
)
from subledger.page_kit.criteria import Choice, DayRange
from subledger.page_kit.keyset import Order, Page, page_of
from subledger.page_kit.navigation import Action, Crumb, Tab, may
from subledger.page_kit.pages import DetailPage
from subledger.page_kit.rendering import PageView
from subledger.page_kit.tables import ReportPage, SummaryPage, table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.platform.models import Event
from subledger.transactions.figures import ageing_now
from subledger.transactions.models import Allocation, OpenItem, Transaction
from subledger.transactions.pages.transactions import (
    DueColumn,
    NumberColumn,
    StandingColumn,
    TransactionsPage,
    linked,
    new_actions,
    standing,
    transaction_url,
)
from subledger.transactions.queries import balance_of, open_invoices, statement_of, with_open

TABS = (
    ("account", "Overview"),
    ("account_open", "Open items"),
    ("account_transactions", "Transactions"),
    ("account_allocations", labels.APPLIED),
    ("account_ways", labels.ACCOUNT_METHODS),
    ("account_requests", "Payment requests"),
    ("account_statement", "Statement"),
    ("account_timeline", "Timeline"),
)

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


def frame(request: Any, account: Account, here: str) -> dict[str, Any]:
    """What every tab of an account shows around its own part."""
    crumbs = [Crumb(ACCOUNTS, page_url("accounts")), Crumb(f"{account.number} {account.name}")]
    counts = {"account_open": OpenItem.objects.filter(account=account).count()}
    return {
        "page_title": account.name,
        "page_subtitle": f"{account.number} · {account.currency.upper()}",
        "state": account.state,
        "crumbs": crumbs,
        "actions": actions_for(request, account),
        "tabs": [Tab(label, page_url(name, account.pk), name == here, counts.get(name)) for name, label in TABS],
    }


def actions_for(request: Any, account: Account) -> list[Action]:
    actions = new_actions(request, account.pk) if account.state != AccountState.TERMINATED else []
    if may(request, "accounts.edit"):
        actions.append(Action("Edit account", page_url("account_edit", account.pk), "pencil"))
        actions.append(Action("Add a payment method", page_url("account_preference", account.pk), "credit-card"))
    if may(request, "gateways.charge") and hosting_provider(account.currency) and account.type != AccountType.SYSTEM:
        actions.append(Action("Register a card or mandate", page_url("account_card_new", account.pk), "credit-card"))
        actions.append(Action("Link to register a card", page_url("account_card_link", account.pk), "link"))
    if may(request, "notes.add"):
        actions.append(Action("Add a note", page_url("account_note", account.pk), "note"))
    if may(request, "accounts.state"):
        lifecycle = SYSTEM_ACCOUNT if account.type == AccountType.SYSTEM else ACCOUNT
        icons = {"suspend": "lock", "reactivate": "lock-open", "terminate": "ban"}
        for name in lifecycle.actions(AccountState(account.state)):
            url = page_url("account_state", account.pk, name)
            actions.append(Action(f"{name.capitalize()} account", url, icons[name], danger=name == "terminate"))
    if may(request, "accounts.edit"):
        for way in account.payment_preferences.select_related("preference").filter(instrument=None).order_by("id"):
            url = page_url("account_preference_release", account.pk, way.pk)
            actions.append(Action(f"Remove {way}", url, "x", danger=True))
    return actions


class AccountPage(DetailPage):
    def prepare(self, account_id: int) -> None:
        self.account = account_by_id(account_id)

    def extra(self) -> dict[str, Any]:
        account, day = self.account, today()
        currency = account.currency
        balance = balance_of(account_id=account.pk, currency=currency, as_of=day)
        invoices = open_invoices(account_id=account.pk)[:10]
        recent = standing(with_open(Transaction.objects.filter(account_id=account.pk))).order_by("-id")[:10]
        limit = account.credit_limit_minor
        events = events_of(account, 8).rows
        over = limit is not None and balance.balance > limit
        return {
            **frame(self.request, account, "account"),
            "tiles": [
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
            ],
            "chart": ageing_chart(
                minors=ageing_now(today=day, account_id=account.pk),
                currency=currency,
                title="Open amounts by days overdue",
            ),
            "tables": [
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
            ],
            "facts": self._facts(),
            "timeline": entries_of(events, own=account.pk),
            "note_url": page_url("account_note", account.pk) if may(self.request, "notes.add") else "",
        }

    def _facts(self) -> list[tuple[str, Any]]:
        a = self.account
        customer = linked(a.customer.name, page_url("customer", a.customer_id)) if a.customer else "the company itself"
        period = a.credit_period()
        limit = show.money(a.credit_limit_minor, a.currency) if a.credit_limit_minor is not None else "none"
        ways = [
            f"{way_words(way, today())}{' (preferred)' if way.is_default else ''}"
            for way in a.payment_preferences.select_related("preference", "instrument").order_by("-is_default", "id")
        ]
        facts = [
            ("Customer", customer),
            ("Code", a.code),
            ("Classification", a.classification and a.classification.name),
            ("Credit limit", limit),
            ("Credit rating", a.credit_rating and a.credit_rating.name),
            ("Credit period", f"{show.word(period.operator)} {period.value} {period.unit}" if period else ""),
            ("Pays by", ", ".join(ways)),
            ("Tax number", a.tax_number),
            ("Billing address", a.billing_address),
            ("Description", a.description),
            ("Opened", show.day(a.created_at.date())),
        ]
        return [(label, value) for label, value in facts if value] + sorted(a.metadata.items())


def events_of(account: Account, limit: int, *, before: str = "", after: str = "") -> Page:
    """The latest events of an account and of everything on it."""
    on_it = Transaction.objects.filter(account_id=account.pk).values("pk")
    events = Event.objects.filter(Q(object_id=account.pk) | Q(object_id__in=on_it))
    return page_of(events, Order("id", descending=True), size=limit, before=before, after=after)


class AccountTab(PageView):
    """Mixed into list pages: the account that the address names."""

    tab = ""

    def dispatch(self, request: Any, account_id: int, **named: Any) -> Any:
        self.account = account_by_id(account_id)
        return super().dispatch(request, **named)

    def extra(self) -> dict[str, Any]:
        return frame(self.request, self.account, self.tab)


class AccountOpenPage(AccountTab, SummaryPage):
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
        opened = with_open(Transaction.objects.filter(account_id=self.account.pk, open_item__isnull=False))
        return opened.select_related("open_item").annotate(
            unsettled=_side(is_debit=True), unallocated=_side(is_debit=False)
        )


def _side(*, is_debit: bool) -> Any:
    return Case(When(open_item__is_debit=is_debit, then=F("open_item__open_minor")))


class AccountTransactionsPage(AccountTab, TransactionsPage):
    tab = "account_transactions"
    columns = tuple(column for column in TransactionsPage.columns if column.key != "account.name")

    def queryset(self) -> QuerySet:
        return super().queryset().filter(account_id=self.account.pk)


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


class AccountAllocationsPage(AccountTab, AllocationsPage):
    tab = "account_allocations"

    def queryset(self) -> QuerySet:
        return super().queryset().filter(credit__account_id=self.account.pk)


class AccountStatementPage(AccountTab, ReportPage):
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
            account_id=self.account.pk, start=start or self.account.created_at.date(), end=end or today()
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
                "currency": self.account.currency,
            }
            for line in self.statement.lines
        ]

    def extra(self) -> dict[str, Any]:
        if self.problems:
            return super().extra()
        self.rows()
        tiles = [
            {"label": label, "minor": minor, "currency": self.account.currency}
            for label, minor in (
                ("Opening balance", self.statement.opening),
                ("Closing balance", self.statement.closing),
            )
        ]
        return {**super().extra(), "tiles": tiles}


class AccountTimelinePage(AccountPage):
    template_name = "page_kit/timeline.html"

    def extra(self) -> dict[str, Any]:
        asked = self.request.GET
        page = events_of(self.account, 50, before=asked.get("before", ""), after=asked.get("after", ""))
        return {
            **frame(self.request, self.account, "account_timeline"),
            "timeline": entries_of(page.rows, own=self.account.pk),
            "before": page.before,
            "after": page.after,
            "note_url": page_url("account_note", self.account.pk) if may(self.request, "notes.add") else "",
        }
