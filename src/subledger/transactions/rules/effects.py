"""The effects of a set, noted as rows while its orders are decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from subledger.journal.rules import EntryRow, Line, LineRow, balanced, line_rows, to_base
from subledger.kernel.money import check_minor
from subledger.transactions import rule_errors
from subledger.transactions.revenue_errors import RevenueRefused
from subledger.transactions.states import DEBITS, Classification

from .allocation import Book, NewAllocation, OpenItem
from .credits import Amounts
from .documents import AccountFacts
from .facts import Standing, Target
from .items import DocumentTotals
from .orders import Post
from .posting import AccountRole, PostingPart, amounts_for
from .rows import AllocationRow, CreditShareRow, DraftRow, EventRow, ItemRow, PostedRow, ReleaseRow, StateRow
from .settlements import changes_by_debit, event_of, named, no_longer_by, settled_by_credit

# Of what is posted, the columns that name another transaction: told with it.
REFERENCES = ("cancels_id", "writes_off_id", "mirrors_id", "moved_from_id")
# Credits that settle whatever is open; the others exist for one debit, which they name.
FREE = frozenset({Classification.PAYMENT, Classification.CREDIT_NOTE})
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
        self.settlements: list[EventRow] = []  # the same, of debits that may be no invoices: told of those that are
        self.items: list[ItemRow] = []
        self.credit_shares: list[CreditShareRow] = []
        self.item_copies: list[tuple[int, int]] = []  # (onto, from): a cancellation has the items of its invoice
        self.states: list[StateRow] = []
        self.releases: list[ReleaseRow] = []
        self.allocations: list[AllocationRow] = []
        self._ids: Iterator[int] = iter(self.facts.ids)
        self._counters: dict[str, int] = {}
        # What is told of those that are posted, and of those that ended, by id: their allocations are added at the end.
        self._posted: dict[int, dict[str, Any]] = {}
        self._ended: dict[int, dict[str, Any]] = {}

    def journal(
        self,
        classification: Classification,
        account: AccountFacts,
        type_id: int,
        on: date,
        totals: DocumentTotals,
        method_account_id: int | None,
        parts: Iterable[PostingPart] = (),
    ) -> tuple[list[Line], int]:
        """The entry's lines, and the whole amount in base currency; ``parts`` are read where rules ask for items."""
        settings = self.facts.configuration
        book, none, pairs = settings.rules, settings.no_revenue, []
        if not book.goes_by_items(classification, account.role) and not none.products:
            parts = ()
        for part in tuple(parts) or (PostingPart(*totals),):
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
                raise rule_errors.PostingRuleMissing(classification, account.role)
            if no_revenue and (ledger_name := none.income_moved(moved)):
                raise RevenueRefused(classification, no_revenue, ledger_name)
            pairs += moved
        self._check_control(classification, account, pairs, totals.total_minor)
        rate, exponents = self.facts.rate(account.currency, on)
        control = settings.control_accounts[account.role]
        base = check_minor(to_base(totals.total_minor, rate, exponents), settings.base_currency, least=0)
        return balanced(pairs, rate=rate, exponents=exponents, control=control), base  # type: ignore[arg-type]

    def spread(self, row: PostedRow, invoice_ids: Sequence[int], *, by_name: Amounts) -> None:
        """Note what a credit note takes of the items of its invoices with all but what it credits ``by_name``, under
        either principle."""
        if row.classification is not Classification.CREDIT_NOTE or not invoice_ids:
            return
        note = Amounts((row.net_minor or 0) - (row.discount_minor or 0), row.tax_minor or 0).less(by_name)
        if sum(note) <= 0:
            return
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
            raise rule_errors.PostingRuleInvalid(classification, account.role)

    def note(
        self,
        row: PostedRow,
        account: AccountFacts,
        lines: Sequence[Line],
        note: str | None,
        *,
        series: str | None = None,
    ) -> int:
        """Note a posted transaction with its journal entry and its event; the id it has.

        It is numbered by the day that it bears.
        """
        row.id = row.id or next(self._ids)
        code = series or row.classification.value
        numbering = self.facts.configuration.numberings[code]
        row.counter = numbering.key(code, row.issued_on)
        row.number_as, row.digits = numbering.format.around(row.issued_on), numbering.format.digits
        row.ordinal = self._counters.get(row.counter, 0)
        self._counters[row.counter] = row.ordinal + 1
        if row.back_office_code:
            self.standing.take(row.classification, row.back_office_code)
        self.rows[row.id] = row
        self._enter(row.id, TRANSACTION, row.id, row.posted_on, lines, account)
        moved = row.amount_minor if row.classification in DEBITS else -row.amount_minor
        self.standing.moved[account.id] = self.standing.moved.get(account.id, 0) + moved
        data: dict[str, Any] = {"amount": row.amount_minor, "currency": account.currency, "account_id": account.id}
        if row.credit_reason_id is not None:
            data["reason"] = self.facts.configuration.credit_reasons[row.credit_reason_id].name
        for reference in REFERENCES:
            if (other := getattr(row, reference)) is not None:
                data[reference] = other
        self._posted[row.id] = data
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
        order: Post | None = None,
    ) -> None:
        """Let the posted item find what it settles. System accounts settle nothing by themselves."""
        if account.role != "customer":
            return
        item = OpenItem(ident, order_on, amount, base, on)
        book = self.standing.book(account.id)
        if classification in DEBITS:
            set_aside, by = (order.set_aside_minor, order.set_aside_by) if order else (0, 0)
            lent = {link for link in self.facts.lent if link > by} if set_aside else ()
            book.post_debit(item, on=on, set_aside=set_aside, lent=lent)
        else:
            book.post_credit(item, on=on, intended=[self.standing.open_item(invoice) for invoice in intended])

    def tell_end(self, target: Target, verb: str, reason: str | None, **by: int) -> None:
        """Note how a posted transaction ended, why, and by which others: ``invoice.cancelled``."""
        told: dict[str, Any] = {"amount": target.amount_minor, "currency": target.currency}
        told |= {"account_id": target.account_id, **by, **({"reason": reason} if reason else {})}
        self._ended[target.id] = told
        self.events.append(EventRow(f"{target.classification.value}.{verb}", target.id, told))

    def close(self, fresh_ids: Sequence[int] = ()) -> None:
        """Note what became of the books' links; ``fresh_ids`` are for what `ids_needed` counted."""
        ids = iter(fresh_ids)
        for account_id, book in self.standing.books().items():
            account = self.facts.accounts[account_id]
            links = book.made()
            self._tell_settlements(book, links, account)
            for link in links:
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

    def _tell_settlements(self, book: Book, links: Sequence[NewAllocation], account: AccountFacts) -> None:
        """What the links of an account change of its invoices, one event each; and what its new credits settle."""
        if not links:
            return
        linked = {link.credit_id for link in links if link.credit_id in self._posted}  # never all that the set posts
        fresh = {ident for ident in linked if self.rows[ident].classification in FREE}
        for credit, settles in settled_by_credit(links, fresh).items():
            self._posted[credit].update(named("settles", settles))
        for debit, change in changes_by_debit(links).items():
            if (ended := self._ended.get(debit)) is not None:
                ended.update(named("no_longer_by", no_longer_by(change)))
                continue
            row, target, item = self.rows.get(debit), self.facts.targets.get(debit), book.item(debit, is_debit=True)
            known = row or target
            if known is not None and known.classification is not Classification.INVOICE:
                if row is not None and row.classification is Classification.REFUND:
                    self._posted[debit].update(named("settled_by", change.by))
                continue
            type_, data = event_of(
                change, open_minor=item.open_minor if item else 0, currency=account.currency, account_id=account.id
            )
            (self.settlements if known is None else self.events).append(EventRow(type_, debit, data))

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

    def counters(self) -> list[tuple[str, int]]:
        """How many numbers are taken of each counter, in the order in which their series are locked."""
        return sorted(self._counters.items())

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
