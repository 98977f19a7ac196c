"""An electronic invoice of what is held says what its paper says: nothing is simply to be paid by its due date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.documents.official import faults_of
from tests.documents.samples import eur, invoice
from tests.documents.test_einvoices import made, texts

from subledger.documents.labels import labels_of
from subledger.documents.values import FileFormat, Hold, Totals

FIRST, LAST = date(2026, 8, 1), date(2026, 9, 1)
WHOLE = invoice().totals.total


def held(hold: Hold | None):
    document = invoice(hold=hold)
    return replace(document, totals=replace(document.totals, payable=WHOLE))


@pytest.mark.parametrize(
    ("hold", "due", "said"),
    [
        (None, ["2026-07-01"], ""),
        (Hold(is_disputed=True), [], "any of it until"),
        (Hold(agreed=((WHOLE, FIRST),)), ["2026-08-01"], "As agreed: "),
        (
            Hold(agreed=((eur(10_000), FIRST), (eur(WHOLE.minor - 10_000), LAST))),
            ["2026-09-01"],
            "As agreed: €100.00, ",
        ),
        (Hold(agreed=((eur(10_000), LAST),)), ["2026-07-01"], "As agreed: €100.00, "),
    ],
)
def test_its_day_and_its_terms_are_those_of_the_paper(hold, due, said):
    document = held(hold)
    assert isinstance(document.totals, Totals)
    ubl = made(document, FileFormat.UBL)
    assert texts(ubl, "DueDate") == due
    terms = " ".join(texts(ubl, "PaymentTerms") and texts(ubl, "Note"))
    assert said in terms
    for form in (FileFormat.UBL, FileFormat.CII):
        assert faults_of(made(document, form), form) == []


def test_what_is_disputed_says_so_in_every_language():
    for language in ("en", "de", "it", "el"):
        content = made(replace(held(Hold(is_disputed=True)), language=language), FileFormat.CII)
        assert labels_of(language)["disputed"] in texts(content, "Description")
