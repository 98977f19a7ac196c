"""What can be printed, as frozen values: whoever prints fills one in, and every format is made of it.

They hold what a reader needs and what EN 16931 asks of an electronic invoice (its business terms are named where they
are not plain): amounts are `Money`, days are dates, quantities and percents are exact decimals, and nothing is text
that was formatted for somebody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from subledger.kernel.languages import ENGLISH
from subledger.kernel.money import Money

Value = str | Decimal | Money | date | None  # what stands in a cell, or beside a label


class FileFormat(StrEnum):
    """What a document can be had as."""

    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"
    CSV = "csv"
    RTF = "rtf"
    UBL = "ubl"  # electronic invoices by EN 16931: UBL 2.1,
    CII = "cii"  # UN/CEFACT Cross Industry Invoice,
    FACTURX = "facturx"  # and a PDF/A-3 that has the latter in it


ELECTRONIC = frozenset({FileFormat.UBL, FileFormat.CII, FileFormat.FACTURX})


class Language(StrEnum):
    """What documents are written in: the languages of `kernel.languages`."""

    ENGLISH = "en"
    GERMAN = "de"
    ITALIAN = "it"
    GREEK = "el"


class TaxCategory(StrEnum):
    """UNCL 5305, as EN 16931 uses it (BT-118, BT-151)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUTSIDE = "O"


UNTAXED = frozenset(TaxCategory) - {TaxCategory.STANDARD, TaxCategory.ZERO}  # they say why


def category_of(percent: Decimal, category: str = TaxCategory.STANDARD) -> TaxCategory:
    """The category of a tax: what is taxed is standard, and at nothing standard is zero-rated."""
    if percent:
        return TaxCategory.STANDARD
    return TaxCategory.ZERO if category == TaxCategory.STANDARD else TaxCategory(category)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who a document is from, or for. ``country`` is its two letters of ISO 3166-1, in capitals.

    ``home`` is the country where the address is free text, which says it in its own way.
    """

    name: str
    address: Sequence[str] = ()  # lines of the street: BT-35 and BT-36, or BT-50 and BT-51
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    home: str = ""
    vat_number: str = ""
    tax_number: str = ""  # with its tax office (BT-32)
    registration: str = ""  # in a register of companies (BT-30)
    electronic_address: str = ""  # for electronic invoices: ``scheme:name`` (BT-34, BT-49)
    email: str = ""
    phone: str = ""
    website: str = ""
    reference: str = ""  # what it is called on the other side: a customer's account number


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Where money may be sent (BT-84, BT-85, BT-86). ``iban`` and ``bic`` without spaces."""

    iban: str
    bic: str = ""
    name: str = ""
    holder: str = ""


class ChargeMeans(StrEnum):
    """What a charge is made by."""

    CARD = "card"
    DIRECT_DEBIT = "direct_debit"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """How what is to be paid is collected from the buyer, who sends nothing (BG-18, BG-19).

    ``on`` is None where it is under way. ``name`` is the card's network, or what the way to pay is called; ``last4``
    are the last characters of card or account. ``iban`` is the buyer's, ``mandate`` and ``creditor_id`` those of a
    direct debit.
    """

    means: ChargeMeans
    on: date | None = None
    name: str = ""
    last4: str = ""
    holder: str = ""
    iban: str = ""
    mandate: str = ""
    creditor_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why what a document asks for is not simply to be paid by its due date: it is disputed, or parts of it were
    promised for the days of ``agreed``, the earliest first."""

    is_disputed: bool = False
    agreed: Sequence[tuple[Money, date]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item. ``total`` = ``net`` - ``discount`` + ``tax``.

    ``unit_amount`` is in minor units, with decimals. ``unit`` is a code of UN/ECE recommendation 20; C62 is one.
    """

    position: int
    description: str
    quantity: Decimal
    unit_amount: Decimal
    net: Money
    discount: Money
    tax: Money
    total: Money
    tax_percent: Decimal
    tax_category: TaxCategory = TaxCategory.STANDARD
    exemption: str = ""  # why no tax is charged (BT-120)
    discount_percent: Decimal = Decimal(0)
    unit: str = "C62"
    code: str = ""  # the seller's own of the product (BT-155)
    service_start: date | None = None
    service_end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """What of a document is taxed at one rate, and the tax on it (BG-23)."""

    percent: Decimal
    category: TaxCategory
    taxable: Money
    tax: Money
    exemption: str = ""  # why there is none (BT-120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """``total`` = ``net`` - ``discount`` + ``tax``. Documents without items have the total alone.

    ``payable`` is what is to be paid by what was known when it was printed, None where nothing is asked for.
    """

    total: Money
    net: Money | None = None
    discount: Money | None = None
    tax: Money | None = None
    payable: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Another document: the invoice that is credited, cancelled, paid or written off, and how much of it."""

    kind: str  # the name of a `kinds.DocumentKind`
    number: str
    on: date | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a statement; ``balance`` is the account's after it."""

    on: date
    kind: str  # the name of a `kinds.DocumentKind`
    number: str
    description: str
    debit: Money | None
    credit: Money | None
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days of a statement, both included, and what was owed before and at their end."""

    start: date
    end: date
    opening: Money
    closing: Money
    overdue: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One account of a statement over several: in its own currency, with its own opening and closing balance."""

    number: str
    name: str
    currency: str
    span: Span
    entries: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of any kind.

    Attributes:
        number: its number; a draft has none and says that it is one.
        language: one of ours; locale: it with the country of its reader, where that is known, such as ``de-CH``.
        issued_on: the day it bears; posted_on: the day it counts from.
        buyer_reference: what the buyer calls the deal (BT-10); order_reference: the number of their order (BT-13).
        facts: what its kind says that no other does, by the names that the kind has words for.
        references: the documents it names, and with an amount those that it settles; what a credit note names are
            the preceding invoices (BG-3).
        charge: how it is collected without the buyer doing anything; None: it asks for a transfer.
        credited: what credit notes settle of it, each a document of its own; None: none does.
        hold: what holds it from being paid by its due date; None: nothing does.
        reason: why it was made, as somebody said it.
        notes: more that is said on it, each a paragraph.
        parts: the accounts of a statement over several, whose ``span`` has what those of its currency come to.
        is_draft: printed to be looked at; it says so, and no copy of it is kept.
        is_cancelled: it was taken back.
    """

    kind: str  # the name of a `kinds.DocumentKind`
    number: str
    currency: str
    issued_on: date
    seller: Party
    buyer: Party
    totals: Totals
    credited: Money | None = None
    language: str = ENGLISH
    locale: str = ""
    posted_on: date | None = None
    due_on: date | None = None
    lines: Sequence[Line] = ()
    taxes: Sequence[TaxLine] = ()
    bank: Bank | None = None
    charge: Charge | None = None
    hold: Hold | None = None
    payment_reference: str = ""  # BT-83
    buyer_reference: str = ""
    order_reference: str = ""
    facts: Mapping[str, Value] = field(default_factory=dict)
    references: Sequence[Reference] = ()
    reason: str = ""
    notes: Sequence[str] = ()
    span: Span | None = None
    entries: Sequence[Entry] = ()
    parts: Sequence[Part] = ()
    is_draft: bool = False
    is_cancelled: bool = False

    @property
    def named(self) -> Sequence[Reference]:
        """The documents that it is made about, whatever it settles."""
        return [one for one in self.references if one.amount is None]
