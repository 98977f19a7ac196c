"""Kinds of documents are declared: one that could not be printed is refused at start."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.documents.samples import invoice

from subledger.documents import kinds as declarations
from subledger.documents.kinds import Layout, kinds, labels_for, title_of
from subledger.documents.layouts import lay_out
from subledger.documents.sheets import Column, Section, Shape
from subledger.kernel.languages import LANGUAGES
from subledger.platform.rooms import Room, RoomsInvalid
from subledger.transactions.document_kinds import KINDS, Kind

EVERYWHERE = dict.fromkeys(LANGUAGES, "Colour")
[INVOICE] = [kind for kind in KINDS if kind.name == Kind.INVOICE]


@pytest.fixture
def declaring(monkeypatch):
    def declare(kind):
        monkeypatch.setattr(declarations, "installed", lambda: [Room(name="toys", document_kinds=[kind])])
        return kinds()

    kinds.cache_clear()
    labels_for.cache_clear()
    yield declare
    kinds.cache_clear()
    labels_for.cache_clear()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"titles": {"en": "Slip", "de": "Zettel"}}, "has no title in it, el. Give it one."),
        (
            {"layout": Layout(("number", "colour"))},
            "says 'colour', which is no fact of every document. Give it a word",
        ),
        ({"layout": Layout((), total="sum")}, "calls its sum 'sum', for which there is no label."),
        ({"terms": "never"}, "calls its terms 'never', for which there is no label."),
        ({"words": {"colour": {"en": "Colour", "de": "Farbe", "it": "Colore"}}}, "has no word for 'colour' in el."),
        ({"words": {"total": EVERYWHERE}}, "has a word for 'total', which all documents have."),
        ({"words": {"customer_vat": EVERYWHERE}}, "has a word for 'customer_vat', which all documents have."),
    ],
)
def test_a_kind_that_could_not_be_printed_is_refused_with_its_reason(declaring, said, why):
    assert list(declaring(INVOICE)) == ["invoice"]
    kinds.cache_clear()
    with pytest.raises(RoomsInvalid) as refused:
        declaring(replace(INVOICE, **said))
    assert str(refused.value).startswith(f"The document kind 'invoice' of the room 'toys' {why}")


def test_a_kind_says_what_no_other_does_in_words_of_its_own(declaring):
    kind = replace(
        INVOICE,
        layout=Layout(("colour", "number", "level"), (told,), "colour"),
        words={"colour": EVERYWHERE | {"de": "Farbe"}, "level": EVERYWHERE},
    )
    declaring(kind)
    sheet = lay_out(invoice(language="de", facts={"colour": "red", "level": Decimal(0)}, bank=None))
    assert [(fact.label, fact.value) for fact in sheet.facts] == [
        ("Farbe", "red"), ("Nummer", "INV00000042"), ("Colour", Decimal(0)),
    ]  # fmt: skip
    assert (sheet.sections[0].title, sheet.totals[-1].label) == ("Farbe", "Farbe")


def told(document, labels, formats):
    return [
        Section([Column(labels["date"], Shape.DAY, millimetres=30)], [(document.issued_on,)], title=labels["colour"])
    ]


def test_a_kind_is_called_by_its_language_and_in_english_elsewhere():
    assert [title_of("refund", code) for code in ("de", "en", "fr")] == ["Erstattung", "Refund", "Refund"]
