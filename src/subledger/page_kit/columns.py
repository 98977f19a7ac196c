"""Columns of list pages and reports: one class for how a value is read, shown, sorted, totalled and exported.

Usage
-----
``key`` is a path over attributes or dict keys: ``"account.customer.name"``. ``sort`` is the ORM field to
order by (in a report: any non-empty text, rows are sorted by their value). ``link`` turns a row into a url::

    Column("number", "Number", sort="number", nullable=True, link=lambda row: row.get_absolute_url())
    NameColumn("account.name", "Account", sort="account__name")
    WordColumn("classification", "Classification")
    DayColumn("due_on", "Due", sort="due_on", nullable=True)
    MoneyColumn("amount_minor", "Amount", sort="amount_minor", total=True, lead=True)  # in row.currency
    BadgeColumn("state", "State")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from typing import Any, ClassVar

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from subledger.kernel.money import to_decimal
from subledger.kernel.sentences import say
from subledger.page_kit.staff import desk
from subledger.page_kit.templatetags import subledger_tags as show

__all__ = [
    "ActorColumn",
    "BadgeColumn",
    "Column",
    "CountColumn",
    "CurrencyColumn",
    "DayColumn",
    "DeedColumn",
    "MomentColumn",
    "MoneyColumn",
    "MonthColumn",
    "NameColumn",
    "NumberColumn",
    "SideColumn",
    "WordColumn",
    "YesColumn",
]


def read(row: Any, path: str) -> Any:
    """The value at ``path`` ("account.customer.name"); None where a step leads nowhere."""
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else getattr(row, name, None)
        if row is None:
            return None
    return row


def valued(value: Any, of: type[StrEnum] | None) -> Any:
    """A row's letters as the value of their enumeration; what is none of it stays as it is."""
    return of(value) if of is not None and value in of._value2member_map_ else value


def in_plain_words(value: Any) -> str | None:
    """A value of an enumeration as files say it: in the words of the pages, in English whoever asks."""
    return None if value is None or value == "" else str(show.word(value))


LONGEST_WORD = 20  # letters that a column is as wide as, at most


def breaking(text: str) -> SafeString | str:
    """A text that may be broken within a word, where one is too long for a column."""
    is_long = any(len(word) > LONGEST_WORD for word in text.split())
    return format_html('<span class="long">{}</span>', text) if is_long else text


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    sort: str = ""
    nullable: bool = False  # the sort field may be null: nulls come last, in either direction
    link: Callable[[Any], str | None] | None = None
    strong: bool = False  # the column a reader looks for first; it heads the card on a phone
    title: bool = False  # heads the card on a phone, above the strong one
    lead: bool = False  # stands right of the strong one on a phone, e.g. the amount
    file_only: bool = False  # left out on the page, where another column says it too
    optional: bool = False  # on the page where somebody chose it, and in every file
    css: str = ""

    prepares_files: ClassVar[bool] = False  # `prepare` is asked of the rows of a file too

    def value(self, row: Any) -> Any:
        return read(row, self.key)

    def prepare(self, rows: Sequence[Any]) -> None:
        """Read, once for all rows that will be shown, what showing one needs beyond it."""

    def cell(self, row: Any) -> SafeString | str:
        shown = self.show(row)
        url = self.link(row) if self.link else None
        return format_html('<a href="{}">{}</a>', url, shown) if url else shown

    def show(self, row: Any) -> SafeString | str:
        value = self.value(row)
        return show.NOTHING if value is None or value == "" else breaking(str(value))

    def export(self, row: Any) -> Any:
        return self.value(row)

    def in_files(self) -> Sequence[Column]:
        """What it is in a file, whose cells hold one value each."""
        return (self,)

    @property
    def heading(self) -> str:
        """The heading in a file, where the value stands alone."""
        return self.label

    @property
    def classes(self) -> str:
        marks = ("col-strong" * self.strong, "col-title" * self.title, "col-lead" * self.lead)
        return " ".join(part for part in (self.css, *marks) if part)


@dataclass(frozen=True)
class DeedColumn(Column):
    """What can be done with a row, where its ``link`` leads somewhere."""

    words: str = ""

    def value(self, row: Any) -> Any:
        return self.words if self.link is not None and self.link(row) else ""


@dataclass(frozen=True)
class NameColumn(Column):
    """A name that may be long: two lines of it are shown."""

    css: str = "col-name"

    def show(self, row: Any) -> SafeString | str:
        value = self.value(row)
        # What is marked up, a link, is text where it is told in full.
        whole = unescape(strip_tags(value)) if isinstance(value, SafeString) else value
        return format_html('<span title="{}">{}</span>', whole, value) if value else show.NOTHING


@dataclass(frozen=True)
class ActorColumn(Column):
    """Who did it, by name."""

    prepares_files = True

    def prepare(self, rows: Sequence[Any]) -> None:
        names = desk().names_of(actor for row in rows if (actor := self.value(row)))
        for row in rows:
            setattr(row, f"{self.key}_name", names.get(self.value(row), ""))

    def show(self, row: Any) -> SafeString | str:
        return getattr(row, f"{self.key}_name") or show.NOTHING

    def export(self, row: Any) -> Any:
        return getattr(row, f"{self.key}_name") or None


@dataclass(frozen=True)
class WordColumn(Column):
    """A value of an enumeration in words: ``credit_note`` is Credit note, on pages and in their files. ``of``: the
    enumeration, where its words mean something of their own (`kernel.words.of`)."""

    of: type[StrEnum] | None = None

    def show(self, row: Any) -> SafeString | str:
        return show.word(valued(self.value(row), self.of)) or show.NOTHING

    def export(self, row: Any) -> Any:
        return in_plain_words(self.value(row))


@dataclass(frozen=True)
class CurrencyColumn(Column):
    key: str = "currency"
    label: str = say("Currency")

    def value(self, row: Any) -> Any:
        return (read(row, self.key) or "").upper() or None


@dataclass(frozen=True)
class CountColumn(Column):
    """A whole number, such as how many invoices an account has."""

    css: str = "col-number"

    def show(self, row: Any) -> SafeString | str:
        return show.count(self.value(row))


@dataclass(frozen=True)
class NumberColumn(Column):
    """A number with decimals, such as a rate; in files as programs write it."""

    css: str = "col-number"

    def show(self, row: Any) -> SafeString | str:
        return show.number(self.value(row))


@dataclass(frozen=True)
class DayColumn(Column):
    css: str = "col-day"

    def show(self, row: Any) -> SafeString | str:
        return show.day(self.value(row))


@dataclass(frozen=True)
class MonthColumn(Column):
    """A month, such as 2026-05; in files as programs write it."""

    css: str = "col-day"

    def show(self, row: Any) -> SafeString | str:
        return show.month(self.value(row))


@dataclass(frozen=True)
class MomentColumn(Column):
    css: str = "col-day"

    def show(self, row: Any) -> SafeString | str:
        return show.moment(self.value(row))


@dataclass(frozen=True)
class BadgeColumn(Column):
    """A state; ``usual`` is the one that is the rule, and is said without a badge. ``of`` as of a `WordColumn`."""

    css: str = "col-state"
    usual: str = ""
    of: type[StrEnum] | None = None

    def show(self, row: Any) -> SafeString | str:
        state = valued(self.value(row), self.of)
        if self.usual and state == self.usual:
            return format_html('<span class="state-usual">{}</span>', show.word(state))
        return show.badge(state)

    def export(self, row: Any) -> Any:
        return in_plain_words(self.value(row))


@dataclass(frozen=True)
class YesColumn(Column):
    """Yes, or nothing."""

    def show(self, row: Any) -> SafeString | str:
        return format_html("{} {}", show.icon("check", "icon-small"), say("Yes")) if self.value(row) else show.NOTHING


@dataclass(frozen=True)
class MoneyColumn(Column):
    """An amount in minor units. ``total`` adds it up under the list, one line per currency.

    ``plain`` leaves out the currency's name: for reports with a column of their own for it. Lists say what their rows
    allow (`fit`): ``unit``, the one currency of all, which then stands in the head, and that zero is a ``dash``.
    """

    css: str = "col-money"
    currency: str = "currency"
    total: bool = False
    plain: bool = False
    unit: str = ""
    dash: bool = False

    is_amount: ClassVar[bool] = True  # it shows an amount and its currency, nothing made of it

    def show(self, row: Any) -> SafeString | str:
        minor = self.value(row)
        if minor is None or (minor == 0 and self.dash and not self.lead):
            return show.NOTHING
        if minor == 0 and self.dash:  # a card on a phone keeps what heads it
            return format_html('<span class="money money-zero">{}</span>', show.NOTHING)
        return self.shown(minor, read(row, self.currency))

    def shown(self, minor: int | None, currency: str) -> SafeString | str:
        return show.amount(minor, currency) if self.plain else show.money(minor, currency)

    @property
    def classes(self) -> str:
        marks = (super().classes, "col-plain" if self.plain else "", "col-unit" if self.unit else "")
        return " ".join(filter(None, marks))

    def export(self, row: Any) -> Any:
        minor = self.value(row)
        return None if minor is None else to_decimal(minor, read(row, self.currency))


@dataclass(frozen=True)
class SideColumn(MoneyColumn):
    """One side of an entry: the other is zero, and stays empty."""

    def show(self, row: Any) -> SafeString | str:
        return super().show(row) if self.value(row) else show.NOTHING
