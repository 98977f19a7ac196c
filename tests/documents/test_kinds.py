"""Kinds of documents are declared: one that could not be printed is refused at start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from subledger.documents import kinds as declarations
from subledger.documents.kinds import Layout, kinds, title_of
from subledger.platform.rooms import Room, RoomsInvalid
from subledger.transactions.document_kinds import KINDS, Kind

[INVOICE] = [kind for kind in KINDS if kind.name == Kind.INVOICE]


@pytest.fixture
def declaring(monkeypatch):
    def declare(kind):
        monkeypatch.setattr(declarations, "installed", lambda: [Room(name="toys", document_kinds=[kind])])
        return kinds()

    kinds.cache_clear()
    yield declare
    kinds.cache_clear()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"titles": {"en": "Slip", "de": "Zettel"}}, "has no title in it, el. Give it one."),
        (
            {"layout": Layout(("number", "colour"))},
            "says 'colour', which is no fact of a document.",
        ),
        ({"layout": Layout((), total="sum")}, "calls its sum 'sum', for which there is no label."),
    ],
)
def test_a_kind_that_could_not_be_printed_is_refused_with_its_reason(declaring, said, why):
    assert list(declaring(INVOICE)) == ["invoice"]
    kinds.cache_clear()
    with pytest.raises(RoomsInvalid) as refused:
        declaring(replace(INVOICE, **said))
    assert str(refused.value).startswith(f"The document kind 'invoice' of the room 'toys' {why}")


def test_a_kind_is_called_by_its_language_and_in_english_elsewhere():
    assert [title_of("refund", code) for code in ("de", "en", "fr")] == ["Erstattung", "Refund", "Refund"]
