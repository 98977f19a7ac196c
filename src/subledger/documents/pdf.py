"""A document as PDF/A, by typst.

The template is a file of ours and what is printed is data handed to it as JSON, so nothing that anybody typed is
read as markup. Fonts are the package's own, the day is the document's, and no clock is read: the same value is the
same bytes. Nothing is asked of the network: the template imports no package.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from .brands import Brand
from .codes import image_of
from .sheets import Section, Sheet, shown

__all__ = ["TEMPLATE", "is_archival", "to_pdf"]

TEMPLATE = 5  # the version of document.typ and of the layouts: copies say by which they were printed
STANDARD = "a-3b"  # ISO 19005-3: what is kept for years, and may have an electronic invoice in it
SIZE = 9  # points, of what stands in tables
MM_OF_POINT = 25.4 / 72
GAP = 3  # millimetres that part a column from the next, with what the cells are inset
LINE = 170  # millimetres
FOR_FIGURES = 112  # of them that columns of figures take at most: the table gets smaller before
LONGEST = 24  # letters of a word that stay together anywhere
WIDEST = 0.68  # of its size that a figure is wide; its signs are less than 0.4
WIDE = 0.62  # of its size that a letter is wide, at most but for the widest alone
_HOME = Path(__file__).parent
_JOINED = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u0900-\u0dff\u0e00-\u0eff]")  # letters that join
_kept = threading.local()


def to_pdf(sheet: Sheet, brand: Brand) -> bytes:
    """The document as PDF/A; as plain PDF where it holds a character that no font of ours has."""
    said = json.dumps(_data(sheet, brand), ensure_ascii=False)
    at = datetime.combine(sheet.document.issued_on, time(), UTC)
    compiler = _compiler()
    made = None
    for standards in ([STANDARD], []):
        try:
            made = compiler.compile(
                format="pdf", sys_inputs={"data": said}, pdf_standards=standards, timestamp=at, pdf_tags=False
            )
            break
        except typst.TypstError as error:
            if not standards or "pdf/a" not in str(error).lower():
                raise
    assert isinstance(made, bytes)
    return made


def is_archival(pdf: bytes) -> bool:
    """Whether it is PDF/A."""
    return b"pdfaid:part" in pdf


def _compiler() -> Any:
    """One a thread: its fonts are read once."""
    if not hasattr(_kept, "compiler"):
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HOME / "fonts")])
        _kept.compiler = typst.Compiler(
            input=str(_workspace() / "document.typ"),
            root=str(_workspace()),
            font_paths=fonts,
            ignore_system_fonts=True,
        )
    return _kept.compiler


@cache
def _workspace() -> Path:
    """The one folder that the template may read: it holds the template, and logos."""
    folder = tempfile.TemporaryDirectory(prefix="subledger-documents-")
    _folders.append(folder)
    shutil.copy(_HOME / "document.typ", folder.name)
    return Path(folder.name)


_folders: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


def _logo(brand: Brand) -> str:
    if not brand.logo:
        return ""
    name = f"{hashlib.sha256(brand.logo).hexdigest()}.png"
    path = _workspace() / name
    if not path.exists():
        beside = path.with_suffix(f".{threading.get_ident()}")
        beside.write_bytes(brand.logo)
        beside.replace(path)
    return f"/{name}"


def _data(sheet: Sheet, brand: Brand) -> dict[str, Any]:
    document = sheet.document
    day = document.issued_on
    payment = sheet.payment
    return {
        "lang": sheet.formats.language,
        "accent": brand.accent,
        "logo": _logo(brand),
        "title": sheet.title,
        "number": breakable(document.number),
        "author": shown(document.seller.name),
        "author_shown": breakable(document.seller.name),
        "day": [day.year, day.month, day.day],
        "sender": breakable(sheet.sender),
        "recipient": [breakable(line) for line in sheet.recipient],
        "facts": [[fact.label, breakable(sheet.text_of(fact.value))] for fact in sheet.facts],
        "sections": [_section(sheet, section) for section in sheet.sections],
        "totals": [[total.label, sheet.text_of(total.value), total.is_lead] for total in sheet.totals],
        "payment": payment
        and {
            "title": payment.title,
            "facts": [[fact.label, breakable(sheet.text_of(fact.value))] for fact in payment.facts],
            "code": image_of(payment.scanned),
            "caption": payment.caption,
        },
        "notes": [breakable(note) for note in sheet.notes],
        "footer": [[breakable(line) for line in column] for column in sheet.footer],
        "page_label": sheet.page_label,
        "amounts_in": sheet.amounts_in,
        "stamp": sheet.stamp,
    }


def _section(sheet: Sheet, section: Section) -> dict[str, Any]:
    columns = section.columns
    rows = [
        [sheet.text_of(value, column.shape) for value, column in zip(row, columns, strict=True)] for row in section.rows
    ]
    widths = [
        0 if column.share else max(column.millimetres, _widest(row[place] for row in rows))
        for place, column in enumerate(columns)
    ]
    said = sum(widths)
    scale = min(1, FOR_FIGURES / said) if said else 1
    share = (LINE - said * scale) / (sum(column.share for column in columns) or 1)
    letter = WIDE * SIZE * scale * MM_OF_POINT
    longest = [
        min(LONGEST, int((column.share * share - GAP) / letter)) if column.share else LONGEST for column in columns
    ]
    rows = [[breakable(text, longest[place]) for place, text in enumerate(row)] for row in rows]
    return {
        "title": section.title,
        "size": round(SIZE * scale, 2),
        "columns": [
            {
                "label": column.label,
                "right": column.shape.is_right,
                "lead": column.is_lead,
                "fr": column.share,
                "mm": round(width * scale, 2),
            }
            for width, column in zip(widths, columns, strict=True)
        ],
        "rows": rows,
        "details": {str(place): breakable(words) for place, words in (section.details or {}).items()},
    }


def _widest(texts: Iterable[str]) -> float:
    """The millimetres that a column of figures takes at most, with a gap to its neighbour: Inter's figures are all as
    wide as its widest, and its signs less than half of that."""
    em = max((sum(WIDEST if sign.isdigit() or sign.isalpha() else 0.4 for sign in text) for text in texts), default=0)
    return em * SIZE * MM_OF_POINT + GAP


def breakable(text: str, longest: int = LONGEST) -> str:
    """A text whose longest word fits a column: words beyond what fits are broken by a space of no width."""
    said = shown(text)
    if len(said) <= longest or _JOINED.search(said):
        return said
    return _unbroken(longest).sub(lambda found: found[0] + "\u200b", said)


@cache
def _unbroken(longest: int) -> re.Pattern[str]:
    return re.compile(rf"[^\s\u200b]{{{longest}}}(?=[^\s\u200b])")
