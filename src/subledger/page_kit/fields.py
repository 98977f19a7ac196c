"""Fields that many forms share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from secrets import token_urlsafe
from types import MappingProxyType
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import get_currency_name, get_territory_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.kernel.countries import COUNTRIES
from subledger.kernel.currencies import currencies_by_decimals
from subledger.kernel.days import check_day
from subledger.kernel.errors import DayInvalid
from subledger.kernel.languages import ENGLISH
from subledger.kernel.sentences import say
from subledger.page_kit.faces import merged
from subledger.page_kit.formats import formats
from subledger.page_kit.refusals import Refused
from subledger.page_kit.translation import language

__all__ = [
    "AmountField",
    "CountryField",
    "CountryInput",
    "CurrencyField",
    "CurrencyInput",
    "DayField",
    "OfferedField",
    "OfferingInput",
    "OnceField",
    "RowField",
    "TextField",
    "asked_in",
    "confirmations",
    "confirmations_known",
    "confirmed",
    "select",
]


class DayField(forms.DateField):
    """A business date: picked from a calendar, or typed as the person or the company writes days."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, "required": False, "input_formats": ["%Y-%m-%d"], **options})
        self.error_messages["invalid"] = say("That is no day. Write it as 2026-12-31.")

    def to_python(self, value: Any) -> date | None:
        found = self._read(value)
        if found is not None:
            try:
                check_day(found, what=say("calendar day"))
            except DayInvalid as refusal:
                raise Refused(refusal) from None
        return found

    def _read(self, value: Any) -> date | None:
        said = formats().day
        if said is None or not isinstance(value, str) or not value.strip():
            found: date | None = super().to_python(value)
            return found
        try:
            return said.read(value)
        except ValueError:
            raise forms.ValidationError(
                say("{value!r} is no day. Write it as {example}, or as 2026-12-31.", value=value, example=said.value)
            ) from None

    def prepare_value(self, value: Any) -> Any:
        said = formats().day
        return said.write(value) if said and isinstance(value, date) else value

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        said = formats().day
        if said is not None:
            self.widget = forms.TextInput(attrs={"placeholder": said.value, "autocomplete": "off"})
        return super().get_bound_field(form, field_name)


class AmountField(forms.CharField):
    """An amount in major units, kept as text: the view reads it in the currency it knows."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "required": False, "max_length": 40, **options})


class NumberField(forms.DecimalField):
    """A decimal number in digits, as the API takes it: ``1e2`` is none."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and "e" in value.lower():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class TextField(forms.CharField):
    """Several lines of text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"widget": forms.Textarea(attrs={"rows": 3}), "required": False, "max_length": 10_000, **options}
        )


class OfferingInput(forms.TextInput):
    """A line of text that offers what it may be: values, each with what it stands for. Anything else may be typed."""

    def __init__(self, offered: Sequence[tuple[str, str]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.offered = offered

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if not self.offered:
            return super().render(name, value, attrs, renderer)
        listed = f"{name}_offered"
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.offered)
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)


class CountryInput(OfferingInput):
    """The two letters of a country; all are offered by their names."""

    def __init__(self) -> None:
        super().__init__(())

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        self.offered = _countries(language())
        return super().render(name, value, attrs, renderer)


class CurrencyInput(OfferingInput):
    """The three letters of a currency; all are offered by their names."""

    def __init__(self) -> None:
        super().__init__(())

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        self.offered = _currencies(language())
        return super().render(name, value, attrs, renderer)


class OfferedField(forms.CharField):
    """One of some codes: typed as it is, or by the name that stands beside it, in the page's language or in English.

    Its box holds the whole name: cut to the length of a code, "Germany" would be Georgia. What is neither stays as it
    is typed, and whoever is to keep it refuses it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 100, **options})

    def offered(self, code: str) -> Sequence[tuple[str, str]]:
        """The codes and their names in a language."""
        raise NotImplementedError

    def also_known(self) -> Sequence[tuple[str, str]]:
        """Further names that are read, and not offered."""
        return ()

    def to_python(self, value: Any) -> str:
        typed = str(super().to_python(value) or "")
        if not typed:
            return typed
        known = [*(one for code in (language(), ENGLISH) for one in self.offered(code)), *self.also_known()]
        if any(one == typed.upper() for one, _ in known):
            return typed.upper()
        named = {one for one, name in known if name.casefold() == typed.casefold()}
        return named.pop() if len(named) == 1 else typed


class CountryField(OfferedField):
    """The two letters of a country, or its name."""

    widget = CountryInput

    def __init__(self, **options: Any) -> None:
        helped = {"help_text": say("Two letters, such as IT, or its name."), "label": say("Country"), "required": False}
        super().__init__(**{**helped, **options})

    def offered(self, code: str) -> Sequence[tuple[str, str]]:
        return _countries(code)

    def also_known(self) -> Sequence[tuple[str, str]]:
        return _own_names()


class CurrencyField(OfferedField):
    """The three letters of a currency, or its name."""

    widget = CurrencyInput

    def offered(self, code: str) -> Sequence[tuple[str, str]]:
        return _currencies(code)


@cache
def _countries(code: str) -> list[tuple[str, str]]:
    return _by_name({one: Locale.parse(code).territories.get(one, one) for one in COUNTRIES})


@cache
def _own_names() -> list[tuple[str, str]]:
    """What countries are called in their own languages: Italia, Österreich."""
    found = []
    for country in COUNTRIES:
        for code in get_official_languages(country, de_facto=True):
            try:
                name = Locale.parse(code).territories.get(country)
            except (UnknownLocaleError, ValueError):
                continue
            if name:
                found.append((country, name))
    return found


@cache
def _currencies(code: str) -> list[tuple[str, str]]:
    """Those in use somewhere."""
    known = {one.upper() for ones in currencies_by_decimals().values() for one in ones}
    used = {one for code in COUNTRIES for one in get_territory_currencies(code)}
    return _by_name({one: get_currency_name(one, locale=code) for one in known & used})


def _by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda each: each[1].casefold())


def confirmations_known() -> Mapping[str, str]:
    """What rooms ask for before it is done, with its words: hidden until the refusal that asks for it, then a box."""
    return merged("confirmations")


def confirmations(
    form: forms.Form, asked: Collection[str], questions: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Give a form the boxes of all confirmations, each with its question; those not ``asked`` for stay hidden."""
    for name, label in confirmations_known().items():
        widget = forms.CheckboxInput if name in asked else forms.HiddenInput
        question = questions.get(name, "")
        form.fields[name] = forms.BooleanField(required=False, label=label, help_text=question, widget=widget())


def confirmed(kind: type, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Of what a form has confirmed, what a document or an order of this kind can be told."""
    return {name: bool(typed.get(name)) for name in confirmations_known() if hasattr(kind, name)}


def asked_in(data: Any) -> set[str]:
    """Which confirmations a form that was sent has given already: they are shown again."""
    return {name for name in confirmations_known() if data and data.get(name)}


class OnceField(forms.CharField):
    """Hidden in a form that moves money: the form that is sent twice is one, see `idempotency.once`."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=40, initial=lambda: token_urlsafe(16), widget=forms.HiddenInput)


class RowField(forms.ModelChoiceField):
    """One row of a catalogue of the company in scope; only active ones are offered."""

    def __init__(self, model: type[Model], **options: Any) -> None:
        self.model = model
        super().__init__(**{"queryset": None, "required": False, "empty_label": "–", **options})

    def offer(self, **narrowed: Any) -> None:
        """Read the choices of the company in scope: a form does it when it is made, never when it is declared."""
        rows = self.model.objects.filter(is_active=True, **narrowed)  # type: ignore[attr-defined]
        self.queryset = rows


def select(form: forms.Form, **narrowed: dict[str, Any]) -> None:
    """Fill every `RowField` of a form; ``narrowed`` has further conditions by field name."""
    for name, field in form.fields.items():
        if isinstance(field, RowField):
            field.offer(**narrowed.get(name, {}))
