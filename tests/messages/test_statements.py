"""Statements by mail: once for an account, a period and a recipient; the period stands in all that goes out."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from tests.api.client import ApiClient
from tests.factories import Ledger, day
from tests.messages.conftest import ADDRESS, address_of
from tests.pages.conftest import member, seat
from tests.transactions.test_printouts import run_command as run_command

from subledger.kernel.errors import Invalid
from subledger.messages.errors import AlreadySent
from subledger.messages.models import Message, MessageAttachment, MessageTemplate
from subledger.messages.services.outbox import Wish, communicate, drafted
from subledger.platform import clock


def statement(ledger: Ledger, start: str = "", end: str = "", **more: object) -> Message:
    wish = Wish(
        of="account", object_id=ledger.account.pk, kind="statement", start=day(start or None), end=day(end or None)
    )
    return communicate(wish=wish, actor="test", **more)  # type: ignore[arg-type]


@pytest.fixture
def api(company) -> ApiClient:
    return ApiClient(company)


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    address_of(ledger)
    ledger.invoice(100, on="04/04")
    ledger.payment(40, on="05/05")
    return ledger


def test_a_second_period_goes_out_and_the_same_does_not(told: Ledger):
    statement(told, "01/04", "30/04")
    statement(told, "01/05", "20/05")
    with pytest.raises(AlreadySent):
        statement(told, "01/04", "30/04")
    assert statement(told, "01/04", "30/04", confirm_again=True)
    assert Message.objects.filter(kind="statement").count() == 3


def test_without_days_it_is_another_one_tomorrow(told: Ledger):
    statement(told)
    with pytest.raises(AlreadySent):
        statement(told)
    with clock.frozen(clock.now().replace(day=21)):
        statement(told)


def test_mail_document_and_file_say_the_period_and_the_balance_at_its_end(told: Ledger):
    april, may = statement(told, "01/04", "30/04"), statement(told, "01/05", "20/05")
    assert april.subject == f"Statement of account {told.account.number}, 1 April 2026 – 30 April 2026"
    assert "1 May 2026 – 20 May 2026. The closing balance is €60.00." in may.body
    assert "The closing balance is €100.00." in april.body
    assert "PAY00000001" not in april.body
    names = list(MessageAttachment.objects.filter(message=april).values_list("name", flat=True))
    assert [name.endswith("2026-04-01-2026-04-30.pdf") for name in names] == [True]


def test_in_the_language_of_the_customer(told: Ledger):
    address_of(told, language="de")
    made = statement(told, "01/04", "30/04")
    assert made.subject == f"Kontoauszug {told.account.number}, 1. April 2026 – 30. April 2026"


def test_days_are_refused_where_no_period_is_told_of(told: Ledger):
    with pytest.raises(Invalid, match="tells of no period") as refused:
        drafted(Wish(of="account", object_id=told.account.pk, kind="generic", end=date(2026, 5, 1)))
    assert refused.value.param == "/to"
    with pytest.raises(Invalid, match="holds no day"):
        drafted(
            Wish(
                of="account", object_id=told.account.pk, kind="statement", start=date(2026, 5, 2), end=date(2026, 5, 1)
            )
        )


def test_programs_name_the_days(told: Ledger, api: ApiClient):
    url = f"accounts/{told.account.public_id}/communicate"
    body = {"kind": "statement", "from": "2026-04-01", "to": "2026-04-30"}
    shown = api.post(url, {**body, "dry_run": True}, expect=200)
    assert shown["subject"].endswith("1 April 2026 – 30 April 2026")
    api.post(url, body, expect=201)
    assert api.post(url, body, expect=409)["code"] == "message_sent_already"
    api.post(url, {**body, "from": "2026-05-01", "to": "2026-05-20"}, expect=201)
    refused = api.post(url, {**body, "to": "2026-03-01"}, expect=422)
    assert refused["param"] == "/from"
    assert api.post(url, {"kind": "generic", "to": "2026-03-01"}, expect=422)["param"] == "/to"


def test_the_command_names_the_days(told: Ledger, run_command):
    sent = ("communicate", told.account.number, "--kind", "statement", "--from", "2026-04-01", "--until", "2026-04-30")
    assert "1 April 2026 – 30 April 2026" in run_command(*sent).stdout
    assert Message.objects.get().recipient == ADDRESS


def test_the_page_of_a_statement_sends_the_days_it_shows(told: Ledger, company):
    desk = seat(member(company, "administrator"))
    account = told.account.public_id
    page = desk.get(f"/accounts/{account}/statement/?period_from=2026-04-01&period_to=2026-04-30").content.decode()
    url = next(unescape(one) for one in re.findall(r'href="(/messages/new/[^"]*)"', page) if "kind=statement" in one)
    shown = desk.get(url).content.decode()
    assert "1 April 2026 – 30 April 2026" in shown
    typed = {"template": MessageTemplate.objects.get(code="statement-en").pk, "recipient": ADDRESS}
    days = {"start": "2026-05-01", "end": "2026-05-20"}
    as_typed = desk.post(url, {**typed, **days}, headers={"HX-Request": "true"}).content.decode()
    assert "1 May 2026 – 20 May 2026" in as_typed
    assert not Message.objects.exists(), "nothing is sent while somebody types"
    reviewed = re.search(r'name="reviewed" value="([0-9a-f]*)"', as_typed)[1]  # type: ignore[index]
    assert desk.post(url, {**typed, **days, "reviewed": reviewed}).status_code == 302
    assert Message.objects.get().subject.endswith("1 May 2026 – 20 May 2026")
    refused = desk.post(url, {**typed, "start": "2026-05-02", "end": "2026-05-01"}).content.decode()
    assert re.search(r'name="start"[^>]*aria-invalid="true"', refused), "said at the day"


def test_the_preview_follows_the_template(told: Ledger, company):
    desk = seat(member(company, "administrator"))
    url = f"/messages/new/account/{told.account.public_id}/?kind=statement"
    typed = {"template": MessageTemplate.objects.get(code="generic-en").pk, "recipient": ADDRESS}
    shown = desk.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    assert "We are writing to you about your account" in shown
    typed["template"] = MessageTemplate.objects.get(code="statement-de").pk
    assert "Kontoauszug" in desk.post(url, typed, headers={"HX-Request": "true"}).content.decode()
    nobody = desk.post(url, {**typed, "recipient": "no address"}, headers={"HX-Request": "true"})
    assert nobody.status_code == 200, "htmx shows no refusal"
    assert "appears here once" in nobody.content.decode()


def test_templates_of_before_say_the_period_unless_somebody_wrote_them(told: Ledger):
    found = import_module("subledger.transactions.migrations.0024_statements_say_their_period")
    [(language, (old_subject, subject), (old, new))] = [one for one in found.WORDS if one[0] == "en"]
    row = MessageTemplate.objects.get(code="statement-en")
    row.subject, row.body = old_subject, f"Dear #CUSTOMER_NAME, {old}"
    row.save()
    german = MessageTemplate.objects.get(code="statement-de")
    german.body = "Unser eigener"
    german.save()
    found.say_the_period(apps, None)
    row.refresh_from_db()
    german.refresh_from_db()
    assert (row.subject, row.body) == (subject, f"Dear #CUSTOMER_NAME, {new}")
    assert german.body == "Unser eigener"
