"""Late interest by the day from which a rate holds: in runs, redrafts, at the doors, and beside an older server."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.dunning.conftest import Dunned, levels_of, on, plan_of_levels
from tests.pages.conftest import member, seat

from subledger.accounts.models import Account, AccountClassification
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.companies.queries import today_of_company
from subledger.dunning.models import DunningAssignment, DunningClaim, DunningPlan, DunningRate
from subledger.dunning.queries import percent_today
from subledger.page_kit.url_ids import page_url
from subledger.platform.models import Event
from subledger.runs.services.start import start_definition
from subledger.runs.services.worker import work
from subledger.transactions.rules.orders import Post
from subledger.transactions.services.actions import post_drafts

pytestmark = pytest.mark.django_db
LEVELS = tuple(
    (number, f"Level {number}", days, None, None, "go_on") for number, days in ((1, 30), (2, 45), (3, 100), (4, 130))
)


@pytest.fixture
def plan(dunned: Dunned) -> DunningPlan:
    return plan_of_levels(LEVELS, percent=9)


def said(plan: DunningPlan, percent: Any) -> None:
    save_entry(model=DunningPlan, ident=plan.pk, values={"interest_percent": Decimal(str(percent))}, actor="test")


def holds(plan: DunningPlan, day: str | None, percent: Any) -> DunningRate:
    values = {"plan": plan, "from_on": on(day) if day else None, "percent": Decimal(str(percent))}
    return save_entry(model=DunningRate, ident=None, values=values, actor="test")


def stand(plan: DunningPlan) -> list[tuple[str, Decimal]]:
    rows = DunningRate.objects.filter(plan=plan, is_active=True)
    return [(str(row.from_on) if row.from_on else "", row.percent) for row in rows]


def drafted(dunned: Dunned) -> list[tuple[str, str, int]]:
    return [(f"{one.from_on:%d/%m}", f"{one.through_on:%d/%m}", one.amount_minor) for one in dunned.claims()]


def test_a_change_of_the_rate_leaves_days_before_it_as_they_were(dunned: Dunned, plan: DunningPlan):
    """1,000.00 due 01/09 at 9 %, 12 % said on 01/12: the run as of 16/10 of that day charges 3.70; 17/10 to 10/12 is
    45 days at 9 % and 10 at 12 %: 14.38."""
    dunned.ledger.invoice(1000, on="01/06", due="01/09")
    dunned.run("01/10")
    with dunned.at("01/12"):
        said(plan, 12)
        work(start_definition(definition_id=dunned.definition, as_of=on("16/10"), actor="test").pk)
    assert drafted(dunned) == [("02/09", "01/10", 740), ("02/10", "16/10", 370)]
    dunned.run("10/12")
    assert drafted(dunned)[2:] == [("17/10", "10/12", 1438)]
    claim = dunned.claims()[-1]
    assert claim.pieces == [
        {"from_on": "2026-10-17", "through_on": "2026-11-30", "percent": "9"},
        {"from_on": "2026-12-01", "through_on": "2026-12-10", "percent": "12"},
    ]
    assert claim.invoice.items.get().description == (
        f"Late interest on {claim.document_number}, 17 October 2026 to 30 November 2026, 9 % a year; "
        "1 December 2026 to 10 December 2026, 12 % a year"
    )


def test_what_is_drafted_anew_goes_by_the_rates_of_its_days(dunned: Dunned, plan: DunningPlan):
    """400.00 paid on 25/11, known on 20/12: 17/10 to 25/11 are 40 days of 1,000.00, then 5 of 600.00 at 9 % and 10 at
    12 %: 9.86 + 0.74 + 1.97 = 12.58."""
    invoice = dunned.ledger.invoice(1000, on="01/06", due="01/09")
    holds(plan, "01/12", 12)
    for day in ("01/10", "16/10", "10/12"):
        dunned.run(day)
    with dunned.at("20/12"):
        dunned.ledger.payment(400, on="25/11", to=[invoice])
        dunned.hear()
    assert drafted(dunned) == [("02/09", "01/10", 740), ("02/10", "16/10", 370), ("17/10", "10/12", 1258)]


def test_a_rate_of_past_days_reaches_their_drafts_and_nothing_that_was_decided(dunned: Dunned, plan: DunningPlan):
    """10 % from 01/10, said on 20/10: the drafts to 01/10 and to 16/10 are made anew as one, of 29 days at 9 % and 16
    at 10 %: 11.53. What was posted of them stays."""
    invoice = dunned.ledger.invoice(1000, on="01/06", due="01/09")
    for day in ("01/10", "16/10"):
        dunned.run(day)
    with dunned.at("20/10"):
        holds(plan, "01/10", 10)
        dunned.pay(1, "20/10", to=[invoice])
    assert drafted(dunned) == [("02/09", "16/10", 1153)]
    assert DunningClaim.objects.exclude(superseded_at=None).count() == 2
    with dunned.at("21/10"):
        post_drafts(drafts=[Post(draft_id=dunned.claims()[0].invoice_id)], actor="ann")
        holds(plan, "01/09", 20)
        dunned.pay(1, "21/10", to=[invoice])
    assert drafted(dunned) == [("02/09", "16/10", 1153)]


def test_one_number_holds_from_today_on_and_what_was_before_is_kept(dunned: Dunned, plan: DunningPlan):
    said(plan, 12)  # by a clock that stands on 1 June, as the 9 % of the fixture: those of the day give way
    assert stand(plan) == [("", 0), ("2026-06-01", 12)]
    with dunned.at("01/07"):
        said(plan, 12)
        assert percent_today(plan) == 12
        said(plan, "8.5")
    holds(plan, "01/08", 7)
    assert stand(plan) == [("", 0), ("2026-06-01", 12), ("2026-07-01", Decimal("8.5")), ("2026-08-01", 7)]
    with dunned.at("02/08"):
        said(plan, "8.5")  # what the plan's own column says still, and yet a change
    assert stand(plan)[-1] == ("2026-08-02", Decimal("8.5"))
    made = DunningRate.objects.get(plan=plan, from_on=on("01/08"))
    assert Event.objects.filter(type="dunningrate.created", object_id=made.pk).exists()


def test_a_new_plan_has_its_rate_from_the_beginning(dunned: Dunned):
    values = {"code": "strict", "name": "Strict", "interest_percent": Decimal("9.12")}
    made = save_entry(model=DunningPlan, ident=None, values=values, actor="test")
    assert stand(made) == [("", Decimal("9.12"))]
    free = save_entry(model=DunningPlan, ident=None, values={"code": "free", "name": "Free"}, actor="test")
    assert stand(free) == [("", 0)]


@pytest.mark.parametrize(
    ("day", "percent", "param"), [("01/06", 5, "/from_on"), (None, 5, "/from_on"), ("01/09", 101, "/percent")]
)
def test_two_rates_of_a_day_and_impossible_ones_are_refused(dunned: Dunned, plan: DunningPlan, day, percent, param):
    with pytest.raises(ConfigurationInvalid) as refusal:
        holds(plan, day, percent)
    assert refusal.value.param == param


def test_what_an_older_server_says_of_a_plan_holds_from_that_day_on(dunned: Dunned, plan: DunningPlan):
    """It knows the plan's column alone, and the day of the database."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dunning_dunningplan SET interest_percent = 4 WHERE id = %s", [plan.pk])
        cursor.execute("SELECT (now() AT TIME ZONE 'UTC')::date")
        [today] = cursor.fetchone()
    rates = DunningRate.objects.filter(plan=plan, is_active=True)
    assert (today, 4) in {(row.from_on, row.percent) for row in rates}
    assert today_of_company() != today or percent_today(plan) == 4
    assert ("2026-06-01", 9) in stand(plan)


def test_a_draft_of_an_older_server_keeps_its_percent(dunned: Dunned, plan: DunningPlan):
    dunned.ledger.invoice(1000, on="01/06", due="01/09")
    dunned.run("01/10")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dunning_dunningclaim DISABLE TRIGGER dunning_claim_stays")
        cursor.execute("UPDATE dunning_dunningclaim SET plan_id = NULL, pieces = NULL, percent = 9")
        cursor.execute("ALTER TABLE dunning_dunningclaim ENABLE TRIGGER dunning_claim_stays")
    holds(plan, "01/09", 20)
    dunned.run("16/10")
    assert drafted(dunned) == [("02/09", "01/10", 740), ("02/10", "16/10", 822)]


def test_the_page_of_a_plan_shows_its_rates(company: object, dunned: Dunned, plan: DunningPlan):
    holds(plan, "01/12", "12.5")
    with dunned.at("02/12"):
        desk: Client = seat(member(company, "administrator"))
        page = desk.get(page_url("entry", "dunning-plans", plan.public_id))
        text = page.content.decode()
        missing = [one for one in ("Dunning rates", "the beginning", "12.5", "New dunning rate") if one not in text]
        assert not missing, text[text.find("<main") :]
        assert page.context["form"].initial["interest_percent"] == Decimal("12.5")
        new = desk.get(page_url("entry_new", "dunning-rates") + f"?plan={plan.public_id}")
        assert new.context["form"].initial["plan"] == plan.pk
        typed = {"plan": plan.pk, "from_on": "2027-01-01", "percent": "13", "is_active": "on"}
        answer = desk.post(page_url("entry_new", "dunning-rates"), typed)
        assert answer.status_code == 302, answer.content.decode()
    assert stand(plan)[-1] == ("2027-01-01", 13)


@pytest.mark.parametrize(
    ("table", "field"), [("dunning-rates", "percent"), ("dunning-plans", "interest_percent"), ("tax-rates", "percent")]
)
def test_a_page_takes_no_exponent_for_a_percentage(company: object, dunned: Dunned, plan: DunningPlan, table, field):
    desk: Client = seat(member(company, "administrator"))
    values = {"plan": plan.pk, "code": "x", "name": "X", "rank": "5", "is_active": "on"}
    answer = desk.post(page_url("entry_new", table), {**values, field: "1e2"})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def changes_its_plan(dunned: Dunned, how: str) -> None:
    """The account of the books is served by a plan of 12 % from now on."""
    strict = save_entry(
        model=DunningPlan,
        ident=None,
        values={"code": "strict", "name": "Strict", "interest_percent": Decimal(12), "rank": 1},
        actor="test",
    )
    levels_of(strict, LEVELS)
    if how == "default":
        save_entry(model=DunningPlan, ident=strict.pk, values={"is_default": True}, actor="test")
        return
    class_ = AccountClassification.objects.create(company_id=strict.company_id, code="late", name="Late")
    save_entry(model=DunningPlan, ident=strict.pk, values={"classifications": [class_]}, actor="test")
    Account.objects.filter(pk=dunned.ledger.account.pk).update(classification=class_)


@pytest.mark.parametrize("how", ["classification", "default"])
def test_another_plan_leaves_days_before_it_as_they_were(dunned: Dunned, plan: DunningPlan, how: str):
    """1,000.00 due 01/09 at 9 %, another plan of 12 % seen on 01/12: as of 16/10 that is 3.70; a payment of 400.00 on
    10/10 that is known then makes it 1,000.00 for 9 days and 600.00 for 6 at 9 %: 2.22 + 0.89 = 3.11."""
    invoice = dunned.ledger.invoice(1000, on="01/06", due="01/09")
    dunned.run("01/10")
    with dunned.at("01/12"):
        changes_its_plan(dunned, how)
        work(start_definition(definition_id=dunned.definition, as_of=on("16/10"), actor="test").pk)
    assert drafted(dunned) == [("02/09", "01/10", 740), ("02/10", "16/10", 370)]
    dunned.run("10/12")
    assert drafted(dunned)[2:] == [("17/10", "10/12", 1438)]
    with dunned.at("20/12"):
        dunned.ledger.payment(400, on="10/10", to=[invoice])
        dunned.hear()
    assert drafted(dunned) == [("02/09", "01/10", 740), ("02/10", "10/12", 1174)]


def test_a_run_sees_the_plan_of_what_it_does_not_touch(dunned: Dunned, plan: DunningPlan):
    """Due 25/09: the run of 01/10 finds no level, and sees 9 %; 12 % come on 10/10. By 30/10 that is 14 days at 9 %
    (26/09 to 09/10) and 21 at 12 %: 3.45 + 6.90 = 10.36."""
    dunned.ledger.invoice(1000, on="01/06", due="25/09")
    dunned.run("01/10")
    with dunned.at("10/10"):
        changes_its_plan(dunned, "classification")
    dunned.run("10/10")
    dunned.run("30/10")
    assert drafted(dunned) == [("26/09", "30/10", 1036)]


def test_days_behind_go_on_where_no_plan_charges_any_more(dunned: Dunned, plan: DunningPlan):
    """9 % until 30/11, and nothing from 01/12 on, as no plan is the default: 17/10 to 30/11 are 45 days: 11.10."""
    invoice = dunned.ledger.invoice(1000, on="01/06", due="01/09")
    for day in ("01/10", "16/10"):
        dunned.run(day)
    with dunned.at("01/12"):
        DunningPlan.objects.update(is_default=False)
    dunned.run("01/12")
    dunned.pay(1000, "10/12", to=[invoice])
    assert drafted(dunned)[2:] == [("17/10", "10/12", 1110)]


def test_rates_out_of_use_leave_no_drafts_behind(dunned: Dunned, plan: DunningPlan):
    """The next level drafts anew what was charged by a rate that is none any more: nothing."""
    dunned.ledger.invoice(1000, on="01/06", due="01/09")
    dunned.run("01/10")
    for rate in DunningRate.objects.filter(plan=plan):
        save_entry(model=DunningRate, ident=rate.pk, values={"is_active": False}, actor="test")
    dunned.run("16/10")
    assert drafted(dunned) == []


def test_accounts_that_were_told_levels_before_begin_with_the_plans_of_these(dunned: Dunned, plan: DunningPlan):
    """What the migration makes of records: the plan of the first from the beginning, another from its day."""
    dunned.ledger.invoice(1000, on="01/06", due="01/09")
    dunned.run("01/10")
    dunned.run("16/10")
    with dunned.at("01/12"):
        changes_its_plan(dunned, "classification")
    dunned.run("10/12")
    kept = DunningAssignment.objects.order_by("pk").values_list("plan__code", "from_on")
    assert list(kept) == [("standard", None), ("strict", on("10/12"))]
    made = import_module("subledger.dunning.migrations.0010_assignments").BY_LEVELS_TOLD
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dunning_dunningassignment DISABLE TRIGGER dunning_dunningassignment_append_only")
        cursor.execute("DELETE FROM dunning_dunningassignment")
        cursor.execute("ALTER TABLE dunning_dunningassignment ENABLE TRIGGER dunning_dunningassignment_append_only")
        cursor.execute(made)
    assert list(kept.all()) == [("standard", None), ("strict", on("10/12"))]
