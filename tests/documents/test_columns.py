"""Columns of figures keep apart, however large the amounts are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pypdfium2
import pytest
from tests.documents.pdf_text import text_of
from tests.documents.samples import invoice, line, statement

from subledger.documents.brands import Brand
from subledger.documents.formats import formats_of
from subledger.documents.printouts import printout_of
from subledger.documents.values import Totals
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.money import LARGEST_MINOR, Money

AMOUNTS = [
    ("eur", 1_234_567_890_00), ("huf", 12_345_678_900), ("idr", 45_000_000_000), ("jpy", 1_234_567_890),
    ("kwd", 1_234_567_890_123), ("eur", LARGEST_MINOR),
]  # fmt: skip


def boxes_of(content: bytes) -> list[list[tuple[float, float, float, float]]]:
    """Of each page, the boxes of its glyphs."""
    found = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            text = page.get_textpage()
            shown = [at for at in range(text.count_chars()) if text.get_text_range(at, 1).strip(" \r\n\u200b\ufffe")]
            found.append([text.get_charbox(at) for at in shown])
            text.close()
            page.close()
    return found


def collisions(content: bytes) -> int:
    """How many pairs of glyphs lie over each other, by more than letters are kerned."""
    count = 0
    for boxes in boxes_of(content):
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            count += across > 0.6 and down > 0.6
    return count


def large_invoice(currency: str, minor: int, language: str):
    lines = [
        replace(
            line(1, 100),
            quantity=Decimal(10), unit_amount=Decimal(minor) / 2, net=Money(minor, currency),
            discount=Money(minor // 2, currency), tax=Money(0, currency), total=Money(minor - minor // 2, currency),
        )
    ]  # fmt: skip
    total = Money(minor - minor // 2, currency)
    return invoice(currency=currency, lines=lines, taxes=[], totals=Totals(total=total), bank=None, language=language)


@pytest.mark.each_once
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("currency", "minor"), AMOUNTS)
def test_the_amounts_of_an_item_keep_apart(currency, minor, language):
    document = large_invoice(currency, minor, language)
    content = printout_of(document, Brand()).content
    formats, words = formats_of(language), text_of(content).split()
    assert formats.unit_amount(Decimal(minor) / 2, currency) in words
    assert formats.amount(Money(-(minor // 2), currency)) in words
    assert collisions(content) == 0


@pytest.mark.parametrize("minor", [119_001_829_230, LARGEST_MINOR])
def test_the_balances_of_a_statement_keep_apart(minor):
    document = statement(12)
    large = Money(minor, "eur")
    entries = [
        replace(one, balance=large, debit=large if one.debit else None, credit=large if one.credit else None)
        for one in document.entries
    ]
    content = printout_of(replace(document, entries=entries), Brand()).content
    assert text_of(content).split().count(formats_of("en").amount(large)) >= 24
    assert collisions(content) == 0
