"""Texts of ours that were kept in a row are said in the language of whoever reads them, and nobody else's are."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from subledger.kernel.kept_sentences import kept, recalled
from subledger.kernel.money import Money
from subledger.kernel.sentences import Sentence, joined, said, say, speaking

GERMAN = {
    "{who} gets no mail, because {why}.": "{who} bekommt keine Post, weil {why}.",
    "it came back": "sie kam zurück",
}


def german(sentence: Sentence) -> str:
    values = {name: said(value) if isinstance(value, str) else value for name, value in sentence.values.items()}
    return GERMAN.get(sentence.pattern, sentence.pattern).format(**values)


def through_a_row(text: str) -> str:
    """As it comes out of two columns that it went into."""
    return recalled(str.__str__(text), json.loads(json.dumps(kept([text]))))


def test_a_text_comes_back_with_its_sentence_and_the_sentences_in_it():
    text = through_a_row(say("{who} gets no mail, because {why}.", who="it came back", why=say("it came back")))
    assert text == "it came back gets no mail, because it came back."
    with speaking(german):
        assert said(text) == "it came back bekommt keine Post, weil sie kam zurück."


@pytest.mark.parametrize(
    "value",
    [
        Money(1999, "eur"),
        Decimal("1.50"),
        date(2026, 5, 31),
        datetime(2026, 5, 31, 12, tzinfo=UTC),
        3,
        "Ana",
        joined("ab"),
    ],
)
def test_values_come_back_as_what_they_are(value):
    text = say("So much: {value}.", value=value)
    again = through_a_row(text)
    assert (again, again.values["value"]) == (text, value)  # type: ignore[attr-defined]


def test_what_cannot_be_said_again_stays_the_text_it_is():
    assert kept([say("It failed: {error:>4}", error=Decimal(3))])
    for text in ("Somebody typed this.", say("It came to {amounts[0]}.", amounts=[1])):
        assert kept([text]) == {}
        assert type(through_a_row(text)) is str
    assert recalled("kept before", {}) == "kept before"


def test_a_text_that_begins_a_sentence_is_kept_too():
    assert through_a_row(say("it came back").capitalize()) == "It came back"
