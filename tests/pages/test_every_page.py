"""Every page answers, to the people it is for, about the company they work for; nobody else's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import company_at_work
from tests.pages.addresses import ACTIONS, FILES_ALONE, FORMS_ALONE, url_of, with_ids, without_ids
from tests.pages.conftest import member, seat

from subledger.companies.permissions import permissions
from subledger.config.pages import PAGES
from subledger.page_kit.kinds import kinds
from subledger.page_kit.navigation import navigation
from subledger.transactions.models import Transaction

READS = [page.name for page in PAGES if page.name not in FORMS_ALONE]


def test_no_page_is_missing_from_these_tests(books):
    walked = {name for name, _ in [*with_ids(books), *without_ids()]}
    assert walked | FILES_ALONE | FORMS_ALONE == {page.name for page in PAGES}


def test_every_page_answers(books, desk):
    for address in [*with_ids(books), *without_ids()]:
        if address[0] in FORMS_ALONE:
            continue
        answer = desk.get(url_of(address))
        assert answer.status_code == 200, f"{url_of(address)}: {answer.status_code}"
        assert b"<h1>" in answer.content


@pytest.mark.wide
def test_every_list_and_report_is_exported_as_csv_and_xlsx(books, desk):
    lists = [a for a in [*with_ids(books), *without_ids()] if a[0] in LISTS]
    assert {name for name, _ in lists} == LISTS
    for address in lists:
        for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            answer = desk.get(url_of(address), {"export": form})
            assert answer.status_code == 200, url_of(address)
            assert b"".join(answer.streaming_content).startswith(start), url_of(address)


LISTS = {
    page.name
    for page in PAGES
    if page.name
    in {
        "accounts",
        "customers",
        "transactions",
        "allocations",
        "account_open",
        "account_transactions",
        "account_allocations",
        "account_statement",
        "aged_receivables",
        "open_items",
        "trial_balance",
        "ledger_account",
        "general_journal",
        "revenue_totals",
        "receipts",
        "entries",
        "events",
        "periods",
        "rates",
        "account_requests",
        "promises",
        "disputes",
        "retries",
        "wallets",
        "wallet_transactions",
        "gateways",
        "providers",
        "inbox",
        "runs",
        "runs_coming",
        "run_definitions",
        "run_steps",
        "payment_runs",
        "payment_run_charges",
        "segments",
        "webhook_endpoints",
        "webhook_deliveries",
    }
}


def test_a_visitor_is_asked_to_log_in(books):
    for address in [*with_ids(books), *without_ids()]:
        answer = Client().get(url_of(address))
        assert answer.status_code == 302, url_of(address)
        assert answer["Location"].startswith("/login/?next=")


@pytest.mark.wide
def test_every_page_needs_its_permission(books, sit):
    nobody = sit("nothing")
    for address in [*with_ids(books), *without_ids()]:
        for answer in (nobody.get(url_of(address)), nobody.post(url_of(address))):
            assert answer.status_code == 403, url_of(address)
            assert b"does not include" in answer.content


# Pages whose deed says who may, by what it is of.
OF_THEIR_KIND = {
    *("transaction_action", "transactions_bulk", "entry", "entry_new"),
    *("run_definition_new", "run_definition_edit", "run_definition_action", "run_action"),
}


@pytest.mark.wide
def test_who_may_only_look_can_do_nothing(books, sit):
    auditor = sit("auditor")
    refused = {page.name for page in PAGES if page.callback.permission.partition(":")[0] not in ("view", "export")}
    assert {"account_edit", "transaction_new", "period_close", "imports"} <= refused
    for address in [*with_ids(books), *without_ids()]:
        if address[0] == "entry" and kinds()[address[1]["kind"]].is_single:  # a form to others, and to them its facts
            assert auditor.get(url_of(address)).status_code == 200, url_of(address)
            assert auditor.post(url_of(address)).status_code == 403, url_of(address)
        elif address[0] in refused | OF_THEIR_KIND:
            for answer in (auditor.get(url_of(address)), auditor.post(url_of(address))):
                assert answer.status_code == 403, url_of(address)
        elif address[0] not in FORMS_ALONE:
            assert auditor.get(url_of(address)).status_code == 200, url_of(address)


@pytest.mark.wide
def test_who_may_only_look_hears_that_whatever_state_a_transaction_is_in(books, sit):
    auditor = sit("auditor")
    rows = {row.state: row for row in Transaction.objects.order_by("-classification", "pk")}
    assert {"draft", "pending", "posted", "cancelled"} <= set(rows)
    for row in rows.values():
        for action in ("post", "reject", "cancel", "write_off", "move"):
            url = reverse("backoffice:transaction_action", args=[row.pk, action])
            assert {auditor.get(url).status_code, auditor.post(url).status_code} == {403}, (row.state, action)
        edit = reverse("backoffice:transaction_edit", args=[row.pk])
        assert {auditor.get(edit).status_code, auditor.post(edit).status_code} == {403}, row.state


def test_permissions_of_pages_are_permissions():
    # "configuration.edit:letterhead" is that of one table, which "configuration.edit" includes
    assert {page.callback.permission.partition(":")[0] for page in PAGES} <= set(permissions())
    assert {entry.permission for group in navigation() for entry in group.entries} <= set(permissions())


def test_the_menu_leads_to_pages_that_exist():
    for group in navigation():
        for entry in group.entries:
            assert reverse(entry.url_name)


@pytest.mark.wide
def test_anothers_ids_are_not_found_by_any_page(books, company):
    addresses = [url_of(address) for address in with_ids(books)]
    with company_at_work() as other:
        stranger = seat(member(other, "administrator"))
        for url in addresses:
            assert stranger.get(url).status_code == 404, url
            assert stranger.post(url, {"reason": "x", "note": "x", "type": "1"}).status_code == 404, url


@pytest.mark.wide
def test_lists_show_nothing_of_another_company(books, company):
    mine = {books.account.number, books.account.public_id, books.customer.public_id, books.paid.number}
    with company_at_work() as other:
        stranger = seat(member(other, "administrator"))
        # numbers are counted per company: what must not appear is ids, in links
        for address in without_ids():
            if address[0] not in FORMS_ALONE:
                content = stranger.get(url_of(address)).content.decode()
                assert not [text for text in mine if "_" in text and text in content], url_of(address)


def test_only_ones_own_companies_can_be_looked_at(books, company):
    with company_at_work(base_currency="usd") as other:
        person = member(company, "agent")
        client = seat(person)
        refused = client.post(reverse("backoffice:switch_company"), {"company": other.public_id})
        assert refused.status_code == 404
        assert client.get("/").context["shell"]["company"] == company
        forged = client.session
        forged["company"] = other.public_id
        forged.save()
        assert client.get("/").context["shell"]["company"] == company


def test_the_company_is_switched_and_stays(company):
    with company_at_work() as other:
        person = member(company, "agent")
        from subledger.companies.services import add_member

        add_member(user=person, role="auditor", actor="test")
        client = seat(person)
        client.post(reverse("backoffice:switch_company"), {"company": other.public_id})
        assert client.get("/").context["shell"]["company"] == other
        assert client.get("/").context["shell"]["company"] == other


def test_somebody_of_no_company_is_told_so(db):
    from django.contrib.auth import get_user_model

    answer = seat(get_user_model().objects.create_user("lonely", password="x")).get("/")
    assert answer.status_code == 403
    assert b"belongs to no company yet" in answer.content


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "name",
    ["accounts", "customers", "transactions", "allocations", "open_items", "aged_receivables", "gateways", "providers"],
)
def test_lists_send_as_many_statements_for_one_row_as_for_many(books, desk, name):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as sent:
            assert desk.get(reverse(f"backoffice:{name}")).status_code == 200
        return len(sent)

    statements()  # the first one reads what is kept afterwards
    before = statements()
    for number in range(12):
        account = books.ledger.open(f"Customer {number}")
        invoice = books.ledger.invoice(10 + number, account=account, on="09/05", due="20/06")
        books.ledger.payment(5, account=account, to=[invoice], on="10/05")
        books.gateway.desk.register(account, f"card-of-{number}")
        books.gateway.desk.ask(100, account_id=account.pk)
    assert statements() - before in (0, 1)  # a list of more than one page is counted


def test_actions_are_what_the_state_and_the_permissions_allow(books, sit):
    def offered(client: Client, posted: object) -> set[str]:
        content = client.get(reverse("backoffice:transaction", args=[posted.id])).content.decode()
        base = reverse("backoffice:transaction", args=[posted.id])
        names = ("edit", "post", "reject", "cancel", "write_off", "move", "note")
        return {name for name in names if f'href="{base}{name}/"' in content}

    manager, agent, auditor = sit("billing_manager"), sit("agent"), sit("auditor")
    assert offered(manager, books.draft) == {"edit", "post", "reject", "note"}
    assert offered(manager, books.invoice) == {"cancel", "write_off", "note"}
    assert offered(manager, books.paid) == {"cancel", "note"}  # settled: nothing to pay or write off
    assert offered(manager, books.partly) == {"cancel", "move", "note"}
    assert offered(manager, books.cancelled) == {"note"}
    assert offered(agent, books.invoice) == {"note"}
    assert offered(auditor, books.invoice) == set()
    assert set(ACTIONS) <= set(vars(books))


def test_addresses_that_lead_nowhere_are_answered_with_a_page(desk):
    for url in (
        "/nothing/here/",
        "/accounts/acc_zzzzzzzzzzzzz/",
        "/accounts/txn_0000000000001/",
        "/configuration/nothing/",
    ):
        answer = desk.get(url)
        assert answer.status_code == 404, url
        assert b'class="problem"' in answer.content, url


def test_a_form_without_its_token_is_refused_with_a_page(company):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member(company, "agent"))
    refused = client.post(reverse("backoffice:customer_new"), {"name": "Forged"})
    assert refused.status_code == 403
    assert b"Send it again" in refused.content
