"""What of each kind of document stands where: one layout a kind, for every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from subledger.kernel.money import Money

from .codes import transfer_code
from .formats import Formats, formats_of
from .kinds import Labels, Layout, kind_named, labels_for, title_of
from .labels import labels_of
from .places import address_lines
from .sheets import Column, Fact, PaymentBox, Section, Shape, Sheet, Total
from .transfers import in_fours, transfer_facts
from .values import Bank, Charge, ChargeMeans, Document, Entry, Line, Part, Party, Reference, Span, TaxCategory, Value


def lay_out(document: Document) -> Sheet:
    """One document as it will stand, in its language."""
    labels, formats = labels_for(document.kind, document.language), formats_of(document.locale or document.language)
    layout = kind_named(document.kind).layout
    seller, buyer = document.seller, document.buyer
    facts = [_fact(name, document, labels, formats) for name in layout.facts]
    sections = [section for part in layout.sections for section in part(document, labels, formats)]
    return Sheet(
        document=document,
        formats=formats,
        title=title_of(document.kind, document.language),
        sender=" · ".join([seller.name, *address_lines(seller, abroad=False)]),
        recipient=[buyer.name, *address_lines(buyer, language=document.language)],
        facts=[fact for fact in facts if fact.value not in (None, "")],
        sections=[section for section in sections if section.rows],
        totals=_totals(document, labels, formats, layout),
        payment=_payment(document, labels, formats) if layout.asks else None,
        notes=_notes(document, labels, layout),
        footer=imprint(seller, document.bank, document.language),
        page_label=labels["page"],
        amounts_in="" if document.parts else labels["amounts_in"].format(currency=document.currency.upper()),
        stamp=labels["draft"] if document.is_draft else labels["cancelled"] if document.is_cancelled else "",
    )


# ---- facts


def _fact(name: str, document: Document, labels: Labels, formats: Formats) -> Fact:
    """One of every document, or one that its kind has a word for."""
    ours = _FACTS.get(name)
    value = ours(document, formats) if ours is not None else document.facts.get(name)
    return Fact(labels[_LABELS.get(name, name)], value, name)


def _service(document: Document, formats: Formats) -> Value:
    starts = [line.service_start for line in document.lines if line.service_start]
    ends = [line.service_end for line in document.lines if line.service_end]
    return formats.span(min(starts), max(ends)) if starts and ends else None


def _about(document: Document, formats: Formats) -> Value:
    def words(one: Reference) -> str:
        called = f"{title_of(one.kind, document.language)} {one.number}"
        return f"{called}, {formats.day(one.on)}" if one.on else called

    return "; ".join(words(one) for one in document.named) or None  # what it settles is a table


_FACTS: Mapping[str, Callable[[Document, Formats], Value]] = {
    "number": lambda d, _: d.number,
    "issued_on": lambda d, _: d.issued_on,
    "due_on": lambda d, _: d.due_on,
    "service": _service,
    "about": _about,
    "customer_number": lambda d, _: d.buyer.reference,
    "customer_vat": lambda d, _: d.buyer.vat_number,
    "order_reference": lambda d, _: d.order_reference,
    "buyer_reference": lambda d, _: d.buyer_reference,
    "period": lambda d, f: f.span(d.span.start, d.span.end) if d.span else None,
}
_LABELS: Mapping[str, str] = {"customer_vat": "vat_number"}

# ---- tables


def items(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    has_discount = any(line.discount.minor for line in document.lines)
    columns = [
        Column(labels["position"], Shape.TEXT, millimetres=12),
        Column(labels["description"], Shape.TEXT, share=10, is_lead=True),
        Column(labels["quantity"], Shape.NUMBER, millimetres=18),
        Column(labels["unit_price"], Shape.PRICE, millimetres=26),
        *([Column(labels["line_discount"], Shape.AMOUNT, millimetres=22)] if has_discount else []),
        Column(labels["tax"], Shape.PERCENT, millimetres=15),
        Column(labels["line_net"], Shape.AMOUNT, millimetres=27),
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


def _entry_columns(labels: Labels) -> list[Column]:
    return [
        Column(labels["date"], Shape.DAY, millimetres=24),
        Column(labels["document"], Shape.TEXT, share=5, is_lead=True),
        Column(labels["description"], Shape.TEXT, share=7),
        Column(labels["debit"], Shape.AMOUNT, millimetres=26),
        Column(labels["credit"], Shape.AMOUNT, millimetres=26),
        Column(labels["balance"], Shape.AMOUNT, millimetres=28),
    ]


def _entry_rows(span: Span | None, told: Sequence[Entry], labels: Labels, language: str) -> list[Sequence[Value]]:
    rows: list[Sequence[Value]] = []
    if span is not None:
        rows.append((span.start, labels["opening"], "", None, None, span.opening))
    for one in told:
        title = title_of(one.kind, language)
        rows.append((one.on, one.number, _told(title, one.description), one.debit, one.credit, one.balance))
    return rows


def entries(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    return [Section(_entry_columns(labels), _entry_rows(document.span, document.entries, labels, document.language))]


def parts(document: Document, labels: Labels, formats: Formats) -> Sequence[Section]:
    """A table for each account, which says what it comes to at its end."""
    found = []
    for part in document.parts:
        rows = _entry_rows(part.span, part.entries, labels, document.language)
        rows.append((part.span.end, labels["closing"], "", None, None, part.span.closing))
        found.append(
            Section(_entry_columns(labels), rows, title=_part_title(part), about=part.number, currency=part.currency)
        )
    return found


def _part_title(part: Part) -> str:
    return f"{part.number} {part.name}".strip() + f" · {part.currency.upper()}"


def _told(kind: str, description: str) -> str:
    return f"{kind}: {description}" if description and description.casefold() != kind.casefold() else kind


# ---- sums


def _totals(document: Document, labels: Labels, formats: Formats, layout: Layout) -> Sequence[Total]:
    totals = document.totals
    found: list[Total] = []
    if document.parts:
        return _totals_of_parts(document, labels)
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
        credited = document.credited or Money(0, document.currency)
        settled = Money(totals.total.minor - totals.payable.minor - credited.minor, document.currency)
        found += [
            Total(labels[name], _negative(taken))
            for name, taken in (("settled", settled), ("credit_notes", credited))
            if taken.minor
        ]
        found.append(Total(labels["payable"], totals.payable, is_lead=True))
    return found


def _totals_of_parts(document: Document, labels: Labels) -> list[Total]:
    """What each account comes to, and all of a currency together; the document's own currency last."""
    found = [Total(f"{part.number} {part.name}".strip(), part.span.closing) for part in document.parts]
    own = document.currency
    for currency in sorted({part.currency for part in document.parts}, key=lambda one: (one == own, one)):
        spans = [part.span for part in document.parts if part.currency == currency]
        overdue = sum(span.overdue.minor for span in spans if span.overdue is not None)
        if overdue > 0:
            found.append(Total(labels["overdue"], Money(overdue, currency)))
        closing = sum(span.closing.minor for span in spans)
        found.append(Total(labels["closing"], Money(closing, currency), is_lead=True))
    return found


def _payment(document: Document, labels: Labels, formats: Formats) -> PaymentBox | None:
    bank, hold = document.bank, document.hold
    asked = document.totals.payable or document.totals.total
    if document.is_draft or document.is_cancelled or asked.minor <= 0:
        return None
    if document.charge is not None:
        return _collected(document.charge, labels)
    if hold is not None and hold.is_disputed:
        return PaymentBox(labels["disputed"], [])
    if bank is None:
        return None
    agreed = hold.agreed if hold is not None else ()
    due = [Fact(labels["agreed"], f"{formats.money(part)}, {formats.day(on)}") for part, on in agreed]
    reference = document.payment_reference or document.number
    facts = [
        *transfer_facts(bank, holder=document.seller.name, reference=reference, labels=labels),
        *due,
        *([Fact(labels["due_on"], document.due_on)] if sum(part.minor for part, _ in agreed) < asked.minor else []),
    ]
    said = [fact for fact in facts if fact.value]
    title = labels["how_to_pay_as_agreed" if agreed else "how_to_pay"]
    return PaymentBox(title, said, transfer_code(document, agreed[0][0] if agreed else asked), labels["scan"])


def _collected(charge: Charge, labels: Labels) -> PaymentBox:
    """What is charged by itself asks for no transfer, so that nobody pays twice."""
    facts = [
        Fact(labels["charged_to"], charged_to(charge, labels)),
        Fact(labels["charged_on"], charge.on),
        Fact(labels["mandate"], charge.mandate),
        Fact(labels["creditor_id"], charge.creditor_id),
    ]
    return PaymentBox(labels["collected"], [fact for fact in facts if fact.value])


def charged_to(charge: Charge, labels: Labels) -> str:
    """What is charged, as its holder knows it: a card by its last digits, an account by those of its IBAN."""
    if not charge.last4:
        return charge.name
    if charge.means is ChargeMeans.DIRECT_DEBIT:
        return labels["account_ending"].format(last4=charge.last4)
    return labels["card_ending"].format(name=charge.name, last4=charge.last4)


def _notes(document: Document, labels: Labels, layout: Layout) -> list[str]:
    notes = [labels["draft_note"]] if document.is_draft else []
    if document.reason:
        notes.append(f"{labels['reason']}: {document.reason}")
    for tax in document.taxes:
        if tax.category not in (TaxCategory.STANDARD, TaxCategory.ZERO):
            notes.append(tax.exemption or labels[f"exempt_{tax.category}"])
    return [*dict.fromkeys(notes), *document.notes]


def imprint(seller: Party, bank: Bank | None, language: str) -> list[list[str]]:
    """Who sends it: name and address, how to reach them, their numbers, their bank; what there is of each."""
    labels = labels_of(language)
    columns = [
        [seller.name, *address_lines(seller, language=language)],
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
        [bank.name, _said(labels["iban"], in_fours(bank.iban)), _said(labels["bic"], bank.bic)] if bank else [],
    ]
    kept = [[line for line in column if line] for column in columns]
    return [column for column in kept if column]


def _said(label: str, value: str) -> str:
    return f"{label} {value}" if value else ""


def _less(one: Money, other: Money) -> Money:
    return Money(one.minor - other.minor, one.currency)


def _negative(money: Money) -> Money:
    return Money(-money.minor, money.currency)
