"""A statement over a parent account and those below it: each account's part and what they come to, by every door."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.api.client import ApiClient
from tests.documents.pdf_text import text_of
from tests.factories import Ledger, day
from tests.messages.conftest import ADDRESS, address_of
from tests.pages.conftest import member, seat
from tests.transactions.test_printouts import run_command as run_command

from subledger.accounts.models import Account
from subledger.accounts.services import update_account
from subledger.documents.services import print_document
from subledger.documents.values import FileFormat
from subledger.journal.services import NewRate, enter_rates
from subledger.messages.models import MessageAttachment, MessageTemplate
from subledger.messages.services.outbox import Wish, communicate
from subledger.transactions.printouts import group_statement_printable


@pytest.fixture
def group(ledger: Ledger) -> Ledger:
    """A head with 100.00, a branch with 50.00 less 20.00 and one below that with 7.00 in dollars."""
    enter_rates(rates=[NewRate("usd", day("01/01"), Decimal("0.9"))], actor="test")
    branch, dollars = ledger.open("Branch"), ledger.open("Dollars", currency="usd")
    for one, parent in ((branch, ledger.account), (dollars, branch)):
        update_account(account_id=one.pk, changes={"parent": parent}, actor="test")
    ledger.invoice(100, on="04/04", due="10/04")
    ledger.invoice(50, on="05/04", account=branch, due="01/06")
    ledger.payment(20, on="02/05", account=branch)
    ledger.invoice(7, on="03/05", account=dollars, due="01/06")
    return ledger


def printed(ledger: Ledger, form: FileFormat = FileFormat.PDF, start: str = "01/05") -> bytes:
    printable = group_statement_printable(ledger.account, start=day(start), end=day("20/05"), today=day("20/05"))
    return print_document(printable, form=form, actor="test").content


def test_it_has_each_accounts_part_and_what_they_come_to(group: Ledger):
    said = text_of(printed(group))
    for words in ("Statement of accounts", "Branch · EUR", "Dollars · USD", "PAY00000001", "Closing balance"):
        assert words in said, words
    assert "€130.00" in said, "100.00 and 30.00"
    assert "7.00" in said
    assert "INV00000001" not in said, "before its days"
    assert "INV00000001" in text_of(printed(group, start="01/04"))


def test_as_a_list_each_row_says_whose_it_is(group: Ledger):
    rows = list(csv.reader(io.StringIO(printed(group, FileFormat.CSV).decode("utf-8-sig"))))
    assert len({tuple(row) for row in rows if row[0] == rows[0][0]}) == 1, "one head"
    whose = [(row[0], row[1], row[-1]) for row in rows[1:]]
    head, branch, dollars = Account.objects.filter(system_role=None).order_by("pk")
    assert whose == [
        (head.number, "EUR", "100.00"), (head.number, "EUR", "100.00"),
        (branch.number, "EUR", "50.00"), (branch.number, "EUR", "30.00"), (branch.number, "EUR", "30.00"),
        (dollars.number, "USD", "0.00"), (dollars.number, "USD", "7.00"), (dollars.number, "USD", "7.00"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", [FileFormat.HTML, FileFormat.XLSX, FileFormat.RTF])
def test_every_format_has_it(group: Ledger, form: FileFormat):
    assert printed(group, form)


def test_more_accounts_are_no_more_statements(group: Ledger):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            group_statement_printable(group.account, start=day("01/05"), end=day("20/05"), today=day("20/05"))
        return len(seen)

    before = statements()
    for name in ("A", "B", "C"):
        update_account(account_id=group.open(name).pk, changes={"parent": group.account}, actor="test")
    assert statements() == before


def test_by_page_program_and_command(group: Ledger, company, run_command, tmp_path):
    desk, api, account = seat(member(company, "administrator")), ApiClient(company), group.account
    page = desk.get(f"/accounts/{account.public_id}/statement/").content.decode()
    assert "Print with child accounts" in page
    shown = desk.get(f"/accounts/{account.public_id}/statement/print/?group=1&format=html").content.decode()
    assert "Branch · EUR" in shown
    branch = Account.objects.get(name="Dollars")
    assert "Print with child" not in desk.get(f"/accounts/{branch.public_id}/statement/").content.decode()

    told = api.get(f"accounts/{account.public_id}/group_statement", **{"from": "2026-05-01", "to": "2026-05-20"})
    assert [(one["currency"], one["opening"], one["closing"]) for one in told["totals"]] == [
        ("eur", 15000, 13000), ("usd", 0, 700),
    ]  # fmt: skip
    assert [len(one["lines"]) for one in told["statements"]] == [0, 1, 1]
    answer = api.request("GET", f"accounts/{account.public_id}/printout?group=true&format=html")
    assert "Branch · EUR" in answer.content.decode()

    for named in (account.number, account.public_id):
        run_command("printout", named, "--group", "--from", "2026-05-01", "--output", str(tmp_path))
    assert [path.name.startswith("statement-of-accounts-") for path in tmp_path.iterdir()] == [True]


def test_whoever_sends_a_statement_may_choose_it(group: Ledger, company, run_command):
    address_of(group)
    desk, api, account = seat(member(company, "administrator")), ApiClient(company), group.account
    url = f"/messages/new/account/{account.public_id}/?kind=statement"
    form = desk.get(url).content.decode()
    assert "PDF with child accounts" in form
    alone = Account.objects.get(name="Dollars").public_id
    assert "PDF with child accounts" not in desk.get(f"/messages/new/account/{alone}/?kind=statement").content.decode()
    template = MessageTemplate.objects.get(kind="statement", language="en").pk
    typed = {"template": template, "recipient": ADDRESS, "document": "group_pdf"}
    shown = desk.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "statement-of-accounts" in shown
    reviewed = re.search(r'name="reviewed" value="([0-9a-f]*)"', shown)[1]  # type: ignore[index]
    assert desk.post(url, {**typed, "reviewed": reviewed}).status_code == 302
    [file] = MessageAttachment.objects.select_related("file")
    assert "Dollars" in text_of(bytes(file.file.content))

    path, wanted = f"accounts/{account.public_id}/communicate", {"kind": "statement", "dry_run": True}
    [name] = api.post(path, {**wanted, "document": "group_pdf"}, expect=200)["files"]
    assert name.startswith("statement-of-accounts")
    assert api.post(path, {**wanted, "document": "none"}, expect=200)["files"] == []
    for wrong in (
        {"document": "cii"},
        {"document": "group_pdf", "attach": False},
        {"document": "none", "attach": True},
    ):
        assert api.post(path, {**wanted, **wrong}, expect=422)["param"] == "/document"
    told = ("communicate", account.number, "--kind", "statement", "--document", "group_pdf", "--again")
    run_command(*told)
    assert MessageAttachment.objects.filter(name__startswith="statement-of-accounts").count() == 2


def test_a_message_may_attach_it(group: Ledger):
    address_of(group)
    MessageTemplate.objects.filter(kind="statement").update(attachment="group_pdf")
    communicate(wish=Wish(of="account", object_id=group.account.pk, kind="statement"), actor="test")
    [file] = MessageAttachment.objects.select_related("file")
    assert "Dollars" in text_of(bytes(file.file.content))
