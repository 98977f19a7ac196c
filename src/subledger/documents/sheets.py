"""A document laid out: what stands where, in a language, before any format. All formats are made of it.

Cells hold values, not texts: a workbook gets numbers and days, a page the text that `Formats` makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from subledger.kernel.money import Money

from .formats import Formats
from .values import Document, Value


class Shape(StrEnum):
    """What the cells of a column are, and so on which side they stand."""

    TEXT = "text"
    AMOUNT = "amount"
    NUMBER = "number"
    PERCENT = "percent"
    PRICE = "price"  # minor units with decimals, in the document's currency
    DAY = "day"

    @property
    def is_right(self) -> bool:
        return self in (Shape.AMOUNT, Shape.NUMBER, Shape.PERCENT, Shape.PRICE)


@dataclass(frozen=True, slots=True)
class Column:
    """It is ``millimetres`` wide, more where its figures need it; or it takes a ``share`` of what the others leave."""

    label: str
    shape: Shape
    millimetres: int = 0
    share: int = 0
    is_lead: bool = False

    def __post_init__(self) -> None:
        if bool(self.millimetres) == bool(self.share):
            raise ValueError(f"The column {self.label!r} is some millimetres wide, or takes a share. Say one of them.")

    @property
    def bare_label(self) -> str:
        """Its label where the figures stand without their sign: a rate is told from an amount."""
        return f"{self.label} %" if self.shape is Shape.PERCENT else self.label


@dataclass(frozen=True, slots=True)
class Section:
    """A table. A row has a value a column; what ``details`` says of a row, by its place, stands below its text.
    ``about`` is whose it is, and ``currency`` its own, where a document has tables of several.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    title: str = ""
    details: Mapping[int, str] | None = None
    about: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """``name`` is what its kind calls it; "" in the box of how to pay."""

    label: str
    value: Value
    name: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    value: Money
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class PaymentBox:
    """How to pay: facts, and what a QR code beside them says."""

    title: str
    facts: Sequence[Fact]
    scanned: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document, laid out. ``sender`` is the seller in one line; ``footer`` are columns of short lines."""

    document: Document
    formats: Formats
    title: str
    sender: str
    recipient: Sequence[str]
    facts: Sequence[Fact]
    sections: Sequence[Section]
    totals: Sequence[Total]
    payment: PaymentBox | None
    notes: Sequence[str]
    footer: Sequence[Sequence[str]]
    page_label: str
    amounts_in: str
    stamp: str = ""

    def text_of(self, value: Value, shape: Shape = Shape.TEXT) -> str:
        """A value as people read it; amounts in columns are without their currency, which the table says."""
        formats = self.formats
        if value is None:
            return ""
        if isinstance(value, str):
            return shown(value)
        if isinstance(value, Money):
            return formats.amount(value) if shape is Shape.AMOUNT else formats.money(value)
        if isinstance(value, date):
            return formats.day(value)
        if shape is Shape.PRICE:
            return formats.unit_amount(value, self.document.currency)
        return formats.percent(value) if shape is Shape.PERCENT else formats.quantity(value)


# Control characters, surrogates alone, and marks that turn the direction of writing: none is printed.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def shown(text: str) -> str:
    """A text as every format may show it."""
    return _UNPRINTABLE.sub("", text)
