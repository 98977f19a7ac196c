"""What of each kind of document stands where: one layout a kind, for every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from subledger.kernel.money import Money

from .codes import transfer_code
from .formats import Formats, formats_of
from .kinds import FactName, Labels, Layout, kind_named, title_of
from .labels import labels_of
from .places import address_lines
from .sheets import Column, Fact, PaymentBox, Section, Shape, Sheet, Total, Value
from .values import Document, Line, TaxCategory


def lay_out(document: Document) -> Sheet:
    """One document as it will stand, in its language."""
    labels, formats = labels_of(document.language), formats_of(document.language)
    layout = kind_named(document.kind).layout
    seller, buyer = document.seller, document.buyer
    facts = [Fact(labels[_LABELS.get(name, name)], _FACTS[name](document, formats)) for name in layout.facts]
    sections = [section for part in layout.sections for section in part(document, labels, formats)]
    return Sheet(
        document=document,
        formats=formats,
        title=title_of(document.kind, document.language),
        sender=" · ".join([seller.name, *address_lines(seller, abroad=False)]),
        recipient=[buyer.name, *address_lines(buyer, language=document.language)],
        facts=[fact for fact in facts if fact.value],
        sections=[section for section in sections if section.rows],
        totals=_totals(document, labels, formats, layout),
        payment=_payment(document, labels) if layout.asks else None,
        notes=_notes(document, labels, layout),
        footer=_footer(document, labels),
        page_label=labels["page"],
        amounts_in=labels["amounts_in"].format(currency=document.currency.upper()),
        stamp=labels["draft"] if document.is_draft else labels["cancelled"] if document.is_cancelled else "",
    )


# ---- facts


def _service(document: Document, formats: Formats) -> Value:
    starts = [line.service_start for line in document.lines if line.service_start]
    ends = [line.service_end for line in document.lines if line.service_end]
    return formats.span(min(starts), max(ends)) if starts and ends else None


def _about(document: Document, formats: Formats) -> Value:
    first = next((one for one in document.references if one.amount is None), None)  # the others are a table
    if first is None:
        return None
    words = f"{title_of(first.kind, document.language)} {first.number}"
    return f"{words}, {formats.day(first.on)}" if first.on else words


_FACTS: dict[FactName, Callable[[Document, Formats], Value]] = {
    "number": lambda d, _: d.number,
    "issued_on": lambda d, _: d.issued_on,
    "due_on": lambda d, _: d.due_on,
    "service": _service,
    "about": _about,
    "customer_number": lambda d, _: d.buyer.reference,
    "customer_vat": lambda d, _: d.buyer.vat_number,
    "purchase_order": lambda d, _: d.purchase_order,
    "buyer_reference": lambda d, _: d.buyer_reference,
    "method": lambda d, _: d.method,
    "received_on": lambda d, _: d.received_on,
    "period": lambda d, f: f.span(d.span.start, d.span.end) if d.span else None,
}
_LABELS: dict[FactName, str] = {"customer_vat": "vat_number"}

# ---- tables


def items(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    has_discount = any(line.discount.minor for line in document.lines)
    columns = [
        Column(labels["position"], Shape.TEXT, 12),
        Column(labels["description"], Shape.TEXT, 10, is_lead=True),
        Column(labels["quantity"], Shape.NUMBER, 18),
        Column(labels["unit_price"], Shape.PRICE, 26),
        *([Column(labels["line_discount"], Shape.AMOUNT, 22)] if has_discount else []),
        Column(labels["tax"], Shape.PERCENT, 15),
        Column(labels["line_net"], Shape.AMOUNT, 27),
    ]
    rows = [
        (
            str(line.position),
            line.description,
            line.quantity,
            line.unit_amount,
            *([_negative(line.discount) if line.discount.minor else None] if has_discount else []),
            line.tax_percent,
            _less(line.net, line.discount),
        )
        for line in document.lines
    ]
    said = ((place, _detail(line, formats)) for place, line in enumerate(document.lines))
    return [Section(columns, rows, details={place: words for place, words in said if words})]


def _detail(line: Line, formats: Formats) -> str:
    parts = [line.code]
    if line.service_start and line.service_end:
        parts.append(formats.span(line.service_start, line.service_end))
    if line.discount_percent:
        parts.append(f"−{formats.percent(line.discount_percent)}")
    return " · ".join(part for part in parts if part)


def applied(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    columns = [
        Column(labels["document"], Shape.TEXT, 10, is_lead=True),
        Column(labels["date"], Shape.DAY, 30),
        Column(labels["amount"], Shape.AMOUNT, 32),
    ]
    rows: list[Sequence[Value]] = [
        (f"{title_of(one.kind, document.language)} {one.number}", one.on, one.amount)
        for one in document.references
        if one.amount is not None
    ]
    rest = document.totals.total.minor - sum(one.amount.minor for one in document.references if one.amount)
    if rows and rest > 0:
        rows.append((labels["not_applied"], None, Money(rest, document.currency)))
    return [Section(columns, rows, title=labels["applied_to"])]


def entries(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    columns = [
        Column(labels["date"], Shape.DAY, 24),
        Column(labels["document"], Shape.TEXT, 5, is_lead=True),
        Column(labels["description"], Shape.TEXT, 7),
        Column(labels["debit"], Shape.AMOUNT, 26),
        Column(labels["credit"], Shape.AMOUNT, 26),
        Column(labels["balance"], Shape.AMOUNT, 28),
    ]
    rows: list[Sequence[Value]] = []
    if document.span is not None:
        rows.append((document.span.start, labels["opening"], "", None, None, document.span.opening))
    for one in document.entries:
        title = title_of(one.kind, document.language)
        rows.append((one.on, one.number, _told(title, one.description), one.debit, one.credit, one.balance))
    return [Section(columns, rows)]


def _told(kind: str, description: str) -> str:
    return f"{kind}: {description}" if description and description.casefold() != kind.casefold() else kind


# ---- sums


def _totals(document: Document, labels: Labels, formats: Formats, layout: Layout) -> Sequence[Total]:
    totals = document.totals
    found: list[Total] = []
    if document.span is not None:
        found.append(Total(labels["opening"], document.span.opening))
        if document.span.overdue is not None and document.span.overdue.minor > 0:
            found.append(Total(labels["overdue"], document.span.overdue))
        return [*found, Total(labels["closing"], document.span.closing, is_lead=True)]
    if totals.net is not None:
        if totals.discount is not None and totals.discount.minor:
            found += [Total(labels["net"], totals.net), Total(labels["discount"], _negative(totals.discount))]
        else:
            found.append(Total(labels["net"], totals.net))
        found += [
            Total(
                labels["tax_at"].format(percent=formats.percent(tax.percent), amount=formats.money(tax.taxable)),
                tax.tax,
            )
            for tax in document.taxes
        ]
    is_paid_partly = totals.payable is not None and totals.payable != totals.total
    found.append(Total(labels[layout.total], totals.total, is_lead=not is_paid_partly))
    if is_paid_partly and totals.payable is not None:
        found.append(Total(labels["settled"], _less(totals.payable, totals.total)))
        found.append(Total(labels["payable"], totals.payable, is_lead=True))
    return found


def _payment(document: Document, labels: Labels) -> PaymentBox | None:
    bank = document.bank
    asked = document.totals.payable or document.totals.total
    if document.is_draft or document.is_cancelled or asked.minor <= 0:
        return None
    facts = [Fact(labels["pay_online"], document.payment_link)]
    scanned = document.payment_link
    if bank is not None:
        facts = [
            Fact(labels["holder"], bank.holder or document.seller.name),
            Fact(labels["iban"], _in_fours(bank.iban)),
            Fact(labels["bic"], bank.bic),
            Fact(labels["bank"], bank.name),
            Fact(labels["payment_reference"], document.payment_reference or document.number),
            Fact(labels["due_on"], document.due_on),
            *facts,
        ]
        scanned = transfer_code(document, asked) or scanned
    facts = [fact for fact in facts if fact.value]
    return PaymentBox(labels["how_to_pay"], facts, scanned, labels["scan"]) if bank or document.payment_link else None


def _notes(document: Document, labels: Labels, layout: Layout) -> list[str]:
    notes = [labels["draft_note"]] if document.is_draft else []
    if document.reason:
        notes.append(f"{labels['reason']}: {document.reason}")
    for tax in document.taxes:
        if tax.category not in (TaxCategory.STANDARD, TaxCategory.ZERO):
            notes.append(tax.exemption or labels[f"exempt_{tax.category}"])
    return [*dict.fromkeys(notes), *document.notes]


def _footer(document: Document, labels: Labels) -> list[list[str]]:
    seller, bank = document.seller, document.bank
    columns = [
        [seller.name, *address_lines(seller, language=document.language)],
        [
            _said(labels["phone"], seller.phone),
            _said(labels["email"], seller.email),
            _said(labels["website"], seller.website),
        ],
        [
            _said(labels["vat_number"], seller.vat_number),
            _said(labels["tax_number"], seller.tax_number),
            _said(labels["registration"], seller.registration),
        ],
        [bank.name, _said(labels["iban"], _in_fours(bank.iban)), _said(labels["bic"], bank.bic)] if bank else [],
    ]
    kept = [[line for line in column if line] for column in columns]
    return [column for column in kept if column]


def _said(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""


def _in_fours(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _less(one: Money, other: Money) -> Money:
    return Money(one.minor - other.minor, one.currency)


def _negative(money: Money) -> Money:
    return Money(-money.minor, money.currency)
