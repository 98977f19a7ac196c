"""A document as a workbook: amounts are numbers and days are days, so that whoever gets it can reckon with them."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from subledger.file_kit.sheets import sheet_name
from subledger.kernel.money import Money, exponent

from .brands import Brand
from .sheets import Shape, Sheet, shown
from .values import Value

TITLE = 18  # points
LONGEST = 32_767  # characters of a cell (support.microsoft.com, "Excel specifications and limits")


def to_xlsx(sheet: Sheet, brand: Brand) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {
            "title": f"{sheet.title} {shown(sheet.document.number)}",
            "author": shown(sheet.document.seller.name),
            "created": datetime.combine(sheet.document.issued_on, time()),
        }
    )
    writer = _Writer(book, sheet, brand)
    writer.write()
    book.close()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any, sheet: Sheet, brand: Brand) -> None:
        self.book, self.sheet = book, sheet
        self.page = book.add_worksheet(sheet_name(f"{sheet.title} {sheet.document.number}"))
        self.formats: dict[tuple[str, bool, str], Any] = {}
        self.left = book.add_format({"align": "left"})  # names from right to left, too, begin where the others do
        self.head = book.add_format({"bold": True, "bottom": 2, "bottom_color": brand.accent, "font_color": "#5c6675"})
        self.right = book.add_format(
            {"bold": True, "bottom": 2, "bottom_color": brand.accent, "font_color": "#5c6675", "align": "right"}
        )
        self.bold, self.quiet = book.add_format({"bold": True}), book.add_format({"font_color": "#5c6675"})
        self.label, self.sum = book.add_format({"align": "right"}), book.add_format({"align": "right", "bold": True})
        self.title = book.add_format({"bold": True, "font_size": TITLE})
        self.line = 0

    def write(self) -> None:
        sheet, page = self.sheet, self.page
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        self.text(0, sheet.document.seller.name, self.bold)
        self.line += 1
        page.set_row(self.line, TITLE * 1.4)  # programs other than Excel do not make the row as high as its text
        self.text(0, sheet.title, self.title)
        if sheet.stamp:
            self.line += 1
            self.text(0, sheet.stamp, self.bold)
        self.line += 2
        for line in sheet.recipient:
            self.text(0, line, self.left)
            self.line += 1
        self.line += 1
        for fact in sheet.facts:
            self.text(0, fact.label, self.quiet)
            self.value(1, fact.value, Shape.TEXT)
            self.line += 1
        self.line += 1
        widest = max((len(section.columns) for section in sheet.sections), default=2)
        for section in sheet.sections:
            for place, column in enumerate(section.columns):
                page.write_string(
                    self.line, place, column.bare_label, self.right if column.shape.is_right else self.head
                )
            page.repeat_rows(self.line)
            self.line += 1
            for row in section.rows:
                for place, (value, column) in enumerate(zip(row, section.columns, strict=True)):
                    self.value(place, value, column.shape)
                self.line += 1
            for place, column in enumerate(section.columns):
                page.set_column(place, place, 34 if column.is_lead else 16)
        if not sheet.sections:
            page.set_column(0, 1, 28)
        self.line += 1
        for total in sheet.totals:
            self.text(widest - 2, total.label, self.sum if total.is_lead else self.label)
            self.value(widest - 1, total.value, Shape.AMOUNT, is_bold=total.is_lead)
            self.line += 1
        self.text(0, sheet.amounts_in, self.quiet)
        self.line += 2
        for fact in sheet.payment.facts if sheet.payment else ():
            self.text(0, fact.label, self.quiet)
            self.value(1, fact.value, Shape.TEXT)
            self.line += 1
        for note in sheet.notes:
            self.text(0, note)
            self.line += 1

    def text(self, place: int, text: str, shape: Any = None) -> None:
        self.page.write_string(self.line, place, shown(text)[:LONGEST], shape)

    def value(self, place: int, value: Value, shape: Shape, *, is_bold: bool = False) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            self.text(place, value, self.left)
        elif isinstance(value, date):
            form = self.form("yyyy-mm-dd", is_bold, "left")
            self.page.write_datetime(self.line, place, datetime.combine(value, time()), form)
        elif isinstance(value, Money):
            amount = value.to_decimal()
            self.page.write_number(self.line, place, amount, self.form(_places(exponent(value.currency)), is_bold))
        else:
            number = value.scaleb(-exponent(self.sheet.document.currency)) if shape is Shape.PRICE else value
            digits = max(0, -int(Decimal(number).normalize().as_tuple().exponent))
            least = exponent(self.sheet.document.currency) if shape is Shape.PRICE else 0
            self.page.write_number(self.line, place, number, self.form(_places(max(digits, least)), is_bold))

    def form(self, shape: str, is_bold: bool, side: str = "right") -> Any:
        key = (shape, is_bold, side)
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"num_format": shape, "bold": is_bold, "align": side})
        return self.formats[key]


def _places(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "")
