"""PDFs read as a reader would: their text, their pages, their pictures."""

from __future__ import annotations

from typing import Any

import pypdfium2


def pages_of(content: bytes) -> list[str]:
    """The text of each page, spaces as ordinary ones."""
    with pypdfium2.PdfDocument(content) as document:
        found = []
        for page in document:
            text_page = page.get_textpage()
            found.append(plain(text_page.get_text_range()))
            text_page.close()
            page.close()
        return found


def text_of(content: bytes) -> str:
    return "\n".join(pages_of(content))


def plain(text: str) -> str:
    for space in "\u00a0\u202f\u2009":
        text = text.replace(space, " ")
    return text.replace("\u200b", "").replace("\ufffe", "").replace("\r\n", "\n")


def picture_of(content: bytes, *, page: int = 0) -> Any:
    with pypdfium2.PdfDocument(content) as document:
        opened = document[page]
        image = opened.render(scale=1).to_pil().convert("L")
        opened.close()
        return image
