"""The trail of events in words: what each is about by name and link, and what it tells, old → new, as pages say it.

Usage
-----
::

    told = Trail(events)          # reads the names of everything that a page of events speaks of, a query a kind
    told.title(event)             # Account changed
    told.about(event)             # Thing("ACR0000000013 Ada", "/accounts/acc_…/"), or None where it is gone
    told.facts(event)             # ["Credit limit: none → 500.00 EUR"]
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.utils import timezone

from subledger.kernel.sentences import said
from subledger.kernel.words import plain
from subledger.page_kit.formats import formats
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.platform.models import Event
from subledger.platform.rooms import event_references

from .event_words import SECRETS, STATES, is_money, label_named, sentence, silent
from .faces import Named, merged, shell_url
from .kinds import kinds
from .staff import desk

__all__ = ["Thing", "Trail", "amount_in_words"]

# Facts whose values are words of ours, of one word as well.
ENUMERATED = frozenset({"kind", "mode", "state", "type", "was"})
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(Z|[+-][0-9]{2}:[0-9]{2})")
PUBLIC_ID = re.compile(r"[a-z]{3}_[0-9a-z]{13}")


class Thing(NamedTuple):
    name: str
    url: str
    currency: str = ""


def _rows(model: Any, *related: str) -> Callable[[Sequence[int]], Iterable[Any]]:
    return lambda idents: model.objects.filter(pk__in=idents).select_related(*related)


def _page_of(slug: str) -> Callable[[Any], str]:
    return lambda row: shell_url("row", slug, row.public_id)


@cache
def objects() -> dict[str, Named]:
    """How the rows of an object type are read, named and reached: as rooms say, and whatever is kept by its model."""
    kept = {
        kind.model._meta.model_name or "": Named(_rows(kind.model, *kind.related), str, _page_of(kind.slug))
        for kind in kinds().values()
    }
    return kept | merged("named")


class Trail:
    """Some events, with the names of all that they speak of."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = list(events)
        self.people = desk().names_of(event.actor for event in self.events)
        wanted: dict[str, set[int]] = defaultdict(set)
        references = self._references = {**event_references(), **merged("references")}
        for event in self.events:
            wanted[event.object_type].add(event.object_id)
            for key, value in [pair for data in (event.data, *_things_in(event.data)) for pair in data.items()]:
                if key in references:
                    wanted[references[key]].update(_idents(value))
        self._things = {
            (type_, row.pk): Thing(kind.name(row), kind.url(row), getattr(row, "currency", "") or "")
            for type_, idents in wanted.items()
            if (kind := objects().get(type_)) is not None
            for row in kind.read(sorted(idents))
        }

    def title(self, event: Event) -> str:
        return said(sentence(event.type))

    def who(self, event: Event) -> str:
        return self.people[event.actor]

    def about(self, event: Event) -> Thing | None:
        """What it happened to; None for what is not here any more."""
        return self._things.get((event.object_type, event.object_id))

    def facts(self, event: Event) -> list[str]:
        """What an event tells beyond its name, one text a fact."""
        thing = self.about(event)
        currency = str(event.data.get("currency") or (thing.currency if thing else ""))
        facts, goes_unsaid = [], silent()
        for key, value in event.data.items():
            if key == "text":
                facts.append(str(value))
            elif key in goes_unsaid or value is None or value == "" or value == [] or _is_id(value):
                continue
            elif value == 0 and key.endswith("_amount"):
                continue  # nothing is open: what happened says so
            elif key in self._references:
                named = [self._things.get((self._references[key], ident)) for ident in _idents(value)]
                names = [each.name for each in named if each]
                if names:
                    facts.append(f"{said(label_of(key))}: {', '.join(names)}")
            elif things := _things_in({key: value}):
                told = ", ".join(filter(None, (self._named(one, currency) for one in things)))
                facts.append(f"{said(label_of(key))}: {told}")
            elif isinstance(value, list) and len(value) == 2 and not any(isinstance(v, list | dict) for v in value):
                before, after = (_plain(key, each, currency) for each in value)
                facts.append(f"{said(label_of(key))}: {before} → {after}")
            elif isinstance(value, list):
                facts.append(f"{said(label_of(key))}: {', '.join(_plain(key, each, currency) for each in value)}")
            elif not isinstance(value, dict):
                facts.append(f"{said(label_of(key))}: {_plain(key, value, currency)}")
        return facts

    def _named(self, told: dict[str, Any], currency: str) -> str:
        """One of a list of things, each told with its amount: PAY00000012 60.00 EUR."""
        names = [self._things.get((self._references[key], told[key])) for key in told if key in self._references]
        amount = amount_in_words(told["amount"], currency) if currency and isinstance(told.get("amount"), int) else ""
        return " ".join(filter(None, (*(name.name for name in names if name), amount)))

    def amount(self, event: Event) -> tuple[int, str] | None:
        """The money it is about, in minor units and a currency."""
        amount, currency = event.data.get("amount"), event.data.get("currency")
        return (amount, currency) if isinstance(amount, int) and currency else None


def amount_in_words(minor: int, currency: str) -> str:
    return f"{show.amount_text(minor, currency)}\u00a0{currency.upper()}"


def label_of(key: str) -> str:
    return label_named(key) or label_named(key.removesuffix("_minor")) or show.word(key.removesuffix("_minor"))


def _idents(value: Any) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [int(each) for each in values if str(each).isdecimal()]


def _things_in(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The things that an event lists: ``{"settles": [{"transaction_id": 7, "amount": 500}, …]}``."""
    return [each for value in data.values() if isinstance(value, list) for each in value if isinstance(each, dict)]


def _is_id(value: Any) -> bool:
    """A public id, which programs read; people read names and numbers."""
    return isinstance(value, str) and PUBLIC_ID.fullmatch(value) is not None


def _plain(key: str, value: Any, currency: str) -> str:
    """A value as a page says it: money in major units, days in the reader's format, yes and no."""
    text = str(value).strip()
    if text in STATES:
        return said(STATES[text])
    if text in SECRETS and key.endswith(("_key", "_secret", "_secrets")):
        return said(SECRETS[text])
    if key in ("unit_amount", "code"):
        return text
    if is_money(key) and currency and text.lstrip("-").isdecimal():
        return amount_in_words(int(text), currency)
    if key in ENUMERATED and text.islower() and text.replace("_", "").isalpha():
        return said(plain(text))
    if key in ("currency", "base_currency"):
        return text.upper()
    try:
        if MOMENT.fullmatch(text):
            return _moment(datetime.fromisoformat(text))
        return formats().write_day(date.fromisoformat(text)) if len(text) == 10 else _word(text)
    except ValueError:
        return text


def _moment(at: datetime) -> str:
    """On the company's clock."""
    there = timezone.localtime(at)
    return f"{formats().write_day(there.date())}, {there:%H:%M}"


def _word(text: str) -> str:
    """A value of an enumeration, such as under_processing, without its underscores; anything else as it is."""
    is_word = text.isascii() and text.islower() and "_" in text and " " not in text
    return said(plain(text)) if is_word else text
