"""Lists as people keep them: criteria as chips, columns chosen, views saved, all of it without scripts."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.pages.test_gateways import text_of
from tests.pages.test_listings import heads

from subledger.companies.models import SavedView

INVOICES = "/invoices/"


def shown(desk, address: str = INVOICES) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def save(desk, name: str = "Late", **more):
    said = {"list": "invoices", "next": INVOICES, "name": name, "query": "settlement=overdue&sort=-due_on", **more}
    return desk.post(reverse("backoffice:saved_views"), said)


def columns(desk, *shown: str, **more):
    order = ["number", "account.name", "posted_on", "due_on", "amount_minor", "open_minor"]
    said = {"list": "invoices", "next": INVOICES, "order": order, "shown": list(shown), **more}
    return desk.post(reverse("backoffice:list_columns"), said)


def test_criteria_in_use_are_chips_that_can_be_taken_off(desk, ledger):
    ledger.invoice(70)
    page = shown(desk, f"{INVOICES}?settlement=open&posted_on_from=2026-05-01&q=INV&sort=number")
    chips = dict(re.findall(r'class="chip" href="([^"]+)">([^<]+)<', page))
    assert set(chips.values()) == {"Search: INV", "Status: Open (any)", "Date: from 1 May 2026"}
    [without] = [address for address, words in chips.items() if words.startswith("Date")]
    assert "posted_on" not in without
    assert "settlement=open" in without
    assert "sort=number" in without
    assert "Clear all" in page
    assert 'class="chip"' not in shown(desk)


def test_a_day_that_a_report_begins_with_is_no_chip(desk, ledger):
    ledger.invoice(70)
    assert 'class="chip"' not in shown(desk, "/reports/aged-receivables/")
    assert "As of: 1 May 2026" in shown(desk, "/reports/aged-receivables/?as_of=2026-05-01")


def test_columns_are_chosen_ordered_and_remembered(desk, ledger):
    ledger.invoice(70)
    columns(desk, "amount_minor", "number", later="number")
    assert heads(shown(desk)) == ["Number", "Amount EUR"]
    columns(desk, "number", "due_on", "account.name", earlier="due_on")
    assert heads(shown(desk)) == ["Number", "Account", "Due"]
    answer = columns(desk, "number", "due_on", "posted_on", earlier="due_on")
    assert answer["Location"] == f"{INVOICES}?arrange=1"
    assert heads(shown(desk, answer["Location"])) == ["Number", "Due", "Date"]
    columns(desk, reset="1")
    assert "Account" in heads(shown(desk))


def test_a_column_that_is_no_more_is_passed_over(desk, ledger):
    ledger.invoice(70)
    desk.post(
        reverse("backoffice:list_columns"), {"list": "invoices", "next": INVOICES, "order": "gone", "shown": "gone"}
    )
    assert "Number" in heads(shown(desk))


def test_a_chosen_column_is_shown_though_it_is_empty(desk, ledger):
    order = ["number", "code", "name"]
    desk.post(
        reverse("backoffice:list_columns"), {"list": "accounts", "next": "/accounts/", "order": order, "shown": order}
    )
    assert heads(shown(desk, "/accounts/")) == ["Number", "Code", "Name"]


def test_files_have_all_columns_whatever_is_shown(desk, ledger):
    ledger.invoice(70)
    columns(desk, "number")
    file = b"".join(desk.get(INVOICES, {"export": "csv"}).streaming_content).decode()
    assert "Amount" in file.splitlines()[0]


def test_a_saved_view_is_an_address_that_says_all_of_it(desk, sit, ledger):
    late, other = ledger.invoice(70, on="04/05", due="10/05"), ledger.invoice(30, on="04/05", due="10/06")
    where = save(desk)["Location"]
    [view] = SavedView.objects.all()
    assert where == f"{INVOICES}?settlement=overdue&sort=-due_on&view={view.public_id}"
    page = shown(desk, where)
    assert late.number in page
    assert other.number not in page
    assert re.search(r'class="view-chip"[^>]*aria-current="true"[^>]*>Late<', page)
    colleague = sit("agent")
    assert late.number in shown(colleague, where)  # the address is understood by whoever does not have the view
    assert ">Late<" not in shown(colleague)


def test_a_view_has_columns_of_its_own(desk, ledger):
    ledger.invoice(70, on="04/05", due="10/05")
    where = save(desk, columns=["number", "due_on"])["Location"]
    assert heads(shown(desk, where)) == ["Number", "Due"]
    assert "Account" in heads(shown(desk))
    columns(desk, "number", view=SavedView.objects.get().public_id)
    assert heads(shown(desk, where)) == ["Number"]


def test_a_list_opens_with_a_view_and_shows_everything_when_asked(desk, ledger):
    late, other = ledger.invoice(70, on="04/05", due="10/05"), ledger.invoice(30, on="04/05", due="10/06")
    where = save(desk, opens="1")["Location"]
    assert desk.get(INVOICES)["Location"] == where
    assert other.number in shown(desk, f"{INVOICES}?view=all")
    assert late.number in shown(desk, f"{INVOICES}?settlement=open")
    assert f'href="{INVOICES}?view=all"' in shown(desk, where)


def test_a_view_is_renamed_kept_anew_and_deleted(desk, ledger):
    save(desk)
    view = SavedView.objects.get()
    address = reverse("backoffice:saved_view", args=[view.pk])
    desk.post(address, {"act": "change", "next": INVOICES, "name": "Very late", "query": "state=posted"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Very late", "settlement=overdue&sort=-due_on")
    desk.post(
        address, {"act": "change", "next": INVOICES, "name": "Very late", "query": "state=posted", "as_shown": "1"}
    )
    view.refresh_from_db()
    assert view.query == "state=posted"
    assert desk.post(address, {"act": "delete", "next": INVOICES})["Location"] == INVOICES
    assert not SavedView.objects.exists()


def test_a_shared_view_is_there_for_colleagues_who_may_open_with_it_and_not_change_it(desk, sit, ledger):
    save(desk, is_shared="1")
    view, agent = SavedView.objects.get(), sit("agent")
    page = shown(agent, f"{INVOICES}?view={view.public_id}")
    assert ">Late<" in page
    assert "Open this list with it" in page
    assert "Delete" not in page
    address = reverse("backoffice:saved_view", args=[view.pk])
    agent.post(address, {"act": "change", "next": INVOICES, "opens": "1"})
    assert agent.get(INVOICES).status_code == 302
    agent.post(address, {"act": "change", "next": INVOICES, "opens": "1", "name": "Mine"})
    view.refresh_from_db()
    assert view.name == "Late"


@pytest.mark.parametrize("name", ["", "Late"])
def test_a_refused_name_is_said_over_the_list(desk, ledger, name):
    save(desk)
    answer = desk.post(
        reverse("backoffice:saved_views"), {"list": "invoices", "next": INVOICES, "name": name}, follow=True
    )
    assert answer.status_code == 200
    assert "name" in text_of(answer)
    assert SavedView.objects.count() == 1


def test_forms_lead_nowhere_else(desk, ledger):
    assert save(desk, next="https://evil.example/")["Location"].startswith("/?")
    assert columns(desk, "number", next="//evil.example/")["Location"] == "/"


def test_the_list_of_an_account_is_kept_for_each_account(desk, ledger):
    other = ledger.open("Ben")
    ledger.invoice(70)
    name, path = "account_transactions", "/accounts/{}/transactions/"
    where = path.format(ledger.account.public_id)
    save(desk, list=name, next=where, query="classification=invoice")
    assert ">Late<" in shown(desk, where)
    assert ">Late<" in shown(desk, path.format(other.public_id))


def test_tables_of_the_configuration_are_lists_of_their_own(desk, ledger):
    save(desk, list="entries:products", next="/configuration/products/", query="")
    assert ">Late<" in shown(desk, "/configuration/products/")
    assert ">Late<" not in shown(desk, "/configuration/tax-rates/")
