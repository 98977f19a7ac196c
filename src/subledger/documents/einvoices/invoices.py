"""What an electronic invoice says, by the business terms of EN 16931, made of a `Document`: one value for all syntaxes.

Amounts are decimals of major units with the currency's decimals, and add up as the rules BR-CO-* ask, since the books
do: the sum of lines is the net amount, what is taxed at a rate is the sum of its lines, nothing is rounded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from subledger.documents.formats import formats_of
from subledger.documents.kinds import Labels, kind_named, labels_for
from subledger.documents.sheets import shown
from subledger.documents.values import Bank, Charge, ChargeMeans, Document, Line, Party, TaxCategory, TaxLine
from subledger.kernel.money import Money, to_decimal
from subledger.kernel.vat_numbers import vat_number

from .addresses import EMAIL, parts_of

GUIDELINE = "urn:cen.eu:en16931:2017"  # BT-24
INVOICE, CREDIT_NOTE = "380", "381"  # BT-3, UNCL 1001
CREDIT_TRANSFER, SEPA_TRANSFER = "30", "58"  # BT-81, UNCL 4461
CHARGED_BY = {ChargeMeans.CARD: "48", ChargeMeans.DIRECT_DEBIT: "59", ChargeMeans.OTHER: "ZZZ"}
DISCOUNT = "95"  # BT-140, UNCL 5189
VATEX = {  # BT-121
    TaxCategory.REVERSE_CHARGE: "VATEX-EU-AE",
    TaxCategory.INTRA_COMMUNITY: "VATEX-EU-IC",
    TaxCategory.EXPORT: "VATEX-EU-G",
    TaxCategory.OUTSIDE: "VATEX-EU-O",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trader:
    """Seller or buyer (BG-4, BG-7)."""

    name: str
    lines: Sequence[str]
    city: str
    postal_code: str
    region: str
    country: str
    vat_number: str
    tax_number: str
    registration: str
    identifier: str
    address: tuple[str, str] | None  # electronic: scheme and name
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """A discount on a line (BG-27); where ``is_charge``, it makes a line that is a credit smaller (BG-28)."""

    amount: Decimal
    base: Decimal
    percent: Decimal | None  # where the amount is that of the base, exactly
    is_charge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line (BG-25). ``percent`` is None where the category has none."""

    position: str
    name: str
    code: str
    quantity: Decimal
    unit: str
    price: Decimal
    price_quantity: Decimal | None  # what the price is for, where that is not one
    net: Decimal
    reduction: Reduction | None
    category: str
    percent: Decimal | None
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """What of the invoice is taxed at a rate, in a category (BG-23)."""

    category: str
    percent: Decimal | None
    taxable: Decimal
    amount: Decimal
    reason: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    type: str
    number: str
    issued_on: date
    due_on: date | None
    currency: str
    language: str
    notes: Sequence[str]
    buyer_reference: str
    order_reference: str  # BT-13
    preceding: Sequence[tuple[str, date | None]]  # the invoices that a credit note names (BG-3)
    seller: Trader
    buyer: Trader
    start: date | None
    end: date | None
    delivered_on: date | None
    deliver_to: str
    means: str
    bank: Bank | None
    charge: Charge | None
    payment_reference: str
    terms: str
    items: Sequence[Item]
    taxes: Sequence[Tax]
    net: Decimal
    tax: Decimal
    gross: Decimal
    paid: Decimal
    payable: Decimal

    @property
    def is_credit(self) -> bool:
        return self.type == CREDIT_NOTE


def einvoice_of(document: Document) -> EInvoice:
    """The document as an electronic invoice. It lacks nothing (`gaps.gaps_of`)."""
    starts = [line.service_start for line in document.lines if line.service_start]
    ends = [line.service_end for line in document.lines if line.service_end]
    categories = {tax.category for tax in document.taxes}
    is_outside = TaxCategory.OUTSIDE in categories
    kind = kind_named(document.kind)
    asks = kind.layout.asks
    net = sum((_net(line) for line in document.lines), Decimal(0))
    tax = sum((_major(one.tax) for one in document.taxes), Decimal(0))
    gross = _major(document.totals.total)
    left = _major(document.totals.payable) if document.totals.payable is not None else gross
    # What credit notes take off is theirs to say (BT-113 is what was paid): a receiver who has both counts it once.
    payable = left + (_major(document.credited) if document.credited is not None else Decimal(0))
    is_to_pay = asks and payable > 0  # as on paper: of what is paid nothing is said of how to pay
    charge = _written(document.charge) if document.charge and is_to_pay else None
    bank = document.bank if is_to_pay and charge is None and document.bank and document.bank.iban else None
    transfer = SEPA_TRANSFER if document.currency == "eur" else CREDIT_TRANSFER
    goes_abroad = TaxCategory.INTRA_COMMUNITY in categories
    named = [one for one in document.named if kind_named(one.kind).en16931 == INVOICE and one.number]
    labels = labels_for(document.kind, document.language)
    due_on, terms = _due(document, labels, left) if is_to_pay and charge is None else (document.due_on, "")
    return EInvoice(
        type=kind.en16931,
        number=_text(document.number),
        issued_on=document.issued_on,
        due_on=due_on,
        currency=document.currency.upper(),
        language=document.language,
        notes=[said for said in map(_text, (document.reason, *document.notes)) if said],
        buyer_reference=_text(document.buyer_reference),
        order_reference=_text(document.order_reference),
        preceding=[] if asks else [(_text(one.number), one.on) for one in named],
        seller=_trader(document.seller, is_outside=is_outside),
        buyer=_trader(document.buyer, is_outside=is_outside),
        start=min(starts, default=None),
        end=max(ends, default=None),
        delivered_on=document.issued_on if goes_abroad and not ends else None,
        deliver_to=country_of(document.buyer) if goes_abroad else "",
        means=CHARGED_BY[charge.means] if charge else transfer if bank else "",
        bank=bank,
        charge=charge,
        payment_reference=_text(document.payment_reference or document.number) if bank or charge else "",
        terms=_text(terms) or (labels[kind.terms] if kind.terms and document.due_on is None else ""),
        items=[_item(line) for line in document.lines],
        taxes=[_tax(one, labels.get(f"exempt_{one.category}", "")) for one in document.taxes],
        net=net,
        tax=tax,
        gross=gross,
        paid=gross - payable,
        payable=payable,
    )


def _due(document: Document, labels: Labels, payable: Decimal) -> tuple[date | None, str]:
    """By when it is to be paid (BT-9), and what is said of that beside it (BT-20), as on paper: no day for what is
    disputed; for what is promised as a whole the last of the agreed days, which are all said."""
    hold = document.hold
    if hold is None:
        return document.due_on, ""
    if hold.is_disputed:
        return None, labels["disputed"]
    formats = formats_of(document.language)
    said = "; ".join(f"{formats.money(part)}, {formats.day(on)}" for part, on in hold.agreed)
    is_whole = sum((_major(part) for part, _ in hold.agreed), Decimal(0)) >= payable
    days = [on for _, on in hold.agreed]
    return max(days) if days and is_whole else document.due_on, f"{labels['agreed']}: {said}" if said else ""


def _written(charge: Charge) -> Charge:
    """With its texts as XML may have them."""
    return replace(
        charge,
        name=_text(charge.name),
        last4=_text(charge.last4),
        holder=_text(charge.holder),
        iban=_text(charge.iban),
        mandate=_text(charge.mandate),
        creditor_id=_text(charge.creditor_id),
    )


def country_of(party: Party) -> str:
    return party.country or party.home


def vat_number_of(party: Party) -> str:
    """BT-31, BT-48; "" where it does not begin with the letters of a country."""
    return vat_number(party.vat_number)


def _trader(party: Party, *, is_outside: bool) -> Trader:
    email = _text(party.email)
    return Trader(
        name=_text(party.name),
        lines=[line for line in map(_text, party.address) if line],
        city=_text(party.city),
        postal_code=_text(party.postal_code),
        region=_text(party.region),
        country=country_of(party),
        vat_number="" if is_outside else vat_number_of(party),
        tax_number="" if is_outside else _text(party.tax_number),
        registration=_text(party.registration),
        identifier=_text(party.reference),
        address=parts_of(party.electronic_address) or ((EMAIL, email) if email else None),
        email=email,
        phone=_text(party.phone),
    )


def _item(line: Line) -> Item:
    net, before = _net(line), _major(line.net)
    sign = -1 if before < 0 else 1  # a price is never below zero (BR-27): the quantity is
    price = abs(line.unit_amount) / _units(line.net)
    quantity, price_quantity = line.quantity * sign, None
    if _rounded(line.quantity * price, line.net) != abs(before):  # the price had tax in it: the sum is the price of all
        price, price_quantity = abs(before), line.quantity
    period = (line.service_start, line.service_end)
    return Item(
        position=str(line.position),
        name=_text(line.description) or str(line.position),
        code=_text(line.code),
        quantity=quantity,
        unit=line.unit,
        price=price,
        price_quantity=price_quantity,
        net=net,
        reduction=_reduction(line) if line.discount.minor else None,
        category=line.tax_category.value,
        percent=_percent(line.tax_category, line.tax_percent),
        start=period[0],
        end=period[1],
    )


def _reduction(line: Line) -> Reduction:
    amount, base = abs(_major(line.discount)), abs(_major(line.net))
    is_exact = amount == _rounded(base * line.discount_percent / 100, line.net) and line.discount_percent
    return Reduction(
        amount=amount, base=base, percent=line.discount_percent if is_exact else None, is_charge=line.net.minor < 0
    )


def _tax(tax: TaxLine, usual: str) -> Tax:
    return Tax(
        category=tax.category.value,
        percent=_percent(tax.category, tax.percent),
        taxable=_major(tax.taxable),
        amount=_major(tax.tax),
        reason=_text(tax.exemption) or usual,
        reason_code=VATEX.get(tax.category, ""),
    )


def _percent(category: TaxCategory, percent: Decimal) -> Decimal | None:
    return None if category is TaxCategory.OUTSIDE else percent


def _net(line: Line) -> Decimal:
    return _major(line.net) - _major(line.discount)


def _major(money: Money) -> Decimal:
    return to_decimal(money.minor, money.currency)


def _units(money: Money) -> Decimal:
    """How many minor units are one of the currency."""
    return 1 / to_decimal(1, money.currency)


def _rounded(amount: Decimal, like: Money) -> Decimal:
    return amount.quantize(to_decimal(1, like.currency), "ROUND_HALF_UP")


def _text(text: str) -> str:
    return " ".join(shown(text).split())
