"""Refunds of credit balances: whose, how much, why not, and what the bank's answers make of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.collecting.bank import KIND, CreditBank
from tests.gateways.generic.banks import booked, camt_053, entry, pain_002, reason, status
from tests.pages.conftest import member, seat

from subledger.accounts.models import AccountPaymentPreference
from subledger.accounts.preferences import release_payment_preference
from subledger.accounts.services import change_account_state
from subledger.collecting.credit_refunds import REFUND_CREDITS
from subledger.collecting.queries import charges_of
from subledger.gateways.models import PaymentRequest
from subledger.gateways.services.bars import bar
from subledger.gateways.services.batches import take_back
from subledger.gateways.services.provider_choice import instrument_for
from subledger.gateways.services.providers import set_state
from subledger.gateways.services.reports import Element
from subledger.gateways.states import ProviderState
from subledger.gateways.ways_to_collect import way_by
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.promises.services.disputes import open_dispute
from subledger.reports.proof import prove
from subledger.runs.errors import RunCriteriaInvalid
from subledger.runs.models import Run, RunDefinition
from subledger.runs.services import worker
from subledger.runs.services.control import cancel_run, pause_run
from subledger.runs.services.definitions import create_definition
from subledger.runs.services.start import preview
from subledger.segments.errors import SegmentInUse
from subledger.segments.services import create_segment, delete_segment, update_segment
from subledger.transactions.models import Transaction

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(8)]


def url(name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=args)


def test_scenario_1_monthly_refund_of_negative_balances_through_the_bank(bank: CreditBank):
    """Definition, run over a segment, the bank's file, and its answers: the table of the specification."""
    office, ledger = bank.office, bank.ledger
    a, b, c, d = bank.account("A", 45), bank.account("B", "12.50"), bank.account("C"), bank.account("D")
    ledger.invoice(20, account=c)
    definition = bank.definition(segment=bank.segment().public_id)
    run = bank.run(definition)
    assert bank.came_to(run) == {"A": ("succeeded", "", 4_500), "B": ("succeeded", "", 1_250)}
    balances = lambda: [ledger.balance(x) for x in (a, b, c, d)]  # noqa: E731
    assert balances() == [-45, Decimal("-12.50"), 20, 0], "what is pending is in no balance"
    of_a, of_b = bank.request_of(a), bank.request_of(b)
    assert [(r.type, r.state) for r in (of_a, of_b)] == [("refund", "pending")] * 2
    assert office.transaction(of_a).state == "pending"

    export = office.export("pain.001", mark=True)  # valid by its schema, or nothing is written
    assert set(export.written) == {of_a.public_id, of_b.public_id}
    assert export.content.count(b"<CdtTrfTxInf>") == 2
    office.take(pain_002(status(of_b.number, "RJCT", why=reason("AC04")), message=export.message))
    line = booked(of_a.number, direction="DBIT", amount="45.00", reference="B1")
    office.take(camt_053(entry(line, direction="DBIT")))

    assert [office.state(r) for r in (of_a, of_b)] == ["posted", "rejected"]
    assert office.row(of_b.pk).error_code == "AC04"
    assert [office.transaction(r).state for r in (of_a, of_b)] == ["posted", "rejected"]
    assert balances() == [0, Decimal("-12.50"), 20, 0]
    # The month after: nothing is left of A's credit, and B's account is closed as long as nobody enters another.
    assert bank.came_to(bank.run(definition)) == {"B": ("not_taken", "bank_details_refused", 1_250)}
    office.signs(b)
    other = b.payment_preferences.latest("pk")
    b.payment_preferences.exclude(pk=other.pk).update(released_at=other.account.created_at)
    assert bank.came_to(bank.run(definition)) == {"B": ("succeeded", "", 1_250)}
    assert not [found for found in prove() if found.rows]


def test_each_account_that_is_left_alone_has_one_reason(bank: CreditBank):
    office, ledger = bank.office, bank.ledger
    asked = bank.account("Asked", 10)
    office.pay(5, account=asked, confirm_in_advance=True)
    bank.account("Nowhere", 10, signs=False)
    halted = bank.account("Halted", 10)
    change_account_state(account_id=halted.pk, action="suspend", reason="", actor="test")
    bank.account("Little", "0.99")
    young = bank.account("Young")
    ledger.payment(10, account=young, on="19/05")
    old = bank.account("Old")
    ledger.payment(10, account=old, on="01/04")
    ledger.payment(7, account=old, on="19/05")
    owing = bank.account("Owing", 10)
    ledger.invoice(10, account=owing)
    run = bank.run(bank.definition(currency="eur", minimum_minor=100, credit_days=30))
    assert bank.came_to(run) == {
        "Asked": ("not_taken", "credit_too_young", 1_000),
        "Nowhere": ("not_taken", "credit_too_young", 1_000),
        "Halted": ("not_taken", "account_not_active", 1_000),
        "Little": ("not_taken", "credit_too_young", 99),
        "Young": ("not_taken", "credit_too_young", 1_000),
        "Old": ("succeeded", "", 1_000),
    }
    assert bank.request_of(old).amount_minor == 1_000, "of what is old enough alone"
    run = bank.run(bank.definition("Whole", currency="eur", minimum_minor=100))
    assert bank.came_to(run) == {
        "Asked": ("not_taken", "open_request", 1_000),
        "Nowhere": ("not_taken", "no_bank_details", 1_000),
        "Halted": ("not_taken", "account_not_active", 1_000),
        "Little": ("not_taken", "below_minimum", 99),
        "Young": ("succeeded", "", 1_000),
        "Old": ("not_taken", "open_request", 1_700),
    }


def two_ways(bank: CreditBank, name: str) -> tuple[Any, list[Any]]:
    """An account in credit with two bank accounts, of which it prefers neither."""
    account = bank.account(name, 45, signs=False)
    ways = [bank.office.signs(account, iban=iban) for iban in ("DE89370400440532013000", "FR1420041010050500013M02606")]
    AccountPaymentPreference.objects.filter(account=account).update(is_default=False)
    return account, ways


def refused(bank: CreditBank, row: PaymentRequest, code: str = "AC04") -> None:
    [answer] = bank.office.reject(Element(request_unique_identifier="1", request=row.public_id, error_code=code))
    assert answer.error is None


def test_it_goes_back_by_the_way_that_is_used_where_nobody_says(bank: CreditBank):
    """The first, unless it was declined for good: as a refund by hand, a debit and the account's page have it."""
    (plain, of_plain), (declined, of_declined) = two_ways(bank, "Plain"), two_ways(bank, "Declined")
    debit = bank.office.pay(10, account=declined, payment_preference_id=of_declined[0].pk)
    refused(bank, debit)
    bar([bank.office.row(debit.pk)])
    bank.run(bank.definition())
    used = {ident: bank.request_of(ident).preference_id for ident in (plain, declined)}
    assert used == {plain: of_plain[0].pk, declined: of_declined[1].pk}
    assert {one: way_by(bank.office.provider, one.pk, on=clock.today("UTC")) for one in used} == used


@pytest.mark.parametrize(("code", "used"), [("MD01", 0), ("AC04", 1)])
def test_it_goes_by_what_banks_say_of_accounts_and_not_of_mandates(bank: CreditBank, code: str, used: int):
    """A revoked mandate (MD01) takes a transfer still; a closed account (AC04) gives way, preferred as it is. A refund
    by hand the same."""
    account, ways = two_ways(bank, "Two")
    AccountPaymentPreference.objects.filter(pk=ways[0].pk).update(is_default=True)
    debit = bank.office.pay(10, account=account, payment_preference_id=ways[0].pk)
    refused(bank, debit, code)
    bar([bank.office.row(debit.pk)])
    by_hand = instrument_for(bank.office.provider, account.pk, None, is_charge=False)
    bank.run(bank.definition())
    assert by_hand == ways[used]
    assert bank.request_of(account).preference_id == ways[used].pk


def test_a_bar_of_debits_is_no_reason_to_send_a_refund_where_it_was_refused(bank: CreditBank):
    account, ways = two_ways(bank, "Two")
    debit = bank.office.pay(10, account=account, payment_preference_id=ways[0].pk)
    refused(bank, debit, "MD01")
    bar([bank.office.row(debit.pk)])
    definition = bank.definition()
    for way in ways:
        bank.run(definition)
        assert bank.request_of(account).preference_id == way.pk
        refused(bank, bank.request_of(account))


def test_it_goes_by_the_next_way_where_a_refund_to_the_first_was_refused(bank: CreditBank):
    account, ways = two_ways(bank, "Two")
    definition = bank.definition()
    for way in ways:
        bank.run(definition)
        request = bank.request_of(account)
        assert request.preference_id == way.pk
        refused(bank, request)
    assert bank.came_to(bank.run(definition)) == {"Two": ("not_taken", "bank_details_refused", 4_500)}


def test_run_again_at_once_it_creates_nothing(bank: CreditBank):
    bank.account("A", 45)
    definition = bank.definition()
    bank.run(definition)
    before = PaymentRequest.objects.count()
    assert bank.came_to(bank.run(definition)) == {"A": ("not_taken", "open_request", 4_500)}
    assert PaymentRequest.objects.count() == before


def test_what_changed_between_selection_and_refund_is_left_alone(bank: CreditBank):
    used, gone, asked, stays = (bank.account(name, 10) for name in ("Used", "Gone", "Asked", "Stays"))
    run = bank.start(bank.definition())
    worker.work(run.pk, seconds=0)  # selected
    bank.ledger.invoice(4, account=used)
    gone.payment_preferences.update(released_at=gone.created_at)
    bank.office.refund(3, account=asked)
    bank.ledger.payment(5, account=stays)
    worker.work(run.pk)
    assert bank.came_to(run) == {
        "Used": ("skipped", "credit_used", 1_000),
        "Gone": ("skipped", "no_bank_details", 1_000),
        "Asked": ("skipped", "open_request", 1_000),
        "Stays": ("succeeded", "", 1_000),
    }


def test_a_provider_that_is_switched_off_in_mid_run_refunds_nothing(bank: CreditBank):
    bank.account("A", 45)
    run = bank.start(bank.definition())
    worker.work(run.pk, seconds=0)
    set_state(provider_id=bank.office.provider.pk, state=ProviderState.NOT_EFFECTIVE, actor="test")
    worker.work(run.pk)
    assert bank.came_to(run) == {"A": ("skipped", "provider_not_effective", 4_500)}


def test_a_run_goes_by_its_segment_as_it_stood(bank: CreditBank):
    bank.account("A", 45)
    bank.account("B", 20, metadata={"tier": "gold"})
    segment = bank.segment(metadata={"tier": "gold"})
    definition = bank.definition(segment=segment.public_id)
    assert [(s.reason, s.amount_minor) for s in preview(definition_id=definition.pk).steps] == [("", 2_000)]
    with pytest.raises(SegmentInUse, match="Credit back"):
        delete_segment(segment_id=segment.pk, actor="test")
    run = bank.start(definition)
    update_segment(segment_id=segment.pk, changes={"criteria": {}}, actor="test")
    worker.work(run.pk)
    assert bank.came_to(run) == {"B": ("succeeded", "", 2_000)}
    assert Run.objects.get(pk=run.pk).criteria["segment_criteria"] == {"metadata": {"tier": "gold"}}


@pytest.mark.wide
def test_what_the_bank_tells_wrongly_is_refused_with_its_reason(bank: CreditBank):
    office = bank.office
    a, b = bank.account("A", 45), bank.account("B", "12.50")
    definition = bank.definition()
    bank.run(definition)
    of_a, of_b = bank.request_of(a), bank.request_of(b)
    first = office.export("pain.001", mark=True)
    wrong = camt_053(
        entry(booked(of_a.number, direction="DBIT", amount="44.00"), direction="DBIT"),
        entry(booked(of_b.number, direction="CRDT", amount="12.50")),
        entry(booked("PRQ-7ZZZZZZZZZZZZ", direction="DBIT", amount="1.00"), direction="DBIT"),
    )
    report = office.take(wrong)
    assert {row.code for row in report.refused} == {"amount_differs", "direction_differs", "not_found"}
    report = office.take(pain_002(message="MSG-UNKNOWN", group="RJCT", why=reason("FF01")))
    assert [row.code for row in report.refused] == ["message_unknown"]
    assert [office.state(r) for r in (of_a, of_b)] == ["under_processing"] * 2
    office.take(pain_002(message=first.message, group="RJCT", why=reason("FF01")))
    assert [office.state(r) for r in (of_a, of_b)] == ["rejected"] * 2
    # Of A 44.00 are said to have gone out, of B 12.50 to have come in: nothing goes back until somebody looked.
    assert bank.came_to(bank.run(definition))["A"] == ("skipped", "in_doubt", 4_500)
    assert bank.request_of(a).pk == of_a.pk


@pytest.mark.wide
def test_what_the_bank_tells_of_an_earlier_run_says_nothing_of_the_later_one(bank: CreditBank):
    office, a = bank.office, bank.account("A", 45)
    definition = bank.definition()
    bank.run(definition)
    of_a, first = bank.request_of(a), office.export("pain.001", mark=True)
    office.take(pain_002(message=first.message, group="RJCT", why=reason("FF01")))
    bank.run(definition)
    again = bank.request_of(a)
    assert again.pk != of_a.pk
    late = office.take(pain_002(status(of_a.number, "ACSC", reference="X"), message=first.message))
    assert [row.code for row in late.refused] == ["payment_request_settled"], "of another run: kept for a person"
    assert office.state(again) == "pending"
    [left] = [one for one in office.export("pain.001").left_out if one.request == again.public_id]
    assert left.code == "credit_used", "what the first may have moved after all is not sent twice"


@pytest.mark.parametrize(
    ("criteria", "field"),
    [
        ({"provider": ""}, "provider"),
        ({"provider": "gwp_0000000000000"}, "provider"),
        ({"segment": "seg_0000000000000"}, "segment"),
        ({"segment": "transactions"}, "segment"),
        ({"minimum_minor": 100}, "currency"),
        ({"minimum_minor": 0, "currency": "eur"}, "minimum_minor"),
        ({"credit_days": -1}, "credit_days"),
        ({"currency": "eur", "credit_days": "old"}, "credit_days"),
        ({"other": 1}, "other"),
    ],
)
def test_criteria_that_no_run_could_keep_to_are_refused_by_the_field(
    bank: CreditBank, criteria: dict[str, Any], field: str
):
    said = {"provider": bank.office.provider.public_id, **criteria}
    if said.get("segment") == "transactions":
        of_transactions = create_segment(name="Large", about="transactions", criteria={}, actor="test")
        said["segment"] = of_transactions.public_id
    with pytest.raises(RunCriteriaInvalid) as refusal:
        create_definition(kind=KIND, name="Wrong", criteria=said, schedule={}, actor="test")
    assert refusal.value.param == f"/criteria/{field}"


def test_a_batch_costs_no_statement_more_for_each_account(bank: CreditBank):
    def cost(count: int) -> int:
        for n in range(count):
            bank.account(f"C{count}-{n}", 10)
        run = bank.start(bank.definition(f"Of {count}"))
        worker.work(run.pk, seconds=0)
        with CaptureQueriesContext(connection) as captured:
            worker.work(run.pk)
        assert run.steps.filter(outcome="succeeded").count() == count
        return len(captured)

    cost(1)
    assert cost(12) <= cost(2) + 1, "statements do not grow with the accounts"


def test_a_refund_says_which_run_made_it(bank: CreditBank):
    a = bank.account("A", 45)
    run = bank.run(bank.definition())
    request = bank.request_of(a)
    assert Transaction.objects.get(pk=request.transaction_id).metadata == {"run": run.public_id}
    assert run.steps.get().detail == request.number
    assert [(one.state, one.count, one.amount_minor) for one in charges_of(run.pk)] == [("pending", 1, 4_500)]


@pytest.mark.parametrize("file_format", ["pain.001", "csv"])
def test_nothing_is_paid_out_to_an_account_that_was_removed_since(bank: CreditBank, file_format: str):
    a, b = bank.account("A", 45), bank.account("B", 20)
    bank.run(bank.definition())
    gone, stays = bank.request_of(a), bank.request_of(b)
    release_payment_preference(account_id=a.pk, chosen_id=gone.preference_id or 0, actor="test")
    made = bank.office.export(file_format, mark=True)
    assert made.written == (stays.public_id,)
    assert [(one.request, one.code) for one in made.left_out] == [(gone.public_id, "method_removed")]
    assert "was to be paid out to was removed" in made.left_out[0].reason
    assert (bank.office.state(gone), bank.office.transaction(gone).state) == ("rejected", "draft")


def test_a_run_that_is_cancelled_takes_back_what_has_not_left(bank: CreditBank):
    a, b = bank.account("A", 45), bank.account("B", 20)
    run = bank.start(bank.definition())
    worker.work(run.pk, seconds=0)
    facts = worker.facts_of(Run.objects.get(pk=run.pk), REFUND_CREDITS)
    step = worker.open_steps(run, 1)
    with atomic():
        assert REFUND_CREDITS.execute is not None
        worker.mark(run.pk, REFUND_CREDITS.execute(facts, step))
    pause_run(run_id=run.pk, actor="test")
    [left] = bank.office.export("pain.001").left_out
    assert left.request == bank.request_of(a).public_id, "no file holds it while the run is paused"
    cancel_run(run_id=run.pk, actor="test")
    take_back(bank.request_of(a).batch_id or 0)
    assert bank.office.transaction(bank.request_of(a)).state == "draft"
    assert not PaymentRequest.objects.filter(account=b).exists()


@pytest.mark.wide
def test_scenario_1_by_page(bank: CreditBank):
    """The same by somebody at a desk: a definition with its choices, the run's page, the bank's file, its answers."""
    office, ledger = bank.office, bank.ledger
    a, b = bank.account("A", 45), bank.account("B", "12.50")
    company = ledger.account.company
    desk = seat(member(company, "administrator"), company)
    segment = bank.segment()
    typed = {
        "name": "Credit back", "criteria_provider": office.provider.public_id, "criteria_segment": segment.public_id,
        "criteria_minimum_minor": "1.00",
    }  # fmt: skip
    new = url("run_definition_new", KIND)
    refused = desk.post(new, typed)
    assert refused.context["form"].errors["criteria_currency"], "an amount is of a currency"
    assert desk.post(new, {**typed, "criteria_currency": "eur"}).status_code == 302
    made = RunDefinition.objects.get()
    assert (made.criteria["minimum_minor"], made.criteria["segment"]) == (100, segment.public_id)
    shown = desk.get(url("run_definition", made.pk)).content.decode()
    for text in ("In credit", office.provider.name, "1.00"):
        assert text in shown, text
    assert "57.50" in desk.get(url("run_preview", made.pk)).content.decode()
    for verb in ("activate", "execute"):
        assert desk.post(url("run_definition_action", made.pk, verb), {}).status_code == 302
    run = Run.objects.get()
    worker.work(run.pk)
    shown = desk.get(url("run", run.pk)).content.decode()
    for text in ("2 of 2", "Refunds", url("payment_run_charges", run.pk)):
        assert text in shown, text
    assert "Refunds of Credit back" in desk.get(url("payment_run_charges", run.pk)).content.decode()
    of_a, of_b = bank.request_of(a), bank.request_of(b)
    file = desk.post(url("provider_export", office.provider.pk), {"file_format": "pain.001", "mark": "on"})
    assert of_a.number.encode() in file.content
    lines = (
        entry(booked(of_a.number, direction="DBIT", amount="45.00"), direction="DBIT"),
        entry(booked(of_b.number, direction="CRDT", amount="12.50", back="AC04")),
    )
    upload = SimpleUploadedFile("statement.xml", camt_053(*lines).encode())
    desk.post(url("provider_results", office.provider.pk), {"file": upload, "keep": "1"})
    assert [office.state(r) for r in (of_a, of_b)] == ["posted", "rejected"]
    assert [ledger.balance(x) for x in (a, b)] == [0, Decimal("-12.50")]


def test_credit_of_whoever_disputes_an_invoice_stays(bank: CreditBank):
    account = bank.account("A")
    invoice = bank.ledger.invoice(20, account=account)
    open_dispute(document_id=invoice.id, reason="Never delivered", actor="test")
    bank.ledger.payment(45, account=account)
    assert bank.came_to(bank.run(bank.definition())) == {"A": ("not_taken", "disputed", 2_500)}


ROW = ("provider_id", "mode", "type", "state", "amount_minor", "currency", "charge_id", "order", "checks", "created_by")


def made_by_a_run(bank: CreditBank) -> list[Any]:
    """What a run over three accounts in credit writes, without what names one run, account or moment."""
    accounts = [bank.account("In advance", 45), bank.account("Twice", "12.50"), bank.account("Thrice", 7)]
    run = bank.run(bank.definition(f"Run {accounts[0].pk}"))
    found: list[Any] = []
    for account in accounts:
        request = bank.request_of(account)
        row = Transaction.objects.get(pk=request.transaction_id)
        assert (row.account_id, row.metadata, row.payment_preference_id) == (
            account.pk, {"run": run.public_id}, request.preference_id,
        )  # fmt: skip
        assert request.batch.payment_run.run_id == run.pk
        claims = [(one.kind, one.object_id - row.pk, one.is_open) for one in request.claims.all()]
        of_both = Event.objects.filter(object_id__in=[row.pk, request.pk]).order_by("pk")
        told = [(one.type, one.object_type, sorted(one.data), one.actor, one.company_id) for one in of_both]
        own = ("id", "account_id", "payment_preference_id", "metadata", "created_at", "updated_at")
        columns = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in own}
        step = run.steps.get(subject_id=account.pk)
        assert step.detail == request.number
        found += [columns, [getattr(request, name) for name in ROW], claims, told, (step.outcome, step.amount_minor)]
    return found


def test_what_one_statement_refunds_is_what_the_service_refunds(bank: CreditBank, monkeypatch: pytest.MonkeyPatch):
    """Every account as one of which more had to be known, and none of them: the same rows, to the last column."""
    together = made_by_a_run(bank)
    with monkeypatch.context() as patch:
        patch.setattr("subledger.gateways.services.payouts._plain", lambda provider, wanted: {})
        apart = made_by_a_run(bank)
    assert together == apart
    assert not [found for found in prove() if found.rows]


def test_a_run_refunds_in_statements_that_do_not_grow(bank: CreditBank):
    counts = []
    for count in (2, 8):
        for n in range(count):
            bank.account(f"{count} {n}", 10 + n)
        run = bank.start(bank.definition(f"{count}"))
        with CaptureQueriesContext(connection) as seen:
            worker.work(run.pk)
        counts.append(len(seen))
        assert PaymentRequest.objects.filter(batch__payment_run__run=run.pk).count() == count
    assert counts[0] == counts[1]
