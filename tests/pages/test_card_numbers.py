"""No form of any page keeps a card number: each text field is sent one, the others as they would be typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from tests.pages.addresses import FORMS_ALONE, Address, url_of, with_ids, without_ids
from tests.texts_kept import columns_with, rows_written

from subledger.page_kit.fields import DayField, RowField

CARD = "4242424242424242"
# Ours to check, and kept by nobody: what is typed to be found, a password, a number that is read as one. Forms that
# stand on other pages are sent one in tests/companies/test_saved_views.py.
ELSEWHERE = {*FORMS_ALONE, "transaction_figures"}


@pytest.mark.wide
def test_no_form_of_any_page_keeps_a_card_number(books, desk):
    kept: dict[str, str] = {}  # by column, the first page and field that wrote it
    tried = set()
    for address in [*with_ids(books), *without_ids()]:
        if address[0] in ELSEWHERE:
            continue
        for name, typed in _typed(desk, address):
            tried.add((address[0], name))
            before = rows_written()
            answer = desk.post(url_of(address), typed)
            if answer.status_code == 200 and "reviewed" in (answer.context or ()):
                desk.post(url_of(address), {**typed, "reviewed": answer.context["reviewed"]})
            for column in columns_with(CARD, written_since=before):
                kept.setdefault(column, f"{url_of(address)} {name}")
    assert kept == {}
    wanted = {
        ("person_new", "name"),
        ("customer_new", "name"),
        ("account_note", "note"),
        ("transaction_new", "back_office_code"),
        ("transaction_action", "issue_reason"),
        ("provider_new", "name"),
        ("unbooked_fact", "resolution"),
        ("payment_request_withdraw", "reason"),
        ("key_new", "name"),
        ("payment_refund", "note"),
        ("entry_new", "name"),
    }
    assert wanted <= tried


def _typed(desk: Any, address: Address) -> Iterator[tuple[str, dict[str, Any]]]:
    """(the field with a card number, everything that is sent)."""
    shown = desk.get(url_of(address))
    form = shown.context.get("form") if shown.context else None
    if not isinstance(form, forms.BaseForm):
        return
    lines = shown.context.get("items")
    bound = [*form, *(each for line in lines or () for each in line)]
    base = {each.html_name: value for each in bound if (value := _value(each)) not in (None, "", [])}
    if lines is not None:
        base |= {"then": "post", "items-TOTAL_FORMS": len(lines.forms), "items-INITIAL_FORMS": 0}
        base |= {"items-0-description": "x", "items-0-price": "1", "items-0-quantity": "1"}
    elif address[0] == "transaction_new":
        base |= {"then": "post", "amount": "1"}
    if "reviewed" in shown.context:
        base["reviewed"] = shown.context["reviewed"]
    for each in bound:
        if _is_text(each.field) and not each.is_hidden:
            yield each.name, {**base, each.html_name: CARD}


def _is_text(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput)


def _value(bound: forms.BoundField) -> Any:
    """What is in it, and something fitting where something is needed."""
    field, value = bound.field, bound.value()
    if value not in (None, "", []) or not field.required:
        return value
    if isinstance(field, RowField | forms.ModelChoiceField):
        row = field.queryset.first()
        return row.pk if row is not None else ""
    if isinstance(field, forms.ChoiceField):
        return next((key for key, _ in field.choices if key), "")
    if isinstance(field, DayField):
        return "2026-05-20"
    if isinstance(field, forms.EmailField):
        return "ann@example.com"
    return "x1" if isinstance(field, forms.CharField) else ""
