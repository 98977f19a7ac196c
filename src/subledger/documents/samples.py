"""A made-up invoice, so that a letterhead is seen before a customer sees it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from subledger.kernel.money import Money

from .kinds import kinds
from .queries import Sender
from .values import Document, Line, Party, TaxCategory, TaxLine, Totals


def sample_invoice(by: Sender, *, currency: str, on: date) -> Document:
    lines = [
        _line(1, "Consulting", Decimal(10), 12_000, currency),
        _line(2, "Support, a month", Decimal(1), 4_900, currency),
    ]
    net, tax = (sum(getattr(one, name).minor for one in lines) for name in ("net", "tax"))
    return Document(
        kind=next(kind.name for kind in kinds().values() if kind.layout.asks),
        number="INV00000001",
        currency=currency,
        language=by.language,
        issued_on=on,
        due_on=on + timedelta(days=30),
        seller=by.party,
        buyer=Party(name="Example & Co.", address=["12 High Street"], postal_code="1000", city="Sampletown"),
        bank=by.bank,
        lines=lines,
        taxes=[
            TaxLine(
                percent=Decimal(20),
                category=TaxCategory.STANDARD,
                taxable=Money(net, currency),
                tax=Money(tax, currency),
            )
        ],
        totals=Totals(
            total=Money(net + tax, currency),
            net=Money(net, currency),
            discount=Money(0, currency),
            tax=Money(tax, currency),
        ),
        notes=[footer] if (footer := by.footer_in(by.language)) else [],
    )


def _line(position: int, description: str, quantity: Decimal, unit: int, currency: str) -> Line:
    net = int(quantity * unit)
    tax = net // 5
    return Line(
        position=position,
        description=description,
        quantity=quantity,
        unit_amount=Decimal(unit),
        net=Money(net, currency),
        discount=Money(0, currency),
        tax=Money(tax, currency),
        total=Money(net + tax, currency),
        tax_percent=Decimal(20),
    )
