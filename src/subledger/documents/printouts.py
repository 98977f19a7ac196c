"""A printable value in, a file out: the formats there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from subledger.kernel.languages import ENGLISH
from subledger.kernel.sentences import say

from .brands import Brand
from .delimited import to_csv
from .einvoices.cii import cii_of
from .einvoices.gaps import Gap, Place, gaps_of
from .einvoices.hybrids import hybrid_of
from .einvoices.invoices import einvoice_of
from .einvoices.ubl import ubl_of
from .errors import EInvoiceIncomplete
from .kinds import title_of
from .layouts import lay_out
from .letters import warnings_of
from .pdf import is_archival, to_pdf
from .rich_text import to_rtf
from .values import Document, FileFormat
from .web import to_html
from .workbooks import to_xlsx

Writer = Callable[[Document, Brand], bytes]


def _electronic(write: Callable[[Document, Brand], bytes]) -> Writer:
    """Refuses what lacks something, all of it at once. EInvoiceIncomplete."""

    def written(document: Document, brand: Brand) -> bytes:
        gaps = gaps_of(document)
        if gaps:
            raise EInvoiceIncomplete(name_of(document), gaps)
        return write(document, brand)

    return written


def _to_facturx(document: Document, brand: Brand) -> bytes:
    pdf, invoice = to_pdf(lay_out(document), brand), einvoice_of(document)
    if not is_archival(pdf):
        raise EInvoiceIncomplete(name_of(document), [Gap(Place.DOCUMENT, NO_FONT)])
    return hybrid_of(pdf, cii_of(invoice), invoice)


NO_FONT = say(
    "A name or text of it has a character that none of our fonts has, so its PDF is none for archives. Take UBL or CII."
)
_WRITERS: dict[FileFormat, tuple[Writer, str, str]] = {
    FileFormat.PDF: (lambda one, brand: to_pdf(lay_out(one), brand), "application/pdf", ".pdf"),
    FileFormat.HTML: (lambda one, brand: to_html(lay_out(one), brand), "text/html; charset=utf-8", ".html"),
    FileFormat.XLSX: (
        lambda one, brand: to_xlsx(lay_out(one), brand),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsx",
    ),
    FileFormat.CSV: (lambda one, brand: to_csv(lay_out(one), brand), "text/csv; charset=utf-8", ".csv"),
    FileFormat.RTF: (lambda one, brand: to_rtf(lay_out(one), brand), "application/rtf", ".rtf"),
    FileFormat.UBL: (_electronic(lambda one, _: ubl_of(einvoice_of(one))), "application/xml", "-ubl.xml"),
    FileFormat.CII: (_electronic(lambda one, _: cii_of(einvoice_of(one))), "application/xml", "-cii.xml"),
    FileFormat.FACTURX: (_electronic(_to_facturx), "application/pdf", "-facturx.pdf"),
}

CONTENT_TYPES = tuple(dict.fromkeys(content_type.partition(";")[0] for _, content_type, _ in _WRITERS.values()))


@dataclass(frozen=True, slots=True)
class Printout:
    """A document as a file; ``warnings`` say what of it is not printed as it was written."""

    name: str
    content_type: str
    content: bytes
    warnings: tuple[str, ...] = ()


def printout_of(document: Document, brand: Brand, form: FileFormat = FileFormat.PDF) -> Printout:
    """EInvoiceIncomplete: it lacks something that an electronic invoice has."""
    write, content_type, _ = _WRITERS[form]
    return Printout(file_name(document, form), content_type, write(document, brand), warned(document, form))


def warned(document: Document, form: FileFormat) -> tuple[str, ...]:
    """What is to be known of a document in a format: only a PDF has fonts of ours, and one that holds an electronic
    invoice is refused instead."""
    return warnings_of(document) if form is FileFormat.PDF else ()


def content_type_of(form: FileFormat) -> str:
    return _WRITERS[form][1]


def name_of(document: Document) -> str:
    """What people call a document: its kind and its number."""
    return f"{title_of(document.kind)} {document.number}".strip()


def file_name(document: Document, form: FileFormat) -> str:
    """What the file is called, in the language of the document: kind, number and days, in letters and digits.

    Whoever sends it says a name beyond ASCII as its protocol does.
    """
    span = f"{document.span.start}-{document.span.end}" if document.span is not None else ""
    number = document.number or document.buyer.reference
    return named(document.kind, number, form, span, language=document.language)


def named(kind: str, number: str, form: FileFormat, span: str = "", *, language: str = ENGLISH) -> str:
    called = title_of(kind, language).lower()
    safe = (re.sub(r"[^\w.]+", "-", part).strip("-.")[:80] for part in (called, number, span) if part)
    return f"{'-'.join(safe)}{_WRITERS[form][2]}"
