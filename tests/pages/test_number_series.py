"""Numbers under Configuration: what comes next, as a format is typed, and refusals beside their fields."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.factories import Ledger
from tests.pages.conftest import member, seat
from tests.pages.test_gateways import text_of

from subledger.companies.models import Company
from subledger.companies.number_series import change_series, series_by_code
from subledger.kernel.number_series import Restart

SERIES = "/configuration/series/"
TYPED = {"format": "RE-{year}-{number:5}", "restarts": "year", "next_number": "42"}


def test_each_series_shows_its_next_number(desk, ledger: Ledger):
    ledger.invoice(10)
    page = text_of(desk.get(SERIES))
    for words in ("Invoice INV00000002 INV{number:8} Never", "Account ACR", "Mirror invoice MIR00000001"):
        assert words in page, page
    assert "Document numbers" in text_of(desk.get("/configuration/"))


def test_the_next_numbers_appear_as_they_are_typed(desk, company: Company):
    shown = text_of(desk.post(f"{SERIES}invoice/next/", TYPED))
    assert "RE-2026-00042 , RE-2026-00043, RE-2026-00044" in shown
    assert "capital letters: RE-{number}" in text_of(
        desk.post(f"{SERIES}invoice/next/", {**TYPED, "format": "re-{number}"})
    )
    assert "Say a format" in text_of(desk.post(f"{SERIES}invoice/next/", {}))
    assert series_by_code("invoice").format == "INV{number:8}"


def test_a_series_is_changed_and_counts_on(desk, ledger: Ledger):
    page = desk.get(f"{SERIES}invoice/")
    assert 'value="INV{number:8}"' in page.content.decode()
    assert desk.post(f"{SERIES}invoice/", TYPED)["Location"] == SERIES
    assert ledger.invoice(10).number == "RE-2026-00042"
    assert "2026 next 43" in text_of(desk.get(f"{SERIES}invoice/"))
    assert "Numbers changed" in text_of(desk.get("/configuration/events/"))
    left = {**TYPED, "format": "R-{year}-{number:5}", "next_number": "43", "shown_number": "43"}
    ledger.invoice(10)  # while the form is looked at
    assert desk.post(f"{SERIES}invoice/", left).status_code == 302
    assert ledger.invoice(10).number == "R-2026-00044"


def test_the_figure_of_this_year_is_not_taken_for_that_of_another(desk, ledger: Ledger):
    """Whoever types 2024 beside what was filled in for 2026 has said no number of 2024."""
    change_series(code="invoice", format="RE-{year}-{number:5}", restarts=Restart.YEAR, next_number=72, actor="test")
    shown = {"next_number": "72", "shown_number": "72", "shown_period": "2026"}
    typed = {"format": "RE-{year}-{number:5}", "restarts": "year", **shown, "period": "2024"}
    part = desk.post(f"{SERIES}invoice/next/", typed).content.decode()
    assert "Give the next number of 2024." in part
    assert part.count("hx-swap-oob") == 2, "the boxes are emptied as it is typed"
    assert 'value="72"' not in part
    refused = desk.post(f"{SERIES}invoice/", typed)
    assert refused.status_code == 422
    assert 'value="72"' not in refused.content.decode()
    assert desk.post(f"{SERIES}invoice/", {**typed, "shown_number": ""}).status_code == 302, "72 may be meant"
    assert desk.post(f"{SERIES}invoice/", {**typed, "period": "2026"}).status_code == 302, "and this year's is left"
    assert ledger.invoice(10).number == "RE-2026-00072"


def test_a_refusal_stands_beside_its_field(desk, ledger: Ledger):
    ledger.invoice(10)
    for typed, words in (
        ({"format": "RE"}, "A format has {number} once"),
        ({"format": "PAY{number}", "restarts": "never"}, "could be a number of two series"),
        ({"format": "INV{number:8}", "restarts": "never", "next_number": "1"}, "INV00000001 is taken"),
    ):
        refused = desk.post(f"{SERIES}invoice/", {**TYPED, **typed})
        assert refused.status_code in (409, 422)
        assert words in text_of(refused)
        assert "aria-invalid" in refused.content.decode()


def test_who_opened_the_form_before_a_colleague_changed_it_sees_that(desk, company: Company):
    page = desk.get(f"{SERIES}invoice/")
    change_series(code="invoice", format="R{number:3}", actor="user:bo")
    sent = desk.post(f"{SERIES}invoice/", {**TYPED, "version": page.context["version"]})
    assert sent.status_code == 409
    assert "R{number:3}" in text_of(sent)


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("billing_manager", 403), ("accountant", 200)])
def test_it_takes_a_permission_of_its_own(company: Company, role: str, status: int):
    client = seat(member(company, role), company)
    assert client.get(f"{SERIES}invoice/").status_code == status
    page = client.get(SERIES)
    assert page.status_code == 200
    assert (f"{SERIES}invoice/" in page.content.decode()) == (status == 200)


def test_numbers_of_any_format_lead_to_their_thing(desk, ledger: Ledger):
    change_series(code="invoice", format="A/{yy}.{number:4}", restarts=Restart.YEAR, actor="test")
    change_series(code="account", format="D/{number:3}", next_number=7, actor="test")
    account = ledger.open("Bo")
    invoice = ledger.invoice(10, account=account)
    for text, url in (
        ("A/26.0001", reverse("backoffice:transaction", args=[invoice.id])),
        ("a/26.1", reverse("backoffice:transaction", args=[invoice.id])),
        ("D/007", reverse("backoffice:account", args=[account.pk])),
    ):
        assert desk.get(reverse("backoffice:search"), {"q": text})["Location"] == url
    page = desk.get(reverse("backoffice:account", args=[account.pk]))
    assert page.status_code == 200
    statement = desk.get(f"{reverse('backoffice:account', args=[account.pk])}statement/?export=csv")
    assert 'filename="statement_D-007_' in statement["Content-Disposition"]
