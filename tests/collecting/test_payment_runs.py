"""Automatic payment runs: table 7.6 of the specification on invoices, and why each of the others is left alone."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.collecting.house import House, way_of
from tests.factories import day
from tests.gateways.generic.office import said
from tests.gateways.test_pages_close import HostedGateway
from tests.gateways.toy import TOY, decline, succeed
from typer.testing import CliRunner

from subledger.accounts.preferences import release_payment_preference
from subledger.accounts.preferences import set_recurring as accounts_set_recurring
from subledger.accounts.services import change_account_state
from subledger.cli.main import app
from subledger.collecting.services import last_look
from subledger.gateways import registry
from subledger.gateways.jobs import take_back_batch
from subledger.gateways.models import Claim, Instrument, PaymentRequest, Provider
from subledger.gateways.rules.orders import keep_payment
from subledger.gateways.services import execution, links, requests
from subledger.gateways.services.bank_files import export_requests
from subledger.gateways.services.instruments import forget_token, set_recurring
from subledger.gateways.services.providers import set_state
from subledger.gateways.states import ClaimKind, ProviderState, RequestType
from subledger.journal.services import NewRate, enter_rates
from subledger.platform.models import Event
from subledger.promises.holds import Hold
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.runs.errors import RunCriteriaInvalid
from subledger.runs.services import worker
from subledger.runs.services.control import cancel_run, pause_run, resume_run
from subledger.runs.services.definitions import create_definition, update_definition
from subledger.runs.services.start import preview
from subledger.segments.services import create_segment, update_segment

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(8)]


def test_table_7_6_bills_on_invoices(house: House):
    """B1 to B5, through the definition, the run, the gateway and posting."""
    ledger = house.ledger
    b1 = ledger.invoice(60)
    b2 = ledger.invoice(100)
    ledger.payment(60, to=[b2])
    b3 = ledger.invoice(30)
    ledger.payment(30, to=[b3])
    b4, b5 = ledger.invoice(70), ledger.invoice(80)
    house.bank.script = [decline]
    house.desk.pay(7000, to=[b4])
    house.desk.ask(8000, to=[b5])
    PaymentRequest.objects.filter(state="pending").update(state="under_processing")
    run = house.run()
    assert [house.outcome(run, one) for one in (b1, b2, b3, b4, b5)] == [
        ("succeeded", 6000), ("succeeded", 4000), None, ("succeeded", 7000), ("not_taken", "open_request"),
    ]  # fmt: skip
    assert (run.state, run.stage) == ("running", "finish"), "what it asked for waits for the gateway's worker"
    run = house.charge(run)
    assert run.state == "completed"
    assert [ledger.unsettled(one) for one in (b1, b2, b4, b5)] == [0, 0, 0, 80]
    assert house.bank.captured == 6000 + 4000 + 7000
    assert {link[0:2] for link in ledger.links()} >= {
        (house.desk.transaction(house.request_for(one).transaction_id).number, house.desk.transaction(one.id).number)
        for one in (b1, b2, b4)
    }, "each payment has its document as what it is meant for"


def test_a_run_again_at_once_asks_for_nothing(house: House):
    first, second = house.ledger.invoice(60), house.ledger.invoice(40)
    run = house.run()
    run = house.charge(run)
    house.ledger.cancel(house.ledger.invoice(10))
    again = house.again(run)
    assert (house.outcome(again, first), house.outcome(again, second)) == (None, None)
    assert again.state == "completed"
    assert house.requests(again) == []


def test_why_each_is_left_alone_is_one_reason(house: House):
    ledger, desk = house.ledger, house.desk
    without, other = house.customer("No card", card=False), house.debtor("By debit")
    unwilling, expired = house.customer("Unwilling"), house.customer("Expired")
    foreign, suspended = house.customer("Foreign", currency="usd"), house.customer("Suspended")
    excluded, busy, small = house.customer("Excluded"), house.customer("Busy"), house.customer("Small")
    enter_rates(rates=[NewRate("usd", day("01/05"), Decimal("0.9"))], is_confirmed=True, actor="test")
    of = {
        account: ledger.invoice(50, account=account)
        for account in (without, other, unwilling, expired, foreign, suspended, excluded, busy)
    }
    tiny = ledger.invoice(3, account=small)
    set_recurring(chosen_id=way_of(unwilling).pk, is_recurring=False, actor="test")
    Instrument.objects.filter(account=expired).update(exp_year=2026, exp_month=4)
    Provider.objects.filter(pk=desk.provider.pk).update(currencies=["eur"])
    change_account_state(account_id=suspended.pk, action="suspend", reason="late", actor="test")
    ledger.payment(20, account=busy, to=[of[busy]])
    desk.ask(3000, account_id=busy.pk)  # meant for no invoice: all that is open there
    run = house.run(excluded_accounts=[excluded.number], minimum_minor=500, currency="eur")
    expected = {
        without: "no_preference", other: "no_preference", unwilling: "not_recurring", expired: "card_expired",
        suspended: "account_not_active", excluded: "excluded", busy: "under_way",
    }  # fmt: skip
    assert {account: house.outcome(run, of[account]) for account in expected} == {
        account: ("not_taken", reason) for account, reason in expected.items()
    }
    assert house.outcome(run, tiny) == ("not_taken", "below_minimum")
    assert house.outcome(run, of[foreign]) is None, "the criteria do not name it"
    assert run.state == "completed"
    assert house.outcome(house.run("All"), of[foreign]) == ("not_taken", "currency")


def test_the_smallest_amount_is_asked_for(house: House):
    least, less = house.ledger.invoice(5), house.ledger.invoice(4.99, account=house.customer("Less"))
    run = house.run(minimum_minor=500, currency="eur")
    assert house.outcome(run, least)[1] == 500
    assert house.outcome(run, less) == ("not_taken", "below_minimum")


def test_a_card_is_good_through_the_last_day_of_its_month(house: House):
    invoice = house.ledger.invoice(50)
    Instrument.objects.update(exp_year=2026, exp_month=5)
    shown = house.definition(active=False)
    reasons = [preview(definition_id=shown.pk, as_of=day(on)).steps[0].reason for on in ("20/05", "31/05", "01/06")]
    assert reasons == ["", "", "card_expired"]
    assert house.ledger.unsettled(invoice) == 50


def test_the_preferred_way_goes_before_the_default_of_the_provider(house: House):
    """The account's default if the provider processes it, else the provider's default card there."""
    account = house.customer()
    first = Instrument.objects.get(account=account)
    second = house.desk.register(account, "second")
    house.ledger.invoice(50, account=account)
    house.mandate(account, is_default=True)  # another provider's: the card that is this one's default is charged
    assert [row.preference_id for row in house.requests(house.run())] == [first.pk]
    assert second.is_default is False


def test_what_is_due(house: House):
    """N days before the due date, or until a day; whatever its due date where the definition says nothing."""
    due = {n: house.ledger.invoice(10, due=day("20/05") + timedelta(days=n)) for n in (0, 5, 6, 30)}
    taken = []
    for criteria in ({"days_before_due": 5}, {"due_until": "2026-05-20"}, {"days_before_due": 0}, {}):
        run = house.run(f"{criteria}", **criteria)
        taken.append({n for n, one in due.items() if house.outcome(run, one)})
    assert taken == [{0, 5}, {0}, {0}, {0, 5, 6, 30}]


def test_only_what_was_rejected_before(house: House):
    never, before = house.ledger.invoice(10), house.ledger.invoice(20)
    house.bank.script = [decline]
    house.desk.pay(2000, to=[before])
    run = house.run(only_rejected=True)
    assert (house.outcome(run, never), house.outcome(run, before)) == (None, ("succeeded", 2000))


def test_no_more_is_asked_for_than_the_account_owes_beside_what_is_under_way(house: House):
    """By due date: what an earlier request for the whole account brings settles the oldest first."""
    first = house.ledger.invoice(50, due="01/06")
    second = house.ledger.invoice(50, due="02/06")
    third = house.ledger.invoice(50, due="03/06")
    house.desk.ask(7000)
    run = house.run()
    assert [house.outcome(run, one) for one in (first, second, third)] == [
        ("succeeded", 5000), ("succeeded", 3000), ("not_taken", "under_way"),
    ]  # fmt: skip
    house.charge(run)
    assert house.request_for(first).error_code == "already_settled", "by what left before it by the same card"
    assert (house.bank.captured, house.ledger.balance()) == (10000, 50), "never more than is owed"
    house.charge(house.run("Next"))
    assert (house.bank.captured, house.ledger.balance()) == (15000, 0)


def test_recorded_as_a_request_is_that_is_made_by_itself(house: House):
    first = house.ledger.invoice(60)
    house.run()
    by_run, second = house.request_for(first), house.ledger.invoice(60)
    requests.request(
        wanted=[
            requests.Wanted(
                provider=house.desk.provider,
                type=RequestType.PAYMENT,
                account_id=house.ledger.account.pk,
                amount_minor=6000,
                currency="eur",
                preference_id=house.desk.card.pk,
                order=keep_payment(intended_ids=(second.id,)),
                claims=frozenset({(ClaimKind.TRANSACTION, second.id)}),
            )
        ],
        actor="test",
    )
    by_hand = PaymentRequest.objects.latest("pk")
    leave_out = {"id", "_state", "order", "batch_id", "created_at"}

    def said(row: PaymentRequest) -> dict:
        return {name: value for name, value in vars(row).items() if name not in leave_out}

    assert said(by_run) == said(by_hand)
    assert by_run.order == {"intended_ids": [first.id]}
    assert [(c.kind, c.object_id, c.is_open) for c in Claim.objects.filter(request=by_run)] == [
        ("transaction", first.id, True)
    ]
    [told, by_itself] = [
        Event.objects.get(type="payment_request.created", object_id=row.pk) for row in (by_run, by_hand)
    ]
    assert (told.data, told.actor, told.object_type) == (by_itself.data, by_itself.actor, by_itself.object_type)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"provider": "gwp_unknown"}, "provider"),
        ({"minimum_minor": 500}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"classifications": ["acl_unknown"]}, "classifications"),
        ({"excluded_accounts": ["nobody"]}, "excluded_accounts"),
        ({"selects": "nothing"}, "selects"),
        ({"days_before_due": -1}, "days_before_due"),
    ],
)
def test_criteria_that_no_run_could_keep_to(house: House, said: dict, field: str):
    Provider.objects.filter(pk=house.desk.provider.pk).update(currencies=["eur"])
    criteria = {"provider": house.desk.provider.public_id, **said}
    with pytest.raises(RunCriteriaInvalid) as refused:
        create_definition(kind="payments", name="Month", criteria=criteria, schedule={}, actor="test")
    assert refused.value.param.startswith(f"/criteria/{field}")


def test_only_an_effective_provider(house: House):
    draft = house.definition(active=False)
    set_state(provider_id=house.desk.provider.pk, state=ProviderState.NOT_EFFECTIVE, actor="test")
    with pytest.raises(RunCriteriaInvalid):
        update_definition(definition_id=draft.pk, changes={"criteria": dict(draft.criteria)}, actor="test")
    with pytest.raises(RunCriteriaInvalid):
        house.definition("Another")


# -- generic providers


def test_a_generic_provider_is_left_what_it_is_to_execute(house: House):
    """The preference says whether runs may use it, whoever processes it."""
    willing, unwilling = house.debtor(), house.debtor("Unwilling", is_recurring=False)
    taken, left = house.ledger.invoice(50, account=willing), house.ledger.invoice(50, account=unwilling)
    run = house.run(provider=house.generic)
    assert (house.outcome(run, taken), house.outcome(run, left)) == (
        ("succeeded", 5000), ("not_taken", "not_recurring"),
    )  # fmt: skip
    assert run.state == "completed", "whoever executes it goes on without us"
    assert [(row.state, row.preference_id) for row in house.requests(run)] == [("pending", way_of(willing).pk)]


# -- between selecting, recording and charging


def test_what_changed_before_it_is_recorded_is_left_alone(house: House):
    ledger = house.ledger
    settled, partly, cancelled = (ledger.invoice(50) for _ in range(3))
    gone = house.customer("Gone")
    removed = ledger.invoice(50, account=gone)
    run = house.started()
    worker._enter(run.pk, None)
    worker._turn(run.pk)  # selected
    ledger.payment(50, to=[settled])
    ledger.payment(20, to=[partly])
    ledger.cancel(cancelled)
    forget_token(provider=house.desk.provider, token=f"card-{gone.pk}", actor="test")
    worker.work(run.pk)
    assert [house.outcome(run, one) for one in (settled, partly, cancelled, removed)] == [
        ("skipped", "settled"), ("skipped", "amount_changed"), ("skipped", "settled"), ("skipped", "no_preference"),
    ]  # fmt: skip
    assert house.requests(run) == []


def test_what_changed_before_it_is_charged_is_taken_back(house: House):
    ledger = house.ledger
    accounts = [house.customer(name) for name in ("Paid", "Partly", "Cancelled", "Removed", "Stays")]
    paid, partly, cancelled, removed, stays = (ledger.invoice(50, account=account) for account in accounts)
    run = house.run()
    ledger.payment(50, account=accounts[0], to=[paid])
    ledger.payment(20, account=accounts[1], to=[partly])
    ledger.cancel(cancelled)
    forget_token(provider=house.desk.provider, token=f"card-{accounts[3].pk}", actor="test")
    run = house.charge(run)
    rows = [house.request_for(one) for one in (paid, partly, cancelled, removed, stays)]
    assert [(row.state, row.error_code) for row in rows] == [
        ("rejected", "already_settled"), ("rejected", "less_is_owed"), ("rejected", "already_settled"),
        ("rejected", "method_removed"), ("posted", ""),
    ]  # fmt: skip
    assert house.bank.captured == 5000
    assert run.state == "completed"


@pytest.mark.few(2)
@pytest.mark.parametrize("door", ["csv", "pain.008", "process"])
def test_a_mandate_that_changed_before_it_leaves_the_house(house: House, door: str):
    """Of three debits of 100.00 one mandate is removed, one is recurring no more: every door leaves both."""
    accounts = [house.debtor(name) for name in ("Removed", "Unwilling", "Stays")]
    invoices = [house.ledger.invoice(100, account=account) for account in accounts]
    house.run(provider=house.generic)
    rows = [house.request_for(one) for one in invoices]
    release_payment_preference(account_id=accounts[0].pk, chosen_id=way_of(accounts[0]).pk, actor="test")
    accounts_set_recurring(
        account_id=accounts[1].pk, chosen_id=way_of(accounts[1]).pk, is_recurring=False, actor="test"
    )
    if door == "process":
        answers = execution.process(elements=[said(row) for row in rows], actor="key:bank")
        left = [getattr(answer.error, "reason", "") for answer in answers]
    else:
        creditor = {"name": "Seller AG", "iban": "FR1420041010050500013M02606", "creditor_id": "DE98ZZZ09999999999"}
        Provider.objects.filter(pk=house.generic.pk).update(creditor=creditor)
        made = export_requests(provider_id=house.generic.pk, file_format=door, actor="test", mark=True)
        assert made.written == (rows[2].public_id,)
        left = [*(one.code for one in made.left_out), ""]
    assert left == ["method_removed", "not_recurring", ""]
    for row in rows:
        row.refresh_from_db()
    assert [(row.state, row.error_code) for row in rows] == [
        ("rejected", "method_removed"), ("rejected", "not_recurring"), ("under_processing", ""),
    ]  # fmt: skip


def test_a_card_that_is_not_for_recurring_payments_any_more_is_not_charged(house: House):
    """Of a run. What somebody asks for by hand is charged."""
    card = house.desk.card.chosen_id
    invoice = house.ledger.invoice(100)
    run = house.run()
    set_recurring(chosen_id=card, is_recurring=False, actor="test")
    house.charge(run)
    row = house.request_for(invoice)
    assert (row.state, row.error_code, house.bank.captured) == ("rejected", "not_recurring", 0)
    by_hand = house.desk.pay(10_000, to=[invoice])
    assert (by_hand.state, house.bank.captured) == ("posted", 10_000)


def test_a_provider_that_is_switched_off_in_mid_run(house: House):
    """What is not recorded yet is left alone; what is waits until the provider is switched on again."""
    first = house.ledger.invoice(50)
    run = house.run()
    set_state(provider_id=house.desk.provider.pk, state=ProviderState.NOT_EFFECTIVE, actor="test")
    run = house.charge(run)
    assert (run.state, house.request_for(first).state, house.bank.captured) == ("running", "pending", 0)
    set_state(provider_id=house.desk.provider.pk, state=ProviderState.EFFECTIVE, actor="test")
    assert (house.charge(run).state, house.bank.captured) == ("completed", 5000)
    second = house.ledger.invoice(60)
    other = house.started("Second")
    worker._enter(other.pk, None)
    worker._turn(other.pk)
    set_state(provider_id=house.desk.provider.pk, state=ProviderState.NOT_EFFECTIVE, actor="test")
    worker.work(other.pk)
    assert house.outcome(other, second) == ("skipped", "provider_not_effective")
    assert house.now(other).state == "completed"


def test_pausing_holds_what_has_not_left_and_cancelling_withdraws_it(house: House):
    invoice = house.ledger.invoice(50)
    run = house.run()
    pause_run(run_id=run.pk, actor="test")
    assert house.charge(run).state == "paused"
    assert (house.request_for(invoice).state, house.bank.captured) == ("pending", 0)
    resume_run(run_id=run.pk, actor="test")
    pause_run(run_id=run.pk, actor="test")
    cancel_run(run_id=run.pk, actor="test")
    house.desk.work()
    take_back_batch(house.requests(run)[0].batch_id)
    row = house.request_for(invoice)
    assert (row.state, row.error_code, house.bank.captured) == ("rejected", "withdrawn", 0)
    assert house.charge(house.again(run)).state == "completed", "it can be asked for again"
    assert house.bank.captured == 5000


def test_a_run_that_is_resumed_goes_on(house: House):
    house.ledger.invoice(50)
    run = house.run()
    pause_run(run_id=run.pk, actor="test")
    resume_run(run_id=run.pk, actor="test")
    assert house.charge(run).state == "completed"
    assert house.bank.captured == 5000


def test_one_that_is_declined_stops_no_other(house: House):
    invoices = [house.ledger.invoice(10, account=house.customer(str(n))) for n in range(3)]
    house.bank.script = [succeed, decline, succeed]
    run = house.charge(house.run())
    assert sorted(house.request_for(one).state for one in invoices) == ["posted", "posted", "rejected"]
    assert run.state == "completed"


def test_statements_do_not_grow_with_the_documents(house: House):
    def statements(number: int) -> int:
        for n in range(number):
            house.ledger.invoice(10, account=house.customer(str(n)))
        run = house.started(f"Of {number}")
        with CaptureQueriesContext(connection) as captured:
            worker.work(run.pk)
        return len(captured)

    assert statements(2) == statements(12)


# -- what holds an invoice


def test_a_disputed_invoice_is_left_alone_and_taken_back(house: House):
    early, late = (house.ledger.invoice(50, account=house.customer(name)) for name in ("Early", "Late"))
    open_dispute(document_id=early.id, reason="Not delivered", actor="test")
    run = house.run()
    assert house.outcome(run, early) == ("not_taken", "disputed")
    open_dispute(document_id=late.id, reason="Not delivered", actor="test")
    house.charge(run)
    assert (house.request_for(late).error_code, house.bank.captured) == ("disputed", 0)


def test_of_a_promise_what_is_reached_is_collected(house: House):
    invoice, later = (house.ledger.invoice(300, account=house.customer(name)) for name in ("Part", "Later"))
    halves = (Instalment(day("25/05"), 10_000), Instalment(day("25/06"), 20_000))
    make_promise(new=NewPromise(document_id=invoice.id, instalments=halves), actor="test")
    shown = house.definition(active=False)

    def taken(on: str) -> list[tuple[str, int | None]]:
        steps = preview(definition_id=shown.pk, as_of=day(on)).steps
        return [(step.reason, step.amount_minor) for step in steps if step.subject_id == invoice.id]

    assert [taken(on) for on in ("24/05", "25/05", "25/06")] == [
        [("promised", 30_000)], [("", 10_000)], [("", 30_000)],
    ]  # fmt: skip
    run = house.run("Other", excluded_accounts=[house.desk.transaction(invoice.id).account.number])
    whole = (Instalment(day("30/06"), 30_000),)
    make_promise(new=NewPromise(document_id=later.id, instalments=whole), actor="test")
    house.charge(run)
    assert (house.request_for(later).error_code, house.bank.captured) == ("promised", 0)


@pytest.mark.parametrize("held", ["disputed", "promised"])
def test_a_customer_pays_on_a_page_whatever_was_agreed_on(house: House, monkeypatch: pytest.MonkeyPatch, held: str):
    kinds = {**registry.kinds(), TOY.name: dataclasses.replace(TOY, make=HostedGateway)}
    monkeypatch.setattr(registry, "kinds", lambda: kinds)
    invoice = house.ledger.invoice(50)
    if held == "disputed":
        open_dispute(document_id=invoice.id, reason="Not delivered", actor="test")
    else:
        whole = (Instalment(day("25/06"), 5_000),)
        make_promise(new=NewPromise(document_id=invoice.id, instalments=whole), actor="test")
    page = links.begin_payment(
        invoice_ids=[invoice.id], success_url="https://a.example", cancel_url="https://a.example"
    )
    assert page.url == f"https://pay.example/{house.request_for(invoice).public_id}"


def test_a_segment_is_the_one_that_stood_when_the_run_was_started(house: House):
    here = house.customer("Here", metadata={"tier": "gold"})
    taken, left = house.ledger.invoice(50, account=here), house.ledger.invoice(50, account=house.customer("There"))
    gold = create_segment(name="Gold", about="accounts", criteria={"metadata": {"tier": "gold"}}, actor="test")
    run = house.started(segment=gold.public_id)
    update_segment(segment_id=gold.pk, changes={"criteria": {"metadata": {"tier": "iron"}}}, actor="test")
    worker.work(run.pk)
    assert (house.outcome(run, taken), house.outcome(run, left)) == (("succeeded", 5000), None)


def test_a_segment_of_everybody_is_one_that_stood_when_the_run_was_started(house: House):
    here, there = house.customer("Here", metadata={"tier": "gold"}), house.customer("There")
    invoices = [house.ledger.invoice(50, account=account) for account in (here, there)]
    everybody = create_segment(name="Ours", about="accounts", criteria={}, actor="test")
    run = house.started(segment=everybody.public_id)
    update_segment(segment_id=everybody.pk, changes={"criteria": {"metadata": {"tier": "gold"}}}, actor="test")
    worker.work(run.pk)
    assert [house.outcome(run, one) for one in invoices] == [("succeeded", 5000)] * 2


def test_the_command_carries_out_what_it_asked_for(house: House, company, monkeypatch: pytest.MonkeyPatch):
    """`subledger run payments NAME`, without a worker."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    invoice = house.ledger.invoice(50)
    house.definition("By hand")
    shown = CliRunner().invoke(app, ["run", "payments", "By hand", "--company", company.code])
    assert shown.exit_code == 0, shown.output
    assert "completed" in shown.output
    assert (house.ledger.unsettled(invoice), house.bank.captured) == (0, 5000)
    other = CliRunner().invoke(app, ["run", "books_check", "By hand", "--company", company.code])
    assert other.exit_code == 1, "it is of another kind"


@pytest.mark.parametrize(("held_minor", "why"), [(0, None), (50_00, "promised")])
def test_what_was_paid_in_part_is_not_told_as_promised(
    monkeypatch: pytest.MonkeyPatch, held_minor: int, why: str | None
):
    """Less is open than was asked for: of a promise only where one holds the rest."""
    hold = Hold(1, 50_00 + held_minor, False, 7 if held_minor else None, held_minor, False, held_minor, 50_00, None)
    monkeypatch.setattr(last_look, "holds_of", lambda idents: {1: hold})
    asked = PaymentRequest(pk=9, amount_minor=100_00, order={"intended_ids": [1]})
    assert {ident: code.value for ident, (code, _) in last_look.held([asked]).items()} == ({9: why} if why else {})
