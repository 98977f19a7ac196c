"""What people ask of accounts and of transactions, and what of it nobody could fulfil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from subledger.accounts.models import AccountClassification, CreditRating, PaymentPreference
from subledger.accounts.queries import currencies_of_accounts
from subledger.accounts.states import AccountState
from subledger.kernel.countries import is_country
from subledger.kernel.errors import CurrencyUnknown
from subledger.kernel.money import LARGEST_MINOR, exponent
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform.shapes import CurrencyCode, ShapeInvalid, asks, check_rows, read_shape, shape_json
from subledger.transactions import labels
from subledger.transactions.models import Category, PaymentMethod, TransactionType
from subledger.transactions.settled import SettledAs
from subledger.transactions.states import Classification, TransactionState

from .errors import SegmentInvalid
from .states import About, Standing

__all__ = ["SHAPES", "AccountCriteria", "Criteria", "TransactionCriteria", "criteria_json", "read_criteria"]

LONGEST_AGE = 36_500  # days: a hundred years
MOST_PAIRS = 10


def _currencies() -> list[tuple[str, str]]:
    return [(code, code.upper()) for code in currencies_of_accounts()]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCriteria:
    """Of customers' accounts; what is left empty is not asked for. Amounts are minor units of ``currency``."""

    classifications: tuple[str, ...] = asks(say("Classification"), default=(), of=AccountClassification.PREFIX)
    states: tuple[AccountState, ...] = asks(say("State"), default=())
    currency: CurrencyCode = asks(say("Currency"), offered=_currencies)
    standing: Standing | None = asks(say("Balance"), default=None)
    balance_from: int | None = asks(
        say("Balance from"), default=None, money="currency", help=say("What the customer owes; credit is below zero.")
    )
    balance_to: int | None = asks(say("Balance to"), default=None, money="currency")
    overdue_from: int | None = asks(say("Overdue from"), default=None, money="currency")
    overdue_to: int | None = asks(say("Overdue to"), default=None, money="currency")
    overdue_days_from: int | None = asks(
        say("Days overdue from"), default=None, help=say("Of the invoice that is overdue longest.")
    )
    overdue_days_to: int | None = asks(say("Days overdue to"), default=None)
    credit_from: int | None = asks(say("Unapplied credit from"), default=None, money="currency")
    credit_to: int | None = asks(say("Unapplied credit to"), default=None, money="currency")
    credit_days_from: int | None = asks(
        say("Credit older than, in days"), default=None, help=say("Of the oldest payment or credit note with any left.")
    )
    countries: tuple[str, ...] = asks(
        say("Countries"), default=(), help=say("Two letters each, such as DE; several are separated by commas.")
    )
    ratings: tuple[str, ...] = asks(say("Credit rating"), default=(), of=CreditRating.PREFIX)
    preferences: tuple[str, ...] = asks(say("Pays by default with"), default=(), of=PaymentPreference.PREFIX)
    parent: str = asks(say("Parent account"), help=say("Its number: the accounts right below it."))
    created_from: date | None = asks(say("Opened from"), default=None)
    created_to: date | None = asks(say("Opened to"), default=None)
    metadata: dict[str, str] = asks(say("Metadata"), default={}, help=say("One a line, as name=value."))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionCriteria:
    """Of transactions on whatever account; what is left empty is not asked for. Amounts are of ``currency``."""

    classifications: tuple[Classification, ...] = asks(labels.TYPE, default=())
    types: tuple[str, ...] = asks(labels.SUBTYPE, default=(), of=TransactionType.PREFIX)
    categories: tuple[str, ...] = asks(say("Category"), default=(), of=Category.PREFIX)
    states: tuple[TransactionState, ...] = asks(say("State"), default=())
    settlement: SettledAs | None = asks(labels.STATUS, default=None, words=labels.SETTLED_AS)
    currency: CurrencyCode = asks(say("Currency"), offered=_currencies)
    amount_from: int | None = asks(say("Amount from"), default=None, money="currency")
    amount_to: int | None = asks(say("Amount to"), default=None, money="currency")
    open_from: int | None = asks(say("Open from"), default=None, money="currency")
    open_to: int | None = asks(say("Open to"), default=None, money="currency")
    methods: tuple[str, ...] = asks(say("Payment method"), default=(), of=PaymentMethod.PREFIX)
    due_from: date | None = asks(say("Due from"), default=None)
    due_to: date | None = asks(say("Due to"), default=None)
    overdue_days_from: int | None = asks(say("Days overdue from"), default=None)
    overdue_days_to: int | None = asks(say("Days overdue to"), default=None)
    posted_from: date | None = asks(say("Posted from"), default=None)
    posted_to: date | None = asks(say("Posted to"), default=None)
    account_classifications: tuple[str, ...] = asks(
        say("Classification of the account"), default=(), of=AccountClassification.PREFIX
    )
    metadata: dict[str, str] = asks(say("Metadata"), default={}, help=say("One a line, as name=value."))


Criteria = AccountCriteria | TransactionCriteria
SHAPES: Mapping[About, type[Any]] = {About.ACCOUNTS: AccountCriteria, About.TRANSACTIONS: TransactionCriteria}
SIGNED = ("balance_from", "balance_to")  # amounts that may be below zero


def read_criteria(about: About, said: Mapping[str, Any], *, checks_rows: bool = False) -> Any:
    """What JSON asks for; SegmentInvalid with the field at fault (``/criteria/<name>``).

    ``checks_rows`` asks the database whether what is named is there: for what people have just said.
    """
    check_texts(said, param="/criteria")
    shape = SHAPES[about]
    try:
        criteria = read_shape(shape, said)
        for name, words in faults(criteria):
            raise ShapeInvalid([name], words)
        if checks_rows:
            check_rows(shape, criteria)
    except ShapeInvalid as fault:
        words = say("The criteria cannot be kept: {words}.", words=fault.words)
        raise SegmentInvalid(words, param="/".join(["/criteria", *fault.path])) from fault
    return criteria


def criteria_json(criteria: Criteria) -> dict[str, Any]:
    """What is asked for, without what is not."""
    return shape_json(type(criteria), criteria, short=True)


def faults(criteria: Criteria) -> Iterator[tuple[str, str]]:
    """Field and words of what nobody could fulfil, or says nothing."""
    names = type(criteria).__dataclass_fields__
    asked = {name: getattr(criteria, name) for name in names}
    if criteria.currency:
        try:
            exponent(criteria.currency)
        except CurrencyUnknown:
            yield "currency", say("{code!r} is the code of no currency", code=criteria.currency)
    for name, one in names.items():
        value, needs = asked[name], one.metadata["asked"].money
        if value is None or not isinstance(value, int):
            continue
        if needs and not criteria.currency:
            yield "currency", say("amounts are of one currency; say which")
        if needs and abs(value) > LARGEST_MINOR:
            yield name, say("the amount is out of reach")
        if value < 0 and name not in SIGNED:
            yield name, say("it is never below zero")
        if not needs and value > LONGEST_AGE:
            yield name, say("days go up to {most:,}", most=LONGEST_AGE)
    for name, first in asked.items():
        last = asked.get(name.removesuffix("_from") + "_to") if name.endswith("_from") else None
        if first is not None and last is not None and first > last:
            yield name.removesuffix("_from") + "_to", say("it ends before it begins; swap the two")
    for code in getattr(criteria, "countries", ()):
        if not is_country(code):
            yield "countries", say("{code!r} is the code of no country", code=code)
    if len(criteria.metadata) > MOST_PAIRS:
        yield "metadata", say("at most {most} pairs are asked for", most=MOST_PAIRS)
    for name, value in asked.items():
        if isinstance(value, tuple) and len(set(value)) != len(value):
            yield name, say("something is named twice")
