"""Criteria of list pages and reports: each reads its own query parameters, and narrows a QuerySet.

Usage
-----
::

    criteria = (
        Search("q", "Search", fields=("number__istartswith", "account__name__icontains")),
        Choice("state", "State", field="state", choices=(("draft", "Draft"), ("posted", "Posted"))),
        DayRange("posted_on", "Posted", field="posted_on"),     # ?posted_on_from=…&posted_on_to=…
        AmountRange("amount", "Amount", field="amount_minor", rare=True),
        Flag("overdue", "Overdue only", condition=Q(open_minor__gt=0)),
        Day("as_of", "As of", initial=lambda request: clock.today(request.staff.company.time_zone)),
    )

In a report nothing is narrowed: the values that `read` returns are handed to the report by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from subledger.kernel.currencies import USUAL_DECIMALS, currencies_by_decimals
from subledger.kernel.days import asked_day
from subledger.kernel.errors import DayInvalid, DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.formats import formats
from subledger.page_kit.parsing import decimal_of, decimal_text
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.platform.numbering import numbers_ending_in

__all__ = [
    "AmountRange",
    "Choice",
    "Choices",
    "Criterion",
    "CriterionInvalid",
    "Day",
    "DayRange",
    "Flag",
    "Search",
    "Text",
    "address_of",
    "days_in",
    "in_a_sheet",
    "in_words",
    "words_in",
]

_BEGUN = "__istartswith"

Choices = Sequence[tuple[str, str]]


class CriterionInvalid(ValueError):
    """A criterion that cannot be read. The list then shows no rows: all of them would be a wrong answer."""


def _day(text: str, label: str) -> date | None:
    if not text.strip():
        return None
    try:
        return asked_day(text)
    except DayInvalid as refusal:
        raise CriterionInvalid(say("{label}: {text}", label=label, text=str(refusal))) from None


def address_of(request: HttpRequest, criteria: Sequence[Criterion]) -> str:
    """Where a list is looked at, with the days that it is of now: tomorrow it shows the same. What cannot be read stays
    as it was said."""
    asked = request.GET.copy()
    asked.pop("export", None)
    for criterion in criteria:
        with suppress(CriterionInvalid):
            for name, day in criterion.days_now(request).items():
                asked[name] = day
    return f"{request.path}?{asked.urlencode()}" if asked else request.path


@dataclass(frozen=True)
class Criterion:
    name: str
    label: str

    rare: bool = False  # it stands below "More", which is open where one of them is asked for

    kind = "text"  # which input parts/filters.html renders

    def read(self, request: HttpRequest) -> Any:
        """The value asked for, or None when nothing was. Raises CriterionInvalid."""
        return request.GET.get(self.name, "").strip() or None

    def narrow(self, queryset: QuerySet, value: Any) -> QuerySet:
        raise NotImplementedError

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names under which an address asks for it."""
        return (self.name,)

    def days_now(self, request: HttpRequest) -> dict[str, str]:
        """The days that it has today and the address does not name, as an address says them."""
        return {}

    def said(self, request: HttpRequest, value: Any) -> str:
        """What the list is narrowed to by it, in words: label and value."""
        return say("{label}: {value}", label=self.label, value=value)

    def input(self, request: HttpRequest, value: Any) -> dict[str, Any]:
        """What parts/filters.html needs to render the input."""
        raw: QueryDict = request.GET
        return {
            "kind": self.kind,
            "name": self.name,
            "label": self.label,
            "raw": raw.get(self.name, ""),
            "is_rare": self.rare,
        }


def words_in(text: str) -> list[str]:
    """The words that a search looks for: more than eight narrow nothing that anybody reads."""
    return text.replace("\0", "").split()[:8]


@dataclass(frozen=True)
class Search(Criterion):
    """Words looked up in several fields; every word has to be found in one of them. What looks up numbers by their
    beginnings finds those that lack zeros, or their letters, as well."""

    fields: tuple[str, ...] = ()

    kind = "search"

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(self.words(value))

    def words(self, value: str) -> Q:
        """What is true of a row in which all words of it are found."""
        found = Q()
        for word in words_in(value):
            found &= self.word(word)
        if numbers := numbers_ending_in(value):
            found |= reduce(or_, (Q(**{f"{lookup[: -len(_BEGUN)]}__in": numbers}) for lookup in self._numbers), Q())
        return found

    def word(self, word: str) -> Q:
        """What is true of a row in which a word is found."""
        return reduce(or_, (Q(**{lookup: word}) for lookup in self.fields))

    @property
    def _numbers(self) -> list[str]:
        return [one for one in self.fields if f"__{one}".endswith(f"__number{_BEGUN}")]


@dataclass(frozen=True)
class Text(Criterion):
    """A text handed to a report as it was typed."""

    kind = "search"


@dataclass(frozen=True)
class Choice(Criterion):
    """One of a few values; ``choices`` may be a function of the request, ``otherwise`` says what none of them is."""

    field: str = ""
    choices: Choices | Callable[[HttpRequest], Choices] = ()
    otherwise: str = say("All")

    kind = "choice"

    def read(self, request: HttpRequest) -> str | None:
        value = request.GET.get(self.name, "").strip()
        if value and value not in dict(self.options(request)):
            raise CriterionInvalid(
                say(
                    "{label}: {value!r} is not one of the choices. Choose from the list.", label=self.label, value=value
                )
            )
        return value or None

    def options(self, request: HttpRequest) -> Choices:
        return self.choices(request) if callable(self.choices) else self.choices

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(**{self.field or self.name: value})

    def said(self, request: HttpRequest, value: Any) -> str:
        return say("{label}: {value}", label=self.label, value=dict(self.options(request)).get(value, value))

    def input(self, request: HttpRequest, value: Any) -> dict[str, Any]:
        return super().input(request, value) | {"options": self.options(request), "otherwise": self.otherwise}


@dataclass(frozen=True)
class Flag(Criterion):
    condition: Q = field(default_factory=Q)

    kind = "flag"

    def said(self, request: HttpRequest, value: Any) -> str:
        return self.label

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(self.condition)


@dataclass(frozen=True)
class Day(Criterion):
    """One day; with ``initial`` it is never empty."""

    field: str = ""
    initial: Callable[[HttpRequest], date] | None = None

    kind = "day"

    def said(self, request: HttpRequest, value: Any) -> str:
        return say("{label}: {value}", label=self.label, value=formats().write_day(value))

    def read(self, request: HttpRequest) -> date | None:
        asked = _day(request.GET.get(self.name, ""), self.label)
        return asked or (self.initial(request) if self.initial else None)

    def days_now(self, request: HttpRequest) -> dict[str, str]:
        day = self.read(request) if self.initial else None
        return {self.name: day.isoformat()} if day else {}

    def narrow(self, queryset: QuerySet, value: date) -> QuerySet:
        return queryset.filter(**{self.field or self.name: value})

    def input(self, request: HttpRequest, value: Any) -> dict[str, Any]:
        shown = value.isoformat() if value else request.GET.get(self.name, "")
        return super().input(request, value) | {"raw": shown}


@dataclass(frozen=True)
class DayRange(Criterion):
    """From a day to a day, both included, either may be left open."""

    field: str = ""
    initial: Callable[[HttpRequest], tuple[date | None, date | None]] | None = None

    kind = "days"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def said(self, request: HttpRequest, value: Any) -> str:
        first, last = (formats().write_day(day) if day else "" for day in value)
        words = (
            f"{first} – {last}"
            if first and last
            else say("from {first}", first=first)
            if first
            else say("until {last}", last=last)
        )
        return say("{label}: {value}", label=self.label, value=words)

    def read(self, request: HttpRequest) -> tuple[date | None, date | None] | None:
        first = _day(request.GET.get(f"{self.name}_from", ""), self.label)
        last = _day(request.GET.get(f"{self.name}_to", ""), self.label)
        if self.initial and first is None and last is None:
            return self.initial(request)
        if first and last and first > last:
            raise CriterionInvalid(
                say(
                    "{label}: from {first} to {last} holds no day. Swap the two.",
                    label=self.label,
                    first=first,
                    last=last,
                )
            )
        return (first, last) if first or last else None

    def days_now(self, request: HttpRequest) -> dict[str, str]:
        """One that is open at its end is of the days until now."""
        if self.initial is None:
            return {}
        first, last = self.read(request) or (None, None)
        last = last or self.initial(request)[1]
        if first and last and first > last:
            return {}
        return {name: day.isoformat() for name, day in zip(self.parameters, (first, last), strict=True) if day}

    def narrow(self, queryset: QuerySet, value: tuple[date | None, date | None]) -> QuerySet:
        name, (first, last) = self.field or self.name, value
        if first:
            queryset = queryset.filter(**{f"{name}__gte": first})
        if last:
            queryset = queryset.filter(**{f"{name}__lte": last})
        return queryset

    def input(self, request: HttpRequest, value: Any) -> dict[str, Any]:
        first, last = value or (None, None)
        return super().input(request, value) | {
            "raw_from": first.isoformat() if first else request.GET.get(f"{self.name}_from", ""),
            "raw_to": last.isoformat() if last else request.GET.get(f"{self.name}_to", ""),
        }


@dataclass(frozen=True)
class AmountRange(Criterion):
    """From an amount to an amount, both included, either may be left open; in major units of each row's currency."""

    field: str = ""  # minor units
    currency: str = "currency"

    kind = "amounts"

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def said(self, request: HttpRequest, value: Any) -> str:
        first, last = ("" if bound is None else decimal_text(bound) for bound in value)
        words = (
            f"{first} – {last}"
            if first and last
            else say("from {first}", first=first)
            if first
            else say("until {last}", last=last)
        )
        return say("{label}: {value}", label=self.label, value=words)

    def read(self, request: HttpRequest) -> tuple[Decimal | None, Decimal | None] | None:
        first, last = (self._bound(request.GET.get(name, "")) for name in self.parameters)
        if first is not None and last is not None and first > last:
            raise CriterionInvalid(
                say(
                    "{label}: from {first} to {last} holds no amount. Swap the two.",
                    label=self.label,
                    first=first,
                    last=last,
                )
            )
        return None if first is None and last is None else (first, last)

    def _bound(self, text: str) -> Decimal | None:
        try:
            return decimal_of(text, param=self.name)
        except DomainError as refusal:
            raise CriterionInvalid(say("{label}: {refusal}", label=self.label, refusal=str(refusal))) from None

    def narrow(self, queryset: QuerySet, value: tuple[Decimal | None, Decimal | None]) -> QuerySet:
        first, last = value
        within = Q()
        for places, of_currency in self._by_decimals():
            asked = of_currency
            if first is not None:
                asked &= Q(**{f"{self.field}__gte": int(first.scaleb(places).to_integral_value(ROUND_CEILING))})
            if last is not None:
                asked &= Q(**{f"{self.field}__lte": int(last.scaleb(places).to_integral_value(ROUND_FLOOR))})
            within |= asked
        return queryset.filter(within)

    def _by_decimals(self) -> Iterator[tuple[int, Q]]:
        others = Q()
        for places, codes in currencies_by_decimals().items():
            if places != USUAL_DECIMALS:
                yield places, Q(**{f"{self.currency}__in": codes})
                others &= ~Q(**{f"{self.currency}__in": codes})
        yield USUAL_DECIMALS, others

    def input(self, request: HttpRequest, value: Any) -> dict[str, Any]:
        first, last = (request.GET.get(name, "") for name in self.parameters)
        return super().input(request, value) | {"raw_from": first, "raw_to": last}


def in_words(values: Any) -> list[tuple[str, str]]:
    """The values of an enumeration as choices."""
    return [(value.value, show.word(value)) for value in values]


def days_in(value: Any) -> list[date]:
    """The days that the value of a criterion names."""
    values = value if isinstance(value, tuple) else (value,)
    return [one for one in values if isinstance(one, date)]


def in_a_sheet(criterion: Criterion, value: Any) -> str:
    """A criterion as a sheet says it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " to ".join(str(one) if one else "…" for one in value)
    if criterion.kind == "flag":
        return criterion.label
    return f"{criterion.label} {value}" if isinstance(value, date) else f"{criterion.label}: {value}"
