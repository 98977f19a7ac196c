"""A month of runs on the page of payment runs, and what the page of a run says of its charges as they go."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client, RequestFactory
from tests.pages.conftest import member, seat

from subledger.collecting.pages.months import first_of_month, month_of_runs
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services import execution
from subledger.gateways.services.reports import Element
from subledger.page_kit.url_ids import page_url
from subledger.platform import clock
from subledger.runs.api import serialise_runs
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import submit_schedule

from .house import House

TODAY = date(2026, 5, 20)


def scheduled(kind: str, name: str, cron: str, **criteria: Any) -> None:
    schedule = {"every": "cron", "cron": cron}
    made = create_definition(kind=kind, name=name, criteria=criteria, schedule=schedule, actor="test")
    activate_definition(definition_id=made.pk, actor="test")
    submit_schedule(definition_id=made.pk, actor="test")


def test_a_month_holds_what_ran_and_what_is_due_ours_first(house: House):
    scheduled("card-expiry", "Cards that end", "0 5 * * *")
    scheduled("payments", "Debits on Mondays", "0 6 * * 1", provider=house.generic.public_id)
    house.ledger.invoice(10, account=house.debtor(), on="04/05", due="10/05")
    run = house.run("By hand", provider=house.generic)
    month = month_of_runs(date(2026, 5, 1), ours="payments", today=TODAY)
    assert (month.title, month.before, month.after, len(month.days)) == ("May 2026", "2026-04", "2026-06", 31)
    days = {one.day.day: one for one in month.days}
    assert [(one.name, one.state) for one in days[20].entries] == [("By hand", run.state)]
    assert days[20].is_today
    assert not days[19].entries  # nothing is due in the past
    assert [(one.name, one.is_ours) for one in days[25].entries] == [
        ("Debits on Mondays", True),
        ("Cards that end", False),
    ]
    assert days[1].column == 5  # a Friday
    june = month_of_runs(date(2026, 6, 1), ours="payments", today=TODAY)
    assert sum(one.name == "Cards that end" for day in june.days for one in day.entries) == 30


def test_what_is_due_many_times_a_day_is_one_line_of_it(house: House):
    scheduled("card-expiry", "Every hour", "0 * * * *")
    [entry] = month_of_runs(date(2026, 6, 1), ours="payments", today=TODAY).days[0].entries
    assert (entry.name, entry.times) == ("Every hour", 24)


@pytest.mark.wide
def test_what_is_due_every_few_seconds_is_on_each_day_and_the_rest_of_a_day_opens(house: House):
    scheduled("card-expiry", "Every minute", "* * * * *")
    month = month_of_runs(date(2026, 6, 1), ours="payments", today=TODAY)
    assert [(one.name, one.times, one.is_more) for day in month.days for one in day.entries] == [
        ("Every minute", 1_000, True)
    ] * 30
    for name in ("A", "B", "C", "D"):
        scheduled("card-expiry", name, "0 5 1 6 *")
    first, *_ = month_of_runs(date(2026, 6, 1), ours="payments", today=TODAY).days
    assert (first.more, [one.name for one in (*first.shown, *first.others)]) == (1, [one.name for one in first.entries])
    desk: Client = seat(member(house.ledger.account.company, "auditor"))
    page = desk.get(page_url("payment_runs"), {"month": "2026-06"}).content.decode()
    assert '<details class="month-more"><summary>+1' in page
    assert all(f" {one.name}</a>" in page for one in first.entries)


def test_a_month_that_nobody_can_mean_is_this_one():
    assert first_of_month("2026-02", today=TODAY) == date(2026, 2, 1)
    for asked in ("", "nonsense", "2026-13", "9999-01", "0001-01"):
        assert first_of_month(asked, today=TODAY) == date(2026, 5, 1)


def test_the_pages_of_runs_say_how_charges_stand_and_look_again_while_any_waits(house: House):
    desk: Client = seat(member(house.ledger.account.company, "auditor"))
    for name in ("Dan", "Eve"):
        house.ledger.invoice(10, account=house.debtor(name), on="04/05", due="10/05")
    run = house.run(provider=house.generic)
    whole = page_url("payment_run_charges", run.pk)
    page = desk.get(page_url("run", run.pk))
    [section] = page.context["sections"]
    assert [(str(one["label"]), one["value"], one["hint"]) for one in section["tiles"]] == [
        ("Posted", "0", ""),
        ("Waiting", "2", "20.00 EUR"),
        ("Rejected", "0", ""),
        ("Taken back", "0", ""),
    ]
    text = page.content.decode()
    assert f'href="{whole}?standing=waiting"' in text
    assert 'hx-trigger="every 15s"' in text  # the run is done, and the bank is not
    assert "chart.umd" in text
    rows = PaymentRequest.objects.filter(provider=house.generic)
    ends = [Element(row.number, row.public_id, reference=f"B-{row.number}") for row in rows]
    execution.post(elements=ends, actor="test")
    text = desk.get(page_url("run", run.pk)).content.decode()
    assert "hx-trigger" not in text
    assert f'href="{whole}?standing=posted"' in text
    listed = desk.get(f"{whole}?standing=posted").content.decode()
    assert all(row.number in listed for row in rows)
    month = desk.get(page_url("payment_runs")).content.decode()
    assert "May 2026" in month
    assert page_url("run", run.pk) in month


def test_a_charge_that_waits_is_not_done_on_the_page_the_api_and_the_questions(house: House):
    """Nothing is left of a run's own steps, and nothing is charged: that is 0 of 2, and what a pause would hold."""
    for name in ("Dan", "Eve"):
        house.ledger.invoice(10, account=house.customer(name), on="04/05", due="10/05")
    run = house.run()
    assert (run.state, run.stage) == ("running", "finish")
    desk: Client = seat(member(house.ledger.account.company, "billing_manager"))

    def seen() -> tuple[list[tuple[str, str, str]], int, int]:
        page = desk.get(page_url("run", run.pk))
        tiles = [(str(one["label"]), str(one["value"]), str(one.get("hint", ""))) for one in page.context["tiles"]]
        [told] = serialise_runs([house.now(run)], RequestFactory().get("/"))
        return tiles[:2], page.context["at"].percent, told["done"]

    begun = [("Done", "0 of 2", ""), ("Begun", "2", "2 not over: 20.00 EUR")]
    assert seen() == (begun, 0, 0)
    for verb, says in (
        ("pause", "What was begun and has not left yet waits meanwhile."),
        ("cancel", "What was begun and has not left yet is taken back."),
    ):
        asked = desk.get(page_url("run_action", run.pk, verb)).content.decode()
        assert "0 of 2 steps are done, 2 are left." in asked
        assert "2 not over: 20.00 EUR" in asked
        assert says in asked
    house.charge(run)
    assert seen() == ([("Done", "2 of 2", ""), ("Succeeded", "2", "")], 100, 2)


def test_the_month_begins_and_ends_at_midnight_of_the_company(house: House):
    scheduled("card-expiry", "At midnight", "0 0 1 * *")
    with clock.frozen(datetime(2026, 5, 31, 12, tzinfo=UTC)):
        may = month_of_runs(date(2026, 5, 1), ours="payments", today=date(2026, 5, 31))
        june = month_of_runs(date(2026, 6, 1), ours="payments", today=date(2026, 5, 31))
    assert may.is_empty
    assert [one.name for one in june.days[0].entries] == ["At midnight"]
