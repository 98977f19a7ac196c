"""What becomes of requests: the table of 6.6, and every way an outcome can come, late, twice or never."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from tests.endings import terminate
from tests.factories import NOW
from tests.gateways.toy import decline, lose_after, lose_before, take_time

from subledger.gateways import errors, refund_errors
from subledger.gateways.models import Attempt, Charge
from subledger.gateways.port import Declined, Lost, Succeeded
from subledger.gateways.services import reconciliation, submission
from subledger.gateways.services.outcomes import ReportedOutcome, apply_outcomes
from subledger.journal.models import JournalEntry
from subledger.journal.reports import journal_lines
from subledger.kernel.money import Money
from subledger.platform import clock
from subledger.transactions.errors import InvoiceCreditedTwice
from subledger.transactions.models import Transaction

pytestmark = pytest.mark.django_db


def test_scenario_6a_accepted(desk):
    invoice = desk.ledger.invoice(75)
    row = desk.pay(7500, to=[invoice])
    assert (row.state, row.executed_on, bool(row.reference)) == ("posted", NOW.date(), True)
    payment = desk.transaction(row.transaction_id)
    assert (payment.state, desk.ledger.balance()) == ("posted", 0)
    assert desk.ledger.unsettled(invoice) == 0
    assert Charge.objects.get(request=row).payment_id == payment.pk


def test_scenario_6a_card_declined(desk):
    invoice = desk.ledger.invoice(75)
    desk.bank.script = [decline]
    row = desk.pay(7500, to=[invoice])
    assert (row.state, row.error_code) == ("rejected", "card_declined")
    assert desk.transaction(row.transaction_id).state == "draft"
    assert desk.ledger.balance() == 75


def test_scenario_6a_currency_not_on_provider(desk):
    desk.provider.currencies = ["usd"]
    desk.provider.save()
    with pytest.raises(errors.CurrencyNotTaken):
        desk.ask(7500)
    assert not Transaction.objects.filter(classification="payment").exists()


def test_scenario_6a_provider_not_effective(desk):
    desk.provider.state = "not_effective"
    desk.provider.save()
    with pytest.raises(errors.ProviderNotEffective):
        desk.ask(7500)


def test_scenario_6b_cancellation_with_a_listed_type_pays_back(desk):
    invoice = desk.ledger.invoice(75)
    paid = desk.pay(7500, to=[invoice])
    asked = desk.cancel(paid.transaction_id)
    assert desk.transaction(paid.transaction_id).state == "posted"  # until the gateway paid back
    row = desk.work(asked.request_id)
    assert (row.state, row.type) == ("posted", "payment_cancellation")
    assert desk.transaction(paid.transaction_id).state == "cancelled"
    assert (desk.ledger.balance(), desk.ledger.unsettled(invoice), desk.bank.captured) == (75, 75, 0)


def test_scenario_6b_cancellation_with_an_unlisted_type_is_refused_while_the_gateway_holds_the_money(desk):
    invoice = desk.ledger.invoice(75)
    paid = desk.pay(7500, to=[invoice])
    desk.provider.cancellation_types.clear()
    with pytest.raises(refund_errors.HeldByGateway):
        desk.cancel(paid.transaction_id)
    assert (desk.ledger.balance(), desk.bank.captured) == (0, 7500)


def test_a_pending_payment_is_in_no_balance_and_nobodys_to_change(desk):
    invoice = desk.ledger.invoice(75)
    asked = desk.ask(7500, to=[invoice])
    assert desk.transaction(asked.transaction_id).state == "pending"
    assert desk.ledger.balance() == 75
    with pytest.raises(errors.PaymentUnderWay):  # a second payment of the same invoice could charge twice
        desk.ask(7500, to=[invoice])


def test_a_second_click_answers_with_the_same_request(desk):
    from subledger.transactions.rules.orders import Post

    asked = desk.ask(7500)
    again = submission.post(orders=[Post(draft_id=asked.transaction_id)], actor="user:ana")
    assert again == [asked]


def test_silence_is_unknown_until_the_gateway_is_asked(desk):
    desk.bank.script = [lose_after]
    row = desk.pay(7500)
    assert (row.state, row.error_code) == ("unknown", "no_answer")
    assert desk.transaction(row.transaction_id).state == "pending"
    with clock.frozen(NOW + timedelta(minutes=6)):
        assert reconciliation.look_up(desk.provider.pk) == 1
    row = desk.row(row.pk)
    assert (row.state, desk.bank.captured, len(desk.bank.orders)) == ("posted", 7500, 1)


def test_what_never_arrived_is_sent_again_under_its_own_key(desk):
    desk.bank.script = [lose_before]
    row = desk.pay(7500)
    with clock.frozen(NOW + timedelta(minutes=6)):
        reconciliation.look_up(desk.provider.pk)
    assert desk.row(row.pk).state == "posted"
    keys = {order.key for order in desk.bank.orders}
    assert (len(desk.bank.orders), keys) == (2, {Attempt.objects.get(request=row).public_id})


def test_what_never_arrived_and_is_too_old_is_given_up(desk):
    desk.bank.script = [lose_before]
    row = desk.pay(7500)
    with clock.frozen(NOW + timedelta(hours=24)):
        reconciliation.look_up(desk.provider.pk)
    row = desk.row(row.pk)
    assert (row.state, row.error_code, desk.bank.captured) == ("rejected", "never_arrived", 0)
    assert desk.transaction(row.transaction_id).state == "draft"


def test_a_declined_attempt_and_then_a_good_card_have_keys_of_their_own(desk):
    from subledger.transactions.rules.orders import Post

    desk.bank.script = [decline]
    row = desk.pay(7500)
    [again] = submission.post(orders=[Post(draft_id=row.transaction_id, confirm_in_advance=True)], actor="user:ana")
    assert desk.work(again.request_id).state == "posted"
    first, second = desk.bank.orders
    assert first.key != second.key


def test_fees_are_journalised_once(desk):
    row = desk.pay(7500)
    charge = Charge.objects.get(request=row)
    entry = JournalEntry.objects.get(source="gateway_fee", source_id=charge.pk)
    assert sorted((line.debit_minor, line.credit_minor) for line in entry.lines.all()) == [(0, 7), (7, 0)]
    on = entry.effective_on
    numbers = {line.number for line in journal_lines(start=on, end=on) if line.source == "gateway_fee"}
    assert numbers == {desk.transaction(row.transaction_id).number}, "the fee of a payment bears its number"


def test_refunds_never_exceed_what_was_captured(desk):
    paid = desk.pay(7500)
    first = desk.refund(5000, paid.transaction_id)
    with pytest.raises(refund_errors.NothingToRefund):
        desk.refund(2600, paid.transaction_id)
    desk.work(first.request_id)
    second = desk.refund(2500, paid.transaction_id)
    assert desk.work(second.request_id).state == "posted"
    assert desk.ledger.balance() == 0


def test_a_refund_that_came_back_is_no_reason_to_keep_an_invoice(desk):
    """Its note is, as it is without any refund: it is asked about, and that is all."""
    invoice = desk.ledger.invoice(75)
    paid = desk.pay(7500, to=[invoice])
    note = desk.ledger.credit_note(75, to=[invoice])
    row = desk.work(desk.refund(7500, paid.transaction_id).request_id)
    later = NOW + timedelta(days=3)
    with clock.frozen(later):
        back = Declined("refund_failed", "The account is closed.", row.reference)
        assert apply_outcomes([ReportedOutcome(row.pk, back, observed_at=later)], actor="system") == ["rejected"]
        with pytest.raises(InvoiceCreditedTwice, match=note.number):
            desk.ledger.cancel(invoice)
        desk.ledger.cancel(invoice, confirm_credited=True)
        assert desk.ledger.balance() == -150


def test_a_refund_that_comes_back_is_money_on_the_account_again(desk):
    paid = desk.pay(7500)
    asked = desk.refund(7500, paid.transaction_id)
    row = desk.work(asked.request_id)
    assert desk.ledger.balance() == 0
    later = NOW + timedelta(days=3)
    with clock.frozen(later):
        back = Declined("refund_failed", "The account is closed.", row.reference)
        assert apply_outcomes([ReportedOutcome(row.pk, back, observed_at=later)], actor="system") == ["rejected"]
        assert desk.ledger.balance() == -75
        again = desk.refund(7500, paid.transaction_id)
        assert desk.work(again.request_id).state == "posted"


@pytest.mark.few(2)
@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_no_order_of_arrival_changes_the_end(desk, order):
    """Success, its echo, a late silence and a late decline, all asked for before the end was reached."""
    asked = desk.ask(7500)
    desk.bank.script = [take_time]
    desk.work(asked.request_id)
    success = Succeeded("ch_x", Money(7500, "eur"), charge="ch_x")
    told = [success, success, Lost("reset"), Lost("reset")]
    for at in order:
        apply_outcomes([ReportedOutcome(asked.request_id, told[at], observed_at=NOW)], actor="system")
    row = desk.row(asked.request_id)
    assert (row.state, desk.ledger.balance()) == ("posted", -75)
    assert Transaction.objects.filter(classification="payment").count() == 1


def test_a_late_decline_does_not_undo_a_payment(desk):
    row = desk.pay(7500)
    with clock.frozen(NOW + timedelta(days=1)):
        told = ReportedOutcome(row.pk, Declined("card_declined", "no"), observed_at=clock.now())
        assert apply_outcomes([told], actor="system") == ["posted"]


def test_money_that_moved_after_a_rejection_is_not_lost(desk):
    desk.bank.script = [decline]
    row = desk.pay(7500)
    with clock.frozen(NOW + timedelta(days=1)):
        told = ReportedOutcome(row.pk, Succeeded("ch_late", Money(7500, "eur")), observed_at=clock.now())
        assert apply_outcomes([told], actor="system") == ["posted"]
        assert desk.ledger.balance() == -75


def test_an_older_contradiction_asks_again_instead_of_deciding(desk):
    desk.bank.script = [decline]
    row = desk.pay(7500)
    told = ReportedOutcome(row.pk, Succeeded("ch_old", Money(7500, "eur")), observed_at=NOW - timedelta(seconds=1))
    assert apply_outcomes([told], actor="system") == ["rejected"]
    assert desk.row(row.pk).check_at is not None
    with clock.frozen(NOW + timedelta(seconds=1)):
        assert reconciliation.look_up(desk.provider.pk) == 1  # the bank says: declined, as it was
    assert (desk.row(row.pk).state, desk.row(row.pk).check_at) == ("rejected", None)


def test_another_amount_is_refused_and_changes_nothing(desk):
    asked = desk.ask(7500)
    [answer] = apply_outcomes([ReportedOutcome(asked.request_id, Succeeded("ch", Money(7400, "eur")))], actor="system")
    assert isinstance(answer, errors.OutcomeDiffers)
    assert desk.row(asked.request_id).state == "pending"


def test_a_charge_that_has_not_left_a_terminated_account_stays(desk):
    asked = desk.ask(7500)
    terminate(desk.ledger.account.pk)
    row = desk.work(asked.request_id)
    payment = desk.transaction(row.transaction_id)
    assert (row.state, row.error_code, payment.state) == ("rejected", "account_terminated", "draft")
    assert desk.bank.captured == 0


def test_customers_who_do_not_act_are_reminded_once(desk):
    from subledger.gateways.port import ActionRequired
    from subledger.gateways.services import links
    from subledger.platform.models import Event

    desk.bank.script = [
        lambda bank, order: bank.settle(order, ActionRequired("pi_1", expires_at=NOW + timedelta(hours=20)))
    ]
    row = desk.pay(7500)
    reminders = Event.objects.filter(type="payment_request.reminder", object_id=row.pk)
    assert row.state == "requires_action"
    for hours, told in ((1, 0), (11, 1), (12, 1)):
        with clock.frozen(NOW + timedelta(hours=hours)):
            links.remind(desk.provider.pk)
        assert reminders.count() == told
