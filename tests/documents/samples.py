"""Documents of every kind, as whoever prints them would fill them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from subledger.documents.values import (
    Bank,
    Document,
    Entry,
    Line,
    Part,
    Party,
    Reference,
    Span,
    TaxCategory,
    TaxLine,
    Totals,
)
from subledger.kernel.money import Money
from subledger.transactions.document_kinds import Kind

SELLER = Party(
    name="Nordlicht Energie GmbH",
    address=["Hafenstraße 12"],
    postal_code="20457",
    city="Hamburg",
    country="DE",
    vat_number="DE129273398",
    registration="Amtsgericht Hamburg HRB 12345",
    email="rechnung@nordlicht.example",
    phone="+49 40 1234567",
    website="nordlicht.example",
)
BUYER = Party(
    name="Παπαδόπουλος & Υιοί Α.Ε.",
    address=["Λεωφόρος Κηφισίας 100"],
    postal_code="115 26",
    city="Αθήνα",
    country="GR",
    vat_number="EL094014201",
    reference="ACC-00042",
)
BANK = Bank(iban="DE89370400440532013000", bic="COBADEFFXXX", name="Commerzbank", holder=SELLER.name)
DAY = date(2026, 6, 1)


def eur(minor: int) -> Money:
    return Money(minor, "eur")


def line(
    position: int, net: int, *, description: str = "Consulting, May", discount: int = 0, percent: int = 19
) -> Line:
    tax = (net - discount) * percent // 100
    return Line(
        position=position,
        description=description,
        code="CONS-1",
        quantity=Decimal(position),
        unit_amount=Decimal(net) / position,
        net=eur(net),
        discount=eur(discount),
        tax=eur(tax),
        total=eur(net - discount + tax),
        tax_percent=Decimal(percent),
        service_start=date(2026, 5, 1),
        service_end=date(2026, 5, 31),
    )


def invoice(*lines: Line, **changes: object) -> Document:
    lines = lines or (
        line(1, 123_456),
        line(2, 200_000, description="Support", discount=20_000),
        line(3, 9_900, percent=7),
    )
    net, discount, tax = (sum(getattr(one, name).minor for one in lines) for name in ("net", "discount", "tax"))
    taxes = [
        TaxLine(
            percent=Decimal(percent),
            category=TaxCategory.STANDARD if percent else TaxCategory.ZERO,
            taxable=eur(sum(one.net.minor - one.discount.minor for one in lines if one.tax_percent == percent)),
            tax=eur(sum(one.tax.minor for one in lines if one.tax_percent == percent)),
        )
        for percent in sorted({one.tax_percent for one in lines}, reverse=True)
    ]
    made = Document(
        kind=Kind.INVOICE,
        number="INV00000042",
        currency="eur",
        issued_on=DAY,
        posted_on=DAY,
        due_on=date(2026, 7, 1),
        seller=SELLER,
        buyer=BUYER,
        bank=BANK,
        lines=lines,
        taxes=taxes,
        totals=Totals(total=eur(net - discount + tax), net=eur(net), discount=eur(discount), tax=eur(tax)),
        notes=["Thank you for your business."],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def receipt(kind: Kind = Kind.PAYMENT, **changes: object) -> Document:
    made = Document(
        kind=kind,
        number="PAY00000007",
        currency="eur",
        issued_on=DAY,
        posted_on=DAY,
        facts={"received_on": DAY, "method": "Bank transfer"},
        seller=SELLER,
        buyer=BUYER,
        totals=Totals(total=eur(250_000)),
        references=[
            Reference(kind=Kind.INVOICE, number="INV00000041", on=date(2026, 5, 1), amount=eur(100_050)),
            Reference(kind=Kind.INVOICE, number="INV00000042", on=DAY, amount=eur(149_950)),
        ],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def statement(entries: int = 12, **changes: object) -> Document:
    balance, rows = 10_000, []
    for at in range(entries):
        amount = eur(12_345 + 7 * at)
        is_debit = at % 2 == 0
        balance += amount.minor if is_debit else -amount.minor
        rows.append(
            Entry(
                on=date(2026, 1, 1) + timedelta(days=at // 40),
                kind=Kind.INVOICE if is_debit else Kind.PAYMENT,
                number=f"INV{at:08d}" if is_debit else f"PAY{at:08d}",
                description="Invoice" if is_debit else "Bank transfer",
                debit=amount if is_debit else None,
                credit=None if is_debit else amount,
                balance=eur(balance),
            )
        )
    span = Span(
        start=date(2026, 1, 1), end=date(2026, 11, 30), opening=eur(10_000), closing=eur(balance), overdue=eur(5_000)
    )
    made = Document(
        kind=Kind.STATEMENT,
        number="",
        currency="eur",
        issued_on=span.end,
        seller=SELLER,
        buyer=BUYER,
        totals=Totals(total=eur(balance)),
        span=span,
        entries=rows,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def of_kind(kind: Kind) -> Document:
    about = [Reference(kind=Kind.INVOICE, number="INV00000041", on=date(2026, 5, 1))]
    if kind is Kind.STATEMENT:
        return statement()
    if kind is Kind.GROUP_STATEMENT:
        one = statement()
        assert one.span is not None
        parts = [
            Part(number=n, name="Branch", currency="eur", span=one.span, entries=one.entries) for n in ("A-1", "A-2")
        ]
        return replace(one, kind=kind, entries=(), parts=parts)
    if kind in (Kind.PAYMENT, Kind.REFUND):
        return receipt(kind)
    if kind is Kind.PAYMENT_CANCELLATION:
        return receipt(kind, references=[Reference(kind=Kind.PAYMENT, number="PAY00000006", on=DAY)])
    if kind is Kind.INVOICE:
        return invoice()
    return invoice(kind=kind, due_on=None, references=about, number="CRN00000003", reason="Duplicate")
