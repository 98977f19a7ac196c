"""Factur-X (ZUGFeRD 2): a PDF/A-3 for readers that has the invoice as CII in it, by the library `factur-x`."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

from facturx import generate_from_file

from .invoices import EInvoice

# When the library says that it made the file: in the words of PDF, some characters by their octal number, and of XMP.
_PDF_STAMP = re.compile(rb"D\\072\d{14}\\05300\\04700\\047")
_XMP_STAMP = re.compile(rb"(?<=Date>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def hybrid_of(pdf: bytes, cii: bytes, invoice: EInvoice) -> bytes:
    """The PDF, which is a PDF/A-3, with the invoice in it. Its day is the document's: one value is always one file."""
    name = f"{invoice.seller.name}: {'credit note' if invoice.is_credit else 'invoice'} {invoice.number}"
    with tempfile.TemporaryDirectory(prefix="subledger-facturx-") as folder:
        path = Path(folder) / "invoice.pdf"
        path.write_bytes(pdf)
        generate_from_file(  # rewrites the file of a path; what it is given open it writes behind what is there
            str(path),
            cii,
            flavor="factur-x",
            level="en16931",
            check_xsd=False,  # the tests do, and what people type cannot break a schema
            pdf_metadata={"author": invoice.seller.name, "title": name, "subject": name, "keywords": "Factur-X"},
            lang=invoice.language,
            afrelationship="alternative",
            xmp_compression=False,
        )
        made = path.read_bytes()
    return _stamped(made, invoice.issued_on)


def _stamped(made: bytes, on: date) -> bytes:
    """The day in place of the moment: as long as it was, so that every offset holds."""
    made = _PDF_STAMP.sub(f"D\\\\072{on:%Y%m%d}000000\\\\05300\\\\04700\\\\047".encode(), made)
    return _XMP_STAMP.sub(f"{on.isoformat()}T00:00:00+00:00".encode(), made)
