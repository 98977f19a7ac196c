"""What helps where something is in the way: no scripts, another company, names that are long."""

from __future__ import annotations

import re

from django.urls import reverse
from tests.factories import make_company
from tests.pages.conftest import member, seat

from subledger.companies.models import Company
from subledger.companies.services import add_member
from subledger.platform.scope import company_scope


def test_menus_are_details_that_open_without_scripts(desk, ledger, company):
    content = desk.get(reverse("backoffice:account", args=[ledger.account.pk])).content.decode()
    assert re.search(r'<details class="dropdown" data-menu>\s*<summary role="button" class="btn"', content)
    assert re.search(r'<summary role="button" class="top-avatar"', content)
    assert 'data-bs-toggle="dropdown"' not in content


def test_the_name_of_the_user_menu_has_the_letters_that_are_seen(desk):
    content = desk.get("/").content.decode()
    name, seen = re.search(r'class="top-avatar"[^>]*aria-label="([^"]+)">([^<]+)<', content).groups()
    assert name.startswith(f"{seen}, ")


def test_a_link_into_another_company_of_mine_offers_to_switch(company, ledger):
    person = member(company, "administrator")
    other = make_company()
    Company.objects.filter(pk=company.pk).update(name="Mine")
    with company_scope(other.pk):
        add_member(user=person, role="administrator", actor="test")
    client = seat(person, other)
    link = reverse("backoffice:account", args=[ledger.account.pk])
    answer = client.get(link)
    assert answer.status_code == 404
    assert "This is in “Mine”." in answer.content.decode()
    switch = {"company": company.public_id, "next": link}
    moved = client.post(reverse("backoffice:switch_company"), switch)
    assert moved["Location"] == link
    assert client.get(link).status_code == 200


def test_a_link_into_a_company_of_others_tells_nothing(company, ledger):
    other = make_company()
    Company.objects.filter(pk=company.pk).update(name="Mine alone")
    with company_scope(other.pk):
        stranger = member(other, "administrator")
    answer = seat(stranger, other).get(reverse("backoffice:account", args=[ledger.account.pk]))
    assert answer.status_code == 404
    assert "Mine alone" not in answer.content.decode()


def test_switching_leads_nowhere_outside(company):
    client = seat(member(company, "administrator"), company)
    typed = {"company": company.public_id, "next": "https://elsewhere.example/"}
    assert client.post(reverse("backoffice:switch_company"), typed)["Location"] == "/"
