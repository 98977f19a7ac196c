"""What is remembered of a way to pay that was declined: whatever becomes of the document, and for all documents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.factories import day
from tests.gateways.generic.office import code_of, said
from tests.gateways.toy import succeed
from tests.retries.conftest import ERROR, HARD, SOFT, Retrying, on
from tests.retries.test_letters import reach, tell
from tests.retries.test_retries import prefer, state

from subledger.gateways.errors import WayDeclined
from subledger.gateways.models import Attempt, BarredWay, Instrument, PaymentRequest
from subledger.gateways.port import Declined, InstrumentSeen, Outcome, Succeeded
from subledger.gateways.services import execution, worker
from subledger.gateways.services.bank_files import export_requests
from subledger.gateways.services.bars import allow_again
from subledger.gateways.services.instruments import keep_instrument
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.gateways.ways_to_collect import ways_on
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import close_dispute, open_dispute
from subledger.promises.services.promises import NewPromise, make_promise, withdraw_promise
from subledger.retries.models import Retry
from subledger.retries.queries import to_see_to
from subledger.retries.services.retries import make_due, make_retry
from subledger.transactions.rules.orders import Posted

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(3)]


def promise(invoice: Posted, *parts: tuple[str, int]) -> int:
    instalments = [Instalment(day(text), minor) for text, minor in parts]
    made = make_promise(new=NewPromise(document_id=invoice.id, instalments=instalments), actor="test")
    return made.pk


def daily(books: Retrying, text: str, invoice: Posted) -> tuple[object, ...] | None:
    """What the run of a day says of an invoice, and has charged."""
    with on(text):
        books.hear()
        run = books.house.run(f"Run of {text}")
        books.house.charge(run)
        return books.house.outcome(run, invoice)


# -- promises and disputes -------------------------------------------------------------------------------------------


def test_a_stolen_card_is_charged_once_whatever_is_promised(books: Retrying):
    """100.00 promised for 01/07 and 200.00 for 01/08; the card is stolen: charged on 01/07 and never again."""
    invoice = books.ledger.invoice(300)
    with on("20/06"):
        promise(invoice, ("01/07", 10_000), ("01/08", 20_000))
    books.bank.script.append(HARD)
    assert daily(books, "01/07", invoice) == ("succeeded", 10_000)
    assert state(books.retry()) == ("stopped", "promised")
    for text in ("02/07", "03/07", "01/08", "05/08"):
        assert daily(books, text, invoice) == ("not_taken", "declined_for_good")
    assert len(books.bank.orders) == 1
    assert books.broken() == {}


def test_its_customer_is_asked_for_another_all_the_same(books: Retrying):
    """By what was declined the promise cannot be kept."""
    reach(books.ledger.account, "ann@example.com")
    invoice = books.ledger.invoice(300)
    with on("20/06"):
        promise(invoice, ("01/07", 10_000), ("01/08", 20_000))
    with on("01/07"):
        books.collect(invoice, HARD)
        [message] = tell()
    assert message.kind == "method_declined"


def test_a_soft_decline_under_a_promise_waits_for_the_day_of_the_plan(books: Retrying):
    """Declined on 01/07, so nothing before 04/07; the chain goes on there (09/07), and not from its beginning."""
    invoice = books.ledger.invoice(300)
    with on("20/06"):
        promise(invoice, ("01/07", 10_000), ("01/08", 20_000))
    books.bank.script += [SOFT, SOFT]
    assert daily(books, "01/07", invoice) == ("succeeded", 10_000)
    assert daily(books, "02/07", invoice) == ("not_taken", "before_retry_day")
    assert daily(books, "03/07", invoice) == ("not_taken", "before_retry_day")
    assert daily(books, "04/07", invoice) == ("succeeded", 10_000)
    assert (books.retry().used_days, str(books.retry().planned_on)) == (2, "2026-07-09")
    assert daily(books, "08/07", invoice) == ("not_taken", "before_retry_day")
    assert len(books.bank.orders) == 2


def test_a_promise_that_is_withdrawn_charges_no_stolen_card(books: Retrying):
    """Declined for good, then promised, then withdrawn: the run of the same day leaves it alone."""
    invoice = books.ledger.invoice(300)
    with on("08/06"):
        books.collect(invoice, HARD)
        made = promise(invoice, ("01/07", 30_000))
        books.hear()
        assert state(books.retry()) == ("stopped", "promised")
        withdraw_promise(promise_id=made, actor="test")
    assert daily(books, "08/06", invoice) == ("not_taken", "declined_for_good")
    assert len(books.bank.orders) == 1


def test_a_dispute_that_is_closed_charges_no_stolen_card(books: Retrying):
    invoice = books.ledger.invoice(300)
    with on("08/06"):
        books.collect(invoice, HARD)
        disputed = open_dispute(document_id=invoice.id, reason="Not delivered", actor="test")
        books.hear()
        assert state(books.retry()) == ("stopped", "disputed")
        close_dispute(dispute_id=disputed.pk, outcome="rejected", actor="test")
    assert daily(books, "08/06", invoice) == ("not_taken", "declined_for_good")


# -- other documents -------------------------------------------------------------------------------------------------


def test_a_stolen_card_is_charged_once_for_five_invoices(books: Retrying):
    """Within one run, and by the next one for what was posted since; another customer's card is charged."""
    invoices = [books.ledger.invoice(10 + number) for number in range(5)]
    bea = books.ledger.invoice(50, account=books.house.customer("Bea"))
    with on("08/06"):
        books.bank.script += [HARD, succeed]
        run = books.house.charge(books.house.run())
        codes = sorted(PaymentRequest.objects.filter(state="rejected").values_list("error_code", flat=True))
        assert codes == [*["declined_for_good"] * 4, "stolen_card"]
        assert (len(books.bank.orders), books.ledger.unsettled(bea)) == (2, 0)
        assert run.state in ("completed", "completed_with_errors")
        sixth = books.ledger.invoice(60)
    assert daily(books, "09/06", sixth) == ("not_taken", "declined_for_good")
    assert daily(books, "10/06", invoices[0]) == ("not_taken", "declined_for_good")
    assert len(books.bank.orders) == 2
    assert books.broken() == {}


def test_a_card_that_is_good_is_charged_for_all_of_them(books: Retrying):
    invoices = [books.ledger.invoice(10 + number) for number in range(5)]
    books.house.charge(books.house.run())
    assert [books.ledger.unsettled(one) for one in invoices] == [0] * 5
    assert len(books.bank.orders) == 5


@pytest.mark.parametrize("guard", ["guard off", "guard on"])
def test_one_call_at_a_time_is_under_way_by_one_card(books: Retrying, guard: str, monkeypatch: pytest.MonkeyPatch):
    """The second waits for the answer to the first, as long as it may be answered."""
    if guard == "guard off":
        monkeypatch.setattr(worker, "_first_of_each_way", lambda due, at, limit: list(due.values_list("pk", flat=True)))
        monkeypatch.setattr(worker, "_without_busy", lambda rows, at: list(rows))
    for amount in (75, 80):
        books.ledger.invoice(amount)
    books.house.run()
    provider = books.house.desk.provider
    assert len(worker.claim(provider, limit=100)) == (2 if guard == "guard off" else 1)
    assert worker.claim(provider, limit=100) == []
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert len(worker.claim(provider, limit=100)) == (0 if guard == "guard off" else 1)


def test_a_card_that_was_renewed_and_declined_again_is_told_of_again(books: Retrying):
    reach(books.ledger.account, "ann@example.com")
    first, second = books.ledger.invoice(75), books.ledger.invoice(80)
    with on("08/06"):
        books.collect(first, HARD)
        assert len(tell()) == 1
        card = books.house.desk.card
        seen = InstrumentSeen("", card.token, "card", exp_month=1, exp_year=2032, last4="9999")
        keep_instrument(provider=books.house.desk.provider, seen=seen, actor="test")
        books.hear()
        books.ledger.payment(75, to=[first])
    with on("08/07"):
        books.collect(second, HARD, name="Later")
        found = tell()
    assert [one.kind for one in found] == ["method_declined"] * 2


def told(request_id: int, outcome: Outcome) -> None:
    apply_outcomes([ReportedOutcome(request_id, outcome)], actor="test")


@pytest.mark.parametrize("declined", [0, 1])
def test_a_success_of_what_was_under_way_when_it_was_declined_says_nothing_of_the_card(books: Retrying, declined: int):
    """Two debits are under way; one is declined, then the other is told to have gone through. What is charged by name
    afterwards, and goes through, says that the card works."""
    amounts = (75, 80)
    invoices = [books.ledger.invoice(amount) for amount in (*amounts, 90)]
    desk = books.house.desk
    asked = [desk.ask(amount * 100, to=[invoices[at]]).request_id for at, amount in enumerate(amounts)]
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        told(asked[declined], Declined("stolen_card", "Stolen."))
    told(asked[1 - declined], Succeeded("ch_1", Money(amounts[1 - declined] * 100, "eur")))
    assert BarredWay.objects.filter(ended_at=None).exists()
    assert books.house.outcome(books.house.run(), invoices[2]) == ("not_taken", "declined_for_good")
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        by_name = desk.ask(9_000, to=[invoices[2]], payment_preference_id=desk.card.pk).request_id
        told(by_name, Succeeded("ch_2", Money(9_000, "eur")))
    assert not BarredWay.objects.filter(ended_at=None).exists()


def test_a_success_of_what_was_asked_before_the_decline_and_sent_after_it_says_that_the_card_works(books: Retrying):
    first, second = books.ledger.invoice(75), books.ledger.invoice(80)
    desk = books.house.desk
    earlier, later = desk.ask(7_500, to=[first]).request_id, desk.ask(8_000, to=[second]).request_id
    told(later, Declined("stolen_card", "Stolen."))
    at = clock.now() + timedelta(minutes=1)
    Attempt.objects.create(request_id=earlier, started_at=at, sent_at=at)
    told(earlier, Succeeded("ch_1", Money(7_500, "eur")))
    assert not BarredWay.objects.filter(ended_at=None).exists()


def test_a_long_queue_by_a_stolen_card_is_taken_back_at_once(books: Retrying, monkeypatch: pytest.MonkeyPatch):
    """In sets, with nobody woken in between."""
    monkeypatch.setattr(worker, "SET", 2)
    for number in range(7):
        books.ledger.invoice(10 + number)
    books.bank.script.append(HARD)
    books.house.charge(books.house.run())
    assert PaymentRequest.objects.filter(error_code="declined_for_good").count() == 6
    assert len(books.bank.orders) == 1


def test_a_mandate_that_was_revoked_is_in_no_file(books: Retrying):
    """An integrator reports MD01 for one of three debits: the last look takes the others back."""
    account = books.house.debtor()
    for amount in (20, 25, 30):
        books.ledger.invoice(amount, account=account)
    run = books.house.run(provider=books.house.generic)
    first, second, third = books.house.requests(run)
    execution.reject(elements=[said(first, error_code="MD01")], actor="test")
    assert BarredWay.objects.get().preference_id == first.preference_id
    [answer] = execution.process(elements=[said(second)], actor="test")
    assert code_of(answer) == "payment_request_not_due"
    assert books.house.desk.row(second.pk).error_code == "declined_for_good"
    written = export_requests(provider_id=books.house.generic.pk, file_format="csv", mark=True, actor="test").written
    assert third.public_id not in written


def test_another_mandate_is_debited_from_then_on(books: Retrying):
    """Of an integrator's: the first that was not declined for good, where none is preferred."""
    account = books.house.debtor()
    first, second = (books.ledger.invoice(amount, account=account) for amount in (20, 25))
    run = books.house.run(provider=books.house.generic)
    execution.reject(elements=[said(one, error_code="AC04") for one in books.house.requests(run)], actor="test")
    assert books.house.outcome(books.house.run("Next", provider=books.house.generic), first)[1] == "declined_for_good"
    other = books.house.mandate(account)
    assert books.house.outcome(books.house.run("After", provider=books.house.generic), second) == ("succeeded", 2500)
    assert books.house.request_for(second).preference_id == other.pk


def test_without_a_plan_it_is_remembered_as_well(books: Retrying):
    books.plan(providers=[])
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, HARD)
    assert daily(books, "09/06", invoice) == ("not_taken", "declined_for_good")


def test_a_retry_of_another_document_waits_too(books: Retrying):
    """Its card was declined for good meanwhile, for something else."""
    first, second = books.ledger.invoice(75), books.ledger.invoice(80)
    with on("08/06"):
        books.collect(first, SOFT, HARD)
    with on("11/06"):
        row = Retry.objects.get(document_id=first.id)
        make_due()
        row.refresh_from_db()
        assert (row.state, row.put_off) == ("waiting", "declined_for_good")
    assert len(books.bank.orders) == 2
    assert Retry.objects.get(document_id=second.id).state == "waiting"


@pytest.mark.parametrize("is_named", [False, True])
def test_a_draft_whose_card_was_declined_for_good_waits(books: Retrying, is_named: bool):
    desk, mine, other = books.house.desk, books.ledger.invoice(75), books.ledger.invoice(80)
    named = {"payment_preference_id": desk.card.pk} if is_named else {}
    with on("08/06"):
        books.bank.script = [SOFT]
        desk.pay(7500, to=[mine], **named)
        row = books.retry()
        books.collect(other, HARD)
    with on("11/06"):
        make_due()
        row.refresh_from_db()
        assert (row.document_kind, row.state, row.put_off) == ("payment", "waiting", "declined_for_good")
        assert len(books.bank.orders) == 2


def test_a_draft_that_is_about_to_be_charged_again_is_taken_back(books: Retrying):
    """The last look knows drafts that a retry made: its card was declined for good after it was asked for."""
    desk, mine, other = books.house.desk, books.ledger.invoice(75), books.ledger.invoice(80)
    with on("08/06"):
        books.bank.script = [SOFT]
        failed = desk.pay(7500, to=[mine])
    with on("11/06"):
        make_due()
        books.bank.script = [HARD]
        desk.pay(8000, to=[other], payment_preference_id=desk.card.pk)
        desk.work()
        assert state(books.retry()) == ("waiting", None)
    again = PaymentRequest.objects.filter(transaction_id=failed.transaction_id).latest("pk")
    assert (again.error_code, len(books.bank.orders)) == ("declined_for_good", 2)


# -- what ends it ----------------------------------------------------------------------------------------------------


def test_another_way_to_pay_is_charged_at_once(books: Retrying):
    first, second = books.ledger.invoice(75), books.ledger.invoice(80)
    with on("08/06"):
        books.collect(first, HARD)
        books.house.desk.register(books.ledger.account, "other")
    assert Instrument.objects.get(token="other").is_default, "who registers it does so to be charged by it"
    assert daily(books, "09/06", second) == ("succeeded", 8000)
    assert books.ledger.unsettled(second) == 0


def test_what_is_registered_takes_the_place_of_what_was_preferred(books: Retrying):
    desk, account = books.house.desk, books.ledger.account
    prefer(books, desk.card.pk)
    with on("08/06"):
        books.collect(books.ledger.invoice(75), HARD)
        other = desk.register(account, "other")
    assert [way.pk for way in account.payment_preferences.filter(is_default=True)] == [other.pk]


def test_what_is_registered_beside_a_card_that_is_good_takes_nothing(books: Retrying):
    desk = books.house.desk
    other = desk.register(books.ledger.account, "other")
    assert (Instrument.objects.get(pk=desk.card.pk).is_default, other.is_default) == (True, False)


@pytest.mark.parametrize("renewed", [{"exp_month": 1, "exp_year": 2032}, {"fingerprint": "another-number"}])
def test_a_card_that_was_renewed_is_charged_again(books: Retrying, renewed: dict[str, Any]):
    first, second = books.ledger.invoice(75), books.ledger.invoice(80)
    with on("08/06"):
        books.collect(first, HARD)
        seen = InstrumentSeen("", books.house.desk.card.token, "card", brand="visa", country="de")
        keep_instrument(provider=books.house.desk.provider, seen=seen, actor="test")
        assert BarredWay.objects.get().ended_at is None, "nothing that its bank decides by"
        seen = InstrumentSeen("", books.house.desk.card.token, "card", **renewed)
        keep_instrument(provider=books.house.desk.provider, seen=seen, actor="test")
    assert daily(books, "09/06", second) == ("succeeded", 8000)
    assert BarredWay.objects.get().ended_by == "test"


def test_somebody_allows_it_again(books: Retrying):
    first, account = books.ledger.invoice(75), books.ledger.account
    card = books.house.desk.card
    with on("08/06"):
        books.collect(first, HARD)
        [told] = [one for one in ways_on(account.pk, "eur", on=day("08/06")) if one.way and one.way.pk == card.pk]
        assert (told.is_charged, told.bar.failed_request.error_code) == (False, "stolen_card")
        allow_again(account_id=account.pk, chosen_id=card.pk, actor="user:ana")
        books.hear()
        assert state(books.retry()) == ("scheduled", "2026-06-08"), "what waited is tried at once"
        books.due(succeed)
        allow_again(account_id=account.pk, chosen_id=card.pk, actor="user:ana")
    events = Event.objects.filter(type__endswith="barred").order_by("pk")
    said = [(one.type.rpartition("_")[2], one.actor, one.data["instrument"]) for one in events]
    assert said == [("barred", "system", str(card)), ("unbarred", "user:ana", str(card))]
    assert books.ledger.unsettled(first) == 0


def test_retry_now_charges_it_once_more(books: Retrying):
    first, second = books.ledger.invoice(75), books.ledger.invoice(80)
    with on("08/06"):
        books.collect(first, HARD)
        row = Retry.objects.get(document_id=first.id)
        assert make_retry(retry_id=row.pk, actor="user:ana").state == "made"
        books.bank.script.append(HARD)
        books.house.desk.work()
        assert len(books.bank.orders) == 2
    assert daily(books, "09/06", second) == ("not_taken", "declined_for_good"), "its answer was the same"


def test_retry_now_by_another_card_leaves_the_stolen_one_barred(books: Retrying):
    desk, first = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.collect(first, HARD)
        desk.register(books.ledger.account, "other")
        make_retry(retry_id=books.retry().pk, actor="user:ana")
        desk.work()
    assert books.ledger.unsettled(first) == 0
    assert BarredWay.objects.get(ended_at=None).preference_id == desk.card.pk


def test_who_names_it_charges_it_and_a_default_is_nobodys_word(books: Retrying):
    """A program that charges what the gateway has by default has named nothing."""
    desk, first, second = books.house.desk, books.ledger.invoice(75), books.ledger.invoice(80)
    with on("08/06"):
        books.collect(first, HARD)
        with pytest.raises(WayDeclined, match="declined for good"):
            desk.pay(7500, to=[first])
        books.bank.script.append(SOFT)
        desk.pay(7500, to=[first], payment_preference_id=desk.card.pk)
        assert BarredWay.objects.get().ended_at is None, "it is stolen all the same"
        desk.pay(7500, to=[first], payment_preference_id=desk.card.pk)
        assert books.ledger.unsettled(first) == 0
    assert BarredWay.objects.get().ended_by == "system", "its bank takes it after all"
    assert daily(books, "09/06", second) == ("succeeded", 8000)


# -- what was tried as often as the plan says ------------------------------------------------------------------------


def exhaust(books: Retrying, invoice: Posted) -> None:
    books.plan(days=[3])
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("11/06"):
        assert state(books.due(SOFT)) == ("stopped", "exhausted")


def test_runs_leave_alone_what_was_tried_as_often_as_planned(books: Retrying):
    """Nothing begins anew by itself; it is on the work list. When something was charged since, it may go through."""
    invoice = books.ledger.invoice(75)
    exhaust(books, invoice)
    other = books.ledger.invoice(80)
    books.bank.script.append(SOFT)
    assert daily(books, "12/06", invoice) == ("not_taken", "retries_exhausted")
    assert [row.document_id for row in to_see_to()] == [invoice.id]
    with on("15/06"):
        books.due(succeed)
        assert books.ledger.unsettled(other) == 0
    assert daily(books, "16/06", invoice) == ("succeeded", 7500)


def test_what_was_charged_before_it_failed_says_nothing_of_it(books: Retrying):
    """Nearly every card has paid something before."""
    with on("05/06"):
        books.collect(books.ledger.invoice(20), succeed, name="Before")
    invoice = books.ledger.invoice(75)
    exhaust(books, invoice)
    assert daily(books, "12/06", invoice) == ("not_taken", "retries_exhausted")


def test_what_was_exhausted_is_charged_by_another_card(books: Retrying):
    invoice = books.ledger.invoice(75)
    exhaust(books, invoice)
    with on("12/06"):
        prefer(books, books.house.desk.register(books.ledger.account, "other").pk)
    assert daily(books, "12/06", invoice) == ("succeeded", 7500)


def test_a_person_who_charges_what_was_exhausted_begins_a_new_chain(books: Retrying):
    invoice = books.ledger.invoice(75)
    exhaust(books, invoice)
    with on("12/06"):
        books.bank.script.append(SOFT)
        books.house.desk.pay(7500, to=[invoice])
        assert state(books.retry()) == ("scheduled", "2026-06-15")
    assert daily(books, "13/06", invoice) == ("not_taken", "retry_scheduled")


def test_errors_of_a_gateway_bar_nothing(books: Retrying):
    books.plan(hours=[1])
    invoice = books.ledger.invoice(75)
    with on("08/06", hour=8):
        books.collect(invoice, ERROR)
    with on("08/06", hour=9):
        assert state(books.due(ERROR)) == ("stopped", "exhausted")
    assert daily(books, "09/06", invoice) == ("succeeded", 7500)
