"""The effects of a set, noted as rows while its orders are decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from subledger.journal.rules import EntryRow, Line, LineRow, balanced, line_rows, to_base
from subledger.kernel.money import check_minor
from subledger.transactions import errors
from subledger.transactions.revenue_errors import RevenueRefused
from subledger.transactions.states import DEBITS, Classification

from .allocation import OpenItem
from .credits import Amounts
from .documents import AccountFacts
from .facts import Standing, Target
from .items import Totals
from .posting import AccountRole, Part, amounts_for
from .rows import AllocationRow, CreditShareRow, DraftRow, EventRow, ItemRow, PostedRow, ReleaseRow, StateRow

# What a journal entry records: the sources that the room declares.
TRANSACTION, ALLOCATION, RELEASE = "transaction", "allocation", "release"


class Effects:
    """Rows to write. Nothing is noted of an order before it is checked whole."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.facts = standing.facts
        self.rows: dict[int, PostedRow] = {}  # transactions posted, new ones and drafts, by id
        self.drafts: set[int] = set()
        self.entries: list[EntryRow] = []
        self.lines: list[LineRow] = []
        self.events: list[EventRow] = []
        self.items: list[ItemRow] = []
        self.credit_shares: list[CreditShareRow] = []
        self.item_copies: list[tuple[int, int]] = []  # (onto, from): a cancellation has the items of its invoice
        self.states: list[StateRow] = []
        self.releases: list[ReleaseRow] = []
        self.allocations: list[AllocationRow] = []
        self._ids: Iterator[int] = iter(self.facts.ids)
        self._series: dict[str, int] = {}

    def journal(
        self,
        classification: Classification,
        account: AccountFacts,
        type_id: int,
        on: date,
        totals: Totals,
        method_account_id: int | None,
        parts: Iterable[Part] = (),
    ) -> tuple[list[Line], int]:
        """The entry's lines, and the whole amount in base currency; ``parts`` are read where rules ask for items."""
        settings = self.facts.configuration
        book, none, pairs = settings.rules, settings.no_revenue, []
        if not book.goes_by_items(classification, account.role) and not none.products:
            parts = ()
        for part in tuple(parts) or (Part(*totals),):
            no_revenue = none.because_of(type_id, part.product_id)
            rules = book.rules_for(
                classification,
                account.role,
                type_id,
                product_id=part.product_id,
                group_id=settings.product_groups.get(part.product_id or 0),
                is_deferred=part.is_deferred and not no_revenue,  # nobody will recognise it
            )
            moved = amounts_for(
                rules,
                net=part.net,
                discount=part.discount,
                tax=part.tax,
                total=part.total,
                method_account_id=method_account_id,
            )
            moves = any((part.net, part.discount, part.tax, part.total))
            if (moves and not moved) or any(ledger is None for ledger, _ in moved):
                raise errors.PostingRuleMissing(classification, account.role)
            if no_revenue and (ledger_name := none.income_moved(moved)):
                raise RevenueRefused(classification, no_revenue, ledger_name)
            pairs += moved
        self._check_control(classification, account, pairs, totals.total_minor)
        rate, exponents = self.facts.rate(account.currency, on)
        control = settings.control_accounts[account.role]
        base = check_minor(to_base(totals.total_minor, rate, exponents), settings.base_currency, least=0)
        return balanced(pairs, rate=rate, exponents=exponents, control=control), base  # type: ignore[arg-type]

    def spread(self, row: PostedRow, invoice_ids: Sequence[int], *, is_by_item: bool) -> None:
        """Note what a credit note that names no item takes of those of its invoices, under either principle."""
        if row.classification is not Classification.CREDIT_NOTE or is_by_item or not invoice_ids:
            return
        note = Amounts((row.net_minor or 0) - (row.discount_minor or 0), row.tax_minor or 0)
        shares = self.standing.crediting.spread(note, invoice_ids, account_id=row.account_id)
        self.credit_shares.extend(
            CreditShareRow(row.id, ref.transaction_id, ref.position, net, tax) for ref, (net, tax) in shares.items()
        )

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
        row: PostedRow,
        account: AccountFacts,
        lines: Sequence[Line],
        note: str | None,
        *,
        series: str | None = None,
    ) -> int:
        """Note a posted transaction with its journal entry and its event; the id it has."""
        row.id = row.id or next(self._ids)
        row.series = series or row.classification.value
        row.ordinal = self._series.get(row.series, 0)
        self._series[row.series] = row.ordinal + 1
        if row.back_office_code:
            self.standing.take(row.classification, row.back_office_code)
        self.rows[row.id] = row
        self._enter(row.id, TRANSACTION, row.id, row.posted_on, lines, account)
        moved = row.amount_minor if row.classification in DEBITS else -row.amount_minor
        self.standing.moved[account.id] = self.standing.moved.get(account.id, 0) + moved
        data: dict[str, Any] = {"amount": row.amount_minor, "currency": account.currency, "account_id": account.id}
        if row.credit_reason_id is not None:
            data["reason"] = self.facts.configuration.credit_reasons[row.credit_reason_id].name
        self.events.append(EventRow(f"{row.classification.value}.posted", row.id, data))
        if note:
            self.events.append(EventRow("transaction.noted", row.id, {"text": note}))
        return row.id

    def _enter(
        self,
        ident: int,
        source: str,
        source_id: int,
        on: date,
        lines: Sequence[Line],
        account: AccountFacts,
    ) -> None:
        self.entries.append(EntryRow(ident, on, source, source_id))
        self.lines.extend(line_rows(ident, lines, currency=account.currency, account_id=account.id))

    def settle(
        self,
        ident: int,
        classification: Classification,
        account: AccountFacts,
        amount: int,
        base: int,
        order_on: date,
        on: date,
        intended: Sequence[Target],
    ) -> None:
        """Let the posted item find what it settles. System accounts settle nothing by themselves."""
        if account.role != "customer":
            return
        item = OpenItem(ident, order_on, amount, base, on)
        book = self.standing.book(account.id)
        if classification in DEBITS:
            book.post_debit(item, on=on)
        else:
            book.post_credit(item, on=on, intended=[self.standing.open_item(invoice) for invoice in intended])

    def close(self, fresh_ids: Sequence[int] = ()) -> None:
        """Note what became of the books' links; ``fresh_ids`` are for what `ids_needed` counted."""
        ids = iter(fresh_ids)
        for account_id, book in self.standing.books().items():
            account = self.facts.accounts[account_id]
            for link in book.made():
                source = link.id
                if source is None:
                    source = next(ids) if link.difference else None
                    self.allocations.append(AllocationRow.of(link, account_id, source))
                    if source is not None:
                        lines = self._difference(link.difference, account)
                        self._enter(source, ALLOCATION, source, link.allocated_on, lines, account)
                elif link.released_on is not None:
                    self.releases.append(ReleaseRow(source, link.released_on, link.release_reason))
                if link.released_on and link.difference and source is not None:
                    lines = [line._replace(base=-line.base) for line in self._difference(link.difference, account)]
                    self._enter(next(ids), RELEASE, source, link.released_on, lines, account)

    def new_rows(self) -> list[PostedRow]:
        return [row for ident, row in self.rows.items() if ident not in self.drafts]

    def draft_rows(self) -> list[DraftRow]:
        return [DraftRow.of(self.rows[ident]) for ident in sorted(self.drafts)]

    def left_open(self, ident: int) -> int | None:
        """What of a new transaction is not allocated once all is written; None where it is not new, or ended again."""
        if ident in self.drafts or any(state.id == ident for state in self.states):
            return None
        taken = (a.minor for a in self.allocations if ident in (a.credit_id, a.debit_id) and a.released_on is None)
        return self.rows[ident].amount_minor - sum(taken)

    def series(self) -> list[tuple[str, int]]:
        """How many numbers are taken of each series, in the order in which they are locked."""
        return sorted(self._series.items())

    def ids_needed(self) -> int:
        """How many more ids the exchange differences of this set need."""
        return sum(
            (link.id is None) + (link.released_on is not None)
            for book in self.standing.books().values()
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
