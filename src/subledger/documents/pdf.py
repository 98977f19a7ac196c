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
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from .brands import Brand
from .codes import image_of
from .sheets import Section, Sheet, shown

__all__ = ["TEMPLATE", "is_archival", "to_pdf"]

TEMPLATE = 3  # the version of document.typ and of the layouts: copies say by which they were printed
STANDARD = "a-3b"  # ISO 19005-3: what is kept for years, and may have an electronic invoice in it
_HOME = Path(__file__).parent
_UNBROKEN = re.compile(r"[^\s\u200b]{24}(?=[^\s\u200b])")
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
    return {
        "title": section.title,
        "columns": [
            {
                "label": column.label,
                "right": column.shape.is_right,
                "lead": column.is_lead,
                "fr": 0 if column.width > 10 or column.shape.is_right else column.width,
                "mm": column.width,
            }
            for column in columns
        ],
        "rows": [
            [breakable(sheet.text_of(value, column.shape)) for value, column in zip(row, columns, strict=True)]
            for row in section.rows
        ],
        "details": {str(place): breakable(words) for place, words in (section.details or {}).items()},
    }


def breakable(text: str) -> str:
    """A text whose longest word fits a column: words beyond what fits are broken by a space of no width."""
    said = shown(text)
    if len(said) <= 24 or _JOINED.search(said):
        return said
    return _UNBROKEN.sub(lambda found: found[0] + "\u200b", said)
