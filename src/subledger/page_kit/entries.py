"""The form of a configuration entry, made from its kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from subledger.page_kit.fields import AmountField
from subledger.page_kit.kinds import Kind

__all__ = ["entry_form"]


def entry_form(kind: Kind) -> type[forms.Form]:
    """A form class with the fields of ``kind``; choices of rows are those of the company in scope."""
    fields = {name: _field(kind, name) for name in kind.fields}
    for name, field in fields.items():
        field.label = kind.labels.get(name) or name.replace("_", " ").capitalize()
        field.help_text = kind.helps.get(name, "")
    return type("EntryForm", (forms.Form,), fields)


def _field(kind: Kind, name: str) -> forms.Field:
    if name == "price":
        return AmountField()
    source: Any = kind.model._meta.get_field(name)
    may_be_empty = source.blank or source.null
    if name in kind.choices:
        choices = kind.choices[name]
        if not isinstance(source, models.CharField):
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, required=False)
        if may_be_empty:
            return forms.TypedChoiceField(choices=choices, required=False, empty_value=None if source.null else "")
        return forms.ChoiceField(choices=choices)
    if source.many_to_many:
        rows = source.related_model.objects.filter(is_active=True)
        return forms.ModelMultipleChoiceField(rows, widget=forms.CheckboxSelectMultiple, required=False)
    if source.is_relation:
        return forms.ModelChoiceField(source.related_model.objects.all(), required=not may_be_empty, empty_label="–")
    if isinstance(source, models.TextField):
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=10_000)
    if isinstance(source, models.SmallIntegerField):
        return forms.IntegerField(min_value=0, max_value=32_000, initial=source.default)
    field: forms.Field = source.formfield(required=not may_be_empty and not isinstance(source, models.BooleanField))
    if isinstance(source, models.BooleanField):
        field.initial = source.default
    return field
