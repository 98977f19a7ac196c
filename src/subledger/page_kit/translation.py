"""The language of pages: catalogues of sentences (gettext's), and who hears which.

What is written with `kernel.sentences.say`, and what templates mark with ``{% translate %}``, is looked up in the
rooms' ``locale/<language>/LC_MESSAGES/django.po``; `tools.translation` keeps those up to date. Nothing else is
translated: names, numbers and notes that people gave pass through as they are
([decision 70](../../../docs/decisions/0070-sentences-know-themselves.md)).

Catalogues are read as text, once a process, when the first page in that language is asked for: there is nothing to
compile and nothing compiled to go stale. They are merged into Django's own, so its refusals of forms are in the same
language. How it writes numbers and days stays ours (`formats`; `django_formats` says so to it).

English pages need no catalogue, but their sentences too have amounts, days and instants in them, which people read as
they write them themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import trans_real

from subledger.kernel.languages import ENGLISH, PAGE_LANGUAGES
from subledger.kernel.money import Money
from subledger.kernel.numbers import write_number
from subledger.kernel.sentences import OF, Sentence, in_english, said, speaking
from subledger.page_kit.formats import formats

__all__ = ["asked_for", "catalogue", "catalogues", "in_language", "language"]

ROOMS = Path(__file__).parents[1]


def language() -> str:
    """The language of the page that is being made."""
    return translation.get_language() or ENGLISH


def asked_for(request: HttpRequest) -> str:
    """The language that a browser asks for, where pages speak it."""
    code = translation.get_language_from_request(request)
    return code if code in PAGE_LANGUAGES else ENGLISH


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Everything that a page says meanwhile is said in this language; one that pages do not speak is English."""
    code = code if code in PAGE_LANGUAGES else ENGLISH
    with translation.override(code), speaking(_speaker(code)):
        yield


def catalogues(code: str) -> list[Path]:
    """The files of a language, a room each."""
    return sorted(ROOMS.glob(f"*/locale/{code}/LC_MESSAGES/django.po"))


@cache
def catalogue(code: str) -> Any:
    """All that is said in a language: ``gettext`` of it answers what it does not know with the English."""
    found = trans_real.translation(code)
    for place in catalogues(code):
        with place.open("rb") as source:
            compiled = BytesIO()
            write_mo(compiled, read_po(source, locale=code))
        compiled.seek(0)
        found.merge(GNUTranslations(compiled))
    return found


@cache
def _speaker(code: str) -> Callable[[Sentence], str]:
    if code == ENGLISH:
        return _speak_english
    gettext = catalogue(code).gettext

    def look_up(meant: str, text: str) -> str:
        """What is not said of that alone is what it is everywhere."""
        found: str = gettext(meant + text)
        return found if found != meant + text else text if not meant else str(gettext(text))

    def speak(sentence: Sentence) -> str:
        if not sentence.pattern:
            return ""
        meant, mark, pattern = sentence.pattern.rpartition(OF)
        text = look_up(meant + mark, pattern)
        if sentence.values:
            return FILLING.vformat(text, (), sentence.values)
        english = str.__str__(sentence)
        if english == pattern:
            return text
        # Lowered within a sentence, or with a capital at its beginning: a language's nouns may keep theirs.
        known = look_up(meant + mark, english)
        return known if known != english else text[:1].upper() + text[1:] if english[:1].isupper() else text

    return speak


def _speak_english(sentence: Sentence) -> str:
    english = str.__str__(sentence)
    if not sentence.values:
        return english
    filled = FILLING.vformat(sentence.pattern.rpartition(OF)[2], (), sentence.values)
    as_programs_read_it = in_english(sentence.pattern, sentence.values)
    if english == as_programs_read_it:
        return filled
    if english.casefold() != as_programs_read_it.casefold():  # English has words of its own for it
        return english
    return filled.lower() if english == as_programs_read_it.lower() else filled[:1].upper() + filled[1:]


class Filling(Formatter):
    """Values in a sentence: other texts of ours in its language, amounts, days and instants as the person writes them,
    an instant in the zone of their company."""

    def format_field(self, value: Any, spec: str) -> str:
        shown = formats()
        match value:
            case Sentence():
                return said(value)
            case Money():
                return f"{_unbroken(value.to_decimal())} {value.currency.upper()}"
            case datetime() if not spec:
                local = value if timezone.is_naive(value) else timezone.localtime(value)
                return f"{shown.write_day(local.date())}, {local:%H:%M}"
            case date() if not spec:
                return shown.write_day(value)
            case float():
                return _unbroken(Decimal(format(value, spec)))
            case Decimal() if spec in ("", "f"):
                return _unbroken(value)
            case int() | Decimal() if spec == "," and not isinstance(value, bool):
                return _unbroken(Decimal(value))
        return str(super().format_field(value, spec))


def _unbroken(value: Decimal) -> str:
    """A number as the person writes it, whose groups stay on one line."""
    return write_number(value, formats().number_shown).replace(" ", "\N{NO-BREAK SPACE}")


FILLING = Filling()
