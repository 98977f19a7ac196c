"""Texts of ours that are kept in rows: beside the English text, what it takes to say it in another language later.

`kernel.sentences.say` makes a text that knows its sentence; a column has only the letters of it. `kept` is what goes
into a JSON column beside it, `recalled` makes the text that one column has what it was, by the other. What is not of
ours, or was kept before, stays the text that it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .money import Money
from .sentences import Sentence, in_english

__all__ = ["Kept", "kept", "recalled"]

Kept = Mapping[str, Any]  # by the English text: its sentence and values, as JSON has them


def kept(texts: Iterable[str]) -> dict[str, Any]:
    """How each of these texts is said again, as far as it is one of ours."""
    found = {str(text): _plain(text) for text in texts if isinstance(text, Sentence)}
    return {text: plain for text, plain in found.items() if _says(plain, text)}


def recalled(text: str, known: Kept) -> str:
    """A text as it was when it was kept."""
    plain = known.get(text)
    return _sentence(plain) if plain is not None else text


def _says(plain: Mapping[str, Any], text: str) -> bool:
    """Whether it comes to the same text again: a value that JSON cannot have is kept as letters, and may not."""
    again = _sentence(plain)
    try:
        said = in_english(again.pattern, again.values)
    except (AttributeError, LookupError, TypeError, ValueError):
        return False
    return said.casefold() == text.casefold()


def _plain(value: Any) -> Any:
    match value:
        case Sentence():
            values = {name: _plain(one) for name, one in value.values.items()}
            return {"text": str(value), "sentence": value.pattern, "values": values}
        case Money():
            return {"minor": value.minor, "currency": value.currency}
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"instant": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case bool() | int():
            return value
    return str(value)


def _value(plain: Any) -> Any:
    match plain:
        case {"sentence": _}:
            return _sentence(plain)
        case {"minor": minor, "currency": currency}:
            return Money(minor, currency)
        case {"decimal": text}:
            return Decimal(text)
        case {"instant": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
    return plain


def _sentence(plain: Mapping[str, Any]) -> Sentence:
    values = {name: _value(one) for name, one in plain["values"].items()}
    return Sentence.of(plain["text"], plain["sentence"], values)
