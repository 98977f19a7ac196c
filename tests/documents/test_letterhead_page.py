"""The letterhead has a page of its own: the form at once, with an invoice beside it that looks as what is typed."""

from __future__ import annotations

import pytest
from tests.pages.conftest import member, seat

from subledger.documents.models import Letterhead
from subledger.messages.models import MessageSettings
from subledger.transactions.models import TransactionDefinition


@pytest.fixture
def desk(company):
    return seat(member(company, "administrator"))


def typed(**more: str) -> dict[str, str]:
    return {"accent": "#123456", "language": "en", **more}


@pytest.mark.parametrize(
    ("slug", "model"),
    [
        ("letterhead", Letterhead),
        ("message-settings", MessageSettings),
        ("transaction-definition", TransactionDefinition),
    ],
)
def test_what_there_is_one_of_has_a_form_and_no_list(desk, slug: str, model):
    answer = desk.get(f"/configuration/{slug}/")
    form = f"/configuration/{slug}/{model.objects.get().public_id}/"
    assert (answer.status_code, answer["Location"]) == (302, form)
    assert desk.get(form).content.decode().count("<form") >= 1


def test_it_is_saved_where_it_stands(desk):
    url = f"/configuration/letterhead/{Letterhead.objects.get().public_id}/"
    answer = desk.post(url, typed(legal_name="Bianchi S.r.l."))
    assert (answer.status_code, answer["Location"]) == (302, url)
    page = desk.get(url).content.decode()
    assert "How an invoice looks" in page
    paper = page[page.index('class="paper"') :]
    assert "Bianchi S.r.l." in paper
    assert "#123456" in paper


def test_the_sample_shows_what_is_typed_and_keeps_nothing(desk):
    answer = desk.post("/configuration/letterhead/look/", typed(legal_name="Not kept Ltd", city="Sampletown"))
    said = answer.content.decode()
    assert "Not kept Ltd" in said
    assert "<html" not in said
    assert Letterhead.objects.get().legal_name == ""


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"accent": "red;}"}, "is not a colour"),
        ({"iban": "IT60"}, "is not an IBAN: characters are missing, or are of the wrong kind. Copy it once more."),
        ({"iban": "DE89370400440532013001"}, "is not an IBAN: its check digits do not agree"),
        ({"bic": "X2"}, "is not a BIC: it has too few or too many characters. Copy it once more."),
        ({"vat_number": "IT12345"}, "is not a VAT number of IT"),
        ({"language": "xx"}, "Choose one of"),
    ],
)
def test_what_is_not_right_yet_is_said_in_its_place(desk, wrong, words):
    answer = desk.post("/configuration/letterhead/look/", typed(**wrong))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "paper" not in answer.content.decode()


def test_whoever_may_not_change_it_reads_it(company):
    Letterhead.objects.update(legal_name="Bianchi S.r.l.", city="Trieste")
    reader = seat(member(company, "auditor"))
    url = f"/configuration/letterhead/{Letterhead.objects.get().public_id}/"
    page = reader.get(url)
    assert page.status_code == 200
    assert "Trieste" in page.content.decode()
    assert 'name="legal_name"' not in page.content.decode()
    assert reader.post(url, typed()).status_code == 403
    assert reader.post("/configuration/letterhead/look/", typed()).status_code == 403
