"""The HTML of a message, made from its plain text: paragraphs, line breaks and links, and nothing that it did not say.

All text is escaped first. Direction is taken from each paragraph, so Hebrew and Arabic names stand right.
"""

from __future__ import annotations

import re
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"']+")
_AFTER = ".,;:!?)]}"  # that ends a sentence, not a link
_FRAME = (
    '<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8"><title>{subject}</title></head>\n'
    '<body style="margin:0;padding:24px;background:#ffffff;color:#1f2937;'
    'font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif">\n'
    '<div style="max-width:600px">\n{body}\n</div>\n</body>\n</html>\n'
)


def html_of(text: str, *, subject: str, language: str) -> str:
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    body = "\n".join(f'<p dir="auto" style="margin:0 0 16px">{_lines(part)}</p>' for part in paragraphs)
    return _FRAME.format(language=escape(language), subject=escape(subject), body=body)


def _lines(text: str) -> str:
    return "<br>\n".join(_linked(line) for line in text.split("\n"))


def _linked(line: str) -> str:
    parts, end = [], 0
    for found in _LINK.finditer(line):
        address = found[0].rstrip(_AFTER)
        parts += [escape(line[end : found.start()]), f'<a href="{escape(address)}">{escape(address)}</a>']
        end = found.start() + len(address)
    return "".join([*parts, escape(line[end:])])
