"""A document as RTF (version 1.9.1 of Microsoft's specification): text processors open and change it.

Every character beyond ASCII is written by its number, and ``\\ { }`` are escaped, so no text is a control word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .brands import Brand
from .sheets import Section, Sheet, shown

_WIDTH = 9_600  # twips between the margins of A4
_MILLIMETRE = 57  # twips


class _Cell(NamedTuple):
    """``details`` stand below its text, smaller."""

    text: str
    is_right: bool = False
    details: str = ""


def to_rtf(sheet: Sheet, brand: Brand) -> bytes:
    parts = [
        r"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fswiss Arial;}}",
        rf"{{\colortbl;{_colour(brand.accent)}{_colour('#5c6675')}}}",
        rf"{{\info{{\title {escaped(sheet.title)} {escaped(sheet.document.number)}}}}}",
        r"\paperw11906\paperh16838\margl1247\margr1021\margt1134\margb1418\fs18",
        rf"{{\footer\pard\plain\f0\cf2\fs14 {_footer(sheet)}\par\pard\qr {_pages(sheet)}\par}}",
        _logo(brand) if brand.logo else rf"\pard\b\fs30\cf1 {escaped(sheet.document.seller.name)}\b0\cf0\par",
        rf"\pard\qr\b\fs40 {escaped(sheet.title)}\b0\fs18\par",
    ]
    if sheet.stamp:
        parts.append(rf"\pard\qr\b\cf1\fs28 {escaped(sheet.stamp)}\b0\cf0\fs18\par")
    parts.append(rf"\pard\fs14\cf2 {escaped(sheet.sender)}\cf0\fs20\par")
    parts += [rf"\pard {escaped(line)}\par" for line in sheet.recipient]
    parts.append(r"\pard\fs18\par")
    parts += [_facts([(fact.label, sheet.text_of(fact.value)) for fact in sheet.facts])]
    for section in sheet.sections:
        parts.append(r"\pard\par")
        if section.title:
            parts.append(rf"\pard\b {escaped(section.title)}\b0\par")
        parts.append(_table(sheet, section))
    parts.append(rf"\pard\par\pard\fs15\cf2 {escaped(sheet.amounts_in)}\cf0\fs18\par")
    parts += [
        _row(
            [_Cell(total.label), _Cell(sheet.text_of(total.value), True)],
            [_WIDTH - 2_700, _WIDTH],
            is_bold=total.is_lead,
        )
        for total in sheet.totals
    ]
    if sheet.payment is not None:
        parts.append(rf"\pard\par\pard\b {escaped(sheet.payment.title)}\b0\par")
        parts.append(_facts([(fact.label, sheet.text_of(fact.value)) for fact in sheet.payment.facts]))
    parts += [rf"\pard\par\pard {escaped(note)}\par" for note in sheet.notes]
    return ("\n".join(parts) + "}\n").encode("ascii")


def escaped(text: str) -> str:
    """Text as RTF holds it: beyond ASCII its UTF-16 numbers, signed, and ``?`` for old readers."""
    return "".join(_character(one) for one in shown(text))


def _character(one: str) -> str:
    if one in "\\{}":
        return f"\\{one}"
    if one == "\n":
        return r"\line "
    if " " <= one <= "~":
        return one
    if one < " ":
        return " "
    units = one.encode("utf-16-le")
    numbers = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return "".join(f"\\u{number}?" for number in numbers)


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    return "\n".join(_row([_Cell(label), _Cell(value)], [2_400, _WIDTH]) for label, value in facts)


def _table(sheet: Sheet, section: Section) -> str:
    columns = section.columns
    shares = sum(column.share for column in columns) or 1
    left, edges = _WIDTH - sum(column.millimetres for column in columns) * _MILLIMETRE, []
    at_twip = 0
    for column in columns:
        at_twip += column.millimetres * _MILLIMETRE + left * column.share // shares
        edges.append(at_twip)
    details = section.details or {}
    rows = [_row([_Cell(c.label, c.shape.is_right) for c in columns], edges, is_bold=True, is_head=True)]
    for place, row in enumerate(section.rows):
        cells = [
            _Cell(
                sheet.text_of(value, column.shape),
                column.shape.is_right,
                details.get(place, "") if column.is_lead else "",
            )
            for value, column in zip(row, columns, strict=True)
        ]
        rows.append(_row(cells, edges))
    return "\n".join(rows)


def _row(cells: Sequence[_Cell], edges: Sequence[int], *, is_bold: bool = False, is_head: bool = False) -> str:
    line = r"\clbrdrb\brdrs\brdrw15\brdrcf1" if is_head else ""
    definition = "".join(f"{line}\\cellx{edge}" for edge in edges)
    weight = r"\b " if is_bold else r"\b0 "
    body = "".join(_cell(cell, weight) for cell in cells)
    head = r"\trhdr" if is_head else ""
    return rf"\trowd\trgaph60{head}{definition}{body}\row\b0"


def _cell(cell: _Cell, weight: str) -> str:
    side = r"\qr" if cell.is_right else r"\ql"
    small = rf"\line {{\fs15\cf2 {escaped(cell.details)}}}" if cell.details else ""
    return rf"\pard\intbl{side}{weight}{escaped(cell.text)}{small}\cell"


def _footer(sheet: Sheet) -> str:
    return r"\line ".join(escaped(" · ".join(column)) for column in sheet.footer)


def _pages(sheet: Sheet) -> str:
    words = escaped(sheet.page_label.replace("{page}", "<1>").replace("{pages}", "<2>"))
    page, pages = (rf"{{\field{{\*\fldinst {name}}}{{\fldrslt 1}}}}" for name in ("PAGE", "NUMPAGES"))
    return words.replace("<1>", page).replace("<2>", pages)


def _logo(brand: Brand) -> str:
    return rf"\pard{{\pict\pngblip\picwgoal3000\pichgoal900 {brand.logo.hex()}}}\par"


def _colour(accent: str) -> str:
    red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    return rf"\red{red}\green{green}\blue{blue};"
