"""Random invoices, credit notes and cancellations, priced as the books price them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.documents.samples import BANK, BUYER, SELLER

from subledger.documents.values import (
    UNTAXED,
    Charge,
    ChargeMeans,
    Document,
    Line,
    Reference,
    TaxCategory,
    TaxLine,
    Totals,
    category_of,
)
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.money import Money
from subledger.transactions.document_kinds import Kind
from subledger.transactions.rules.items import NewItem, TaxRounding, price_items, total_of

NAMES = ["Consulting, May", "Зарядка <100 kW>", "Ενέργεια & δίκτυο", "Support\n24/7", "“Quoted” ﷽", "Ärger"]
CHARGES = [
    None,
    Charge(means=ChargeMeans.CARD, on=date(2026, 6, 1), name="Visa", last4="4242", holder="Ann & <Co>"),
    Charge(
        means=ChargeMeans.DIRECT_DEBIT,
        name="Direct debit",
        last4="3000",
        iban="DE89370400440532013000",
        mandate="M-1",
        creditor_id="DE98ZZZ09999999999",
    ),
    Charge(means=ChargeMeans.DIRECT_DEBIT, last4="3000", mandate="M\x0b 1"),
    Charge(means=ChargeMeans.OTHER, name="Wallet"),
]
STREETS = [["High Street 1"], ["c/o Ann", "Høyveien 3"], ["A", "B", "C", "D"], []]
TAXED = [Decimal(19), Decimal(7), Decimal("5.5"), Decimal(22), Decimal("8.1"), Decimal(0)]


def random_document(seed: int) -> Document:
    """One document as `transactions` would fill it in: any number of lines, rates, discounts, credit lines."""
    dice = random.Random(seed)
    currency = dice.choice(["eur", "eur", "eur", "usd", "jpy", "chf"])
    kind = dice.choice([Kind.INVOICE, Kind.INVOICE, Kind.CREDIT_NOTE, Kind.INVOICE_CANCELLATION])
    only = dice.choice([None, None, *sorted(UNTAXED)])
    rates = TAXED if only is None else [Decimal(0)]
    items = [_item(dice, rates) for _ in range(dice.choice([1, 2, 3, 8, 40]))]
    items[0] = replace(items[0], quantity=Decimal(1_000), unit_amount=Decimal(99_900), discount_percent=None)
    priced = price_items(items, rounding=dice.choice(list(TaxRounding)), currency=currency)
    category = {percent: category_of(percent, only or TaxCategory.STANDARD) for percent in rates}
    lines = [_line(dice, at, one, currency, category) for at, one in enumerate(priced, 1)]
    sums = total_of(priced)
    taxes = [
        TaxLine(
            percent=percent,
            category=category[percent],
            taxable=Money(sum(x.net.minor - x.discount.minor for x in own), currency),
            tax=Money(sum(x.tax.minor for x in own), currency),
            exemption=dice.choice(["", "Article 132"]) if only else "",
        )
        for percent in sorted({line.tax_percent for line in lines}, reverse=True)
        for own in [[line for line in lines if line.tax_percent == percent]]
    ]
    on = date(2026, 1, 1) + timedelta(days=dice.randrange(330))
    asks = kind is Kind.INVOICE
    total = Money(sums.total_minor, currency)
    paid = dice.choice([0, 0, sums.total_minor, sums.total_minor // 3])
    credited = dice.choice([0, 0, sums.total_minor - paid, (sums.total_minor - paid) // 2]) if asks else 0
    seller = replace(SELLER, electronic_address=dice.choice(["", "0204:991-1"]))
    if dice.random() < 0.2 and only is None:
        seller = replace(seller, vat_number="", tax_number="22/815/08151")
    buyer = replace(
        BUYER,
        address=dice.choice(STREETS),
        email=dice.choice(["", "ap@example.gr"]),
        vat_number=dice.choice([BUYER.vat_number, "123"]) if only in (None, "E", "O") else BUYER.vat_number,
        **dice.choice([{}, {"country": "", "home": "GR", "postal_code": "", "city": ""}]),
    )
    return Document(
        kind=kind,
        number=f"{kind.value[:3].upper()}{seed:08d}",
        currency=currency,
        language=dice.choice(list(LANGUAGES)),
        issued_on=on,
        posted_on=on,
        due_on=on + timedelta(days=30) if asks else None,
        seller=seller,
        buyer=buyer,
        bank=dice.choice([BANK, replace(BANK, bic="", name=""), None]),
        lines=lines,
        taxes=taxes,
        totals=Totals(
            total=total,
            net=Money(sums.net_minor, currency),
            discount=Money(sums.discount_minor, currency),
            tax=Money(sums.tax_minor, currency),
            payable=Money(sums.total_minor - paid - credited, currency) if asks else None,
        ),
        credited=Money(credited, currency) if credited else None,
        charge=CHARGES[seed % len(CHARGES)] if asks else None,
        payment_reference=dice.choice(["", "RF18539007547034"]),
        buyer_reference=dice.choice(["", "04011000-12345-34"]),
        order_reference=f"PO-{seed} & <4711>" if seed % 2 else "",
        references=[] if asks else [Reference(kind=Kind.INVOICE, number="INV00000001", on=on - timedelta(days=9))],
        reason=dice.choice(["", "As agreed\x0b by phone"]),
        notes=dice.choice([[], ["Thank you."], ["One.", "Two & <three>."]]),
    )


def _item(dice: random.Random, rates: list[Decimal]) -> NewItem:
    discount = dice.choice([{}, {}, {"discount_percent": Decimal(dice.randrange(1, 10_000)) / 100}])
    sign = dice.choice([1, 1, 1, 1, -1])
    return NewItem(
        quantity=Decimal(dice.randrange(1, 100_000)) / dice.choice([1, 1, 10, 1_000]) / 100,
        unit_amount=sign * round(Decimal(dice.randrange(1, 1_000_000)) / dice.choice([1, 1, 7, 1_000]), 12),
        tax_percent=dice.choice(rates),
        tax_inclusive=dice.random() < 0.3,
        **discount,  # type: ignore[arg-type]
    )


def _line(dice, at, one, currency, category) -> Line:
    start = date(2026, 1, 1) + timedelta(days=dice.randrange(300))
    period = dice.choice([{}, {"service_start": start, "service_end": start + timedelta(days=dice.randrange(60))}])
    return Line(
        position=at,
        description=dice.choice(NAMES),
        code=dice.choice(["", "CONS-1"]),
        quantity=one.quantity,
        unit_amount=one.unit_amount,
        net=Money(one.net_minor, currency),
        discount=Money(one.discount_minor, currency),
        discount_percent=one.discount_percent,
        tax=Money(one.tax_minor, currency),
        total=Money(one.sub_total_minor, currency),
        tax_percent=one.tax_percent,
        tax_category=category[one.tax_percent],
        **period,
    )
