"""What the program says to people: an English text that knows its sentence, so that a page can say it in another
language.

Usage
-----
::

    say("Customer")
    say("Invoice {number} is settled.", number=row.number)
    say_of("run", "Cancelled")

What comes back is the finished English text, a ``str`` like others: it is what the API, commands, files and logs say.
It keeps the sentence and the values that it was made of. Where somebody listens in another language (`speaking`),
`said` looks the sentence up there, and only then puts the values in; HTML does so by itself, for such a text tells
templates what it is called there. Amounts, days and instants are given as values, never as text: programs read them as
ISO has them, an instant in UTC; people in their own formats, in the zone of their company. What was not written with
`say` is nobody's to translate: names, numbers and notes that people gave stay as they are, whatever they read like.

One English word may mean two things that other languages call differently: a run is cancelled (abgebrochen) otherwise
than an invoice (storniert). `say_of` says of what it is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from html import escape
from typing import Any, Self

__all__ = ["Sentence", "Speaker", "in_english", "joined", "said", "say", "say_of", "speaking"]

OF = "\4"  # between of what a text is meant and the text: gettext's own mark of contexts


class Sentence(str):
    """A text of ours. ``pattern`` is what catalogues know: with a name in braces where each of ``values`` stands, and
    before it, up to ``OF``, of what it is meant where that was said."""

    __slots__ = ("pattern", "values")

    pattern: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, text: str, pattern: str, values: Mapping[str, Any]) -> Self:
        """The English ``text`` that a sentence with these values comes to."""
        sentence = cls(text)
        sentence.pattern, sentence.values = pattern, values
        return sentence

    def __str__(self) -> str:
        return self  # as it is: Django's forms turn labels and refusals into text before they show them

    def __html__(self) -> str:
        """What templates and ``format_html`` show of it."""
        return escape(said(self))

    def lower(self) -> str:
        """Within another sentence: still a text of ours."""
        return Sentence.of(super().lower(), self.pattern, self.values)

    def capitalize(self) -> str:
        """At the beginning of one."""
        return Sentence.of(super().capitalize(), self.pattern, self.values)

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[Any, ...]]:
        return type(self).of, (str.__str__(self), self.pattern, dict(self.values))


def say(pattern: str, /, **values: Any) -> str:
    """The text in English. A brace stands for itself where no values are given."""
    return Sentence.of(in_english(pattern, values), pattern, values)


def say_of(meant: str, pattern: str, /, **values: Any) -> str:
    """The same of a text whose words mean something of their own here: ``say_of("run", "Cancelled")``."""
    return say(f"{meant}{OF}{pattern}" if meant else pattern, **values)


def in_english(pattern: str, values: Mapping[str, Any]) -> str:
    """The sentence as programs, files and logs read it: instants to the minute, in UTC."""
    pattern = pattern.rpartition(OF)[2]
    if not values:
        return pattern
    return pattern.format(
        **{name: _instant(value) if isinstance(value, datetime) else value for name, value in values.items()}
    )


def _instant(at: datetime) -> str:
    """An instant in UTC; what has no zone is what a clock on a wall shows."""
    return f"{at:%Y-%m-%d %H:%M}" if at.tzinfo is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def joined(texts: Iterable[object], mark: str = ", ") -> str:
    """Some texts or amounts as one: those that are ours stay so."""
    given = {f"text_{at}": text for at, text in enumerate(texts)}
    return say("{mark}".join(f"{{{name}}}" for name in given), mark=mark, **given)


Speaker = Callable[[Sentence], str]
_speaker: ContextVar[Speaker | None] = ContextVar("speaker", default=None)


@contextmanager
def speaking(speaker: Speaker | None) -> Iterator[None]:
    """Have `said` speak as ``speaker`` does; None: English."""
    token = _speaker.set(speaker)
    try:
        yield
    finally:
        _speaker.reset(token)


def said(text: str) -> str:
    """The text in the language of who listens, where it is one of ours; any other as it is."""
    speaker = _speaker.get()
    return speaker(text) if speaker is not None and isinstance(text, Sentence) else text
