"""Countries and currencies are typed by their codes or by their names, in the page's language or in English."""

from __future__ import annotations

import pytest
from django.urls import reverse

from subledger.page_kit.entries import OFFERED
from subledger.page_kit.fields import CountryField, CurrencyField
from subledger.page_kit.translation import in_language


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("IT", "en", "IT"), ("de", "en", "DE"), ("", "en", ""), ("Germany", "en", "DE"), ("denmark", "en", "DK"),
        ("Austria", "en", "AT"), ("Ireland", "en", "IE"), ("Estonia", "en", "EE"), ("Deutschland", "de", "DE"),
        ("Österreich", "de", "AT"), ("Austria", "de", "AT"), ("Italia", "en", "IT"), ("österreich", "en", "AT"),
    ],
)  # fmt: skip
def test_a_country_typed_by_its_name_is_that_country(typed: str, language: str, code: str):
    """The box held two letters: of Germany it kept "Ge", which is Georgia."""
    field = CountryField()
    assert int(field.widget_attrs(field.widget)["maxlength"]) >= len("Südgeorgien und die Südlichen Sandwichinseln")
    with in_language(language):
        assert field.clean(typed) == code


@pytest.mark.parametrize(("typed", "code"), [("eur", "EUR"), ("Euro", "EUR"), ("Swiss Franc", "CHF"), ("usd", "USD")])
def test_a_currency_is_too(typed: str, code: str):
    assert CurrencyField().clean(typed) == code


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Germny", "ZZ", "Ge rmany"])
def test_what_is_neither_is_refused_beside_its_field_and_stays(desk, typed: str):
    answer = desk.post(reverse("backoffice:customer_new"), {"name": "Ann", "country": typed})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert (list(form.errors), form["country"].value()) == (["country"], typed)


def test_so_are_those_of_tables():
    assert {"country": CountryField, "currency": CurrencyField} == OFFERED
