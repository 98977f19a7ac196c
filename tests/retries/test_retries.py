"""Failed payments and their retries, through runs, desks, gateways, banks and the clock."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from tests.factories import NOW, day
from tests.gateways.generic.office import said
from tests.gateways.toy import lose_before, succeed, take_time
from tests.retries.conftest import ERROR, HARD, SOFT, Retrying, declines, on

from subledger.accounts.preferences import make_preference_default
from subledger.gateways.errors import PaymentUnderWay
from subledger.gateways.models import Attempt, Instrument, PaymentRequest
from subledger.gateways.port import Declined, InstrumentSeen, Succeeded
from subledger.gateways.services import execution, inbox, reconciliation, submission
from subledger.gateways.services.instruments import forget_token, keep_instrument, set_recurring
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.gateways.services.providers import set_state
from subledger.gateways.services.requests import Wanted, request
from subledger.gateways.states import ClaimKind, ProviderState, RequestType
from subledger.kernel.lifecycle import TransitionNotAllowed
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.promises.rules.instalments import Instalment
from subledger.promises.services.disputes import open_dispute
from subledger.promises.services.promises import NewPromise, make_promise
from subledger.retries.models import DeclineCode, Retry
from subledger.retries.queries import to_see_to
from subledger.retries.services.retries import make_due, make_retry, stop_retry
from subledger.runs.models import Run
from subledger.transactions.models import Reason, Transaction
from subledger.transactions.rules.orders import Post, Posted
from subledger.transactions.services.drafts import reject_drafts

pytestmark = [pytest.mark.django_db, pytest.mark.sampled(8)]


def prefer(books: Retrying, chosen_id: int) -> None:
    make_preference_default(account_id=books.ledger.account.pk, chosen_id=chosen_id, actor="test")


def state(row: Retry) -> tuple[str, object]:
    return (row.state, row.stop_reason or (str(row.due_on) if row.due_on else None))


# -- the plan --------------------------------------------------------------------------------------------------------


def test_worked_example_7_8(books: Retrying):
    """Soft decline on 08/06 → retries 11/06, 16/06, 23/06, 03/07; each a new request with its own key."""
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
        assert (state(books.retry()), books.retry().number, books.retry().of) == (("scheduled", "2026-06-11"), 1, 4)
        books.due()
    for text, coming in (("11/06", "16/06"), ("16/06", "23/06"), ("23/06", "03/07")):
        with on(text, hour=0):
            latest = books.due(SOFT)
            assert state(latest) == ("scheduled", str(day(coming)))
    with on("03/07"):
        last = books.due(SOFT)
        assert state(last) == ("stopped", "exhausted")
        assert list(to_see_to()) == [last]
    requests = PaymentRequest.objects.filter(claims__object_id=invoice.id, claims__kind="transaction")
    assert requests.count() == 5
    assert Attempt.objects.filter(request__in=requests).count() == 5
    assert len({order.key for order in books.bank.orders}) == 5, "a key of its own for each"
    assert books.told(invoice) == [*["retry.scheduled", "retry.made"] * 4, "retry.stopped"]
    assert books.broken() == {}


def test_tries_by_hand_use_up_nothing_of_the_plan(books: Retrying):
    """Declined on 08/06, and four times by hand on 09/06: still 1 of 4 on 11/06, and 2 of 4 after that."""
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("09/06"):
        for _ in range(4):
            books.bank.script.append(SOFT)
            make_retry(retry_id=books.retry().pk, actor="user:ann")
            books.house.desk.work()
            latest = books.retry()
            assert (state(latest), latest.number, latest.of) == (("scheduled", "2026-06-11"), 1, 4)
    with on("11/06"):
        latest = books.due(SOFT)
        assert (state(latest), latest.number) == (("scheduled", "2026-06-16"), 2)
    with on("16/06"):  # its day has come: the same try, counted from here
        books.bank.script.append(SOFT)
        make_retry(retry_id=latest.pk, actor="user:ann")
        books.house.desk.work()
        latest = books.retry()
        assert (state(latest), latest.number) == (("scheduled", "2026-06-21"), 2)
    with on("17/06"):
        books.bank.script.append(HARD)
        make_retry(retry_id=latest.pk, actor="user:ann")
        books.house.desk.work()
        assert (books.retry().state, books.retry().decline_class) == ("waiting", "hard")
    assert books.broken() == {}


def test_an_error_of_the_gateway_by_hand_uses_up_no_hour(books: Retrying):
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, ERROR)
        for _ in range(3):
            books.bank.script.append(ERROR)
            make_retry(retry_id=books.retry().pk, actor="user:ann")
            books.house.desk.work()
            assert (books.retry().state, books.retry().number, books.retry().of) == ("scheduled", 1, 3)


def test_a_retry_that_succeeds_is_the_last(books: Retrying):
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("11/06"):
        made = books.due(succeed)
        assert (made.state, books.ledger.unsettled(invoice)) == ("made", 0)
        assert make_due() == 0
    assert books.bank.captured == 7500


def test_nothing_is_tried_again_without_a_plan_for_the_provider(books: Retrying):
    books.plan(providers=[])
    books.collect(books.ledger.invoice(75), SOFT)
    assert not Retry.objects.exists()
    books.plan(is_active=False)
    books.collect(books.ledger.invoice(75), SOFT, SOFT, name="Other")
    assert not Retry.objects.exists()


def test_a_plan_that_ends_stops_what_it_scheduled(books: Retrying):
    with on("08/06"):
        books.collect(books.ledger.invoice(75), SOFT)
    books.plan(providers=[])
    with on("11/06"):
        assert state(books.due()) == ("stopped", "plan_ended")


def test_only_on_paydays(books: Retrying):
    books.plan(paydays=[15])
    with on("08/06"):
        books.collect(books.ledger.invoice(75), SOFT)
        assert state(books.retry()) == ("scheduled", "2026-06-15")


def test_hours_of_the_gateway_do_not_count_among_the_days(books: Retrying):
    invoice = books.ledger.invoice(75)
    with on("08/06", hour=8):
        books.collect(invoice, ERROR)
        row = books.retry()
        assert (row.due_at.hour, row.number, row.of, row.decline_class) == (9, 1, 3, "gateway_error")
    with on("08/06", hour=9):
        assert books.due(ERROR).due_at.hour == 15
    with on("08/06", hour=15):
        row = books.due(SOFT)
        assert (state(row), row.number, row.of) == (("scheduled", "2026-06-11"), 1, 4)
    with on("11/06", hour=8):
        assert books.due(ERROR).due_at.hour == 9, "hours begin anew"
    with on("11/06", hour=9):
        row = books.due(SOFT)
        assert (state(row), row.number) == (("scheduled", "2026-06-16"), 2)
    assert books.broken() == {}


def test_what_a_company_says_of_a_code_goes_before_its_gateway(books: Retrying):
    own, company = books.house.desk.provider, books.ledger.account.company_id
    DeclineCode.objects.create(company_id=company, provider=None, code="insufficient_funds", decline_class="hard")
    books.collect(books.ledger.invoice(75), SOFT)
    assert books.retry().decline_class == "hard"
    DeclineCode.objects.create(company_id=company, provider=own, code="Insufficient_Funds", decline_class="soft")
    DeclineCode.objects.create(company_id=company, provider=own, code="insufficient_funds", decline_class="called_off")
    other = books.ledger.invoice(50, account=books.house.customer("Bea"))
    books.collect(other, SOFT, name="Other")
    assert state(books.retry()) == ("stopped", "called_off")


# -- rows 4, 42 and 1 of the failure modes ---------------------------------------------------------------------------


@pytest.mark.few(2)
@pytest.mark.parametrize("path", ["answer", "webhook", "look-up", "come back"])
def test_row_4_a_failure_learned_by_any_path_leaves_one_retry(books: Retrying, path: str):
    """PENDING→FAILED via the answer, an event, the reconciler, or all of them one after the other: one retry each."""
    invoice = books.ledger.invoice(75)
    desk = books.house.desk
    with on("08/06"):
        if path == "answer":
            row = books.collect(invoice, SOFT)
        else:
            row = books.collect(invoice, take_time)
            assert row.state == "under_processing"
            books.bank.by_request[row.public_id] = Declined("insufficient_funds", "No.")
            if path == "webhook":
                body = json.dumps({"id": "evt_1", "type": "payment", "object": row.public_id, "at": NOW.timestamp()})
                inbox.receive(
                    provider=desk.provider, body=body.encode(), headers={"toy-signature": "toy-webhook-secret"}
                )
                assert inbox.process(desk.provider.pk) == 1
            else:
                reconciliation.look_up(desk.provider.pk, request_ids=[row.pk])
        for _ in range(2):  # told again, by others too
            apply_outcomes([ReportedOutcome(row.pk, Declined("insufficient_funds", "No."))], actor="test")
            reconciliation.look_up(desk.provider.pk, request_ids=[row.pk])
        assert PaymentRequest.objects.get(pk=row.pk).state == "rejected"
        assert state(Retry.objects.get()) == ("scheduled", "2026-06-11")
    assert books.told(invoice) == ["retry.scheduled"]


def test_row_4_by_file_and_by_integrators_report(books: Retrying):
    """Of a generic provider: rejected by API; returned after it was booked."""
    dan = books.house.debtor()
    invoice, other = books.ledger.invoice(75, account=dan), books.ledger.invoice(50, account=books.house.debtor("Eve"))
    with on("08/06"):
        run = books.house.run(provider=books.house.generic)
        rejected, returned = (books.house.request_for(one) for one in (invoice, other))
        execution.reject(elements=[said(rejected)], actor="test")
        execution.post(elements=[said(returned, reference="E2E-1")], actor="test")
        assert Retry.objects.count() == 1
    with on("12/06"):
        execution.give_back(elements=[said(returned)], actor="test")
        assert books.ledger.unsettled(other) == 50
        assert {row.document_id: state(row) for row in Retry.objects.all()} == {
            invoice.id: ("scheduled", "2026-06-11"), other.id: ("scheduled", "2026-06-15"),
        }  # fmt: skip
        assert run.state == "completed"
        books.due()
        fresh = books.house.request_for(invoice)
        assert (fresh.state, fresh.pk > rejected.pk) == ("pending", True), "it waits for its integrator"
    assert books.broken() == {}


def test_row_42_silence_is_never_tried_again(books: Retrying):
    row = books.collect(books.ledger.invoice(75), lose_before)
    assert (row.state, row.check_at is not None) == ("unknown", True)
    assert not Retry.objects.exists()


def test_row_1_an_open_page_and_a_retry_never_both_charge(books: Retrying):
    """The customer is on a page when the retry is due: it waits, and stops once the page is paid."""
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("11/06", hour=9):
        page = open_page(books, invoice)
        waiting = books.due()
        assert (waiting.state, waiting.put_off, waiting.due_at.hour) == ("scheduled", "pay_page_open", 10)
    with on("11/06", hour=10):
        paid = Succeeded("pi_1", Money(7500, "eur"), charge="ch_1")
        apply_outcomes([ReportedOutcome(page, paid)], actor="test")
        assert state(books.due()) == ("stopped", "settled")
    assert books.ledger.unsettled(invoice) == 0
    assert books.bank.captured == 0, "nobody charged the card"


def open_page(books: Retrying, invoice: Posted) -> int:
    """A request as a customer's page over the invoice makes it."""
    desk = books.house.desk
    [ident] = request(
        wanted=[
            Wanted(
                provider=desk.provider, type=RequestType.PAYMENT, account_id=books.ledger.account.pk, amount_minor=7500,
                currency="eur", order={"intended_ids": [invoice.id]},
                claims=frozenset({(ClaimKind.TRANSACTION, invoice.id)}),
            )
        ],
        actor="customer",
    )  # fmt: skip
    at = clock.now()
    PaymentRequest.objects.filter(pk=ident).update(
        state="requires_action", check_at=at, action_url="https://toy.example/pay", action_expires_at=at
    )
    return ident


def test_a_retry_that_is_under_way_keeps_the_page_closed(books: Retrying):
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("11/06"):
        make_due()
        with pytest.raises(PaymentUnderWay), atomic():
            open_page(books, invoice)


# -- what stops a retry ----------------------------------------------------------------------------------------------


def paid(books: Retrying, invoice: Posted) -> None:
    books.ledger.payment(75, to=[invoice])


def cancelled(books: Retrying, invoice: Posted) -> None:
    books.ledger.cancel(invoice)


def disputed(books: Retrying, invoice: Posted) -> None:
    open_dispute(document_id=invoice.id, reason="Not delivered", actor="test")


def promised(books: Retrying, invoice: Posted) -> None:
    new = NewPromise(document_id=invoice.id, instalments=[Instalment(day("01/07"), None)])
    make_promise(new=new, actor="test")


def removed(books: Retrying, invoice: Posted) -> None:
    forget_token(provider=books.house.desk.provider, token=books.house.desk.card.token, actor="test")


def removed_and_another_is_there(books: Retrying, invoice: Posted) -> None:
    books.house.desk.register(books.ledger.account, "another")
    removed(books, invoice)


STOPPERS = {
    paid: "settled",
    cancelled: "settled",
    disputed: "disputed",
    promised: "promised",
    removed: "method_removed",
    removed_and_another_is_there: "method_removed",
}


@pytest.mark.few(2)
@pytest.mark.parametrize("stopper", STOPPERS)
@pytest.mark.parametrize("heard", [True, False])
def test_retries_stop(books: Retrying, stopper, heard: bool):
    """By what came since: at once where it was heard of, and at the last look where it was not."""
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("09/06"):
        stopper(books, invoice)
        if heard:
            books.hear()
    with on("11/06"):
        assert state(books.due() if not heard else books.retry()) == ("stopped", STOPPERS[stopper])
        assert make_due() == 0
    assert books.told(invoice) == ["retry.scheduled", "retry.stopped"]
    assert len(books.bank.orders) == 1
    assert books.broken() == {}


def test_what_is_settled_when_it_fails_is_not_tried_again(books: Retrying):
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        row = books.collect(invoice, take_time)
        books.ledger.payment(75, to=[invoice])
        apply_outcomes([ReportedOutcome(row.pk, Declined("insufficient_funds", "No."))], actor="test")
        assert state(books.retry()) == ("stopped", "settled")
        assert not to_see_to().exists()


def test_a_retry_asks_for_what_is_open_by_then(books: Retrying):
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
        books.ledger.payment(20, to=[invoice])
    with on("11/06"):
        books.due(succeed)
    assert (books.bank.captured, books.ledger.unsettled(invoice)) == (5500, 0)


def test_a_gateway_that_is_switched_off_is_waited_for(books: Retrying):
    invoice = books.ledger.invoice(75)
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("11/06", hour=6):
        provider = books.house.desk.provider.pk
        set_state(provider_id=provider, state=ProviderState.NOT_EFFECTIVE, actor="test")
        assert books.due().put_off == "provider_not_effective"
        set_state(provider_id=provider, state=ProviderState.EFFECTIVE, actor="test")
    with on("11/06", hour=12):
        assert books.due(succeed).state == "made"
    assert books.ledger.unsettled(invoice) == 0


def test_stopped_by_hand_and_made_by_hand(books: Retrying):
    first, second = books.ledger.invoice(75), books.ledger.invoice(50, account=books.house.customer("Bea"))
    with on("08/06"):
        books.collect(first, SOFT, SOFT)
        one, two = (Retry.objects.get(document_id=posted.id) for posted in (first, second))
        stopped = stop_retry(retry_id=one.pk, note="She pays by transfer", actor="user:ana")
        assert (state(stopped), stopped.stop_note) == (("stopped", "by_hand"), "She pays by transfer")
        with pytest.raises(TransitionNotAllowed):
            stop_retry(retry_id=one.pk, actor="user:ana")
        with pytest.raises(TransitionNotAllowed):
            make_retry(retry_id=one.pk, actor="user:ana")
        assert make_retry(retry_id=two.pk, actor="user:ana").state == "made"
        books.bank.script.append(SOFT)
        books.house.desk.work()
        after = books.retry()
        assert (state(after), after.number) == (("scheduled", "2026-06-11"), 1), "by hand is no try of the plan"
    assert not to_see_to().exists()


# -- hard declines ---------------------------------------------------------------------------------------------------


def test_hard_waits_for_another_way_to_pay_and_goes_on_by_it(books: Retrying):
    invoice = books.ledger.invoice(75)
    account = books.ledger.account
    with on("08/06"):
        books.collect(invoice, HARD)
        assert state(books.retry()) == ("waiting", None)
        assert list(to_see_to()) == [books.retry()]
        books.due()
        again = books.house.again(books.house.now(Run.objects.latest("pk")))
        assert books.house.outcome(again, invoice) == ("not_taken", "declined_for_good")
    with on("20/06"):
        books.hear()
        books.house.mandate(account)
        books.hear()
        assert books.retry().state == "waiting", "it is not what would be charged"
        other = books.house.desk.register(account, "other")
        books.hear()
        assert state(books.retry()) == ("scheduled", "2026-06-20")
        assert books.due(SOFT).preference_id == other.pk, "it failed by the other card, which begins anew"
        assert (state(books.retry()), books.retry().number) == (("scheduled", "2026-06-23"), 1)
    assert books.told(invoice) == [
        "retry.waiting", "retry.scheduled", "retry.made", "retry.scheduled",
    ]  # fmt: skip
    assert books.broken() == {}


def test_the_customers_own_card_that_was_renewed_is_another(books: Retrying):
    """Its gateway tells of a new expiry behind the same token."""
    invoice = books.ledger.invoice(75)
    desk = books.house.desk
    with on("08/06"):
        books.collect(invoice, declines("expired_card"))
        books.hear()
        seen = InstrumentSeen("", desk.card.token, "card", exp_month=1, exp_year=2032)
        keep_instrument(provider=desk.provider, seen=seen, actor="test")
        books.hear()
        assert books.due(succeed).state == "made"
    assert books.ledger.unsettled(invoice) == 0


def test_a_card_that_ends_before_the_day_waits_for_another(books: Retrying):
    with on("29/05"):
        Instrument.objects.update(exp_year=2026, exp_month=5)
        invoice = books.ledger.invoice(75)
        books.collect(invoice, SOFT)
    with on("01/06"):
        assert (books.due().state, books.retry().put_off) == ("waiting", "card_expired")


# -- payments that somebody asked for --------------------------------------------------------------------------------


def test_a_payment_by_hand_is_charged_again_as_it_is(books: Retrying):
    """The draft that a refused payment leaves is what is tried again: one payment, one number, no second draft."""
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        failed = desk.pay(7500, to=[invoice])
        row = books.retry()
        assert (row.document_kind, row.document_id, state(row)) == (
            "payment", failed.transaction_id, ("scheduled", "2026-06-11"),
        )  # fmt: skip
    with on("11/06"):
        assert books.due(SOFT).number == 2
    with on("16/06"):
        books.due(succeed)
    assert desk.transaction(failed.transaction_id).state == "posted"
    assert (books.ledger.unsettled(invoice), books.bank.captured) == (0, 7500)
    assert Transaction.objects.filter(classification="payment").count() == 1
    assert books.broken() == {}


def test_a_retry_of_it_is_no_deed_by_hand(books: Retrying):
    """Its card is for recurring payments no more when the retry is about to leave: it does not."""
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        failed = desk.pay(7500, to=[invoice])
    with on("11/06"):
        make_due()
        set_recurring(chosen_id=desk.card.chosen_id, is_recurring=False, actor="test")
        desk.work()
    again = PaymentRequest.objects.filter(transaction_id=failed.transaction_id).latest("pk")
    assert (again.state, again.error_code, books.bank.captured) == ("rejected", "not_recurring", 0)
    assert desk.transaction(failed.transaction_id).state == "draft"
    assert state(books.retry()) == ("stopped", "not_recurring")


def test_a_payment_that_somebody_posts_meanwhile(books: Retrying):
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        failed = desk.pay(7500, to=[invoice])
    with on("09/06"):
        [answer] = submission.post(orders=[Post(draft_id=failed.transaction_id)], actor="user:ana")
    with on("11/06", hour=3):
        assert books.due().put_off == "open_request" if answer else None
    with on("11/06", hour=5):
        assert state(books.due()) == ("stopped", "settled"), "it was charged by then"
    assert books.bank.captured == 7500


def test_a_payment_that_is_rejected_is_not_tried_again(books: Retrying):
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        failed = desk.pay(7500, to=[invoice])
        reject_drafts(
            transaction_ids=[failed.transaction_id], reason=Reason.objects.filter(is_active=True).first(), actor="test"
        )
        books.hear()
        assert state(books.retry()) == ("stopped", "payment_rejected")


def test_a_payment_by_hand_over_more_than_is_open_by_then_is_refused(books: Retrying):
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [SOFT]
        desk.pay(7500, to=[invoice])
        books.ledger.payment(20, to=[invoice])
    with on("11/06"):
        row = books.due()
        assert state(row) == ("stopped", "refused")
        assert "55.00" in row.stop_note
        assert list(to_see_to()) == [row]
    assert books.bank.captured == 0


def test_payments_by_hand_are_left_out_where_the_plan_says_so(books: Retrying):
    books.plan(only_automatic=True)
    books.bank.script = [SOFT]
    books.house.desk.pay(7500, to=[books.ledger.invoice(75)])
    assert not Retry.objects.exists()
    books.collect(books.ledger.invoice(50), SOFT, SOFT)
    assert Retry.objects.count() >= 1


def test_a_payment_that_is_meant_for_no_document_is_not_tried_again(books: Retrying):
    """Nobody could say at the last look whether it is due still."""
    books.ledger.invoice(75)
    books.bank.script = [SOFT]
    books.house.desk.pay(5000)
    assert not Retry.objects.exists()


def test_hard_declined_by_hand_collects_the_invoice_by_the_other_card(books: Retrying):
    desk, invoice = books.house.desk, books.ledger.invoice(75)
    with on("08/06"):
        books.bank.script = [HARD]
        desk.pay(7500, to=[invoice])
        assert (books.retry().document_id, books.retry().state) == (invoice.id, "waiting")
        books.hear()
        prefer(books, desk.register(books.ledger.account, "other").pk)
        books.hear()
        books.due(succeed)
    assert (books.ledger.unsettled(invoice), books.bank.captured) == (0, 7500)


# -- runs ------------------------------------------------------------------------------------------------------------


def test_a_run_leaves_alone_what_is_tried_again_and_takes_what_is_not(books: Retrying):
    """B4 of 7.6: rejected before → a new request, unless its retry is scheduled by the same way to pay."""
    invoice = books.ledger.invoice(70)
    with on("08/06"):
        books.collect(invoice, SOFT)
    with on("09/06"):
        assert books.house.outcome(books.house.run("Tuesday"), invoice) == ("not_taken", "retry_scheduled")
        stop_retry(retry_id=books.retry().pk, actor="test")
        run = books.house.run("Later")
        assert books.house.outcome(run, invoice) == ("succeeded", 7000)
        books.bank.script.append(SOFT)
        books.house.charge(run)
        assert (state(books.retry()), books.retry().number) == (("scheduled", "2026-06-12"), 1), "a new chain"


def test_a_run_by_another_card_takes_the_place_of_the_retry(books: Retrying):
    invoice = books.ledger.invoice(70)
    with on("08/06"):
        books.collect(invoice, SOFT)
        other = books.house.desk.register(books.ledger.account, "other")
        prefer(books, other.pk)
        run = books.house.run("Other card")
        assert books.house.outcome(run, invoice) == ("succeeded", 7000)
        books.bank.script.append(SOFT)
        books.house.charge(run)
        old, new = Retry.objects.order_by("pk")
        assert (state(old), new.preference_id, new.number) == (("stopped", "superseded"), other.pk, 1)


# -- guards ----------------------------------------------------------------------------------------------------------


def test_guards_refuse_a_second_retry_and_changes_of_what_was(books: Retrying):
    books.collect(books.ledger.invoice(75), SOFT)
    row = books.retry()
    values = {f.attname: getattr(row, f.attname) for f in Retry._meta.fields if f.name != "id"}
    for name, more in (
        ("retry_one_a_failure", {"document_id": 1}),
        ("retry_one_live", {"failed_request_id": 1}),
        ("retry_ended", {"failed_request_id": 1, "document_id": 1, "state": "made"}),
    ):
        with pytest.raises(IntegrityError) as refused, atomic():
            Retry.objects.create(**{**values, **more})
        assert refused.value.__cause__.diag.constraint_name == name
    stop_retry(retry_id=row.pk, actor="test")
    for change in ({"code": "x"}, {"state": "scheduled"}):
        with pytest.raises(IntegrityError) as refused, atomic():
            Retry.objects.filter(pk=row.pk).update(**change)
        assert refused.value.__cause__.diag.constraint_name == "retry_stays"
    with pytest.raises(IntegrityError), atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM retries_retry")
