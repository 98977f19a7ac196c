"""The effects of a set, noted as rows while its orders are decided, and told by table in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from subledger.journal.models import EntrySource
from subledger.journal.rules import Line, balanced, line_rows, to_base
from subledger.kernel.money import check_minor
from subledger.platform.statements import columns
from subledger.transactions import errors
from subledger.transactions.rules.allocation import Link, OpenItem
from subledger.transactions.rules.documents import AccountFacts
from subledger.transactions.rules.items import NewItem, PricedItem, Totals
from subledger.transactions.rules.posting import AccountRole, amounts_for
from subledger.transactions.states import DEBITS, Classification

from .facts import Facts

ALLOCATION = (
    "id",
    "account_id",
    "credit_id",
    "debit_id",
    "minor",
    "credit_base_minor",
    "debit_base_minor",
    "principle",
    "allocated_on",
    "released_on",
    "release_reason",
)


class Effects:
    """Rows to write. Nothing is noted of an order before it is checked whole."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.rows: dict[int, dict[str, Any]] = {}  # transactions posted, new and drafts, by id
        self.drafts: set[int] = set()
        self.items: list[dict[str, Any]] = []
        self.item_copies: list[tuple[int, int]] = []  # (onto, from): a cancellation has the items of its invoice
        self.states: list[dict[str, Any]] = []
        self.moved: dict[int, int] = {}  # by account, what this set has done to its balance
        self._ids: Iterator[int] = iter(facts.ids or ())
        self._series: dict[str, int] = {}
        self._entries: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []

    def journal(
        self,
        classification: Classification,
        account: AccountFacts,
        type_id: int,
        on: date,
        totals: Totals,
        method_account_id: int | None,
    ) -> tuple[list[Line], int]:
        """The entry's lines, and the whole amount in base currency."""
        settings = self.facts.configuration
        rules = settings.rules.rules_for(classification, account.role, type_id)
        pairs = amounts_for(
            rules,
            net=totals.net_minor,
            discount=totals.discount_minor,
            tax=totals.tax_minor,
            total=totals.total_minor,
            method_account_id=method_account_id,
        )
        moves = any((totals.net_minor, totals.discount_minor, totals.tax_minor, totals.total_minor))
        if (moves and not pairs) or any(ledger is None for ledger, _ in pairs):
            raise errors.PostingRuleMissing(classification, account.role)
        self._check_control(classification, account, pairs, totals.total_minor)
        rate, exponents = self.facts.rate(account.currency, on)
        control = settings.control_accounts[account.role]
        base = check_minor(to_base(totals.total_minor, rate, exponents), settings.base_currency, least=0)
        return balanced(pairs, rate=rate, exponents=exponents, control=control), base  # type: ignore[arg-type]

    def _check_control(
        self,
        classification: Classification,
        account: AccountFacts,
        pairs: Sequence[tuple[int | None, int]],
        total: int,
    ) -> None:
        """Whatever the rules say, the control account moves by exactly what the customer's balance does."""
        if account.role == AccountRole.WRITE_OFF:
            return
        control = self.facts.configuration.control_accounts[account.role]
        moved = sum(minor for ledger, minor in pairs if ledger == control)
        if moved != (total if classification in DEBITS else -total):
            raise errors.PostingRuleInvalid(classification, account.role)

    def note(
        self,
        classification: Classification,
        row: dict[str, Any],
        account: AccountFacts,
        lines: Sequence[Line],
        base: int,
        note: str | None,
        *,
        series: str | None = None,
    ) -> int:
        """Note a posted transaction with its journal entry and its event; the id it has."""
        ident: int = row.get("id") or next(self._ids)
        series = series or classification.value
        ordinal = self._series.get(series, 0)
        self._series[series] = ordinal + 1
        row.update(
            id=ident,
            classification=classification.value,
            series=series,
            ordinal=ordinal,
            currency=account.currency,
            base_minor=base,
        )
        if row.get("back_office_code"):
            self.facts.codes.add((classification, row["back_office_code"]))
        self.rows[ident] = row
        self._enter(ident, EntrySource.TRANSACTION, ident, row["posted_on"], lines, account)
        amount = row["amount_minor"]
        self.moved[account.id] = self.moved.get(account.id, 0) + (amount if classification in DEBITS else -amount)
        self._events.append(
            {
                "type": f"{classification.value}.posted",
                "object_id": ident,
                "data": {"amount": amount, "currency": account.currency, "account_id": account.id},
            }
        )
        if note:
            self._events.append({"type": "transaction.noted", "object_id": ident, "data": {"text": note}})
        return ident

    def _enter(
        self,
        ident: int,
        source: EntrySource,
        source_id: int,
        on: date,
        lines: Sequence[Line],
        account: AccountFacts,
    ) -> None:
        self._entries.append({"id": ident, "effective_on": on, "source": source, "source_id": source_id})
        self._lines.extend(line_rows(ident, lines, currency=account.currency, account_id=account.id))

    def settle(
        self,
        ident: int,
        classification: Classification,
        account: AccountFacts,
        amount: int,
        base: int,
        order_on: date,
        on: date,
        intended: Sequence[dict[str, Any]],
    ) -> None:
        """Let the posted item find what it settles. System accounts settle nothing by themselves."""
        if account.role != "customer":
            return
        item = OpenItem(ident, order_on, amount, base, on)
        book = self.facts.book(account.id)
        if classification in DEBITS:
            book.post_debit(item, on=on)
        else:
            book.post_credit(item, on=on, intended=[self.facts.open_item(invoice) for invoice in intended])

    def by_table(self, fresh_ids: Sequence[int] = ()) -> dict[str, Any]:
        """Everything to write, by table; ``fresh_ids`` are for what `ids_needed` counted."""
        ids = iter(fresh_ids)
        allocations, releases = [], []
        for account_id, book in self.facts.books().items():
            account = self.facts.accounts[account_id]
            for link in book.made():
                if link.id is not None:
                    releases.append(
                        {
                            "id": link.id,
                            "released_on": link.released_on,
                            "release_reason": link.release_reason,
                        }
                    )
                else:
                    ident = next(ids) if link.difference else None
                    allocations.append(link_row(link, account_id, ident))
                    if ident is not None:
                        lines = self._difference(link.difference, account)
                        self._enter(ident, EntrySource.ALLOCATION, ident, link.allocated_on, lines, account)
                if link.released_on and link.difference:
                    lines = [line._replace(base=-line.base) for line in self._difference(link.difference, account)]
                    source = link.id if link.id is not None else allocations[-1][0]
                    self._enter(next(ids), EntrySource.RELEASE, source, link.released_on, lines, account)
        return {
            "entries": self._entries,
            "lines": self._lines,
            "events": self._events,
            "items": self.items,
            "item_copies": self.item_copies,
            "series": sorted(self._series.items()),
            "transactions": [row for ident, row in self.rows.items() if ident not in self.drafts],
            "drafts": [self.rows[ident] for ident in sorted(self.drafts)],
            "states": self.states,
            "releases": releases,
            "allocations": columns(ALLOCATION, allocations) if allocations else None,
        }

    def ids_needed(self) -> int:
        """How many more ids the exchange differences of this set need."""
        return sum(
            (link.id is None) + (link.released_on is not None)
            for book in self.facts.books().values()
            for link in book.made()
            if link.difference
        )

    def _difference(self, base: int, account: AccountFacts) -> list[Line]:
        """Lines of a realised exchange difference: base currency only, a gain where ``base`` is positive.

        A release turns these very lines round, so that a loss taken back is no gain.
        """
        settings = self.facts.configuration
        other = settings.exchange_gain_id if base > 0 else settings.exchange_loss_id
        return [Line(settings.control_accounts[account.role], 0, base), Line(other, 0, -base)]


def link_row(link: Link, account_id: int, ident: int | None) -> tuple[Any, ...]:
    """A new allocation in the order of ALLOCATION; the database gives the id unless an entry needs to know it."""
    return (
        ident,
        account_id,
        link.credit_id,
        link.debit_id,
        link.minor,
        link.credit_base,
        link.debit_base,
        link.principle,
        link.allocated_on,
        link.released_on,
        link.release_reason,
    )


def item_rows(ident: int, items: Sequence[NewItem], priced: Sequence[PricedItem]) -> list[dict[str, Any]]:
    """Items as rows of their document; decimals travel as text."""
    return [
        {
            "transaction_id": ident,
            "position": position,
            "product_id": item.product_id,
            "description": item.description,
            "quantity": str(price.quantity),
            "unit_amount": str(price.unit_amount),
            "net_minor": price.net_minor,
            "discount_percent": str(price.discount_percent),
            "discount_minor": price.discount_minor,
            "tax_rate_id": item.tax_rate_id,
            "tax_percent": str(price.tax_percent),
            "tax_minor": price.tax_minor,
            "sub_total_minor": price.sub_total_minor,
        }
        for position, (item, price) in enumerate(zip(items, priced, strict=True), 1)
    ]
