"""A document as one page of HTML that needs nothing beside it, style and logo are in it; and as a part of our pages."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .brands import Brand
from .codes import image_of
from .sheets import Column, Section, Sheet, shown
from .values import Value

__all__ = ["POLICY", "to_html", "to_paper"]

# What a browser lets such a page do: show itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

_OWN = """
body{margin:0;background:#f1f3f6}.paper{max-width:820px;margin:24px auto}
@media print{body{background:#fff}.paper{margin:0;max-width:none}}@media(max-width:640px){.paper{margin:0}}
"""
_PAPER = Path(__file__).parent / "static/documents/paper.css"


@cache
def _style() -> SafeString:
    return mark_safe(_PAPER.read_text(encoding="utf-8") + _OWN)  # ours


def to_html(sheet: Sheet, brand: Brand) -> bytes:
    page = format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{} {}</title><style>{}</style></head><body><main>{}</main></body></html>\n",
        sheet.formats.language,
        sheet.title,
        shown(sheet.document.number),
        _style(),
        to_paper(sheet, brand),
    )
    return page.encode()


def to_paper(sheet: Sheet, brand: Brand, *, level: int = 1) -> SafeString:
    """The document as part of a page, whose style is ``documents/paper.css``; its title is a heading of ``level``."""
    payment = sheet.payment
    return format_html(
        '<article class="paper" lang="{}" style="--accent:{}"><div class="sheet">{}'
        '<div class="paper-head"><div class="paper-brand" dir="auto">{}</div><h{} class="paper-title">{}</h{}></div>'
        '<div class="paper-to"><div><small dir="auto">{}</small><br>{}</div><dl>{}</dl></div>'
        '{}<p class="paper-quiet">{}</p><table class="paper-sums"><tbody>{}</tbody></table>{}{}'
        '<div class="paper-foot">{}</div></div></article>',
        sheet.formats.language,
        brand.accent,
        format_html('<div class="paper-stamp" data-word="{0}" role="img" aria-label="{0}"></div>', sheet.stamp)
        if sheet.stamp
        else "",
        _brand(sheet, brand),
        level,
        sheet.title,
        level,
        shown(sheet.sender),
        _recipient(sheet.recipient),
        _facts(sheet, ((fact.label, fact.value) for fact in sheet.facts)),
        format_html_join("", "{}", ((_table(sheet, section, level + 1),) for section in sheet.sections)),
        sheet.amounts_in,
        format_html_join(
            "",
            '<tr class="{}"><td>{}</td><td class="n">{}</td></tr>',
            (("is-total" if t.is_lead else "", t.label, sheet.text_of(t.value)) for t in sheet.totals),
        ),
        format_html(
            '<section class="paper-pay"><div><strong>{}</strong><dl>{}</dl></div>{}</section>',
            payment.title,
            _facts(sheet, ((fact.label, fact.value) for fact in payment.facts)),
            _code(payment.scanned, payment.caption),
        )
        if payment
        else "",
        format_html_join("", '<p dir="auto">{}</p>', ((shown(note),) for note in sheet.notes)),
        format_html_join("", "<div>{}</div>", ((_lines(column),) for column in sheet.footer)),
    )


def _brand(sheet: Sheet, brand: Brand) -> SafeString:
    name = shown(sheet.document.seller.name)
    if not brand.logo:
        return format_html("{}", name)
    return format_html('<img alt="{}" src="data:image/png;base64,{}">', name, base64.b64encode(brand.logo).decode())


def _code(scanned: str, caption: str) -> SafeString:
    if not scanned:
        return SafeString("")
    return format_html("<div>{}<small>{}</small></div>", mark_safe(image_of(scanned)), caption)


def _recipient(lines: Iterable[str]) -> SafeString:
    first, *rest = (shown(line) for line in lines)
    return format_html('<strong dir="auto">{}</strong>{}', first, format_html_join("", "<br>{}", ((r,) for r in rest)))


def _lines(lines: Iterable[str]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((shown(line),) for line in lines))


def _facts(sheet: Sheet, facts: Iterable[tuple[str, Value]]) -> SafeString:
    return format_html_join(
        "", '<dt>{}</dt><dd dir="auto">{}</dd>', ((label, sheet.text_of(value)) for label, value in facts)
    )


def _table(sheet: Sheet, section: Section, level: int) -> SafeString:
    details = section.details or {}

    def cells(place: int, row: Iterable[Value]) -> SafeString:
        pairs = list(zip(row, section.columns, strict=True))
        return format_html_join(
            "",
            '<td{} data-label="{}">{}{}</td>',
            (
                (
                    _placed(column),
                    column.label,
                    sheet.text_of(value, column.shape),
                    format_html("<br><small>{}</small>", shown(details[place]))
                    if column.is_lead and place in details
                    else "",
                )
                for value, column in pairs
            ),
        )

    return format_html(
        '{}<table class="paper-rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        format_html('<h{} class="paper-part">{}</h{}>', level, section.title, level) if section.title else "",
        format_html_join(
            "",
            '<th scope="col"{}>{}</th>',
            ((mark_safe(' class="n"' if c.shape.is_right else ""), c.label) for c in section.columns),
        ),
        format_html_join("", "<tr>{}</tr>", ((cells(place, row),) for place, row in enumerate(section.rows))),
    )


def _placed(column: Column) -> SafeString:
    if column.shape.is_right:
        return mark_safe(' class="n"')
    return mark_safe(' class="is-lead" dir="auto"' if column.is_lead else ' dir="auto"')
