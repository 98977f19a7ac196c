"""What deciding knows: facts, read once under the lock and never changed, and how things stand within the set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from subledger.journal.errors import ExchangeRateMissing
from subledger.kernel.currencies import exponent
from subledger.kernel.sentences import say
from subledger.transactions.states import DEBITS, Classification, LinkPrinciple, TransactionState

from .allocation import Book, NewAllocation, OpenItem
from .configuration import Configuration
from .credits import CreditedItem, Crediting, DraftCredit, NoteAsAWhole
from .documents import AccountFacts
from .items import ItemRef
from .posting import PostingPart
from .writing_off import Taxed

# Open items and links as they are read: (transaction, order_on, available_on, minor, base minor).
Side = tuple[int, date, date, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A transaction that orders name, as it was read under the lock."""

    id: int
    account_id: int
    classification: Classification
    type_id: int
    category_id: int | None
    state: TransactionState
    number: str | None
    currency: str
    amount_minor: int
    net_minor: int | None
    discount_minor: int | None
    tax_minor: int | None
    base_minor: int | None
    issued_on: date
    posted_on: date | None
    due_on: date | None
    payment_method_id: int | None
    refund_method_id: int | None
    received_on: date | None
    received_by: str | None
    intended_ids: tuple[int, ...]
    metadata: Mapping[str, str]
    mirrors_id: int | None
    credit_reason_id: int | None = None
    is_dated: bool = True
    order_reference: str | None = None

    @property
    def reference(self) -> str:
        """What people call it: a posted one has a number."""
        return self.number or ""

    @property
    def day(self) -> date:
        """The day on which a posted one was posted."""
        if self.posted_on is None:
            raise ValueError(say("transaction {id} is not posted", id=self.id))
        return self.posted_on

    @property
    def base(self) -> int:
        """What a posted one comes to in base currency."""
        if self.base_minor is None:
            raise ValueError(say("transaction {id} is not posted", id=self.id))
        return self.base_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLink:
    """An allocation that stands, with both its sides as open items, settled or not."""

    id: int
    minor: int
    principle: LinkPrinciple
    allocated_on: date
    credit_base: int
    debit_base: int
    credit: Side
    debit: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One amount that is on its way out of an account, and in no balance yet."""

    name: str  # as people know it, with its amount and who has it
    pays_back_id: int | None = None  # the payment whose own money it is


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingInputs:
    """What is so as the set begins. Nothing in here changes while it is decided."""

    company_id: int
    configuration: Configuration
    today: date
    closed_through: date | None
    accounts: Mapping[int, AccountFacts]
    ids: tuple[int, ...] = ()  # new ones, for what the orders make
    targets: Mapping[int, Target] = field(default_factory=dict)
    target_open: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # (minor, base minor) still open
    target_available: Mapping[int, date] = field(default_factory=dict)  # from when that is: its latest link released
    lines: Mapping[int, Sequence[tuple[int, int, int]]] = field(default_factory=dict)  # (ledger account, minor, base)
    open_items: Mapping[int, Sequence[tuple[bool, Side]]] = field(default_factory=dict)  # by account; is it a debit
    links: Mapping[int, Sequence[StoredLink]] = field(default_factory=dict)  # by account
    lent: frozenset[int] = frozenset()  # of them: those by which invoices use credit that was set aside for refunds
    codes: frozenset[tuple[str, str]] = frozenset()  # (classification, back office code) in use
    # Products, tax rates … of this company among those named: None, or the name of one that is out of use.
    known: Mapping[str, Mapping[int, str | None]] = field(default_factory=dict)
    balances: Mapping[int, int] = field(default_factory=dict)  # of accounts whose credit goes: open debits less credits
    going_out: Mapping[int, int] = field(default_factory=dict)  # of them: under way, and in no balance yet
    said_gone: Mapping[int, int] = field(default_factory=dict)  # of that: told as a fact to have gone already
    # Of payments that are reversed: refunded of their credit, and of that of credit notes for what they pay.
    paid_out: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    leaving: Mapping[int, Sequence[Leaving]] = field(default_factory=dict)  # of them: the same, one by one
    parts: Mapping[int, Sequence[PostingPart]] = field(
        default_factory=dict
    )  # by draft, where posting rules ask for items
    taxed: Mapping[int, Sequence[Taxed]] = field(default_factory=dict)  # by invoice that is written off
    credited: Mapping[ItemRef, CreditedItem] = field(default_factory=dict)  # items that credit notes name
    draft_credits: Mapping[int, Sequence[DraftCredit]] = field(default_factory=dict)  # by draft of a credit note
    versions: Mapping[int, str] = field(default_factory=dict)  # of drafts that are held to theirs
    # By invoice to be cancelled: the notes that name items of it, and those that are for it as a whole.
    credit_notes: Mapping[int, Sequence[str]] = field(default_factory=dict)
    notes_as_a_whole: Mapping[int, Sequence[NoteAsAWhole]] = field(default_factory=dict)
    rates: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)

    def rate(self, currency: str, on: date) -> tuple[Decimal | None, tuple[int, int]]:
        """(rate, decimals of both currencies) into base currency; the rate is None where they are the same."""
        base = self.configuration.base_currency
        if currency == base:
            return None, (2, 2)
        rate = self.rates.get((currency, on))
        if rate is None:
            raise ExchangeRateMissing(currency=currency, base=base, on=on)
        return rate, (exponent(currency), exponent(base))


class Standing:
    """How things stand within the set: what its orders so far have changed of the facts."""

    def __init__(self, facts: PostingInputs) -> None:
        self.facts = facts
        self.moved: dict[int, int] = {}  # by account, what this set has done to its balance
        self.crediting = Crediting(facts.credited)
        self._states: dict[int, TransactionState] = {}
        self._codes: set[tuple[str, str]] = set()
        self._freed: set[tuple[str, str]] = set()
        self._books: dict[int, Book] = {}

    def state_of(self, target: Target) -> TransactionState:
        return self._states.get(target.id, target.state)

    def enter(self, target: Target, state: TransactionState) -> None:
        self._states[target.id] = state

    def is_taken(self, classification: str, code: str) -> bool:
        """Whether a back office code is in use, before the set or by it."""
        key = (classification, code)
        return key in self._codes or (key in self.facts.codes and key not in self._freed)

    def take(self, classification: str, code: str) -> None:
        self._codes.add((classification, code))

    def free(self, classification: str, code: str) -> None:
        """The draft that has the code is saved anew: it may keep it."""
        self._freed.add((classification, code))
        self._codes.discard((classification, code))

    def books(self) -> Mapping[int, Book]:
        """Those that the set has come to use, by account."""
        return self._books

    def book(self, account_id: int) -> Book:
        """The account's book, which remembers what this set has done so far."""
        book = self._books.get(account_id)
        if book is None:
            items: tuple[dict[int, OpenItem], dict[int, OpenItem]] = ({}, {})
            for is_debit, side in self.facts.open_items.get(account_id, ()):
                items[is_debit][side[0]] = _open_item(side)
            links = []
            for link in self.facts.links.get(account_id, ()):
                # Both ends must be known, should the link be released: they may be settled, or not read otherwise.
                items[False].setdefault(link.credit[0], _open_item(link.credit))
                items[True].setdefault(link.debit[0], _open_item(link.debit))
                links.append(
                    NewAllocation(
                        link.credit[0],
                        link.debit[0],
                        link.minor,
                        link.principle,
                        link.allocated_on,
                        link.credit_base,
                        link.debit_base,
                        link.id,
                    )
                )
            book = self._books[account_id] = Book(items[False].values(), items[True].values(), links)
        return book

    def open_item(self, target: Target) -> OpenItem:
        """A target as an open item as it stands in its book; ``open_minor`` 0 when nothing of it is open."""
        known = self.book(target.account_id).item(target.id, is_debit=target.classification in DEBITS)
        if known:
            return known
        minor, base = self.facts.target_open.get(target.id, (0, 0))
        available_on = self.facts.target_available.get(target.id, target.day)
        return OpenItem(target.id, target.due_on or target.day, minor, base, available_on)


def _open_item(side: Side) -> OpenItem:
    ident, order_on, available_on, minor, base = side
    return OpenItem(ident, order_on, minor, base, available_on)
