"""How money, dates and states look on a page.

Usage
-----
Begin a template with ``{% load subledger_tags %}``, then::

    {{ row.amount_minor|money:row.currency }}     1 234.50 EUR      (None: an en dash)
    {{ row.amount_minor|amount:row.currency }}    1 234.50         where the currency stands elsewhere
    {{ row.amount_minor|minor_decimal:"eur" }}    1234.50           for inputs and plain text
    {{ row.due_on|day }}                          30 Jun 2013
    {{ event.at|moment }}                         30 Jun 2013, 14:05 in the zone that is active, which the
                                                  middleware sets to the company's: timezone.activate(zone)
    {{ row.state|badge }}                         a state in its colour and with its own mark
    {{ row.kind|word }}                           first_kind as First kind
    {% icon "search" %}                           a symbol of static/backoffice/icons.svg
    {% problem error %}                           a DomainError (or form error text) as a problem box
    {% actions_menu actions %}                    the Actions menu of a list of navigation.Action
    {{ form.name|field }}                         label, input, help and errors of one form field
    {{ form.name|bare_field }}                    the same without its label, for lines of a document
    {% query sort="-due_on" after=None %}         the present query string with these parameters changed
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from subledger.kernel.days import MONTHS, DayFormat
from subledger.kernel.errors import DomainError
from subledger.kernel.money import to_decimal
from subledger.kernel.number_series import named
from subledger.kernel.numbers import write_number
from subledger.kernel.sentences import said, say, say_of
from subledger.kernel.words import meant_of
from subledger.page_kit.actions import menus_of, offered
from subledger.page_kit.faces import merged, shell_url
from subledger.page_kit.formats import formats
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import render_to_string
from subledger.page_kit.tallies import ASKED
from subledger.platform.numbering import formats_ever
from subledger.platform.rooms import words
from subledger.platform.scope import company_scope

register = template.Library()

NOTHING = "–"
GROUP_SPACE = "\u00a0"  # subledger.css narrows it to a fifth of an em; Inter's own narrow space is too tight to read
MINUS = "\u2212"

# tone and icon of states that things of any room may have; rooms say those of their own, and one that nobody says is
# shown in neutral
BADGES: dict[str, tuple[str, str]] = {
    "draft": ("quiet", "pencil"),
    "cancelled": ("quiet", "ban"),
    "rejected": ("bad", "x"),
    "active": ("good", "check"),
    "open": ("good", "lock-open"),
    "closed": ("quiet", "lock"),
    "live": ("good", "link"),
    "done": ("good", "check"),
    "failed": ("bad", "x"),
    "waiting": ("warn", "hourglass"),
    "succeeded": ("good", "check"),
    "pending": ("warn", "hourglass"),
    "unknown": ("bad", "alert-triangle"),
    "received": ("calm", "inbox"),
    "processed": ("good", "check"),
    "ignored": ("quiet", "ban"),
    "expired": ("bad", "clock"),
    "removed": ("quiet", "trash"),
}


def amount_text(minor: int, currency: str) -> str:
    """``1 234.50``: in the format of the person or the company, with a true minus sign."""
    text = write_number(to_decimal(abs(minor), currency), formats().number_shown).replace(" ", GROUP_SPACE)
    return f"{MINUS}{text}" if minor < 0 else text


@register.filter
def money(minor: int | None, currency: str) -> SafeString | str:
    """An amount in minor units for people: tabular digits, then the currency in small capitals."""
    if minor is None:
        return format_html('<span class="money money-none">{}</span>', NOTHING)
    return format_html(
        '<span class="money{}"><span class="money-amount">{}</span><span class="money-currency">{}</span></span>',
        " money-negative" if minor < 0 else " money-zero" if minor == 0 else "",
        amount_text(minor, currency),
        currency.upper(),
    )


@register.filter
def amount(minor: int | None, currency: str) -> SafeString | str:
    """An amount without its currency, where the row or the heading names it."""
    if minor is None:
        return format_html('<span class="money money-none">{}</span>', NOTHING)
    css = " money-negative" if minor < 0 else " money-zero" if minor == 0 else ""
    return format_html('<span class="money{}">{}</span>', css, amount_text(minor, currency))


@register.filter
def minor_decimal(minor: int | None, currency: str) -> str:
    """``1234.50``: major units without grouping, for inputs and files."""
    return "" if minor is None else str(to_decimal(minor, currency))


@register.filter
def count(number: int | None) -> str:
    """``2 466``: a whole number, grouped."""
    if number is None:
        return NOTHING
    return write_number(Decimal(number), formats().number_shown).replace(" ", GROUP_SPACE)


@register.filter
def number(value: Decimal | None) -> str:
    """``66,7``: a number with the decimals that it has, such as a rate, as the person writes numbers."""
    return NOTHING if value is None else write_number(value, formats().number_shown).replace(" ", GROUP_SPACE)


@register.filter
def day(value: date | None) -> SafeString | str:
    """A business date, e.g. 30 Jun 2013; machines read the ISO form."""
    if value is None:
        return NOTHING
    shown = formats().write_day(value)
    return format_html('<time class="day" datetime="{}">{}</time>', value.isoformat(), shown)


@register.filter
def month(value: str | None) -> str:
    """``2026-05`` as May 2026, unless whoever looks writes days as programs do."""
    if not value:
        return NOTHING
    if formats().day is DayFormat.ISO:
        return value
    year, number = map(int, value.split("-"))
    return f"{said(MONTHS[number - 1])} {year:04}"


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A UTC instant in the active time zone (the company's), e.g. 30 Jun 2013, 14:05."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    shown = f"{formats().write_day(local.date())}, {local:%H:%M}"
    return format_html(
        '<time class="moment" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        f"{shown} {local.tzname()}",
        shown,
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A decorative icon; whoever needs a word for it writes it beside."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("backoffice/icons.svg"),
        name,
    )


@register.filter
def word(value: object) -> str:
    """``first_kind`` as First kind: a value of an enumeration in words, those of its room where it says some."""
    text = "" if value is None else str(getattr(value, "value", value))
    return words().get(text) or say_of(meant_of(value), text.replace("_", " ").capitalize())


@register.filter
def badge(state: str | None) -> SafeString | str:
    """A state: colour, mark and word, so that none of the three is needed alone."""
    if not state:
        return NOTHING
    value = str(getattr(state, "value", state))
    tone, mark = merged("badges").get(value) or BADGES.get(value, ("quiet", "circle-dashed"))
    return format_html('<span class="state state-{}">{}{}</span>', tone, icon(mark), word(state))


@register.simple_tag(name="shell_url")
def shell_url_tag(what: str, *args: object) -> str:
    """``{% shell_url "search" %}``: the page that a room has for it."""
    return shell_url(what, *args)


@register.simple_tag
def table_rows(rows: Sequence[Sequence[tuple[Any, Any]]]) -> SafeString:
    """The rows of a table, of columns and their cells. What a column says in front of each cell is made once: a
    template that looks it up for every cell takes longer than all else of a long page."""
    openings: dict[tuple[int, bool], SafeString] = {}
    parts: list[str] = []
    for row in rows:
        parts.append('<tr role="row">')
        for column, cell in row:
            is_blank = cell == NOTHING
            opening = openings.get((id(column), is_blank))
            if opening is None:
                opening = openings[id(column), is_blank] = format_html(
                    '<td role="cell" class="{}{}" data-label="{}"><div>',
                    column.classes, " is-blank" if is_blank else "", column.label,
                )  # fmt: skip
            parts += opening, conditional_escape(cell), "</div></td>"
        parts.append("</tr>\n")
    return SafeString("".join(parts))


# What a refusal may name beside the numbers of the company's series: a reference, which is an id in capitals.
REFERENCE = re.compile(r"\b[A-Z]{3}-[0-9A-Z]{13}\b")


@register.inclusion_tag("page_kit/parts/problem.html", takes_context=True)
def problem(context: template.Context, error: DomainError | Exception | str) -> dict[str, Any]:
    """A refusal: the first sentence says what and why, the rest says what to do next; what it names is a link."""
    lead, _, rest = said(words_of(error)).partition(". ")
    parts = [lead if lead.endswith(".") else f"{lead}.", rest]
    staff = getattr(context.get("request"), "staff", None)
    if isinstance(error, DomainError) and staff is not None:
        with company_scope(staff.company.pk):  # pages about oneself are in the scope of none
            parts = [_with_links(part) for part in parts]
    return dict(zip(("lead", "rest"), parts, strict=True))


def _with_links(text: str) -> SafeString:
    """Each number leads to where the search finds it: the thing itself."""
    search, said, end = shell_url("search"), SafeString(), 0
    references = [found.span() for found in REFERENCE.finditer(text)]
    for first, last in sorted({*references, *named(text, formats_ever())}):
        number = text[first:last]
        said += conditional_escape(text[end:first])
        said += format_html('<a href="{}?q={}">{}</a>', search, number, number)
        end = last
    return said + conditional_escape(text[end:])


@register.inclusion_tag("page_kit/parts/actions.html", takes_context=True)
def actions_menu(context: template.Context, actions: Sequence[Any]) -> dict[str, Any]:
    buttons, rest = offered(actions)
    if len(actions) == 1:
        buttons, rest = list(actions), []
    usual = say("More") if buttons else say("Actions")
    menus = [{"label": label or usual, "actions": found} for label, found in menus_of(rest)]
    return {"buttons": buttons, "menus": menus, "csrf_token": context.get("csrf_token")}


@register.filter
def field(bound: BoundField) -> SafeString:
    """One form field: label, input with Bootstrap's classes, help text and errors tied to it for readers."""
    return _field(bound, bare=False)


@register.filter
def bare_field(bound: BoundField) -> SafeString:
    """The input of a field whose label stands elsewhere, as in the lines of a document."""
    return _field(bound, bare=True)


def input_of(bound: BoundField, *, bare: bool, extra: Mapping[str, str | bool] | None = None) -> SafeString:
    """The input of a field alone, tied to its help and its errors."""
    for name in ("placeholder", "aria-label"):
        if isinstance(text := bound.field.widget.attrs.get(name), str):
            bound.field.widget.attrs[name] = said(text)
    return bound.as_widget(attrs={**_attrs(bound, bare=bare), **(extra or {})})


def _kind(widget: Widget) -> tuple[bool, bool]:
    """Whether it is one box to tick, and whether it is several choices."""
    return isinstance(widget, CheckboxInput), isinstance(widget, CheckboxSelectMultiple | RadioSelect)


def _attrs(bound: BoundField, *, bare: bool) -> dict[str, str | bool]:
    widget = bound.field.widget
    check, many = _kind(widget)
    css = "form-check-input" if check or many else "form-select" if isinstance(widget, Select) else "form-control"
    attrs: dict[str, str | bool] = {
        "class": f"{css} {'is-invalid' if bound.errors else ''} {widget.attrs.get('class', '')}".strip()
    }
    if bare:
        attrs["aria-label"] = said(str(bound.label))
    elif bound.help_text:
        attrs["aria-describedby"] = f"{bound.id_for_label}_help"
    if bound.errors:
        attrs["aria-invalid"] = "true"
        attrs["aria-describedby"] = f"{attrs.get('aria-describedby', '')} {bound.id_for_label}_errors".strip()
    return attrs


def _field(bound: BoundField, *, bare: bool) -> SafeString:
    check, many = _kind(bound.field.widget)
    if many:  # the template renders each choice by itself
        bound.field.widget.attrs["class"] = "form-check-input"
    context = {
        "field": bound,
        "input": "" if many else input_of(bound, bare=bare),
        "check": check and not bare,
        "many": many,
    }
    return render_to_string("page_kit/parts/field.html", context | {"bare": bare})


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """``?…`` of the present page with parameters changed; None takes one out. Cursors are dropped, and the
    wish for sums of every row, which are of one look."""
    params = context["request"].GET.copy()
    for name in ("after", "before", "export", ASKED, *changes):
        params.pop(name, None)
    for name, value in changes.items():
        if value is not None:
            params[name] = value
    return f"?{params.urlencode()}"
