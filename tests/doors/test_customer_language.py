"""A customer's own language: kept alike by every door, and read before their browser's."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse
from tests.doors.conftest import Doors, said

from subledger.accounts.models import Customer
from subledger.gateways.pages.languages import WORDS
from subledger.kernel.languages import ENGLISH, LANGUAGES, language_named


def test_the_languages_stand_in_one_place():
    assert set(WORDS) == set(LANGUAGES) == {code for code, _ in settings.LANGUAGES}
    assert settings.LANGUAGE_CODE == ENGLISH


@pytest.mark.parametrize(("text", "code"), [("IT", "it"), (" de ", "de"), ("", ""), ("fr", None), ("english", None)])
def test_a_code_is_one_of_them_or_nothing(text, code):
    assert language_named(text) == code


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
