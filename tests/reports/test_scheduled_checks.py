"""The check of the books by a schedule: defined at each door, done when it is due, its faults told by mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import Ledger
from tests.pages.conftest import member, seat

from subledger.companies.models import Company
from subledger.messages.models import Message, MessageTemplate
from subledger.platform import clock
from subledger.platform.models import LastCheck
from subledger.reports.checks import BOOKS_CHECK
from subledger.runs.models import Run, RunDefinition
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition, start_due, submit_schedule
from subledger.runs.services.worker import work

pytestmark = pytest.mark.django_db

NIGHTLY = {"every": "cron", "cron": "30 2 * * *"}


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def nightly() -> int:
    definition = create_definition(
        kind=BOOKS_CHECK.name, name="Nightly check", criteria={}, schedule=NIGHTLY, actor="ann"
    )
    activate_definition(definition_id=definition.pk, actor="ann")
    submit_schedule(definition_id=definition.pk, actor="ann")
    return definition.pk


def lose_numbers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_numberseries SET next_value = next_value + 2 WHERE code = 'invoice'")


def done(definition_id: int, when: datetime) -> Run:
    with clock.frozen(when):
        run = start_due(definition_id=definition_id)
        assert run is not None
        work(run.pk)
        run.refresh_from_db()
        return run


@pytest.fixture
def staff(company: Company, ledger: Ledger):
    """Who may close the books, who may not, and who has no address."""
    for name, role, address in (
        ("ada", "administrator", "ada@example.com"),
        ("acc", "accountant", "acc@example.com"),
        ("mute", "accountant", ""),
        ("eve", "viewer", "eve@example.com"),
        ("gone", "accountant", "gone@example.com"),
    ):
        user = member(company, role)
        user.first_name, user.email, user.is_active = name, address, name != "gone"
        user.save()


def test_a_check_comes_every_night_and_says_nothing_where_the_books_hold(ledger: Ledger, staff):
    ledger.invoice(100)
    with clock.frozen(at(1, 8)):
        definition = nightly()
        assert start_due(definition_id=definition) is None
    run = done(definition, at(2, 3))
    assert (run.state, run.definition_id, run.name) == ("completed", definition, "Nightly check")
    assert LastCheck.objects.get().breaches == 0
    assert not Message.objects.exists()


def test_whoever_may_close_the_books_is_told_of_faults_once_a_night(ledger: Ledger, staff):
    ledger.invoice(100)
    with clock.frozen(at(1, 8)):
        definition = nightly()
    lose_numbers()
    run = done(definition, at(2, 3))
    assert run.state == "completed_with_errors"
    told = Message.objects.filter(kind="books_broken").order_by("recipient")
    assert [one.recipient for one in told] == ["acc@example.com", "ada@example.com"]
    assert "numbers-without-gaps: " in told[0].body
    assert "“Nightly check” of 2026-06-02" in told[0].body
    assert (told[0].object_type, told[0].object_id) == ("run", run.pk)
    done(definition, at(3, 3))
    assert Message.objects.filter(kind="books_broken").count() == 4


def test_who_starts_a_check_by_hand_looks_at_it_and_gets_no_mail(ledger: Ledger, staff):
    lose_numbers()
    with clock.frozen(at(1, 8)):
        definition = nightly()
        run = start_definition(definition_id=definition, actor="ann")
        work(run.pk)
    assert not Message.objects.filter(kind="books_broken").exists()


def test_a_check_that_nobody_can_be_told_of_ends_all_the_same(ledger: Ledger, staff):
    MessageTemplate.objects.filter(kind="books_broken").update(is_active=False)
    lose_numbers()
    with clock.frozen(at(1, 8)):
        definition = nightly()
    assert done(definition, at(2, 3)).state == "completed_with_errors"
    assert not Message.objects.exists()


def test_a_nightly_check_is_defined_by_api(company: Company):
    api = ApiClient(company)
    made = api.post(
        "run_definitions",
        {"kind": "books_check", "name": "Nightly check", "criteria": {}, "schedule": NIGHTLY},
        expect=201,
    )
    path = f"run_definitions/{made['id']}"
    assert api.post(f"{path}/preview", {}, expect=200)["tallies"][0]["steps"] > 20
    api.post(f"{path}/effective", expect=200)
    assert api.post(f"{path}/submit", expect=200)["is_submitted"] is True
    refused = api.post(
        "run_definitions",
        {"kind": "books_check", "name": "Some", "criteria": {"rule": "x"}, "schedule": {}},
        expect=422,
    )
    assert "there is no criterion 'rule'" in refused["detail"]


def test_a_nightly_check_is_defined_on_a_page_and_only_by_who_may_close_the_books(company: Company):
    desk = seat(member(company, "accountant"), company)
    new = reverse("backoffice:run_definition_new", args=("books_check",))
    assert new in desk.get(reverse("backoffice:run_definitions")).content.decode()
    typed = {"name": "Nightly check", "every": "cron", "cron": "30 2 * * *"}
    assert desk.post(new, typed).status_code == 302
    [made] = RunDefinition.objects.all()
    assert (made.kind, made.schedule["cron"]) == ("books_check", "30 2 * * *")
    assert desk.get(reverse("backoffice:run_definition", args=(made.pk,))).status_code == 200
    agent = seat(member(company, "agent"), company)
    assert agent.post(new, {**typed, "name": "Other"}).status_code == 403
    assert RunDefinition.objects.count() == 1
