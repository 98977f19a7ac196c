"""A document as CSV: its rows, each with the number, day and currency of the document; amounts as programs read them.

Sums are left out, so that a column added up gives the sum once; a document without a table is one row of its facts.
"""

from __future__ import annotations

import csv
import io

from subledger.file_kit.inert import inert
from subledger.kernel.money import Money, exponent

from .brands import Brand
from .labels import labels_of
from .sheets import Section, Shape, Sheet, shown
from .values import Value


def to_csv(sheet: Sheet, brand: Brand) -> bytes:
    document, labels = sheet.document, labels_of(sheet.document.language)
    out = io.StringIO()
    writer = csv.writer(out)
    own: list[Value] = [document.number, document.issued_on, document.currency.upper()]
    heads = [labels["number"], labels["issued_on"], "ISO 4217"]
    told = {"number", "issued_on"}
    if document.span is not None:  # a statement has no number, and its lines have their days
        own, heads = [document.buyer.reference, document.currency.upper()], [labels["customer_number"], "ISO 4217"]
        told = {"customer_number"}
    if sheet.stamp:
        own.append(sheet.stamp)
        heads.append(labels["state"])
    if not sheet.sections:
        facts = [fact for fact in sheet.facts if fact.name not in told]
        writer.writerow([*heads, *(fact.label for fact in facts), *(total.label for total in sheet.totals)])
        values = [*own, *(fact.value for fact in facts), *(total.value for total in sheet.totals)]
        writer.writerow([_plain(value, sheet, Shape.TEXT) for value in values])
    for place, section in enumerate(sheet.sections):
        if not (section.about and place):  # tables of several accounts are one here: each row says whose it is
            writer.writerow([*heads, *(_head(column.bare_label, section, heads) for column in section.columns)])
        if section.about:
            own = [section.about, section.currency.upper()]
        begin = [_plain(value, sheet, Shape.TEXT) for value in own]
        for row in section.rows:
            cells = (_plain(value, sheet, column.shape) for value, column in zip(row, section.columns, strict=True))
            writer.writerow([*begin, *cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()  # the mark tells spreadsheets that this is UTF-8


def _head(label: str, section: Section, taken: list[str]) -> str:
    """What a column is called, so that no two are called alike."""
    return f"{section.title}: {label}" if label in taken and section.title else label


def _plain(value: Value, sheet: Sheet, shape: Shape) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(shown(value))
    if isinstance(value, Money):
        return str(value.to_decimal())
    if shape is Shape.PRICE and not hasattr(value, "isoformat"):
        return f"{value.scaleb(-exponent(sheet.document.currency)).normalize():f}"
    return value.isoformat() if hasattr(value, "isoformat") else f"{value.normalize():f}"
