"""A printable value in, a file out: the formats there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .brands import Brand
from .delimited import to_csv
from .layouts import lay_out
from .pdf import to_pdf
from .rich_text import to_rtf
from .sheets import Sheet
from .values import Document, FileFormat
from .web import to_html
from .workbooks import to_xlsx

_WRITERS: dict[FileFormat, tuple[Callable[[Sheet, Brand], bytes], str]] = {
    FileFormat.PDF: (to_pdf, "application/pdf"),
    FileFormat.HTML: (to_html, "text/html; charset=utf-8"),
    FileFormat.XLSX: (to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    FileFormat.CSV: (to_csv, "text/csv; charset=utf-8"),
    FileFormat.RTF: (to_rtf, "application/rtf"),
}


CONTENT_TYPES = tuple(content_type.partition(";")[0] for _, content_type in _WRITERS.values())


@dataclass(frozen=True, slots=True)
class Printout:
    """A document as a file."""

    name: str
    content_type: str
    content: bytes


def printout_of(document: Document, brand: Brand, form: FileFormat = FileFormat.PDF) -> Printout:
    write, content_type = _WRITERS[form]
    return Printout(file_name(document, form), content_type, write(lay_out(document), brand))


def content_type_of(form: FileFormat) -> str:
    return _WRITERS[form][1]


def file_name(document: Document, form: FileFormat) -> str:
    """What the file is called: the kind and the number, in characters that every file system and header takes."""
    parts = [document.kind.value, document.number or document.buyer.reference]
    if document.span is not None:
        parts.append(f"{document.span.start}-{document.span.end}")
    words = "-".join(re.sub(r"[^A-Za-z0-9_.]+", "-", part).strip("-.")[:80] for part in parts if part)
    return f"{words}.{form}"
