"""Logos: pixels alone are kept, within bounds."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date

import pypdfium2
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from subledger.documents.brands import Brand
from subledger.documents.errors import LogoInvalid
from subledger.documents.logos import MOST_BYTES, drawn_anew
from subledger.documents.printouts import printout_of
from subledger.documents.queries import Sender
from subledger.documents.samples import sample_invoice
from subledger.documents.values import Party


def picture(form: str = "PNG", size: tuple[int, int] = (600, 200), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#1f4e79").save(out, form, **options)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes whose head says sixty thousand pixels square."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew_as_png(form):
    drawn = drawn_anew(picture(form))
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("PNG", (600, 200))


def test_what_a_file_hides_beside_its_pixels_is_gone():
    info = PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    assert b"script" in picture(pnginfo=info)
    assert b"script" not in drawn_anew(picture(pnginfo=info) + b"<script>")


def test_a_large_logo_is_made_smaller():
    with Image.open(io.BytesIO(drawn_anew(picture(size=(3000, 1000))))) as image:
        assert image.size == (1200, 400)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 100,
        b"%PDF-1.7",
        picture()[:80],
        picture("GIF"),
        b"\0" * (MOST_BYTES + 1),
        bomb(),
    ],
    ids=["empty", "svg", "gif", "pdf", "broken", "whole gif", "too many bytes", "bomb"],
)
def test_anything_else_is_refused(content):
    with pytest.raises(LogoInvalid):
        drawn_anew(content)


@pytest.mark.parametrize("size", [(600, 200), (1200, 100), (100, 200)])
def test_a_logo_of_any_shape_stands_at_the_left_margin(size):
    by = Sender(Party(name="Bianchi S.r.l."), None, Brand(logo=picture(size=size)), "en", "")
    content = printout_of(sample_invoice(by, currency="eur", on=date(2026, 5, 4)), by.brand).content
    with pypdfium2.PdfDocument(content) as document:
        [logo] = document[0].get_objects([FPDF_PAGEOBJ_IMAGE])
        left, _, right, _ = logo.get_bounds()
        text = document[0].get_textpage()
        name = text.get_charbox(text.get_text_bounded().find("Example"))[0]
    assert abs(left - name) < 2
    assert right - left <= 62 / 25.4 * 72 + 0.1
