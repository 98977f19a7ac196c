"""One financial transaction: its document on paper, where it stands and what to do next, its entry and timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.companies.queries import names_of
from subledger.journal.models import JournalLine
from subledger.kernel.sentences import said, say
from subledger.page_kit.columns import (
    Column,
    DayColumn,
    MoneyColumn,
    NameColumn,
    SideColumn,
    WordColumn,
)
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Crumb, linked, may
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.platform.models import Event
from subledger.transactions import labels
from subledger.transactions.event_types import ENDINGS
from subledger.transactions.item_credits import credited_items
from subledger.transactions.models import Allocation, CreditShare, Transaction, TransactionItem
from subledger.transactions.pages.position import figure_of, paper_of, standing_of, taken_back_of
from subledger.transactions.pages.transactions import actions_for, list_of, transaction_url
from subledger.transactions.queries import Explanation, explain
from subledger.transactions.states import WITH_ITEMS, Classification


class TransactionPage(DetailPage):
    template_name = "transactions/transaction.html"

    def prepare(self, transaction_id: int) -> None:
        self.explanation: Explanation = explain(transaction_id)
        self.row = self.explanation.transaction
        self.title = say("{kind} {row}", kind=show.word(self.row.classification), row=self.row)
        ident = self.row.pk
        self.others = list(
            Transaction.objects.filter(
                Q(cancels_id=ident) | Q(writes_off_id=ident) | Q(mirrors_id=ident) | Q(moved_from_id=ident)
            )
        )

    def extra(self) -> dict[str, Any]:
        row, request = self.row, self.request
        account = row.account
        crumbs = [
            list_of(row.classification),
            Crumb(f"{account.number} {account.name}", page_url("account", account.pk)),
            Crumb(str(row)),
        ]
        tables = [
            self._items(),
            self._shares(),
            self._allocations(),
            *contributions("transaction", "tables", request, row),
            self._entry(),
        ]
        state = next(iter(contributions("transaction", "state", request, row)), row.state)
        waiting = next(iter(contributions("transaction", "standing", request, row)), "")
        paper = paper_of(row)
        return {
            "row": row,
            "page_subtitle": linked(account.name, page_url("account", account.pk)),
            "state": state,
            "standing": waiting or standing_of(row, state),
            "figure": figure_of(row),
            "paper": paper.html,
            "warnings": paper.warnings,
            "notices": contributions("transaction", "notices", request, row),
            "beside_parts": contributions("transaction", "beside", request, row),
            "crumbs": crumbs,
            "actions": sorted(
                [*contributions("transaction", "actions", request, row), *actions_for(request, row)],
                key=lambda one: (one.danger, one.rank < 0),
            ),
            "tables": [t for t in tables if t],
            "told": self.explanation.sentence if row.posted_on else "",
            "facts": [*self._facts(), *contributions("transaction", "facts", request, row)],
            "timeline": entries_of(self._events(), own=row.pk),
            "notice": taken_back_of(request, self.explanation, self.others),
            "note_url": page_url("transaction_note", row.pk) if may(request, "notes.add") else "",
        }

    def _events(self) -> Any:
        """Its own events; where none of them says how it ended, as in books of before, the posting of what ended it."""
        others = [other.pk for other in self.others]
        contributions = Q(object_id=self.row.pk) | Q(object_id__in=others, type__endswith=".posted")
        events = list(Event.objects.filter(contributions).order_by("-id")[:50])
        own = [event for event in events if event.object_id == self.row.pk]
        return own if any(event.type in ENDINGS for event in own) else events

    def _items(self) -> dict[str, Any] | None:
        """What the paper does not say of items: what they credit, what was credited of them, what programs noted."""
        row = self.row
        if row.classification not in WITH_ITEMS:
            return None
        rows = TransactionItem.objects.filter(transaction_id=row.pk).select_related("product").order_by("position")
        named = {i.credits_id for i in rows if i.credits_id}
        invoices = Transaction.objects.in_bulk(named) if named else {}
        links = {ident: linked(str(one), transaction_url(one)) for ident, one in invoices.items()}
        taken = credited_of(row)
        items = [
            {
                "what": i.description or (i.product.name if i.product else ""),
                "currency": row.currency,
                "sub_total_minor": i.sub_total_minor,
                "credits": format_html(said(say("Item {} of {}")), i.credits_position, links[i.credits_id])
                if i.credits_id in links
                else "",
                "credited_minor": taken.get(i.position) or None,
                "more": ", ".join(f"{name}: {value}" for name, value in sorted((i.metadata or {}).items())),
            }
            for i in rows
        ]
        told = [
            *([Column("credits", say("Credits"))] if links else ()),
            *([Column("more", say("More"))] if any(item["more"] for item in items) else ()),
            *([MoneyColumn("credited_minor", say("Credited"), plain=True, total=True)] if any(taken.values()) else ()),
        ]
        if not told:
            return None
        total = MoneyColumn("sub_total_minor", labels.LINE_TOTAL, plain=True, total=True, lead=True)
        columns = (NameColumn("what", say("Item"), strong=True), *told, total)
        return {"title": say("Items"), "table": table(columns, items, with_totals=len(items) > 1)}

    def _shares(self) -> dict[str, Any] | None:
        """What a credit note credits of items of its invoices as a whole, and what of none: all but what names one."""
        row = self.row
        if row.classification != Classification.CREDIT_NOTE or not row.posted_on or not row.intended_ids:
            return None
        places = {ident: at for at, ident in enumerate(row.intended_ids)}
        shares = list(CreditShare.objects.filter(transaction=row.pk))
        invoices = Transaction.objects.in_bulk({share.invoice_id for share in shares})
        links = {ident: linked(str(one), transaction_url(one)) for ident, one in invoices.items()}
        lines = [
            {
                "what": format_html(said(say("Item {} of {}")), share.position, links[share.invoice_id]),
                "currency": row.currency,
                "minor": share.net_minor + share.tax_minor,
            }
            for share in sorted(shares, key=lambda one: (places[one.invoice_id], one.position))
        ]
        by_name = row.items.exclude(credits_id=None).aggregate(sum=Sum("sub_total_minor", default=0))["sum"]
        rest = row.amount_minor - by_name - sum(line["minor"] for line in lines)
        if rest > 0:
            lines.append(
                {"what": say("Of no item: more than is left of them"), "currency": row.currency, "minor": rest}
            )
        title = say("What its other items credit") if by_name else say("What it credits")
        columns = (
            NameColumn("what", say("Item")),
            MoneyColumn("minor", say("Credited"), plain=True, total=True, lead=True),
        )
        return {"title": title, "table": table(columns, lines, with_totals=len(lines) > 1)} if lines else None

    def _allocations(self) -> dict[str, Any] | None:
        rows = sorted([*self.explanation.live, *self.explanation.released], key=lambda a: a.pk)
        made = [AllocationRow(a, a.debit if a.credit_id == self.row.pk else a.credit) for a in rows]
        if not made:
            return None
        columns = (
            StruckColumn("number", say("With"), link=lambda a: transaction_url(a.other), strong=True),
            StruckColumn("kind", labels.TYPE),
            DayColumn("allocation.allocated_on", labels.APPLIED_ON),
            WordColumn("allocation.principle", labels.APPLIED_HOW),
            StruckMoney("allocation.minor", say("Amount"), lead=True),
            *([Column("released", say("Unapplied"))] if self.explanation.released else ()),
        )
        return {"title": labels.APPLIED, "table": table(columns, made)}

    def _entry(self) -> dict[str, Any] | None:
        if not self.row.posted_on:
            return None
        company = self.request.staff.company  # type: ignore[attr-defined]
        lines = JournalLine.objects.filter(entry_id=self.row.pk).select_related("ledger_account").order_by("position")
        columns: list[Column] = [
            NameColumn("ledger_account", say("Ledger account"), strong=True),
            SideColumn("debit_minor", say("Debit"), total=True),
            SideColumn("credit_minor", say("Credit"), total=True),
        ]
        if self.row.currency != company.base_currency:
            base = say("in {currency}", currency=company.base_currency.upper())
            columns += [
                BaseMoney("base_debit_minor", say("Debit {base}", base=base), base=company.base_currency),
                BaseMoney("base_credit_minor", say("Credit {base}", base=base), base=company.base_currency),
            ]
        return {
            "title": format_html(said(say("Journal entry of {}")), show.day(self.row.posted_on)),
            "table": table(columns, lines, with_totals=True),
        }

    def _facts(self) -> list[tuple[str, Any]]:
        row = self.row
        people = names_of(filter(None, (row.received_by, row.created_by)))
        dated = show.day(row.issued_on) if row.posted_on or row.is_dated else say("The day it is posted")
        facts: list[tuple[str, Any]] = [
            (say("Account"), linked(row.account.number, page_url("account", row.account_id))),
            (say("Reference number"), row.reference_number),
            (labels.SUBTYPE, row.type.name),
            (labels.dated(row.classification), dated),
            (say("Posting date"), show.day(row.posted_on)),
        ]
        method = row.payment_method or row.refund_method
        optional: list[tuple[str, Any]] = [
            (say("Due"), row.due_on and show.day(row.due_on)),
            (say("Category"), row.category and row.category.name),
            (labels.METHOD, method and method.name),
            (say("Received"), row.received_on and show.day(row.received_on)),
            (say("Received by"), row.received_by and people[row.received_by]),
            (labels.ORDER_REFERENCE, row.order_reference),
            (labels.REFERENCE, row.back_office_code),
            (labels.REASON, row.credit_reason and row.credit_reason.name),
            (_explained(row), row.issue_reason),
            (say("Rejected because"), row.rejection_reason and row.rejection_reason.name),
        ]
        facts += [(label, value) for label, value in optional if value]
        facts += [(label, linked(str(other), transaction_url(other))) for label, other in self._relatives()]
        facts.append(
            (say("Created"), format_html(said(say("{} by {}")), show.moment(row.created_at), people[row.created_by]))
        )
        return facts + sorted(row.metadata.items())

    def _relatives(self) -> list[tuple[str, Transaction]]:
        row = self.row
        own = [
            (say("Cancels"), row.cancels_id),
            (say("Writes off"), row.writes_off_id),
            (say("Mirrors"), row.mirrors_id),
            (say("Moved from"), row.moved_from_id),
        ]
        found = Transaction.objects.in_bulk([ident for _, ident in own if ident] + list(row.intended_ids or ()))
        relatives = [(label, found[ident]) for label, ident in own if ident in found]
        relatives += [(say("Meant for"), found[ident]) for ident in row.intended_ids or () if ident in found]
        for other in self.others:
            label = (
                say("Cancelled by")
                if other.cancels_id == row.pk
                else say("Written off by")
                if other.writes_off_id == row.pk
                else say("Mirrored by")
                if other.mirrors_id == row.pk
                else say("Moved to")
            )
            relatives.append((label, other))
        return relatives


@dataclass(frozen=True)
class AllocationRow:
    """An allocation seen from one of its two sides."""

    allocation: Allocation
    other: Transaction

    @property
    def currency(self) -> str:
        return self.other.currency

    @property
    def number(self) -> str:
        return str(self.other)

    @property
    def kind(self) -> str:
        return show.word(self.other.classification)

    @property
    def is_released(self) -> bool:
        return self.allocation.released_on is not None

    @property
    def released(self) -> SafeString | str:
        a = self.allocation
        return (
            format_html("{}, {}", show.day(a.released_on), show.word(a.release_reason).lower()) if a.released_on else ""
        )


@dataclass(frozen=True)
class StruckColumn(Column):
    """Struck through where the allocation was released."""

    def show(self, row: Any) -> SafeString | str:
        text = super().show(row)
        return format_html("<s>{}</s>", text) if row.is_released else text


@dataclass(frozen=True)
class StruckMoney(MoneyColumn):
    def show(self, row: Any) -> SafeString | str:
        text = super().show(row)
        return format_html("<s>{}</s>", text) if row.is_released else text


@dataclass(frozen=True)
class BaseMoney(Column):
    """An amount in base currency; the key is its field, ``base`` the currency."""

    base: str = ""
    css: str = "col-money"

    def show(self, row: Any) -> SafeString | str:
        minor = self.value(row)
        return show.money(minor, self.base) if minor else show.NOTHING


def _explained(row: Transaction) -> str:
    """What the free text of a reason is called: a credit note has a reason of the company's list beside it."""
    return labels.EXPLANATION if row.classification == Classification.CREDIT_NOTE else labels.REASON


def credited_of(row: Transaction) -> dict[int, int]:
    """What posted credit notes have credited of the items of an invoice, with tax, by their places."""
    if row.classification != Classification.INVOICE or not row.posted_on:
        return {}
    return {ref.position: sum(one.credited) for ref, one in credited_items([row.pk]).items()}
