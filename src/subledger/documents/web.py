"""A document as one page of HTML that needs nothing beside it: style and logo are in it."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .brands import Brand
from .codes import image_of
from .sheets import Section, Sheet, Value, shown

__all__ = ["POLICY", "to_html"]

# What a browser lets such a page do: show itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

_STYLE = """
*{box-sizing:border-box}body{margin:0;background:#f1f3f6;color:#1b2330;font:14px/1.45 Inter,system-ui,sans-serif}
main{max-width:820px;margin:24px auto;padding:56px 60px;background:#fff;position:relative;overflow-wrap:anywhere}
header,.to{display:flex;justify-content:space-between;gap:40px;align-items:flex-start}h1{font-size:28px;margin:0}
.brand{font-size:21px;font-weight:600;color:var(--accent)}.brand img{max-height:60px;max-width:230px}.to{margin:36px 0}
small,dt,.quiet,footer{color:#5c6675}small,footer,.quiet{font-size:12px}.to strong{font-size:15px}
dl{display:grid;grid-template-columns:auto auto;gap:3px 18px;margin:0}dd{margin:0;text-align:right}
table{border-collapse:collapse;width:100%;margin:0 0 12px;font-variant-numeric:tabular-nums}
th{font-size:12px;color:#5c6675;text-align:left;border-bottom:2px solid var(--accent);padding:5px 4px}
td{border-bottom:1px solid #d9dee5;padding:7px 4px;vertical-align:top}.n{text-align:right;white-space:nowrap}
.sums{width:auto;min-width:52%;margin-left:auto}.sums td{border:0;padding:4px}
.sums .lead td{border-top:2px solid var(--accent);font-weight:600;font-size:16px}
.pay{background:#f3f5f9;border-radius:6px;padding:18px 20px;display:flex;gap:24px;
justify-content:space-between;margin:24px 0}
.pay dd{text-align:left}.pay svg{width:120px;height:120px}.pay div:last-child{text-align:center;max-width:150px}
footer{display:flex;gap:24px;
justify-content:space-between;border-top:1px solid #d9dee5;margin-top:36px;padding-top:12px}
.stamp{position:absolute;inset:32% 0 auto;text-align:center;font-size:110px;font-weight:700;transform:rotate(-28deg);
color:var(--accent);opacity:.1;pointer-events:none}thead{display:table-header-group}tr{break-inside:avoid}
@media print{body{background:#fff}main{margin:0;max-width:none;padding:0}}
@media(max-width:640px){main{padding:24px 18px;margin:0}header,.to,.pay,footer{flex-direction:column}}
"""


def to_html(sheet: Sheet, brand: Brand) -> bytes:
    payment = sheet.payment
    page = format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>{} {}</title><style>:root{{--accent:{}}}{}</style></head><body><main>{}"
        '<header><div class="brand" dir="auto">{}</div><h1>{}</h1></header>'
        '<div class="to"><div><small dir="auto">{}</small><br>{}</div><dl>{}</dl></div>'
        '{}<p class="quiet">{}</p><table class="sums">{}</table>{}{}<footer>{}</footer></main></body></html>\n',
        sheet.formats.language,
        sheet.title,
        shown(sheet.document.number),
        brand.accent,
        mark_safe(_STYLE),  # ours
        format_html('<div class="stamp">{}</div>', sheet.stamp) if sheet.stamp else "",
        _brand(sheet, brand),
        sheet.title,
        shown(sheet.sender),
        _recipient(sheet.recipient),
        _facts(sheet, ((fact.label, fact.value) for fact in sheet.facts)),
        format_html_join("", "{}", ((_table(sheet, section),) for section in sheet.sections)),
        sheet.amounts_in,
        format_html_join(
            "",
            '<tr class="{}"><td>{}</td><td class="n">{}</td></tr>',
            (("lead" if t.is_lead else "", t.label, sheet.text_of(t.value)) for t in sheet.totals),
        ),
        format_html(
            '<section class="pay"><div><strong>{}</strong><dl>{}</dl></div>{}</section>',
            payment.title,
            _facts(sheet, ((fact.label, fact.value) for fact in payment.facts)),
            _code(payment.scanned, payment.caption),
        )
        if payment
        else "",
        format_html_join("", '<p dir="auto">{}</p>', ((shown(note),) for note in sheet.notes)),
        format_html_join("", "<div>{}</div>", ((_lines(column),) for column in sheet.footer)),
    )
    return page.encode()


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


def _table(sheet: Sheet, section: Section) -> SafeString:
    details = section.details or {}

    def cells(place: int, row: Iterable[Value]) -> SafeString:
        pairs = list(zip(row, section.columns, strict=True))
        return format_html_join(
            "",
            "<td{}>{}{}</td>",
            (
                (
                    mark_safe(' class="n"' if column.shape.is_right else ' dir="auto"'),
                    sheet.text_of(value, column.shape),
                    format_html("<br><small>{}</small>", shown(details[place]))
                    if column.is_lead and place in details
                    else "",
                )
                for value, column in pairs
            ),
        )

    return format_html(
        "{}<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        format_html("<h2>{}</h2>", section.title) if section.title else "",
        format_html_join(
            "",
            "<th{}>{}</th>",
            ((mark_safe(' class="n"' if c.shape.is_right else ""), c.label) for c in section.columns),
        ),
        format_html_join("", "<tr>{}</tr>", ((cells(place, row),) for place, row in enumerate(section.rows))),
    )
