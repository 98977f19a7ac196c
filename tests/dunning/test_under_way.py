"""What is being collected is not dunned, and what cannot be paid by a link has none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.collecting.house import House, make_house
from tests.dunning.conftest import Dunned, plan_of_levels
from tests.endings import terminate
from tests.factories import Ledger, day
from tests.gateways.conftest import install_toy
from tests.gateways.generic.office import said
from tests.messages.conftest import address_of

from subledger.accounts.models import Account, Customer
from subledger.dunning.models import DunningClaim, DunningRecord
from subledger.dunning.queries import dunning_of, exchanged, facts_of, levels_of, reached_of, standing_of
from subledger.dunning.rules.levels import reached
from subledger.gateways.models import PaymentRequest
from subledger.gateways.port import ActionRequired
from subledger.gateways.services import execution
from subledger.platform import clock
from subledger.reports.catalogue import report_named
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import preview, start_definition
from subledger.runs.services.worker import work
from subledger.transactions.queries import transaction_by_id

pytestmark = pytest.mark.django_db

LEVELS = (
    (1, "Second reminder", 3, "dunning_reminder", 5, "go_on"),
    (2, "Final", 9, "dunning_final", 5, "go_on"),
)


@pytest.fixture
def house(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, settings) -> House:
    install_toy(monkeypatch)
    settings.PUBLIC_URL = "https://books.example.com"
    return make_house(ledger)


@pytest.fixture
def dunned(house: House) -> Dunned:
    definition = create_definition(kind="dunning", name="Daily dunning", criteria={}, schedule={}, actor="test")
    activate_definition(definition_id=definition.pk, actor="test")
    return Dunned(house.ledger, definition.pk)


def addressed(account: Account) -> Account:
    Customer.objects.filter(pk=account.customer_id).update(email="dan@example.com")
    return account


@pytest.mark.wide
def test_what_a_direct_debit_collects_is_left_alone_and_reminded_of_the_day_after_it_failed(house, dunned):
    plan = plan_of_levels(LEVELS)
    account = addressed(house.debtor())
    with dunned.at("01/06"):
        invoice = house.ledger.invoice(100, account=account, on="01/06", due="10/06")
    with dunned.at("12/06"):
        house.run("Debits", provider=house.generic)
        request = house.request_for(invoice)
    with dunned.at("13/06"):
        shown = preview(definition_id=dunned.definition)
        assert [one.reason for one in shown.tallies] == ["under_way"]
        row = transaction_by_id(invoice.id)
        assert dunning_of(row, as_of=day("13/06")).reason == "under_way"
        coming = report_named("dunning-coming").open(as_of=day("13/06"))
        assert (coming.part(0, 9).counts, list(coming.whole().rows)) == ({}, [])
    for on in ("13/06", "19/06"):
        [step] = dunned.run(on).steps.all()
        assert (step.outcome, step.reason) == ("not_taken", "under_way")
    assert not dunned.mails()
    assert not DunningClaim.objects.exists()
    with dunned.at("20/06"):
        execution.reject(elements=[said(request, error_code="AM04")], actor="key:bank")
    assert not dunned.run("20/06").steps.exists()
    dunned.run("21/06")  # a level only: the next one keeps its distance
    assert dunned.told() == [("Second reminder", "21/06", "sent")]
    assert [mail.recipient for mail in dunned.mails()] == ["dan@example.com"]
    assert "PAY_LINK" in dunned.mails()[0].body
    assert not dunned.run("26/06").steps.exists()
    dunned.run("27/06")
    assert dunned.told()[1] == ("Final", "27/06", "sent")
    standing = standing_of(invoice.id, due_on=day("10/06"), plan_id=plan.pk)
    for n in range(40):
        on = day("10/06") + timedelta(days=n)
        hit = reached(facts_of(levels_of(plan)), standing, as_of=on)
        assert bool(hit) == bool(reached_of(account_ids=[account.pk], as_of=on))


def test_a_page_on_which_nobody_pays_holds_nothing_up(house, dunned):
    plan_of_levels(LEVELS)
    account = addressed(house.customer())
    with dunned.at("01/06"):
        invoice = house.ledger.invoice(100, account=account, on="01/06", due="10/06")
    with dunned.at("12/06"):
        house.run()
        request = house.request_for(invoice)
        assert dunning_of(transaction_by_id(invoice.id), as_of=day("12/06")).reason == "under_way"
        page = {"action_url": "https://bank.example/1", "check_at": clock.now()}
        PaymentRequest.objects.filter(pk=request.pk).update(state="requires_action", **page)
    dunned.run("13/06")
    assert dunned.told() == [("Second reminder", "13/06", "sent")]


def test_a_terminated_account_is_reminded_without_a_link(house, dunned):
    plan_of_levels([(1, "Reminder", 3, "dunning_reminder", None, "go_on")])
    address_of(house.ledger)
    with dunned.at("01/06"):
        house.ledger.invoice(100, on="01/06", due="10/06")
        other = addressed(house.customer("Bea"))
        house.ledger.invoice(50, account=other, on="01/06", due="10/06")
    with dunned.at("11/06"):
        terminate(house.ledger.account.pk)
    with dunned.at("13/06"):
        run = start_definition(definition_id=dunned.definition, actor="test")
        work(run.pk)
    run.refresh_from_db()
    assert run.state == "completed"
    linked = {mail.recipient: "PAY_LINK" in mail.body for mail in dunned.mails()}
    assert linked == {"ana@example.com": False, "dan@example.com": True}


def test_a_page_of_a_charge_that_its_bank_wants_confirmed_is_one_for_runs_and_for_dunning(house, dunned):
    """The run said that something collects it, dunning that nothing does."""
    plan_of_levels(LEVELS)
    address_of(house.ledger, "ann@example.com")
    with dunned.at("02/06"):
        invoice = house.ledger.invoice(100, on="01/06", due="01/06")
        asks = ActionRequired("pi_1", "https://bank.example", expires_at=clock.now() + timedelta(days=5))
        house.bank.script = [lambda bank, order: bank.settle(order, asks)]
        house.charge(house.run())
        assert house.outcome(house.run("Again"), invoice)[1] == "pay_page_open"
        reached_by = reached_of(account_ids=[house.ledger.account.pk], as_of=day("05/06"))
    assert [(one.document_id, one.reason) for one in reached_by] == [(invoice.id, "")]


def test_a_statement_that_lacks_what_is_exchanged_is_an_error():
    with pytest.raises(ValueError, match="has no part"):
        exchanged("SELECT 1", "SELECT 2", "SELECT 3")
    assert exchanged("SELECT 1", "1", "2") == "SELECT 2"


def test_what_came_and_went_on_one_day_holds_no_level_of_that_day(house, dunned):
    plan_of_levels(LEVELS)
    account = addressed(house.debtor())
    with dunned.at("01/06"):
        invoice = house.ledger.invoice(100, account=account, on="01/06", due="10/06")
    with dunned.at("13/06"):
        house.run("Debits", provider=house.generic)
        execution.reject(elements=[said(house.request_for(invoice), error_code="AM04")], actor="key:bank")
    dunned.run("13/06")
    assert dunned.told() == [("Second reminder", "13/06", "sent")]


def test_a_terminated_account_is_charged_no_fee(house, dunned):
    plan_of_levels(LEVELS)
    address_of(house.ledger)
    with dunned.at("01/06"):
        house.ledger.invoice(100, on="01/06", due="10/06")
    with dunned.at("11/06"):
        terminate(house.ledger.account.pk)
    dunned.run("13/06")
    [record] = DunningRecord.objects.all()
    assert (record.outcome, record.why) == ("sent", "No fee was drafted: the account is terminated.")
    assert not DunningClaim.objects.exists()
