"""Texts of ours know their sentence; whoever speaks another language looks it up, and puts the values in then."""

from __future__ import annotations

import pickle

import pytest
from django.utils.html import format_html

from subledger.kernel.errors import Door, Invalid
from subledger.kernel.sentences import Sentence, joined, said, say, speaking

GERMAN = {
    "Cash": "Bar",
    "Invoice {number} is settled.": "Rechnung {number} ist ausgeglichen.",
    "Try again.": "Noch einmal.",
}


def german(sentence: Sentence) -> str:
    values = {name: said(value) if isinstance(value, str) else value for name, value in sentence.values.items()}
    return GERMAN.get(sentence.pattern, sentence.pattern).format(**values)


def test_a_text_of_ours_is_english_and_known_by_its_sentence():
    text = say("Invoice {number} is settled.", number="INV1")
    assert text == "Invoice INV1 is settled."
    assert said(text) is text
    with speaking(german):
        assert said(text) == "Rechnung INV1 ist ausgeglichen."
        assert text == "Invoice INV1 is settled."


def test_what_somebody_typed_is_never_looked_up():
    with speaking(german):
        assert said("Cash") == "Cash"
        assert said(say("Invoice {number} is settled.", number="Cash")) == "Rechnung Cash ist ausgeglichen."
        assert said(say("Invoice {number} is settled.", number=say("Cash"))) == "Rechnung Bar ist ausgeglichen."


def test_html_says_it_and_escapes_it():
    with speaking(german):
        assert format_html("<b>{}</b> {}", say("Cash"), "Cash") == "<b>Bar</b> Cash"
        assert format_html("{}", say("{what}", what="<i>")) == "&lt;i&gt;"


@pytest.mark.parametrize(
    "keep", [str, lambda text: pickle.loads(pickle.dumps(text)), Sentence.lower, Sentence.capitalize]
)
def test_it_stays_one_of_ours(keep):
    with speaking(german):
        assert said(keep(say("Cash"))) == "Bar"


def test_a_refusal_keeps_its_sentence_with_what_to_do_next():
    error = Invalid(say("Invoice {number} is settled.", number="INV1"), remedies={Door.PAGE: say("Try again.")})
    assert error.text_for(Door.PAGE) == "Invoice INV1 is settled. Try again."
    with speaking(german):
        assert said(error.text_for(Door.PAGE)) == "Rechnung INV1 ist ausgeglichen. Noch einmal."


def test_a_card_number_in_a_value_is_masked_and_the_sentence_kept():
    error = Invalid(say("Invoice {number} is settled.", number="4242 4242 4242 4242"))
    assert str(error) == "Invoice …4242 is settled."
    with speaking(german):
        assert said(str(error)) == "Rechnung …4242 ist ausgeglichen."


def test_joined_texts_are_each_said():
    with speaking(german):
        assert said(joined([say("Cash"), "Cash"])) == "Bar, Cash"
    assert joined([]) == ""
