"""A customer's own language: kept alike by every door, and read before their browser's."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from tests.doors.conftest import Doors, said

from subledger.accounts.models import Customer
from subledger.gateways.customer_pages.languages import WORDS
from subledger.kernel.languages import ENGLISH, LANGUAGES, language_named, spoken


def test_the_languages_stand_in_one_place():
    assert set(WORDS) == set(LANGUAGES) == {code for code, _ in settings.LANGUAGES}
    assert settings.LANGUAGE_CODE == ENGLISH


LANGUAGES_SAID = {
    "IT": "it", " de ": "de", "": "", "fr": "fr", "english": None, "de_at": "de-AT", "en-GB": "en-GB",
    "zh-hant-tw": "zh-Hant-TW", "xx": None, "de-": None, "../de": None, "d" * 100: None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), LANGUAGES_SAID.items())
def test_a_language_is_one_that_there_is_or_nothing(text, code):
    assert language_named(text) == code


@pytest.mark.parametrize(("language", "nearest"), [("de-AT", "de"), ("el", "el"), ("fr-CA", ""), ("", "")])
def test_they_are_spoken_to_in_the_nearest_of_ours(language, nearest):
    assert spoken(language) == nearest


def test_another_language_is_kept_by_every_door_and_the_nearest_is_spoken(doors: Doors):
    made = doors.api.post("customers", {"name": "Api", "language": "de_AT"})
    assert made["language"] == "de-AT"
    row = Customer.objects.get(name="Api")
    page = doors.page.get(reverse("backoffice:customer_edit", args=[row.pk]))
    assert '<option value="de-AT" selected>' in page.content.decode()
    doors.file("customers", [{"customer": "F1", "name": "File", "language": "fr-ca"}])
    again = doors.file("customers", [{"customer": "F1", "name": "File", "language": "fr-CA"}])
    assert (again.unchanged, again.rejected) == (1, 0)
    assert Customer.objects.get(name="File").language == "fr-CA"


def test_every_door_keeps_it(doors: Doors):
    made = doors.api.post("customers", {"name": "Api", "language": "IT"})
    assert made["language"] == "it"
    assert doors.api.patch(f"customers/{made['id']}", {"language": "de"})["language"] == "de"
    assert doors.api.patch(f"customers/{made['id']}", {"city": "Graz"})["language"] == "de"
    assert doors.send("customer_new", {"name": "Page", "language": "el"}).status_code == 302
    doors.file("customers", [{"customer": "F1", "name": "File", "language": "De"}, {"customer": "F2", "name": "No"}])
    kept = dict(Customer.objects.values_list("name", "language"))
    assert (kept["Page"], kept["File"], kept["No"]) == ("el", "de", "")
    page = Customer.objects.get(name="Page")
    assert "Ελληνικά" in said(doors.page.get(reverse("backoffice:customer", args=[page.pk])))
    same = doors.file("customers", [{"customer": "F1", "name": "File", "language": "it"}])
    assert same.rejected == 1  # another language is another customer than the books have
