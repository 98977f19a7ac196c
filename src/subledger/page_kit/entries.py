"""The list and the form of a configuration table, made from its declaration."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from subledger.kernel import ids
from subledger.kernel.currencies import normalise
from subledger.kernel.sentences import said, say
from subledger.page_kit.columns import Column, CurrencyColumn, DayColumn, NameColumn, WordColumn, YesColumn, read
from subledger.page_kit.fields import AmountField, CountryField, CurrencyField, DayField, NumberField, OfferedField
from subledger.page_kit.parsing import decimal_of, price_of, price_text
from subledger.page_kit.templatetags.subledger_tags import NOTHING, word
from subledger.platform.configuration import ConfigurationField, ConfigurationTable, FieldKind

__all__ = ["chosen_values", "entry_columns", "entry_facts", "entry_form", "shown_values", "typed_values"]
K = FieldKind
SORTED = (K.CODE, K.TEXT, K.CHOICE, K.DECIMAL, K.NUMBER, K.SIGNED, K.DAY)


@dataclass(frozen=True)
class LengthColumn(Column):
    """How many words a list has."""

    css: str = "col-number"

    def value(self, row: Any) -> Any:
        return len(read(row, self.key) or ())


@dataclass(frozen=True)
class NumbersColumn(Column):
    """Several numbers, in their order."""

    def value(self, row: Any) -> str:
        return ", ".join(map(str, read(row, self.key) or ()))


@dataclass(frozen=True)
class ChoiceColumn(WordColumn):
    """One of a few words, as the form says it; a file has the value itself."""

    spoken: Mapping[str, str] = field(default_factory=dict)

    def show(self, row: Any) -> SafeString | str:
        value = self.value(row)
        return self.spoken.get(str(getattr(value, "value", value))) or super().show(row)


@dataclass(frozen=True)
class ReferenceColumn(NameColumn):
    """A row of another table; ``empty`` says what stands where there is none."""

    empty: str = NOTHING

    def show(self, row: Any) -> SafeString | str:
        return super().show(row) if self.value(row) else self.empty


@dataclass(frozen=True)
class DayOrNoneColumn(DayColumn):
    """A day; ``empty`` says what stands where there is none."""

    empty: str = NOTHING

    def show(self, row: Any) -> SafeString | str:
        return super().show(row) if self.value(row) else self.empty


@dataclass(frozen=True)
class ShownColumn(Column):
    """What a field shows instead of its column."""

    shown: Callable[[Any], Any] = read  # type: ignore[assignment]

    def value(self, row: Any) -> Any:
        return self.shown(row)


@dataclass(frozen=True)
class UnitPriceColumn(Column):
    """A unit price, which may have more decimals than its currency."""

    css: str = "col-number"
    currency: str = "currency"

    def show(self, row: Any) -> SafeString | str:
        price = self.value(row)
        return NOTHING if price is None else price_text(price, read(row, self.currency))


COLUMNS: Mapping[FieldKind, type[Column]] = {
    K.FLAG: YesColumn,
    K.DAY: DayOrNoneColumn,
    K.CHOICE: ChoiceColumn,
    K.REFERENCE: ReferenceColumn,
    K.CURRENCY: CurrencyColumn,
    K.WORDS: LengthColumn,
    K.NUMBERS: NumbersColumn,
    K.UNIT_PRICE: UnitPriceColumn,
}


def entry_columns(table: ConfigurationTable, *, link: Callable[[Any], str]) -> tuple[Column, ...]:
    """The list's columns by the kinds of their fields; the first leads to the row, the last flag stands beside it."""
    fields = [table.field_named(name) for name in table.columns]
    flags = [one for one in fields if table.kind_of(one) in (K.FLAG, K.WORDS)]
    columns = []
    for place, one in enumerate(fields):
        kind = table.kind_of(one)
        options: dict[str, Any] = {"sort": one.name if kind in SORTED else "", "lead": one in flags[-1:]}
        if kind in (K.DECIMAL, K.NUMBER, K.SIGNED):
            options["css"] = "col-number"
        elif kind is K.CHOICE:
            options["spoken"] = {**dict(one.vocabulary() if one.vocabulary else ()), **one.spoken}
        elif kind in (K.REFERENCE, K.DAY) and one.empty:
            options["empty"] = one.empty
        elif kind is K.UNIT_PRICE:
            options["currency"] = one.currency
        if place == 0:
            options |= {"strong": True, "link": link}
        made = COLUMNS.get(kind, Column)
        if one.shown is not None:
            made, options = ShownColumn, {**options, "sort": "", "shown": one.shown}
        columns.append(made(one.name, one.short or one.words, **options))
    return tuple(columns)


def entry_facts(table: ConfigurationTable, row: Any) -> list[tuple[str, SafeString | str]]:
    """What a row says, for whoever may not change it; lists of other rows are left out."""
    fields = [one for one in asked(table) if table.kind_of(one) is not K.REFERENCES]
    columns = entry_columns(replace(table, columns=tuple(one.name for one in fields)), link=lambda row: "")
    return [(one.words, column.show(row)) for one, column in zip(fields, columns, strict=True)]


def asked(table: ConfigurationTable) -> list[ConfigurationField]:
    """The fields that people type, in the order of the form."""
    return [one for one in table.fields if not one.is_read_only and table.kind_of(one) is not K.METADATA]


def entry_form(table: ConfigurationTable) -> type[forms.Form]:
    """A form class with the fields of ``table``; choices of rows are those of the company in scope."""
    fields = {one.on_pages: _field(table, one) for one in asked(table)}
    for one in asked(table):
        fields[one.on_pages].label = one.words
        fields[one.on_pages].help_text = one.help
        if one.completions is not None:
            offered = {kind: [(name, said(about)) for name, about in tags] for kind, tags in one.completions().items()}
            fields[one.on_pages].widget.attrs["data-completions"] = json.dumps(offered)
            fields[one.on_pages].widget.attrs["data-completions-label"] = said(say("Tags"))
    return type("EntryForm", (forms.Form,), fields)


def typed_values(table: ConfigurationTable, typed: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
    """What was typed, by the model's names, as it is stored."""
    values = {one.name: typed[one.on_pages] for one in asked(table)}
    for one in asked(table):
        kind, value = table.kind_of(one), values[one.name]
        if kind is K.CURRENCY:
            values[one.name] = normalise(value) if value else ""
        elif kind is K.UNIT_PRICE:
            currency, param = typed[table.field_named(one.currency).on_pages], f"/{one.on_pages}"
            if currency:
                values[one.name] = price_of(value, normalise(currency), param=param)
            else:  # the price is refused where it is guarded
                values[one.name] = decimal_of(value, param=param)
    return {**values, **table.read_only} if is_new else values


def shown_values(table: ConfigurationTable, row: Any) -> dict[str, Any]:
    """A row as its form shows it first."""
    shown = {}
    for one in asked(table):
        kind, value = table.kind_of(one), one.shown(row) if one.shown is not None else getattr(row, one.name)
        if kind is K.REFERENCES:
            value = list(value.all())
        elif kind is K.CURRENCY:
            value = value.upper()
        elif kind is K.UNIT_PRICE:
            value = "" if value is None else price_text(value, getattr(row, one.currency))
        shown[one.on_pages] = value
    return shown


def chosen_values(table: ConfigurationTable, said: Mapping[str, str]) -> dict[str, Any]:
    """What the form of a new row begins with: rows that its address names by their ids, such as ``?plan=dpl_…``."""
    chosen = {}
    for one in asked(table):
        text = said.get(one.on_pages, "")
        if table.kind_of(one) is K.REFERENCE and text:
            try:
                chosen[one.on_pages] = ids.decode(table.column_of(one).related_model.PREFIX, text)
            except ValueError:
                continue
    return chosen


# Columns of every table that are typed by name as well.
OFFERED: Mapping[str, type[OfferedField]] = {"country": CountryField, "currency": CurrencyField}


def _field(table: ConfigurationTable, one: ConfigurationField) -> forms.Field:
    source, kind = table.column_of(one), table.kind_of(one)
    may_be_empty = source.blank or source.null
    if kind is K.UNIT_PRICE:
        return AmountField()
    if kind is K.WORDS:
        choices = table.choices_of(one, speak=word)
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, required=False)
    if kind is K.CHOICE:
        choices = table.choices_of(one, speak=word)
        if may_be_empty:
            none = [("", say("None"))]
            empty_value = None if source.null else ""
            return forms.TypedChoiceField(choices=none + choices, required=False, empty_value=empty_value)
        return forms.ChoiceField(choices=choices)
    if kind is K.REFERENCES:
        rows = source.related_model.objects.filter(is_active=True)
        return forms.ModelMultipleChoiceField(rows, widget=forms.CheckboxSelectMultiple, required=False)
    if kind is K.REFERENCE:
        return forms.ModelChoiceField(source.related_model.objects.all(), required=not may_be_empty, empty_label="–")
    if kind is K.LONG_TEXT:
        return forms.CharField(
            widget=forms.Textarea(attrs={"rows": one.rows}), required=not may_be_empty, max_length=10_000
        )
    if kind is K.DAY:
        return DayField(required=not may_be_empty)
    if kind is K.NUMBER:
        return forms.IntegerField(min_value=0, max_value=32_000, initial=source.default)
    if kind is K.SIGNED:
        return forms.IntegerField(min_value=-3650, max_value=3650)
    if kind is K.DECIMAL:
        number: forms.Field = source.formfield(form_class=NumberField, required=not may_be_empty)
        return number
    if one.name in OFFERED:
        return OFFERED[one.name](required=not may_be_empty)
    typed: forms.Field = source.formfield(required=not may_be_empty and kind is not K.FLAG)
    if kind is K.FLAG:
        typed.initial = source.default
    return typed
